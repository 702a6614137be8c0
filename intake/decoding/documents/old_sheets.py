"""Excel 5 to 2003 (.xls, MS-XLS): cells as they are shown, sheet by sheet."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from intake.decoding.documents.cell_formats import BUILT_IN, show
from intake.decoding.documents.draft import Draft, Place
from intake.vocabulary.document import BlockKind, Flag

MAX_SHEETS = 500
"""Of a workbook."""
MAX_STRINGS = 200_000
"""Of the table that cells refer to; twice as many as there may be cells."""
MAX_RECORDS = 2_000_000
"""That are looked at, of a whole workbook: one a cell, and some beside."""

_BOF, _EOF, _CONTINUE, _PASSWORD, _CODE_PAGE, _1904 = 0x809, 0x0A, 0x3C, 0x2F, 0x42, 0x22
_SHEET, _STRINGS, _FORMAT, _CELL_FORMAT = 0x85, 0xFC, 0x41E, 0xE0
_SHARED, _NUMBER, _RK, _MANY_RK, _FORMULA, _STRING, _BOOL, _LABEL, _RICH = (
    0xFD, 0x203, 0x27E, 0xBD, 0x06, 0x207, 0x205, 0x204, 0xD6)  # fmt: skip
_ROW, _COLUMNS, _OBJECT, _TEXT = 0x208, 0x7D, 0x5D, 0x1B6
_NOTE = 0x19
_BIFF8 = 0x600
_WORKSHEET = 0
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


@dataclass(frozen=True, slots=True)
class _Record:
    """A record, the octets of those that continue it set apart (2.1.4)."""

    type: int
    parts: tuple[bytes, ...]

    @property
    def data(self) -> bytes:
        return self.parts[0]


def read(stream: bytes, draft: Draft) -> None:
    """The stream Workbook or Book. Raises Full; struct.error and IndexError where it is damaged."""
    _Book(stream, draft).read()


def _records(stream: bytes, at: int, most: int) -> Iterator[_Record]:
    """From here to the end of this part of the stream."""
    depth, left = 0, most
    while at + 4 <= len(stream) and left > 0:
        left -= 1
        kind, size = struct.unpack_from("<HH", stream, at)
        parts, at = [stream[at + 4 : at + 4 + size]], at + 4 + size
        while at + 4 <= len(stream) and stream[at : at + 2] == b"\x3c\0":
            (size,) = struct.unpack_from("<H", stream, at + 2)
            parts.append(stream[at + 4 : at + 4 + size])
            at += 4 + size
        yield _Record(kind, tuple(parts))
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return


class _Strings:
    """Characters that run over from one record into the next, where their width is said again (2.5.293)."""

    def __init__(self, parts: tuple[bytes, ...]) -> None:
        self._parts, self._part, self._at = parts, 0, 0

    def take(self, size: int) -> bytes:
        """So many octets, wherever they are."""
        out = b""
        while len(out) < size:
            if self._at >= len(self._parts[self._part]):
                self._part, self._at = self._part + 1, 0  # IndexError: the table is cut off.
                continue
            piece = self._parts[self._part][self._at : self._at + size - len(out)]
            out, self._at = out + piece, self._at + len(piece)
        return out

    def read(self) -> str:
        """The next string, without its fonts and its pronunciation."""
        count, flags = struct.unpack("<HB", self.take(3))
        runs = struct.unpack("<H", self.take(2))[0] if flags & 8 else 0
        spoken = struct.unpack("<I", self.take(4))[0] if flags & 4 else 0
        out: list[str] = []
        while count:
            if self._at >= len(self._parts[self._part]):
                self._part, self._at = self._part + 1, 0
                flags = self.take(1)[0]
            width = 2 if flags & 1 else 1
            here = min(count, (len(self._parts[self._part]) - self._at) // width)
            if here == 0:
                raise IndexError("half a character")
            out.append(_decode(self.take(here * width), width))
            count -= here
        self.take(4 * runs)
        self.take(spoken)
        return "".join(out)


def _decode(octets: bytes, width: int) -> str:
    return octets.decode("utf-16-le", "replace") if width == 2 else octets.decode("latin-1")  # noqa: PLR2004


class _Book:
    def __init__(self, stream: bytes, draft: Draft) -> None:
        self._stream, self._draft = stream, draft
        self._strings: list[str] = []
        self._codes = dict(BUILT_IN)
        self._formats: list[int] = []
        self._sheets: list[tuple[int, int, int, str]] = []
        self._since_1904 = False
        self._code_page = "cp1252"
        self._is_wide = True

    def read(self) -> None:
        for record in _records(self._stream, 0, MAX_RECORDS):
            if record.type == _PASSWORD:
                self._draft.flag(Flag.ENCRYPTED)
                return
            self._global(record)
        if len(self._sheets) > MAX_SHEETS:
            self._draft.flag(Flag.TOO_LARGE)
        for place, state, kind, name in self._sheets[:MAX_SHEETS]:
            if state:
                self._draft.flag(Flag.HIDDEN_TEXT)
            elif kind == _WORKSHEET:
                self._draft.add(BlockKind.HEADING, name, level=1)
                _Sheet(self, self._draft).read(_records(self._stream, place, MAX_RECORDS))

    def _global(self, record: _Record) -> None:
        data = record.data
        if record.type == _BOF:
            self._is_wide = struct.unpack_from("<H", data)[0] == _BIFF8
        elif record.type == _CODE_PAGE:
            number = struct.unpack_from("<H", data)[0]
            self._code_page = {936: "gb18030", 950: "big5hkscs", 10000: "mac-roman", 10007: "mac-cyrillic"}.get(
                number, f"cp{number}" if number in {437, 850, 866, 874, 932, 949, *range(1250, 1259)} else "cp1252"
            )
        elif record.type == _1904:
            self._since_1904 = data[:1] == b"\1"
        elif record.type == _SHEET:
            place, state, kind = struct.unpack_from("<IBB", data)
            self._sheets.append((place, state & 3, kind, self.short_string(data[6:], 1)))
        elif record.type == _FORMAT:
            self._codes[struct.unpack_from("<H", data)[0]] = self.short_string(data[2:], 2 if self._is_wide else 1)
        elif record.type == _CELL_FORMAT:
            self._formats.append(struct.unpack_from("<H", data, 2)[0])
        elif record.type == _STRINGS:
            self._read_strings(record)

    def _read_strings(self, record: _Record) -> None:
        count = struct.unpack_from("<I", record.data, 4)[0]
        if count > MAX_STRINGS:
            self._draft.flag(Flag.TOO_LARGE)
        reader = _Strings((record.data[8:], *record.parts[1:]))
        try:
            for _ in range(min(count, MAX_STRINGS)):
                self._strings.append(reader.read())
        except (IndexError, struct.error):
            self._draft.flag(Flag.DAMAGED)

    def short_string(self, octets: bytes, length_octets: int) -> str:
        """A string in one record (2.5.240); before Excel 97, in the code page of the file."""
        count = int.from_bytes(octets[:length_octets], "little")
        rest = octets[length_octets:]
        if not self._is_wide:
            return rest[:count].decode(self._code_page, "replace")
        width = 2 if rest[:1] and rest[0] & 1 else 1
        return _decode(rest[1 : 1 + count * width], width)

    def shared(self, index: int) -> str:
        return self._strings[index] if index < len(self._strings) else ""

    def show(self, value: float, style: int) -> str:
        """A number as its cell shows it."""
        code = self._codes.get(self._formats[style] if style < len(self._formats) else 0, "General")
        try:
            return show(value, code, since_1904=self._since_1904)
        except (ValueError, OverflowError):
            return str(value)


class _Sheet:
    def __init__(self, book: _Book, draft: Draft) -> None:
        self._book, self._draft = book, draft
        self._table = draft.open_table()
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._waiting: tuple[int, int] | None = None
        self._is_note = False

    def read(self, records: Iterator[_Record]) -> None:
        for record in records:
            self._draft.tick()
            if record.type in _CELLS and len(record.data) >= 6:  # noqa: PLR2004 - row, column, format.
                row, column, style = struct.unpack_from("<HHH", record.data)
                self._cell(record, row, column, style)
            elif record.type == _STRING and self._waiting is not None:
                self._say(*self._waiting, self._book.short_string(record.data, 2))
                self._waiting = None
            elif record.type == _ROW:
                row, flags = struct.unpack_from("<H10xH", record.data)
                if flags & 0x20:
                    self._hidden_rows.add(row)
            elif record.type == _COLUMNS:
                first, last, _, _, flags = struct.unpack_from("<5H", record.data)
                if flags & 1:
                    self._hidden_columns.update(range(first, min(last, 255) + 1))
            elif record.type == _OBJECT:
                self._is_note = struct.unpack_from("<4xH", record.data)[0] == _NOTE
            elif record.type == _TEXT:
                self._box(record)

    def _cell(self, record: _Record, row: int, column: int, style: int) -> None:
        data, book = record.data, self._book
        if record.type == _SHARED:
            self._say(row, column, book.shared(struct.unpack_from("<I", data, 6)[0]))
        elif record.type in {_LABEL, _RICH}:
            self._say(row, column, book.short_string(data[6:], 2))
        elif record.type == _NUMBER:
            self._say(row, column, book.show(struct.unpack_from("<d", data, 6)[0], style))
        elif record.type == _RK:
            self._say(row, column, book.show(_rk(data[6:10]), style))
        elif record.type == _MANY_RK:
            for index in range((len(data) - 6) // 6):
                place = 4 + 6 * index
                (one,) = struct.unpack_from("<H", data, place)
                self._say(row, column + index, book.show(_rk(data[place + 2 : place + 6]), one))
        elif record.type == _BOOL:
            value, is_error = data[6], data[7]
            self._say(row, column, _ERRORS.get(value, "#ERROR") if is_error else "TRUE" if value else "FALSE")
        else:
            self._formula(data, row, column, style)

    def _formula(self, data: bytes, row: int, column: int, style: int) -> None:
        """Its last result (2.5.133)."""
        result = data[6:14]
        if result[6:] != b"\xff\xff":
            self._say(row, column, self._book.show(struct.unpack("<d", result)[0], style))
        elif result[0] == 0:
            self._waiting = row, column
        elif result[0] == 1:
            self._say(row, column, "TRUE" if result[2] else "FALSE")
        elif result[0] == 2:  # noqa: PLR2004 - an error.
            self._say(row, column, _ERRORS.get(result[2], "#ERROR"))

    def _say(self, row: int, column: int, text: str) -> None:
        if not text.strip():
            return
        if row in self._hidden_rows or column in self._hidden_columns:
            self._draft.flag(Flag.HIDDEN_TEXT)
        else:
            self._draft.add(BlockKind.CELL, text, place=Place(self._table, row + 1, column + 1))

    def _box(self, record: _Record) -> None:
        """The text of a box or of a comment, in the record behind (2.4.329)."""
        if len(record.parts) < 2:  # noqa: PLR2004
            return
        octets = record.parts[1]
        text = _decode(octets[1:], 2 if octets[:1] and octets[0] & 1 else 1)
        if self._is_note:
            self._draft.comment("", text)
        elif text.strip():
            self._draft.add(BlockKind.PARAGRAPH, text)


_CELLS = frozenset({_SHARED, _NUMBER, _RK, _MANY_RK, _FORMULA, _BOOL, _LABEL, _RICH})


def _rk(octets: bytes) -> float:
    """A number in four octets (2.5.217)."""
    (value,) = struct.unpack("<i", octets)
    number = float(value >> 2) if value & 2 else struct.unpack("<d", b"\0\0\0\0" + struct.pack("<i", value & ~3))[0]
    return number / 100 if value & 1 else number
