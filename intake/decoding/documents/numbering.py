"""The numbers and bullets that Word shows before the items of a list; the file holds only the rules (17.9).

A list (``num``) belongs to a definition (``abstractNum``), whose counters all its lists share. Where the standard is
silent, this does as Word does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from intake.decoding.documents.numerals import write_custom, write_number
from intake.decoding.documents.package import Element, local
from intake.decoding.documents.styles import MAX_LEVEL, VAL, Numbered, Styles, W, count_of, is_on
from intake.decoding.documents.symbols import BULLET, read_bullet

MAX_LISTS = 20_000
"""Of a document; Word makes one a pasted list, and stops working long before."""
MAX_LABEL_CHARACTERS = 100
"""Of the number of one item."""
MAX_NUMBER = 2**31 - 1

_PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered. ``restart``: the level, from 1, whose items start it anew; 0: none does."""

    start: int = 0
    style: str = "decimal"
    pattern: str = ""
    custom: str = ""
    restart: int | None = None
    is_legal: bool = False
    suffix: str = " "
    font: str = ""
    paragraph_style: str = ""
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """What stands before an item, with what parts it from its text; its level counts from 0."""

    text: str
    level: int
    is_bullet: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """Of a list: whose counters it counts with, its levels, and where it starts anew when first used."""

    definition: str
    levels: dict[int, Level]
    starts: dict[int, int]


class Numbering:
    """The lists of a document; ``story`` begins to count."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._definitions: dict[str, Element] = {}
        self._by_style: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._nums: dict[str, Element] = {}
        self._lists: dict[str, Rules | None] = {}
        for element in root if root is not None else ():
            if local(element) == "abstractNum" and len(self._definitions) < MAX_LISTS:
                self._define(element)
            elif local(element) == "num" and len(self._nums) < MAX_LISTS:
                self._nums.setdefault(element.get(f"{W}numId", ""), element)

    def _define(self, element: Element) -> None:
        name = element.get(f"{W}abstractNumId", "")
        self._definitions[name] = element
        if (made := element.find(f"{W}styleLink")) is not None:
            self._by_style[made.get(VAL, "")] = name
        if (used := element.find(f"{W}numStyleLink")) is not None:
            self._links[name] = used.get(VAL, "")

    def get(self, name: str) -> Rules | None:
        """A list by its ``numId``; None where there is none, as for 0, which says: no list (17.9.18)."""
        if name not in self._lists:
            self._lists[name] = self._resolve(name)
        return self._lists[name]

    def _resolve(self, name: str) -> Rules | None:
        element = self._nums.get(name)
        named = None if element is None else element.find(f"{W}abstractNumId")
        definition = "" if named is None else named.get(VAL, "")
        if element is None or definition not in self._definitions:
            return None
        if definition in self._links:  # A numbering style: its list is defined elsewhere (17.9.21).
            definition = self._follow(self._links[definition], definition)
        levels, starts = _levels(self._definitions[definition]), {}
        for override in element.findall(f"{W}lvlOverride"):
            at = _index(override)
            if at is None:
                continue
            if (own := override.find(f"{W}lvl")) is not None:
                levels[at] = _level(own)
            if (start := count_of(override.find(f"{W}startOverride"))) is not None:
                starts[at] = start
        return Rules(definition, levels, starts)

    def _follow(self, style: str, usual: str) -> str:
        if style in self._by_style:
            return self._by_style[style]
        numbered = self._styles.get(style).numbered if style else None
        element = self._nums.get((numbered and numbered.list) or "")
        named = None if element is None else element.find(f"{W}abstractNumId")
        found = "" if named is None else named.get(VAL, "")
        return found if found in self._definitions else usual


class Lists(Protocol):
    """Where lists are found by their names."""

    def get(self, name: str) -> Rules | None:
        """A list; None where there is none."""


class Counters:
    """What has been counted in one story: the text, the notes, the boxes of a document each have their own."""

    def __init__(self, numbering: Lists) -> None:
        self._numbering = numbering
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def count(self, numbered: Numbered | None) -> Label | None:
        """Count one item, and say what stands before it; None where the paragraph is in no list."""
        if numbered is None or not numbered.list:
            return None
        found = self._numbering.get(numbered.list)
        if found is None:
            return None
        at = _level_of(numbered, found)
        level = found.levels.get(at)
        if level is None:
            return None
        counts = self._counts.setdefault(found.definition, {})
        if at in found.starts and (numbered.list, at) not in self._begun:
            self._begun.add((numbered.list, at))
            counts.pop(at, None)
        counts[at] = min(counts[at] + 1, MAX_NUMBER) if at in counts else found.starts.get(at, level.start)
        for deeper in [one for one in counts if one > at]:
            restart = found.levels.get(deeper, level).restart
            if restart is None or at < restart:
                del counts[deeper]
        return _label(at, found, counts)


def _level_of(numbered: Numbered, found: Rules) -> int:
    """A style is linked to a level by the level, whatever the style itself says (17.9.23)."""
    if numbered.style:
        for at, level in found.levels.items():
            if level.paragraph_style == numbered.style:
                return at
    return min(max(numbered.level or 0, 0), MAX_LEVEL - 1)


def _label(at: int, found: Rules, counts: dict[int, int]) -> Label:
    level = found.levels[at]
    if level.is_picture or level.style == "bullet":
        sign = BULLET if level.is_picture else read_bullet(level.pattern, level.font)
        return Label(sign + level.suffix if sign else "", at, is_bullet=True)

    def number(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        other = found.levels.get(index)
        if other is None or index > at:
            return ""
        value = counts.get(index, found.starts.get(index, other.start))
        if other.custom and not level.is_legal:
            return write_custom(value, other.custom)
        return write_number(value, "decimal" if level.is_legal and other.style != "none" else other.style)

    text = _PLACEHOLDER.sub(number, level.pattern)[:MAX_LABEL_CHARACTERS]
    return Label(text + level.suffix if text.strip() else "", at, is_bullet=False)


def _levels(definition: Element) -> dict[int, Level]:
    levels = definition.findall(f"{W}lvl")[: MAX_LEVEL + 1]
    return {at: _level(one) for one in levels if (at := _index(one)) is not None}


def _index(element: Element) -> int | None:
    text = element.get(f"{W}ilvl", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 and int(text) < MAX_LEVEL else None


def _level(element: Element) -> Level:
    style, custom = _format(element)
    pattern = element.find(f"{W}lvlText")
    suffix = element.find(f"{W}suff")
    fonts = element.find(f"{W}rPr/{W}rFonts")
    linked = element.find(f"{W}pStyle")
    return Level(
        start=max(0, count_of(element.find(f"{W}start")) or 0),
        style=style,
        pattern="" if pattern is None else pattern.get(VAL, "")[:MAX_LABEL_CHARACTERS],
        custom=custom,
        restart=count_of(element.find(f"{W}lvlRestart")),
        is_legal=is_on(element.find(f"{W}isLgl")),
        suffix="" if suffix is not None and suffix.get(VAL) == "nothing" else " ",
        font="" if fonts is None else fonts.get(f"{W}ascii", ""),
        paragraph_style="" if linked is None else linked.get(VAL, ""),
        is_picture=element.find(f"{W}lvlPicBulletId") is not None,
    )


def _format(element: Element) -> tuple[str, str]:
    """The style of numbers, and the beginning of one that has no name: newer Word writes it as an alternative."""
    found = next(element.iter(f"{W}numFmt"), None)
    if found is None:
        return "decimal", ""
    style = found.get(VAL, "decimal")
    return ("decimal", found.get(f"{W}format", "")) if style == "custom" else (style, "")
