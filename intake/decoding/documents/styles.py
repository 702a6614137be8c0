"""Styles of a Word document: what a paragraph or a run is given by name (ISO/IEC 29500-1, 17.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.decoding.documents.package import Element, local

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of a Word document's text."""
VAL = f"{W}val"

MAX_CHAIN = 32
"""Styles that are based on one another; Word allows eleven."""
MAX_LEVEL = 9
"""Outlines and lists have nine levels (17.3.1.20, 17.9.3)."""

_HEADING = re.compile(r"heading ([1-9])")
_OFF = {"0", "false", "off", "none"}


@dataclass(frozen=True, slots=True)
class Numbered:
    """Which list, and level from 0, a paragraph is in; None where it is not said. ``style`` says it, if one does."""

    list: str | None = None
    level: int | None = None
    style: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """What matters to us of a style, its ancestors counted in. ``outline`` counts from 1; 0: running text."""

    outline: int = 0
    numbered: Numbered | None = None
    hidden: bool = False


def is_on(element: Element | None) -> bool:
    """A property that is there is on, unless it says otherwise (17.17.4)."""
    return element is not None and element.get(VAL, "1").lower() not in _OFF


def count_of(element: Element | None) -> int | None:
    """The number that a property says; None where there is none."""
    text = "" if element is None else element.get(VAL, "")
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


def numbered_of(properties: Element | None, style: str = "") -> Numbered | None:
    """The list that paragraph properties name, if any (17.3.1.19)."""
    inside = None if properties is None else properties.find(f"{W}numPr")
    if inside is None:
        return None
    name, level = inside.find(f"{W}numId"), count_of(inside.find(f"{W}ilvl"))
    return Numbered(None if name is None else name.get(VAL, ""), level, style)


class Styles:
    """Of one document, by their identifiers."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._resolved: dict[str, Style] = {}
        self._usual = ""
        for element in root if root is not None else ():
            if local(element) == "style":
                name = element.get(f"{W}styleId", "")
                self._elements.setdefault(name, element)
                if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default", "0").lower() not in _OFF:
                    self._usual = self._usual or name

    def get(self, name: str | None) -> Style:
        """A style with all that it inherits; circles end where they close. Without a name, the usual one."""
        name = name or self._usual
        if name not in self._resolved:
            self._resolved[name] = self._resolve(name)
        return self._resolved[name]

    def _resolve(self, name: str) -> Style:
        outline: int | None = None
        hidden: bool | None = None
        in_list = level = None
        source = ""
        seen: set[str] = set()
        while name in self._elements and name not in seen and len(seen) < MAX_CHAIN:
            seen.add(name)
            element = self._elements[name]
            properties = element.find(f"{W}pPr")
            if outline is None:
                outline = _outline(element, properties)
            if in_list is None and (own := numbered_of(properties, name)) is not None:
                level = own.level if level is None else level
                in_list, source = own.list, name
            vanish = element.find(f"{W}rPr/{W}vanish")
            if hidden is None and vanish is not None:
                hidden = is_on(vanish)
            based = element.find(f"{W}basedOn")
            name = "" if based is None else based.get(VAL, "")
        numbered = None if in_list is None else Numbered(in_list, level, source)
        return Style(outline or 0, numbered, bool(hidden))


def _outline(element: Element, properties: Element | None) -> int | None:
    """The level of a heading, from 1; the outline level 9 says running text (17.3.1.20)."""
    said = None if properties is None else count_of(properties.find(f"{W}outlineLvl"))
    if said is not None:
        return said + 1 if 0 <= said < MAX_LEVEL else 0
    name = element.find(f"{W}name")
    return heading_level("" if name is None else name.get(VAL, "")) or None


def heading_level(name: str) -> int:
    """By the name of a style that Word itself makes, which is English in every language; 0: it is none."""
    if found := _HEADING.fullmatch(name.lower()):
        return int(found[1])
    return 1 if name.lower() == "title" else 0
