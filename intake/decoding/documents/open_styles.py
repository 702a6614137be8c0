"""Styles of an OpenDocument file: what is hidden, what is a heading, how lists are numbered (ISO/IEC 26300-3, 16)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from intake.decoding.documents.numerals import SERIES, write_letters, write_number
from intake.decoding.documents.package import Element, local
from intake.decoding.documents.symbols import BULLET, read_bullet

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"

MAX_CHAIN = 32
"""Styles that are based on one another."""
MAX_LEVEL = 10
"""Lists and outlines have ten levels."""
MAX_LABEL_CHARACTERS = 100
"""Of the number of one item."""

_LO = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_PLACEHOLDER = re.compile(r"%([0-9]{1,2})%")
_PLAIN = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


@dataclass(frozen=True, slots=True)
class OpenLevel:
    """How one level of a list is numbered; ``pattern`` has %n% where the number of the level n stands."""

    style: str = ""
    pattern: str = ""
    start: int = 1
    bullet: str = ""
    suffix: str = " "
    repeats_letters: bool = False

    def number(self, value: int) -> str:
        """A number in the style of this level."""
        if self.style in {"lowerLetter", "upperLetter"} and not self.repeats_letters:
            return write_letters(value, capital=self.style == "upperLetter")
        return write_number(value, self.style) if self.style else ""


Levels = dict[int, OpenLevel]


class OpenStyles:
    """Of one file: those of ``styles.xml``, and those of the content, which come later and win."""

    def __init__(self, roots: Iterable[Element | None]) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._lists: dict[str, Element] = {}
        self._outline: Element | None = None
        self._levels: dict[str, Levels] = {}
        for root in roots:
            for group in root if root is not None else ():
                if local(group) in {"styles", "automatic-styles"}:
                    self._collect(group)
        self.outline: Levels = _levels(self._outline)
        """How headings are numbered, by their level."""

    def _collect(self, group: Element) -> None:
        for element in group:
            name = local(element)
            if name == "style":
                self._styles[element.get(f"{STYLE}family", ""), element.get(f"{STYLE}name", "")] = element
            elif name == "list-style":
                self._lists[element.get(f"{STYLE}name", "")] = element
            elif name == "outline-style":
                self._outline = element

    def levels(self, name: str) -> Levels:
        """Of a list style, counted from 1; none where there is none."""
        if name not in self._levels:
            self._levels[name] = _levels(self._lists[name]) if name in self._lists else {}
        return self._levels[name]

    def chain(self, family: str, name: str) -> list[Element]:
        """A style and those that it is based on; circles end where they close."""
        found: list[Element] = []
        seen: set[str] = set()
        while (family, name) in self._styles and name not in seen and len(found) < MAX_CHAIN:
            seen.add(name)
            found.append(self._styles[family, name])
            name = found[-1].get(f"{STYLE}parent-style-name", "")
        return found

    def list_of(self, paragraph: str) -> str | None:
        """The list style that a paragraph style names; "" says: none; None: nothing is said."""
        said = (style.get(f"{STYLE}list-style-name") for style in self.chain("paragraph", paragraph))
        return next((one for one in said if one is not None), None)

    def is_hidden(self, family: str, name: str) -> bool:
        """Whether text of a style is not shown (20.366)."""
        for style in self.chain(family, name) if name else ():
            for properties in style.iterfind(f"{STYLE}text-properties"):
                if (display := properties.get(f"{TEXT}display")) is not None:
                    return bool(display == "none")
        return False

    def is_collapsed(self, family: str, name: str) -> bool:
        """Whether a sheet, by its style, is not shown (20.251)."""
        return any(
            properties.get(f"{TABLE}display") == "false"
            for style in self.chain(family, name)[:1]
            for properties in style.iterfind(f"{STYLE}table-properties")
        )


def _levels(element: Element | None) -> Levels:
    levels: Levels = {}
    for one in element if element is not None else ():
        at = _count(one.get(f"{TEXT}level", ""))
        if 0 < at <= MAX_LEVEL:
            levels[at] = _level(one, at)
    return levels


def _level(element: Element, at: int) -> OpenLevel:
    kind = local(element)
    if kind == "list-level-style-image":
        return OpenLevel(bullet=BULLET)
    if kind == "list-level-style-bullet":
        return OpenLevel(bullet=read_bullet(element.get(f"{TEXT}bullet-char", "")[:4], _font(element)) or BULLET)
    style = style_of(element.get(f"{STYLE}num-format", ""))
    pattern = element.get(f"{STYLE}num-list-format", element.get(f"{_LO}num-list-format"))
    if pattern is None:
        shown = min(max(_count(element.get(f"{TEXT}display-levels", "1")), 1), at)
        numbers = ".".join(f"%{one}%" for one in range(at - shown + 1, at + 1))
        pattern = (
            element.get(f"{STYLE}num-prefix", "") + numbers + element.get(f"{STYLE}num-suffix", "") if style else ""
        )
    alignment = next(element.iter(f"{STYLE}list-level-label-alignment"), None)
    follows = "" if alignment is None else alignment.get(f"{TEXT}label-followed-by", "")
    return OpenLevel(
        style,
        pattern[:MAX_LABEL_CHARACTERS],
        _count(element.get(f"{TEXT}start-value", "1")),
        suffix="" if follows == "nothing" else " ",
        repeats_letters=element.get(f"{STYLE}num-letter-sync") == "true",
    )


def style_of(sample: str) -> str:
    """A number format, as OpenDocument writes it: a letter, or how the series begins (20.322)."""
    beginning = [one.strip() for one in sample.split(",")[:3]]
    known = tuple(one for one in beginning if not one.startswith("."))
    return _PLAIN.get(sample) or SERIES.get(known, "decimal" if sample else "")


def write_label(at: int, levels: Levels, counts: dict[int, int]) -> str:
    """What stands before an item of a level, by what has been counted."""
    level = levels.get(at)
    if level is None:
        return ""
    if level.bullet:
        return level.bullet + level.suffix

    def number(match: re.Match[str]) -> str:
        index = int(match[1])
        other = levels.get(index)
        return "" if other is None or index > at else other.number(counts.get(index, other.start))

    text = _PLACEHOLDER.sub(number, level.pattern)[:MAX_LABEL_CHARACTERS]
    return text + level.suffix if text.strip() else ""


def _font(element: Element) -> str:
    """The font of a bullet tells what its sign means."""
    for properties in element.iterfind(f"{STYLE}text-properties"):
        return str(properties.get(f"{STYLE}font-name", ""))
    return ""


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0  # noqa: PLR2004 - 32 bits.
