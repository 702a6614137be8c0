"""Lists of a .doc (MS-DOC, 2.9.131, 2.9.145): the same rules as in .docx, written in octets."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from intake.decoding.documents.numbering import MAX_LABEL_CHARACTERS, Level, Rules
from intake.decoding.documents.styles import MAX_LEVEL

MAX_LISTS = 20_000
"""Of a document."""

_FORMATS = (
    "decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal", "cardinalText", "ordinalText",
    "hex", "chicago", "ideographDigital", "japaneseCounting", "aiueo", "iroha", "decimalFullWidth",
    "decimalHalfWidth", "japaneseLegal", "japaneseDigitalTenThousand", "decimalEnclosedCircle", "decimalFullWidth2",
    "aiueoFullWidth", "irohaFullWidth", "decimalZero", "bullet", "ganada", "chosung", "decimalEnclosedFullstop",
    "decimalEnclosedParen", "decimalEnclosedCircleChinese", "ideographEnclosedCircle", "ideographTraditional",
    "ideographZodiac", "ideographZodiacTraditional", "taiwaneseCounting", "ideographLegalTraditional",
    "taiwaneseCountingThousand", "taiwaneseDigital", "chineseCounting", "chineseLegalSimplified",
    "chineseCountingThousand", "decimal", "koreanDigital", "koreanCounting", "koreanLegal", "koreanDigital2",
    "hebrew1", "arabicAlpha", "hebrew2", "arabicAbjad", "hindiVowels", "hindiConsonants", "hindiNumbers",
    "hindiCounting", "thaiLetters", "thaiNumbers", "thaiCounting", "vietnameseCounting", "numberInDash",
    "russianLower", "russianUpper",
)  # fmt: skip
"""By their numbers (MS-OSHARED, 2.2.1.3)."""
_NONE = 255
_LSTF, _LVLF, _LFO = 28, 28, 16
"""Octets of the fixed parts."""
_LEGAL, _NO_RESTART = 0x04, 0x08


class OldLists:
    """The lists of a document, by the number that a paragraph names (from 1)."""

    def __init__(self, definitions: bytes, after: bytes, overrides: bytes) -> None:
        """``after``: what follows the definitions in the stream, where their levels are."""
        self._definitions: dict[int, dict[int, Level]] = {}
        self._lists: dict[str, Rules] = {}
        try:
            self._define(definitions, after)
            self._override(overrides)
        except (struct.error, IndexError):
            return  # What was read until then stands; the rest has no numbers.

    def get(self, name: str) -> Rules | None:
        """A list; None where there is none."""
        return self._lists.get(name)

    def _define(self, definitions: bytes, levels: bytes) -> None:
        (count,) = struct.unpack_from("<H", definitions)
        at = 0
        for index in range(min(count, MAX_LISTS)):
            place = 2 + index * _LSTF
            (name,) = struct.unpack_from("<I", definitions, place)
            is_simple = definitions[place + 26] & 1
            rules: dict[int, Level] = {}
            for level in range(1 if is_simple else MAX_LEVEL):
                rules[level], at = _level(levels, at)
            self._definitions[name] = rules

    def _override(self, overrides: bytes) -> None:
        (count,) = struct.unpack_from("<I", overrides)
        count = min(count, MAX_LISTS)
        at = 4 + count * _LFO
        for index in range(count):
            (name,) = struct.unpack_from("<I", overrides, 4 + index * _LFO)
            changed = overrides[4 + index * _LFO + 12]
            levels, starts = dict(self._definitions.get(name, {})), {}
            at += 4
            for _ in range(min(changed, MAX_LEVEL)):
                start, flags = struct.unpack_from("<II", overrides, at)
                at += 8
                level = flags & 15
                if flags & 0x20:  # fFormatting.
                    levels[level], at = _level(overrides, at)
                    start = levels[level].start
                if flags & 0x10:  # fStartAt.
                    starts[level] = start
            self._lists[str(index + 1)] = Rules(str(name), levels, starts)


def _level(octets: bytes, at: int) -> tuple[Level, int]:
    """One level, and where the next one begins (2.9.150)."""
    start, style, flags = struct.unpack_from("<iBB", octets, at)
    follows, characters, paragraph, limit = octets[at + 15], octets[at + 24], octets[at + 25], octets[at + 26]
    at += _LVLF + characters + paragraph
    (size,) = struct.unpack_from("<H", octets, at)
    text = octets[at + 2 : at + 2 + 2 * size].decode("utf-16-le", "replace")[:MAX_LABEL_CHARACTERS]
    name = "none" if style == _NONE else _FORMATS[style] if style < len(_FORMATS) else "decimal"
    level = Level(
        start=max(0, start),
        style=name,
        pattern="".join(_characters(text)),
        restart=limit if flags & _NO_RESTART else None,
        is_legal=bool(flags & _LEGAL),
        suffix="" if follows == 2 else " ",  # noqa: PLR2004 - tab, space, nothing.
    )
    return level, at + 2 + 2 * size


def _characters(text: str) -> Iterator[str]:
    """Numbers of levels are written as characters 0 to 8; here as in .docx, %1 to %9."""
    for one in text:
        yield f"%{ord(one) + 1}" if ord(one) < MAX_LEVEL else one
