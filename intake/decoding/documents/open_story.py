"""The body of an OpenDocument file: paragraphs, lists, tables, sheets and slides as blocks (ISO/IEC 26300-3)."""

from __future__ import annotations

from dataclasses import dataclass, field

from intake.decoding.documents.draft import Draft, Place
from intake.decoding.documents.open_styles import (
    MAX_LEVEL,
    TABLE,
    TEXT,
    Levels,
    OpenStyles,
    write_label,
)
from intake.decoding.documents.open_text import OpenText
from intake.decoding.documents.package import Element, local
from intake.decoding.documents.pieces import Shape, emit, text_of
from intake.vocabulary.document import BlockKind

MAX_REPEATED = 1000
"""Equal rows, or cells, that hold something; of empty ones there may be a million, and they are passed over."""
MAX_NUMBER = 2**31 - 1

_SKIPPED = frozenset({"forms", "sequence-decls", "variable-decls", "user-field-decls", "tracked-changes", "shapes",
                      "table-column", "table-columns", "table-header-columns", "table-column-group", "title", "desc",
                      "dde-connection-decls", "calculation-settings", "content-validations", "label-ranges",
                      "index-title-template", "table-of-content-source", "script", "animations"})  # fmt: skip


@dataclass(slots=True)
class _List:
    """One that is open: its style, and what it has counted, by levels from 1."""

    style: str
    counts: dict[int, int] = field(default_factory=dict)


class OpenStory:
    """Reads containers into a draft; lists go on where the file says so, across all that it reads."""

    def __init__(self, draft: Draft, styles: OpenStyles, text: OpenText) -> None:
        self._draft, self._styles, self._text = draft, styles, text
        self._outline: dict[int, int] = {}
        self._lists: dict[str, _List] = {}
        self._last: _List | None = None
        self.has_hidden = False

    def read(self, container: Element, place: Place | None = None) -> None:
        """All that a container shows, in order. Raises Full."""
        for child in container:
            name = local(child)
            self._draft.tick()
            if name in {"p", "h"}:
                self._paragraph(child, place, self._heading(child) if name == "h" else Shape())
            elif name == "list":
                self._list(child, place, None, 1)
            elif name == "table":
                self._table(child)
            elif name == "section" and child.get(f"{TEXT}display", "true") != "true":
                self._hide(child)
            elif name == "page":
                self._page(child)
            elif name == "control":
                self._paragraph(child, place, Shape())
            elif name == "annotation":
                self._text.comment(child)
            elif name and name not in _SKIPPED:
                self._text.has_pictures = self._text.has_pictures or name == "image"
                self.read(child, place)

    def _hide(self, element: Element) -> None:
        self.has_hidden = self.has_hidden or any(one.strip() for one in element.itertext())

    def _paragraph(self, paragraph: Element, place: Place | None, shape: Shape) -> None:
        pieces = self._text.read(paragraph)
        emit(self._draft, pieces, shape, place, lambda content: self.read(content, place))

    # --- headings and lists --------------------------------------------------------------------------------

    def _heading(self, heading: Element) -> Shape:
        level = min(max(_count(heading.get(f"{TEXT}outline-level", "1")), 1), MAX_LEVEL)
        said = heading.find(f"{TEXT}number")
        if said is not None:
            return Shape(BlockKind.HEADING, level, "".join(said.itertext()).strip() + " ")
        is_counted = self._styles.list_of(heading.get(f"{TEXT}style-name", "")) != ""
        if heading.get(f"{TEXT}is-list-header") == "true" or not is_counted or level not in self._styles.outline:
            return Shape(BlockKind.HEADING, level)
        restart = heading.get(f"{TEXT}start-value") if heading.get(f"{TEXT}restart-numbering") == "true" else None
        _advance(self._outline, level, self._styles.outline, restart)
        return Shape(BlockKind.HEADING, level, write_label(level, self._styles.outline, self._outline))

    def _list(self, element: Element, place: Place | None, inside: _List | None, level: int) -> None:
        own = inside or self._open(element)
        style = element.get(f"{TEXT}style-name") or own.style
        levels = self._styles.levels(style)
        for item in element:
            if local(item) not in {"list-item", "list-header"}:
                continue
            is_counted = local(item) == "list-item"
            for child in item:
                name = local(child)
                if name == "list":
                    self._nested(child, place, own, style, level)
                elif name in {"p", "h"}:
                    self._item(child, place, own, levels, level, item if is_counted else None)
                    is_counted = False
                elif name == "table":
                    self._table(child)
        self._last = own

    def _nested(self, element: Element, place: Place | None, own: _List, style: str, level: int) -> None:
        outer, own.style = own.style, style
        self._list(element, place, own, min(level + 1, MAX_LEVEL))
        own.style = outer

    def _open(self, element: Element) -> _List:
        """A list begins anew, unless it continues another one, or the last one (5.3.1)."""
        style = element.get(f"{TEXT}style-name", "")
        name = element.get("{http://www.w3.org/XML/1998/namespace}id", "")
        before = self._lists.get(element.get(f"{TEXT}continue-list", ""))
        if before is None and element.get(f"{TEXT}continue-numbering") == "true":
            before = self._last
        own = _List(style) if before is None else _List(style, before.counts)
        if name:
            self._lists[name] = own
        return own

    def _item(
        self, paragraph: Element, place: Place | None, own: _List, levels: Levels, level: int, item: Element | None
    ) -> None:
        """The first paragraph of an item bears its number; those behind it belong to the same item."""
        shape = Shape()
        if item is not None:
            _advance(own.counts, level, levels, item.get(f"{TEXT}start-value"))
            said = item.find(f"{TEXT}number")
            label = write_label(level, levels, own.counts)
            if said is not None:
                label = "".join(said.itertext()).strip() + " "
            if label:
                shape = Shape(BlockKind.ITEM, level, label, level in levels and bool(levels[level].bullet))
        if local(paragraph) == "h":
            outline = min(max(_count(paragraph.get(f"{TEXT}outline-level", "1")), 1), MAX_LEVEL)
            shape = Shape(BlockKind.HEADING, outline, shape.label, shape.is_bullet)
        self._paragraph(paragraph, place, shape)

    # --- tables and slides ---------------------------------------------------------------------------------

    def _table(self, table: Element) -> None:
        """A table of a text keeps its empty cells; a sheet, which has a million, does not."""
        if self._styles.is_collapsed("table", table.get(f"{TABLE}style-name", "")):
            self._hide(table)
            return
        is_sheet = local(table.getparent()) == "spreadsheet"
        if is_sheet:
            self._draft.add(BlockKind.HEADING, table.get(f"{TABLE}name", ""), level=1)
        number, at = self._draft.open_table(), 1
        for row in _rows(table):
            self._draft.tick()
            times = max(1, _count(row.get(f"{TABLE}number-rows-repeated", "1")))
            if row.get(f"{TABLE}visibility", "visible") != "visible":
                self._hide(row)
            elif not is_sheet or any(one.strip() for one in row.itertext()):
                for one in range(min(times, MAX_REPEATED)):
                    self._row(row, number, at + one, keeps_empty=not is_sheet)
            at += times

    def _row(self, row: Element, table: int, number: int, *, keeps_empty: bool) -> None:
        column = 1
        for cell in row:
            if local(cell) not in {"table-cell", "covered-table-cell"}:
                continue
            times = max(1, _count(cell.get(f"{TABLE}number-columns-repeated", "1")))
            is_shown = local(cell) == "table-cell" and (keeps_empty or any(one.strip() for one in cell.itertext()))
            for one in range(min(times, MAX_REPEATED) if is_shown else 0):
                place, before = Place(table, number, column + one), self._draft.size
                self.read(cell, place)
                if keeps_empty and self._draft.size == before:
                    self._draft.add(BlockKind.CELL, "", place=place)
            column += times

    def _page(self, page: Element) -> None:
        """A slide: its title first, then what stands on it, then the notes of the speaker."""
        frames = [one for one in page if local(one) not in {"notes", "forms"}]
        titles = [one for one in frames if _class(one) in {"title", "subtitle"}]
        for frame in sorted(frames, key=lambda one: one not in titles):
            if _class(frame) == "title":
                lines = (text_of(self._text.read(one)).strip() for one in frame.iter(f"{TEXT}p"))
                title = "\n".join(line for line in lines if line)
                if title:
                    self._draft.add(BlockKind.HEADING, title, level=1)
            else:
                self.read(frame)
        for notes in page:
            if local(notes) == "notes":
                for frame in notes:
                    if _class(frame) == "notes":
                        self.read(frame)


def _class(frame: Element) -> str:
    return str(frame.get("{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}class", ""))


def _rows(table: Element) -> list[Element]:
    """Of a table, groups of rows opened."""
    found: list[Element] = []
    waiting = list(table)[::-1]
    while waiting:
        one = waiting.pop()
        if local(one) == "table-row":
            found.append(one)
        elif local(one) in {"table-rows", "table-header-rows", "table-row-group"}:
            waiting += list(one)[::-1]
    return found


def _advance(counts: dict[int, int], level: int, levels: Levels, start: str | None) -> None:
    usual = levels[level].start if level in levels else 1
    if start is not None:
        counts[level] = _count(start)
    else:
        counts[level] = min(counts[level] + 1, MAX_NUMBER) if level in counts else usual
    for deeper in [one for one in counts if one > level]:
        del counts[deeper]


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0  # noqa: PLR2004 - 32 bits.
