"""Properties of paragraphs and characters in a .doc (MS-DOC, 2.6, 2.8, 2.9): by where in the file they stand."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CHAIN = 32
"""Styles that are based on one another."""
MAX_STYLES = 4096
"""Of a document (2.9.271)."""
PAGE = 512
"""Octets of a page of properties."""

P_LEVEL, P_LIST, P_OUTLINE = 0x260A, 0x460B, 0x2640
P_IN_TABLE, P_ROW_END, P_DEPTH, P_INNER_CELL, P_INNER_ROW_END = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
C_DELETED, C_INSERTED, C_HIDDEN, C_STYLE, C_PLACE, C_IS_DATA = 0x0800, 0x0801, 0x083C, 0x4A30, 0x6A03, 0x0806
_DEFINE_TABLE, _CHANGE_TABS = 0xD608, 0xC615
_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
"""Of an operand, by the highest three bits of its code (2.2.5.1)."""

Properties = dict[int, int]
"""By their codes; operands as numbers, of long ones nothing."""


def read_properties(octets: bytes) -> Properties:
    """A list of property modifiers (2.9.199); cut off where it is damaged."""
    found: Properties = {}
    at = 0
    while at + 2 < len(octets):
        (code,) = struct.unpack_from("<H", octets, at)
        at += 2
        size = _SIZES.get(code >> 13)
        if size is None:
            if code == _DEFINE_TABLE:
                size = int.from_bytes(octets[at : at + 2], "little") + 1
            else:
                size = octets[at] + 1
                if code == _CHANGE_TABS and octets[at] == 0xFF:  # noqa: PLR2004 - its length is not said (2.9.182).
                    return found
        else:
            found[code] = int.from_bytes(octets[at : at + size], "little")
        at += size
    return found


@dataclass(frozen=True, slots=True)
class OldStyle:
    """A style: which of Word's own it is (1 to 9: headings), what it is based on, its properties."""

    kind: int
    base: int
    paragraph: Properties
    characters: Properties


class OldStyles:
    """The style sheet (2.9.271)."""

    def __init__(self, octets: bytes) -> None:
        self._styles: dict[int, OldStyle] = {}
        if len(octets) < 6:  # noqa: PLR2004 - the shortest header.
            return
        header, count, base_octets = struct.unpack_from("<HHH", octets)
        at = 2 + header
        for index in range(min(count, MAX_STYLES)):
            if at + 2 > len(octets):
                return
            (size,) = struct.unpack_from("<H", octets, at)
            style = _style(octets[at + 2 : at + 2 + size], base_octets)
            if style is not None:
                self._styles[index] = style
            at += 2 + size

    def paragraph(self, index: int) -> tuple[int, Properties]:
        """The level of a heading (0: none), and the properties of a style and of those that it is based on."""
        heading, found = 0, Properties()
        for style in self._chain(index):
            heading = heading or (style.kind if 1 <= style.kind <= 9 else 1 if style.kind == _TITLE else 0)  # noqa: PLR2004
            found = style.paragraph | found
        return heading, found

    def is_hidden(self, index: int) -> bool:
        """Whether the characters of a style are."""
        said = (style.characters[C_HIDDEN] for style in self._chain(index) if C_HIDDEN in style.characters)
        return next(said, 0) == 1

    def _chain(self, index: int) -> Iterator[OldStyle]:
        seen: set[int] = set()
        while index in self._styles and index not in seen and len(seen) < MAX_CHAIN:
            seen.add(index)
            yield self._styles[index]
            index = self._styles[index].base


_TITLE = 62
_PARAGRAPH, _CHARACTER = 1, 2


def _style(octets: bytes, base_octets: int) -> OldStyle | None:
    if len(octets) < base_octets + 2 or base_octets < 6:  # noqa: PLR2004
        return None
    first, second, _ = struct.unpack_from("<HHH", octets)
    kind, base = second & 15, second >> 4
    (characters,) = struct.unpack_from("<H", octets, base_octets)
    at = base_octets + 2 + characters * 2 + 2
    parts: list[bytes] = []
    while at + 2 <= len(octets) and len(parts) < 2:  # noqa: PLR2004
        at += at % 2
        size = int.from_bytes(octets[at : at + 2], "little")
        parts.append(octets[at + 2 : at + 2 + size])
        at += 2 + size
    parts += [b"", b""]
    paragraph = read_properties(parts[0][2:]) if kind == _PARAGRAPH else {}
    own = parts[1] if kind == _PARAGRAPH else parts[0] if kind == _CHARACTER else b""
    return OldStyle(first & 0xFFF, base, paragraph, read_properties(own))


class Runs:
    """Properties by offset: pages of 512 octets, which a table in the other stream lists (2.8.5, 2.8.6)."""

    def __init__(self, document: bytes, table: bytes, *, of_paragraphs: bool) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._properties: list[tuple[int, Properties]] = []
        count = max(0, (len(table) - 4) // 8)
        pages = struct.unpack_from(f"<{count}I", table, 4 * (count + 1)) if count else ()
        known: dict[bytes, tuple[int, Properties]] = {}
        for number in dict.fromkeys(pages):
            page = document[(number & 0x3FFFFF) * PAGE :][:PAGE]
            if len(page) == PAGE:
                self._read(page, known, of_paragraphs=of_paragraphs)
        order = sorted(range(len(self._starts)), key=self._starts.__getitem__)
        self._starts = [self._starts[at] for at in order]
        self._ends = [self._ends[at] for at in order]
        self._properties = [self._properties[at] for at in order]

    def _read(self, page: bytes, known: dict[bytes, tuple[int, Properties]], *, of_paragraphs: bool) -> None:
        count = page[-1]
        width = 13 if of_paragraphs else 1
        if 4 * (count + 1) + width * count >= PAGE:
            return
        offsets = struct.unpack_from(f"<{count + 1}I", page)
        for at in range(count):
            place = page[4 * (count + 1) + width * at] * 2
            octets = _grpprl(page, place, of_paragraphs=of_paragraphs) if place else b""
            if octets not in known:
                style = int.from_bytes(octets[:2], "little") if of_paragraphs else 0
                known[octets] = style, read_properties(octets[2:] if of_paragraphs else octets)
            self._starts.append(offsets[at])
            self._ends.append(offsets[at + 1])
            self._properties.append(known[octets])

    def at(self, offset: int) -> tuple[int, Properties, int]:
        """The style, the properties and the end of the run that this octet is in."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or offset >= self._ends[index]:
            following = self._starts[index + 1] if index + 1 < len(self._starts) else 2**32
            return 0, {}, following
        return (*self._properties[index], self._ends[index])


def _grpprl(page: bytes, place: int, *, of_paragraphs: bool) -> bytes:
    size = page[place]
    if not of_paragraphs:
        return page[place + 1 : place + 1 + size]
    if size:
        return page[place + 1 : place + 2 * size]
    return page[place + 2 : place + 2 + 2 * page[place + 1]] if place + 1 < PAGE else b""
