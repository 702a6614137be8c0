"""Sheets (.xlsx, ISO/IEC 29500-1, 18): cells as they are shown, sheet by sheet. Runs inside the sandbox."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable

from intake.decoding.documents.cell_formats import BUILT_IN, show
from intake.decoding.documents.draft import Draft, Full, Place
from intake.decoding.documents.package import Element, Package, Relation, local
from intake.vocabulary.document import BlockKind, Document, Flag

ENGINE = "intake sheets 1"
MAX_SHEETS = 500
"""Of a workbook."""
MAX_STRINGS = 200_000
"""Of the table that cells refer to; twice as many as there may be cells."""
MAX_STRING_CHARACTERS = 32_767
"""In one cell, as in Excel."""
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
"""As in Excel."""

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ON = {"1", "true"}


def read(octets: bytes) -> Document:
    """A workbook as text. Raises zipfile.BadZipFile where it is no archive at all."""
    package = Package(octets)
    draft = Draft(ENGINE)
    main = package.main_part("xl/workbook.xml")
    book = package.tree(main)
    if book is None:
        draft.flag(Flag.DAMAGED)
    else:
        with contextlib.suppress(Full):  # The draft is flagged then, and holds what was read.
            _Book(package, draft, main, book).read()
    for flag in package.flags:
        draft.flag(flag)
    return draft.finish()


class _Book:
    def __init__(self, package: Package, draft: Draft, main: str, book: Element) -> None:
        self._package, self._draft, self._book = package, draft, book
        self._relations = package.relations(main)
        properties = book.find(f"{_S}workbookPr")
        self._since_1904 = properties is not None and properties.get("date1904", "0") in _ON
        self._formats = _formats(package.tree(_target(self._relations, "styles")))
        self._strings: list[str] = []
        for one in package.walk(_target(self._relations, "sharedStrings"), f"{_S}si"):
            if len(self._strings) >= MAX_STRINGS:
                draft.flag(Flag.TOO_LARGE)
                break
            self._strings.append(_string(one))

    def read(self) -> None:
        """All sheets that are shown. Raises Full."""
        sheets = list(self._book.iter(f"{_S}sheet"))
        if len(sheets) > MAX_SHEETS:
            self._draft.flag(Flag.TOO_LARGE)
        for sheet in sheets[:MAX_SHEETS]:
            relation = self._relations.get(sheet.get(f"{_R}id", ""))
            if sheet.get("state", "visible") != "visible":
                self._draft.flag(Flag.HIDDEN_TEXT)
            elif relation is not None and relation.type == "worksheet":
                self._draft.add(BlockKind.HEADING, sheet.get("name", ""), level=1)
                self._sheet(relation.target)

    def _sheet(self, part: str) -> None:
        table, hidden, row_number = self._draft.open_table(), set[int](), 0
        for element in self._package.walk(part, f"{_S}col", f"{_S}row"):
            if local(element) == "col":
                if element.get("hidden", "0") in _ON:
                    first, last = (_count(element.get(one, "0")) for one in ("min", "max"))
                    hidden.update(range(first, min(last, MAX_COLUMN) + 1))
                continue
            self._draft.tick()
            row_number = min(_count(element.get("r", "")) or row_number + 1, MAX_ROW)
            self._row(element, table, row_number, hidden)
        self._beside(part)

    def _row(self, row: Element, table: int, number: int, hidden: set[int]) -> None:
        column = 0
        for cell in row:
            self._draft.tick()
            if local(cell) != "c":
                continue
            found = _ADDRESS.fullmatch(cell.get("r", ""))
            column = min(_column(found[1]) if found else column + 1, MAX_COLUMN)
            text = self._text(cell)
            if not text.strip():
                continue
            if row.get("hidden", "0") in _ON or column in hidden:
                self._draft.flag(Flag.HIDDEN_TEXT)
            else:
                self._draft.add(BlockKind.CELL, text, place=Place(table, number, column))

    def _text(self, cell: Element) -> str:
        """What a cell shows (18.3.1.4)."""
        kind, inside = cell.get("t", "n"), cell.find(f"{_S}v")
        value = "" if inside is None else inside.text or ""
        if kind == "s":
            at = _count(value) if value.strip().isdigit() else -1
            return self._strings[at] if 0 <= at < len(self._strings) else ""
        if kind == "inlineStr":
            text = cell.find(f"{_S}is")
            return "" if text is None else _string(text)
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if kind == "n" and value:
            style = _count(cell.get("s", "0"))
            code = self._formats[style] if style < len(self._formats) else "General"
            try:
                return show(float(value), code, since_1904=self._since_1904)
            except (ValueError, OverflowError):
                return value
        return value[:MAX_STRING_CHARACTERS]

    def _beside(self, part: str) -> None:
        """What hangs on a sheet: text boxes, and comments apart."""
        for relation in self._package.relations(part).values():
            if not relation.target:
                continue
            if relation.type == "drawing":
                for body in self._package.walk(relation.target, f"{_A}p"):
                    text = "".join(one.text or "" for one in body.iter(f"{_A}t"))
                    if text.strip():
                        self._draft.add(BlockKind.PARAGRAPH, text)
            elif relation.type == "comments":
                self._comments(relation.target)

    def _comments(self, part: str) -> None:
        root = self._package.tree(part)
        if root is None:
            return
        authors = [one.text or "" for one in root.iter(f"{_S}author")]
        for comment in root.iter(f"{_S}comment"):
            text, at = comment.find(f"{_S}text"), _count(comment.get("authorId", "0"))
            author = authors[at] if at < len(authors) else ""
            self._draft.comment(author, "" if text is None else _string(text))


def _target(relations: dict[str, Relation], kind: str) -> str:
    return next((one.target for one in relations.values() if one.type == kind), "")


def _string(element: Element) -> str:
    """Plain or rich text; how it is pronounced is no part of it (18.4.6)."""
    return "".join(_texts(element))[:MAX_STRING_CHARACTERS]


def _texts(element: Element) -> Iterable[str]:
    for child in element:
        if local(child) == "t":
            yield child.text or ""
        elif local(child) == "r":
            yield from _texts(child)


def _formats(styles: Element | None) -> list[str]:
    """The code of each cell format (18.8.10)."""
    if styles is None:
        return []
    codes = dict(BUILT_IN)
    for one in styles.iter(f"{_S}numFmt"):
        codes[_count(one.get("numFmtId", "0"))] = one.get("formatCode", "General")
    cells = styles.find(f"{_S}cellXfs")
    return [codes.get(_count(one.get("numFmtId", "0")), "General") for one in (cells if cells is not None else ())]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0  # noqa: PLR2004 - 32 bits.
