"""Decides what of the record may be shown: the only way from corpus to edition.

Council Resolution 1336 (modified 2019), operative 4, makes all relevant inputs public. A name withheld at
the respondent's wish departs from it, and is printed as a departure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from digest.corpus.record import File, Outcome, Response
from digest.disclosure.contribution import (
    Contribution,
    Contributor,
    Exclusion,
    ListedFile,
    Notice,
    Superseded,
    Withheld,
)
from digest.disclosure.printable import balance, one_line, strip_controls
from digest.disclosure.redaction import Redacted, redact
from intake.vocabulary.submission import ON_THE_WAY, Status

NAME_NOT_GIVEN = "Name not given"
NAME_WISHED_AWAY = "Name withheld at the respondent's wish"
FILE_NAME_WITHHELD = "[file name withheld]"
SUBJECT_WITHHELD = "[subject withheld]"
TEXT_WITHHELD = "[text withheld until the secretariat has taken out what names the respondent]"
DEPARTURE = (
    "The name is withheld at the respondent's wish, and with it all that may give it away. This departs from "
    "operative 4 of Council Resolution 1336 (modified 2019), under which all relevant inputs are made public."
)
MAX_PRINTED_CHARACTERS = 1_000_000
"""Of one text: some 400 pages. A longer one is no longer read but breaks the page; the record has it whole."""
MAX_LINE_CHARACTERS = 300
"""Of a name, a subject or a reason: three lines of print."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def disclose(response: Response) -> Contribution:
    """What may be printed of a response: never its address.

    Of one whose author wishes not to be named, neither name, subject nor text: who signed it, and where,
    only a person can take out.
    """
    subject = _redact_line(SUBJECT_WITHHELD if response.confidential else response.subject)
    said = TEXT_WITHHELD if response.confidential else response.text
    text = redact(strip_controls(said)[:MAX_PRINTED_CHARACTERS])
    return Contribution(
        reference=response.reference,
        received_at=response.received_at,
        late=response.late,
        name=NAME_WISHED_AWAY if response.confidential else _name(response.author_name),
        departure=DEPARTURE if response.confidential else None,
        subject=subject.text,
        language=response.language if _LANGUAGE.fullmatch(response.language or "") else None,
        text=balance(text.text),
        withheld=Withheld(
            addresses=text.addresses + subject.addresses,
            telephones=text.telephones + subject.telephones,
            characters=max(0, len(said) - MAX_PRINTED_CHARACTERS),
        ),
        files=tuple(_list_file(file, withheld=response.confidential) for file in response.files),
        duplicates=response.duplicates,
        supplements=response.supplements,
        raw_sha256=response.raw_sha256,
    )


def disclose_superseded(responses: Iterable[Response]) -> tuple[Superseded, ...]:
    """Those that were replaced, each with the reference of what replaced it."""
    return tuple(
        Superseded(
            reference=one.reference,
            received_at=one.received_at,
            successor=one.successor,
            raw_sha256=one.raw_sha256,
        )
        for one in responses
        if one.successor is not None
    )


def list_contributors(responses: Iterable[Response]) -> tuple[Contributor, ...]:
    """One line an address, in order of receipt; a withheld name is never joined with anything."""
    lines: dict[str, Contributor] = {}
    for one in responses:
        if one.successor is not None:
            continue
        name = NAME_WISHED_AWAY if one.confidential else _name(one.author_name)
        alone = one.confidential or not one.author_address
        key = one.reference if alone else one.author_address.casefold()
        before = lines.get(key, Contributor(name, ()))
        lines[key] = Contributor(before.name, (*before.references, one.reference))
    return tuple(lines.values())


def disclose_reasons(reasons: Iterable[tuple[Status, str, int]]) -> tuple[Exclusion, ...]:
    """Reasons without what identifies a person; those that are then the same are counted together."""
    counted: Counter[tuple[Status, str]] = Counter()
    for status, reason, number in reasons:
        otherwise = "not yet decided" if status in ON_THE_WAY else "no reason recorded"
        counted[status, _impersonal(reason) or otherwise] += number
    order = list(Status)
    return tuple(
        Exclusion(status=status, reason=reason, number=number)
        for (status, reason), number in sorted(counted.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    )


def disclose_outcomes(outcomes: Sequence[Outcome]) -> tuple[Notice, ...]:
    """The lines of the daily digest: names and subjects, but no address."""
    return tuple(
        Notice(
            delivery=one.delivery,
            received_at=one.received_at,
            status=one.status,
            reason=_redact_line(one.reason).text,
            references=one.references,
            consultations=one.consultations,
            subject=_redact_line(one.subject).text,
            name=_name(one.author_name),
        )
        for one in outcomes
    )


def _name(header: str) -> str:
    """The display name; one that is empty, or nothing but the address, names nobody."""
    name = _redact_line(header)
    return NAME_NOT_GIVEN if not re.search(r"\w", re.sub(r"\[[^\]]*withheld\]", "", name.text)) else name.text


def _list_file(file: File, *, withheld: bool) -> ListedFile:
    return ListedFile(
        name=FILE_NAME_WITHHELD if withheld else _redact_line(file.name).text,
        declared_type=one_line(file.declared_type)[:MAX_LINE_CHARACTERS],
        size=file.size,
        sha256=file.sha256,
    )


def _redact_line(text: str) -> Redacted:
    found = redact(" ".join(strip_controls(text).split()))
    line = found.text if len(found.text) <= MAX_LINE_CHARACTERS else found.text[: MAX_LINE_CHARACTERS - 1] + "…"
    return Redacted(one_line(line), found.addresses, found.telephones)


def _impersonal(reason: str) -> str:
    """A reason in public: no address, no number of a delivery, nothing quoted out of a message."""
    line = re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|«[^»\n]*»|“[^”\n]*”|<[^>\n]*>", "…", _redact_line(reason).text)
    return re.sub(r"\b[0-9a-f]{12,64}\b|#?\b\d+\b", "…", line)
