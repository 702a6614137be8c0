"""A compiled version as one self-contained page: no script, and nothing that a browser would fetch."""

from __future__ import annotations

import re

from babel import Locale
from jinja2 import Environment, PackageLoader, StrictUndefined

from digest.disclosure.contribution import Withheld
from digest.edition.model import ChangeKind, CompiledEdition, sha256
from digest.formats.data import write_json
from digest.formats.times import write_date, write_moment, write_utc
from intake.vocabulary.consultation import UN_LANGUAGES

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
"""Languages whose usual script runs from right to left."""
STATUS_WORDS = {
    "captured": "captured, not yet read by the software",
    "shunted": "set aside after a failure of the software, kept for another attempt",
    "filed": "filed as a response",
    "held": "held for a person to decide",
    "automatic": "automatic reply or report",
    "duplicate": "duplicate of a message already counted",
    "spam": "unsolicited junk",
    "not-relevant": "not relevant, by a person's decision",
    "withdrawn": "withdrawn by the respondent",
    "erased": "erased by order",
}
"""What a status means, for readers who do not know our words."""
CHANGE_WORDS = {kind: kind.value.capitalize() for kind in ChangeKind}
KILO, MEGA = 1000, 1_000_000
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")

_environment = Environment(
    loader=PackageLoader("digest"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write_html(edition: CompiledEdition) -> bytes:
    """The page, UTF-8; it names the sha256 of its own data."""
    page = _environment.get_template("compiled.html.j2").render(
        edition=edition,
        content=edition.content,
        round=edition.content.consultation,
        data_sha256=sha256(write_json(edition)),
        languages=UN_LANGUAGES,
        statuses=STATUS_WORDS,
        changes=CHANGE_WORDS,
        date=write_date,
        moment=lambda at: write_moment(at, edition.content.consultation.zone),
        utc=write_utc,
        direction=direction,
        language=name_language,
        paragraphs=split_paragraphs,
        octets=write_size,
        cuts=write_cuts,
    )
    return page.encode()


def direction(language: str | None) -> str:
    """``rtl``, ``ltr``, or ``auto`` where the language is not known."""
    if language is None:
        return "auto"
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def name_language(code: str | None) -> str:
    """The English name of a language; its code where it has none."""
    if code is None:
        return "not determined"
    return str(Locale("en").languages.get(code.partition("-")[0], code))


def split_paragraphs(text: str) -> list[str]:
    """Paragraphs, parted by blank lines; each finds its own direction."""
    return [part for part in _BLANK_LINES.split(text.strip("\n")) if part.strip()]


def write_cuts(withheld: Withheld) -> str:
    """``2 e-mail addresses, 1 name``; empty where nothing was cut."""
    kinds = (
        (withheld.addresses, "e-mail address", "e-mail addresses"),
        (withheld.telephones, "telephone number", "telephone numbers"),
    )
    return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in kinds if number)


def write_size(octets: int) -> str:
    """``12 kB``: thousands of octets, as file managers count them."""
    if octets < KILO:
        return f"{octets} octets"
    return f"{octets / KILO:.0f} kB" if octets < MEGA else f"{octets / MEGA:.1f} MB"
