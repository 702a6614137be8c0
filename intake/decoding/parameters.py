"""Parameters of a header field (RFC 2045, 5.1; RFC 2231), as programs write them."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

MAX_CHARACTERS = 64 * 1024
"""Of a field that are looked through; the longest real ones are file names of a few hundred."""
MAX_SECTIONS = 1000
"""Pieces into which one value was cut (RFC 2231, 3): 64 KiB of a name in pieces of 60."""

_WORD = re.compile(r"[\s\"']*([^\s;(\"'<>,]+)")
_PARAMETER = re.compile(r"[;\s]*([^\s=;\"]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;]*))|[;\s]*[^;]+", re.DOTALL)
_NAME = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*?)")
_ESCAPED = re.compile(r"\\([\"\\])")


class Parameter(NamedTuple):
    """A value as it stood, octets above 127 as lone surrogates; ``charset`` is what RFC 2231 says of it, or None."""

    raw: str
    charset: str | None = None


def first_word(value: str) -> str:
    """What a field says before its parameters, lower case; '' where it says nothing."""
    found = _WORD.match(value)
    return found[1].lower() if found else ""


def parse_parameters(value: str) -> dict[str, Parameter]:
    """By name in lower case. Of several of one name the first counts; RFC 2231's way before the plain one."""
    plain: dict[str, Parameter] = {}
    cut: dict[str, dict[int, tuple[str, bool]]] = {}
    word = _WORD.match(value)
    rest = value[word.end() if word and "=" not in word[1] else 0 : MAX_CHARACTERS]
    for found in _PARAMETER.finditer(rest):
        name = _NAME.fullmatch((found[1] or "").lower())
        if name is None:
            continue
        said = _ESCAPED.sub(r"\1", found[2]) if found[2] is not None else found[3].strip()
        if name[2] is None and not name[3]:
            plain.setdefault(name[1], Parameter(said))
        elif len(sections := cut.setdefault(name[1], {})) < MAX_SECTIONS:
            sections.setdefault(int(name[2] or 0), (said, bool(name[3])))
    return plain | {name: _joined(sections) for name, sections in cut.items()}


def _joined(sections: dict[int, tuple[str, bool]]) -> Parameter:
    """Sections in the order of their numbers; one that is missing ends nothing, since the rest still tells."""
    numbers = sorted(sections)
    first, encoded = sections[numbers[0]]
    charset = None
    if encoded and first.count("'") >= 2:  # noqa: PLR2004 - charset'language'value
        charset, _, first = first.split("'", 2)
        sections = sections | {numbers[0]: (first, True)}
    octets = b"".join(_octets(*sections[number]) for number in numbers)
    is_encoded = any(encoded for _, encoded in sections.values())
    return Parameter(octets.decode("ascii", "surrogateescape"), (charset or "") if is_encoded else None)


def _octets(text: str, encoded: bool) -> bytes:
    octets = text.encode("ascii", "surrogateescape")
    return unquote_to_bytes(octets) if encoded else octets
