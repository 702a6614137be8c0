"""Word 97 to 2003 (.doc, MS-DOC): text by its piece table, with headings, lists, tables, tracked changes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from intake.decoding.documents import old_properties as properties
from intake.decoding.documents.draft import Draft, Place
from intake.decoding.documents.numbering import Counters
from intake.decoding.documents.old_forms import OldField, read_field
from intake.decoding.documents.old_lists import OldLists
from intake.decoding.documents.old_properties import OldStyles, Properties, Runs
from intake.decoding.documents.pieces import Filled, Piece, Shape, emit, join_halves, merge, text_of
from intake.decoding.documents.styles import MAX_LEVEL, Numbered
from intake.vocabulary.document import BlockKind, Flag

MAX_PIECES = 200_000
"""Of a document that was saved over and over; one that was saved whole has one."""
MAX_DEPTH = 16
"""Tables inside tables."""
MAX_FIELDS = 64
"""Inside one another."""

_MAGIC, _UNICODE_FIB = 0xA5EC, 0xC1
_ENCRYPTED, _TABLE_ONE, _COMPLEX = 0x0100, 0x0200, 0x0004
_STYLES, _CHARACTERS, _PARAGRAPHS, _PIECES, _LISTS, _OVERRIDES = 1, 12, 13, 33, 73, 74
"""Where the header lists a table, from 0 (2.5.6)."""
_COMPRESSED = 0x40000000
_STORIES = ("text", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header boxes")
"""In the order of their characters (2.4.1)."""
_CODE_PAGES = {0x01: "cp1256", 0x19: "cp1251", 0x04: "gb18030", 0x0D: "cp1255", 0x08: "cp1253", 0x11: "cp932",
               0x12: "cp949", 0x1E: "cp874", 0x1F: "cp1254", 0x22: "cp1251", 0x23: "cp1251", 0x02: "cp1251",
               0x05: "cp1250", 0x15: "cp1250", 0x0E: "cp1250", 0x18: "cp1250"}  # fmt: skip
"""Of Word 95, by the primary language of the document (MS-LCID)."""
_SIGNS = {"\x0b": "\n", "\x1e": "‑", "\x0e": "", "\x1f": "", "\x01": "", "\x08": "", "\x05": "", "\x02": "", "\x03": "",
          "\x04": "", "\x00": ""}  # fmt: skip
_BEGIN, _SEPARATE, _END, _DATA = "\x13", "\x14", "\x15", "\x01"


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters from ``start`` to ``end``; their octets begin at ``offset``, one or two each."""

    start: int
    end: int
    offset: int
    width: int


def read(document: bytes, tables: tuple[bytes, bytes], data: bytes, draft: Draft) -> None:
    """The streams WordDocument, 0Table and 1Table, Data. Raises Full; struct.error where the header is damaged."""
    magic, version, flags = struct.unpack_from("<HH6xH", document)
    if flags & _ENCRYPTED:
        draft.flag(Flag.ENCRYPTED)
        return
    if magic != _MAGIC or version < _UNICODE_FIB:
        _read_older(document, flags, draft)
        return
    table = tables[1] if flags & _TABLE_ONE else tables[0]

    def part(index: int, more: int = 0) -> bytes:
        start, size = struct.unpack_from("<II", document, 154 + 8 * index)
        return table[start : start + size + more] if size else b""

    lists = part(_LISTS)
    levels = part(_LISTS, len(table))[len(lists) :]
    pieces = list(_pieces(part(_PIECES)))
    if not pieces:
        draft.flag(Flag.DAMAGED)
        return
    story = _Story(
        draft,
        document,
        pieces,
        OldStyles(part(_STYLES)),
        Runs(document, part(_PARAGRAPHS), of_paragraphs=True),
        Runs(document, part(_CHARACTERS), of_paragraphs=False),
        OldLists(lists, levels, part(_OVERRIDES)),
        data,
    )
    counts = struct.unpack_from("<8i", document, 76)
    at = 0
    for name, count in zip(_STORIES, counts, strict=True):
        if count > 0 and name != "macros":
            story.read(name, at, at + count)
        at += max(0, count)


def _read_older(document: bytes, flags: int, draft: Draft) -> None:
    """Word 6 and 95: text in the code page of its language; of what was saved in pieces, their order is not known."""
    language = struct.unpack_from("<H", document, 6)[0]
    start, end = struct.unpack_from("<II", document, 0x18)
    draft.flag(Flag.IMPLAUSIBLE)
    if flags & _COMPLEX or not start < end <= len(document):
        draft.flag(Flag.UNSUPPORTED)
        return
    text = document[start:end].decode(_CODE_PAGES.get(language & 0x3FF, "cp1252"), "replace")
    for line in text.replace("\x07", "\r").split("\r"):
        shown = "".join(_SIGNS.get(one, one) for one in line)
        if shown.strip():
            draft.add(BlockKind.PARAGRAPH, shown)


def _pieces(octets: bytes) -> Iterator[_Piece]:
    """The table of pieces (2.9.38, 2.9.177)."""
    at = 0
    while at + 3 <= len(octets) and octets[at] == 1:
        at += 3 + struct.unpack_from("<H", octets, at + 1)[0]
    if at + 5 > len(octets) or octets[at] != 2:  # noqa: PLR2004 - the mark of the table.
        return
    count = min((struct.unpack_from("<I", octets, at + 1)[0] - 4) // 12, (len(octets) - at - 9) // 12, MAX_PIECES)
    at += 5
    for index in range(max(0, count)):
        start, end = struct.unpack_from("<II", octets, at + 4 * index)
        (place,) = struct.unpack_from("<I", octets, at + 4 * (count + 1) + 8 * index + 2)
        if start >= end:
            continue
        if place & _COMPRESSED:
            yield _Piece(start, end, (place & ~_COMPRESSED) // 2, 1)
        else:
            yield _Piece(start, end, place, 2)


def _units(octets: bytes) -> str:
    """UTF-16, a character a unit, so that places in the text are places in the file."""
    count = len(octets) // 2
    return "".join(map(chr, struct.unpack_from(f"<{count}H", octets)))


@dataclass(slots=True)
class _Field:
    """Between its beginning and its end (2.4.1): first what makes it, then what it shows."""

    shows: bool = False
    form: OldField | None = None
    shown: list[str] = field(default_factory=list)


class _Story:
    def __init__(
        self,
        draft: Draft,
        document: bytes,
        pieces: list[_Piece],
        styles: OldStyles,
        paragraphs: Runs,
        characters: Runs,
        lists: OldLists,
        data: bytes,
    ) -> None:
        self._data = data
        self._draft, self._document, self._pieces = draft, document, pieces
        self._styles, self._paragraphs, self._characters, self._lists = styles, paragraphs, characters, lists
        self._counters = Counters(lists)
        self._fields: list[_Field] = []
        self._cells: dict[int, Place] = {}
        self._begun: set[int] = set()
        self._said: set[str] = set()
        self._lines: list[str] = []

    def read(self, name: str, start: int, end: int) -> None:
        """The characters of one story. Raises Full."""
        self._counters, self._cells = Counters(self._lists), {}
        self._fields.clear()
        out: list[Piece] = []
        for text, found, offset, width in self._runs(start, end):
            at = 0
            for index, one in enumerate(text):
                if one in "\r\x07\x0c":
                    self._show(text[at:index], found, out)
                    at = index + 1
                    self._end(name, out, one, offset + index * width)
                    out.clear()
            self._show(text[at:], found, out)
        if text_of(out).strip():
            self._end(name, out, "\r", -1)
        if name == "comments":
            for line in self._lines:
                self._draft.comment("", line)

    def _runs(self, start: int, end: int) -> Iterator[tuple[str, Properties, int, int]]:
        """Text that is shown, its properties, offset and width; ends of paragraphs are shown even where hidden."""
        for piece in self._pieces:
            first, last = max(start, piece.start), min(end, piece.end)
            if first >= last:
                continue
            offset = piece.offset + (first - piece.start) * piece.width
            stop = min(piece.offset + (last - piece.start) * piece.width, len(self._document))
            while offset < stop:
                self._draft.tick()
                _, found, until = self._characters.at(offset)
                until = min(max(until, offset + piece.width), stop)
                until += (until - offset) % piece.width
                octets = self._document[offset:until]
                text = octets.decode("cp1252", "replace") if piece.width == 1 else _units(octets)
                yield self._visible(text, found), found, offset, piece.width
                offset = until

    def _visible(self, text: str, found: Properties) -> str:
        is_deleted = found.get(properties.C_DELETED) == 1
        if is_deleted or found.get(properties.C_INSERTED) == 1:
            self._draft.flag(Flag.TRACKED_CHANGES)
        hidden = found.get(properties.C_HIDDEN)
        is_hidden = hidden == 1 or (
            hidden is None and properties.C_STYLE in found and self._styles.is_hidden(found[properties.C_STYLE])
        )
        if not is_deleted and not is_hidden:
            return text
        if is_hidden and text.strip("\r\x07\x0c \x13\x14\x15"):
            self._draft.flag(Flag.HIDDEN_TEXT)
        marks = "\x07\x13\x14\x15" if is_deleted else "\r\x07\x0c\x13\x14\x15"
        return "".join(one if one in marks else "\0" for one in text)

    def _show(self, text: str, found: Properties, out: list[Piece]) -> None:
        """Without the instructions of fields; those of forms with what is in them."""
        if not self._fields and _BEGIN not in text:
            out.append("".join(_SIGNS.get(one, one) for one in text))
            return
        for one in text:
            if one == _BEGIN and len(self._fields) < MAX_FIELDS:
                self._fields.append(_Field())
            elif one == _SEPARATE and self._fields:
                self._fields[-1].shows = True
            elif one == _END and self._fields:
                self._close(self._fields.pop(), out)
            elif one == _DATA and self._fields and found.get(properties.C_IS_DATA) == 1:
                self._fields[-1].form = read_field(self._data, found.get(properties.C_PLACE, 0))
            elif all(opened.shows for opened in self._fields):
                inside = next((opened for opened in reversed(self._fields) if opened.form is not None), None)
                (out if inside is None else inside.shown).append(_SIGNS.get(one, one))

    def _close(self, field: _Field, out: list[Piece]) -> None:
        if field.form is not None and all(other.shows for other in self._fields):
            said = "".join(field.shown).strip() if field.form.text is None else field.form.text
            out.append(Filled(field.form.name, join_halves(said)))

    def _end(self, name: str, pieces: list[Piece], mark: str, offset: int) -> None:
        """A paragraph ends, or a cell, or a row."""
        text = join_halves(text_of(pieces))
        style, own, _ = self._paragraphs.at(offset) if offset >= 0 else (0, {}, 0)
        heading, inherited = self._styles.paragraph(style)
        found = inherited | own
        if name == "comments":
            self._lines += [text.strip()] if text.strip() else []
            return
        if name in {"headers", "header boxes"}:
            if text.strip() and text not in self._said:
                self._said.add(text)
                self._draft.add(BlockKind.PARAGRAPH, text)
            return
        depth = min(found.get(properties.P_DEPTH, found.get(properties.P_IN_TABLE, 0)) & 0xFF, MAX_DEPTH)
        is_row_end = found.get(properties.P_ROW_END) == 1 or found.get(properties.P_INNER_ROW_END) == 1
        if depth and is_row_end:
            self._end_row(depth)
            return
        if depth == 0:
            self._cells.clear()
        elif depth not in self._cells:
            self._cells[depth] = Place(self._draft.open_table(), 1, 1)
        self._emit(pieces, self._shape(found, heading), depth)
        if depth and (mark == "\x07" or found.get(properties.P_INNER_CELL) == 1):
            self._end_cell(depth)

    def _emit(self, pieces: list[Piece], shape: Shape, depth: int) -> None:
        before, whole = self._draft.size, merge(pieces)
        emit(self._draft, whole, shape, self._cells.get(depth), lambda _: None)
        if self._draft.size > before or text_of(whole).strip():
            self._begun.update(range(1, depth + 1))

    def _shape(self, found: Properties, heading: int) -> Shape:
        outline = found.get(properties.P_OUTLINE)
        if outline is not None:
            heading = outline + 1 if outline < MAX_LEVEL else 0
        name = found.get(properties.P_LIST, 0)
        label = None
        if 0 < name < 0x7FF:  # noqa: PLR2004 - the last of them (2.6.2); what lies behind says: none.
            label = self._counters.count(Numbered(str(name), found.get(properties.P_LEVEL, 0)))
        if label is None or not label.text:
            return Shape(BlockKind.HEADING, heading) if heading else Shape()
        if heading:
            return Shape(BlockKind.HEADING, heading, label.text, label.is_bullet)
        return Shape(BlockKind.ITEM, label.level + 1, label.text, label.is_bullet)

    def _end_cell(self, depth: int) -> None:
        place = self._cells[depth]
        if depth not in self._begun:
            self._draft.add(BlockKind.CELL, "", place=place)
        self._begun = {one for one in self._begun if one < depth}
        self._cells = {one: cell for one, cell in self._cells.items() if one <= depth}
        self._cells[depth] = replace(place, column=place.column + 1)

    def _end_row(self, depth: int) -> None:
        if (place := self._cells.get(depth)) is not None:
            self._cells[depth] = replace(place, row=place.row + 1, column=1)
