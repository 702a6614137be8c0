"""A story of a Word document (the text, a header, a note, a box): paragraphs and tables as blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.decoding.documents import revisions
from intake.decoding.documents.draft import Draft, Place
from intake.decoding.documents.numbering import Counters, Numbering
from intake.decoding.documents.package import Element, local
from intake.decoding.documents.pieces import Piece, Shape, emit, text_of
from intake.decoding.documents.runs import (
    Runs,
    choose,
    outermost,
    shows_placeholder,
    tag_of,
)
from intake.decoding.documents.styles import MAX_LEVEL, VAL, Numbered, Style, Styles, W, count_of, is_on, numbered_of
from intake.vocabulary.document import BlockKind, Flag

MAX_TABLE_DEPTH = 16
"""Tables inside tables; what lies deeper is read as paragraphs of the cell."""
MAX_SPAN = 1000
"""Columns that one cell may stretch over; Word's tables have 63."""

_TRANSPARENT = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "AlternateContent", "smartTag"})


@dataclass(slots=True)
class _Carried:
    """Of paragraphs whose end is not shown: their pieces, which go on in the next; a label, where one was counted."""

    pieces: list[Piece] = field(default_factory=list)
    shape: Shape | None = None


class Story:
    """Reads one story into a draft. What is numbered in it counts by itself."""

    def __init__(self, draft: Draft, styles: Styles, numbering: Numbering, runs: Runs) -> None:
        self._draft, self._styles, self._runs = draft, styles, runs
        self._numbering = numbering
        self._counters = Counters(numbering)
        self._boxes: Story | None = None
        self._carried = _Carried()
        self._depth = 0

    def read(self, container: Element, place: Place | None = None) -> None:
        """All that a container shows, in order. Raises Full."""
        outer, self._carried = self._carried, _Carried()
        for element, name in _children(container):
            self._draft.tick()
            if name == "p":
                self._paragraph(element, place)
            elif name == "tbl":
                self._table(element, place)
            elif name == "sdt":
                self._field(element, place)
            elif name == "altChunk":
                self._draft.flag(Flag.UNSUPPORTED)
        if self._carried.pieces:
            self._emit(self._carried.pieces, self._carried.shape or Shape(), place)
        self._carried = outer

    def _paragraph(self, paragraph: Element, place: Place | None) -> None:
        properties = paragraph.find(f"{W}pPr")
        named = None if properties is None else properties.find(f"{W}pStyle")
        style = self._styles.get(None if named is None else named.get(VAL))
        pieces = [*self._carried.pieces, *self._runs.read(paragraph, hidden=style.hidden)]
        shape, self._carried = self._carried.shape, _Carried()
        if revisions.has_lost_mark(properties) or _is_drop_cap(properties):
            self._carried = _Carried(pieces, shape)
            return
        mark = None if properties is None else properties.find(f"{W}rPr/{W}vanish")
        is_open = is_on(mark) or (mark is None and style.hidden)
        if is_open and not text_of(pieces).strip():
            self._carried = _Carried(pieces, shape)  # Nothing of it is shown, so it does not count.
            return
        shape = shape or self._shape(properties, style)
        if is_open:
            self._carried = _Carried(pieces, shape)
        else:
            self._emit(pieces, shape, place)

    def _shape(self, properties: Element | None, style: Style) -> Shape:
        said = None if properties is None else count_of(properties.find(f"{W}outlineLvl"))
        outline = style.outline if said is None else said + 1 if 0 <= said < MAX_LEVEL else 0
        label = self._counters.count(_numbered(properties, style))
        before, is_bullet = ("", False) if label is None else (label.text, label.is_bullet)
        if outline:
            return Shape(BlockKind.HEADING, outline, before, is_bullet)
        if label is not None and label.text:
            return Shape(BlockKind.ITEM, label.level + 1, before, is_bullet)
        return Shape()

    def _emit(self, pieces: list[Piece], shape: Shape, place: Place | None) -> None:
        def unbox(content: Element) -> None:
            self._boxes = self._boxes or Story(self._draft, self._styles, self._numbering, self._runs)
            self._boxes.read(content, place)

        emit(self._draft, pieces, shape, place, unbox)

    def _field(self, control: Element, place: Place | None) -> None:
        """A content control around whole paragraphs: one field, unless there is more in it than paragraphs."""
        content, tag = control.find(f"{W}sdtContent"), tag_of(control)
        if content is None:
            return
        if not tag or any(next(content.iter(W + name), None) is not None for name in ("tbl", "sdt")):
            self.read(content, place)
            return
        texts = [self._runs.read(one, hidden=False) for one in outermost(content, "p")]
        text = "" if shows_placeholder(control) else "\n".join(map(text_of, texts))
        self._draft.add(BlockKind.FIELD, text, place=place, tag=tag)

    def _table(self, table: Element, place: Place | None) -> None:
        if self._depth >= MAX_TABLE_DEPTH:
            self._draft.flag(Flag.TOO_LARGE)
            for row, _ in _children(table):
                for cell, _ in _children(row):
                    self.read(cell, place)
            return
        number = self._draft.open_table()
        self._depth += 1
        rows = 0
        for row, name in _children(table, through_controls=True):
            self._draft.tick()
            if name == "tr" and not revisions.is_lost_row(row):
                rows += 1
                self._row(row, number, rows)
        self._depth -= 1

    def _row(self, row: Element, table: int, number: int) -> None:
        column = 1 + _span(row.find(f"{W}trPr/{W}gridBefore"), least=0)
        for cell, name in _children(row, through_controls=True):
            if name != "tc":
                continue
            properties = cell.find(f"{W}tcPr")
            if revisions.is_lost_cell(properties):
                continue
            place = Place(table, number, column)
            column += _span(None if properties is None else properties.find(f"{W}gridSpan"), least=1)
            if not _continues(properties):
                before = self._draft.size
                self.read(cell, place)
                if self._draft.size == before:
                    self._draft.add(BlockKind.CELL, "", place=place)


def _children(container: Element, *, through_controls: bool = False) -> Iterator[tuple[Element, str]]:
    """What stands in a container, whatever is wrapped around it."""
    waiting = list(container)[::-1]
    while waiting:
        element = waiting.pop()
        name = local(element)
        if name == "AlternateContent":
            waiting += list(choose(element))[::-1]
        elif name in _TRANSPARENT and (name != "sdt" or through_controls):
            waiting += list(element)[::-1]
        elif name and name not in revisions.DROPPED:
            yield element, name


def _numbered(properties: Element | None, style: Style) -> Numbered | None:
    """In which list a paragraph is: it may say only the list, or only the level, and leave the other to its style."""
    own, named = numbered_of(properties), style.numbered
    if own is None or named is None:
        return own or named
    if own.list is None:
        return Numbered(named.list, own.level)
    return own


def _is_drop_cap(properties: Element | None) -> bool:
    """A first letter that stands over many lines is a paragraph by itself in the file (17.3.1.11)."""
    frame = None if properties is None else properties.find(f"{W}framePr")
    return frame is not None and frame.get(f"{W}dropCap", "none") != "none"


def _span(element: Element | None, *, least: int) -> int:
    return min(max(count_of(element) or least, least), MAX_SPAN)


def _continues(properties: Element | None) -> bool:
    """A cell that is merged into the one above it, or before it (17.4.84, 17.4.22)."""
    merges = [] if properties is None else [properties.find(W + name) for name in ("vMerge", "hMerge")]
    return any(one is not None and one.get(VAL, "continue") == "continue" for one in merges)
