"""The lines of a page while it is written: margins, quotations, lists and the cells of a row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BLANKS = re.compile(r"[ \t\n\r\f\v]+")


@dataclass(slots=True)
class Row:
    """A row of a table: where it began, and whether the next word begins a further cell."""

    first_line: int
    cells: int = 0
    is_next: bool = False


@dataclass(slots=True)
class Page:
    """What has been written. A line of a quotation is written behind as many ``>`` as it is deep, as in plain text."""

    lines: list[tuple[int, str]] = field(default_factory=list)
    """Depth of quotation and words."""
    current: list[str] = field(default_factory=list)
    depth: int = 0
    """Of the line that is being written."""
    margin: bool = False
    """Whether a blank line comes before the next words."""
    marker: str = ""
    """Of a list item that has no words yet."""
    rows: list[Row] = field(default_factory=list)
    """Of the tables in which the next word stands, the innermost last."""

    def write(self, words: str, depth: int, *, verbatim: bool = False) -> None:
        """Words of the current line, in a quotation so many deep; as they stand where they are ``verbatim``."""
        if verbatim:
            first, *more = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._put(first, depth)
            for one in more:
                self.end_line(depth)
                self._put(one, depth)
            return
        words = _BLANKS.sub(" ", words)
        if words[:1] == " " and (not self.current or self.current[-1][-1:] == " "):
            words = words[1:]
        self._put(words, depth)

    def _put(self, words: str, depth: int) -> None:
        if not words:
            return
        row = self.rows[-1] if self.rows else None
        if row is not None and row.is_next:
            self._next_cell(row)
        if not self.current:
            self.depth = depth
            self._leave_margin()
            if self.marker:
                self.current.append(self.marker)
                self.marker = ""
        self.current.append(words)

    def _next_cell(self, row: Row) -> None:
        """The cells of a row share lines, set apart by tabs: the next goes on where the one before ended."""
        row.is_next = False
        if not self.current and len(self.lines) > row.first_line:
            self.depth, last = self.lines.pop()
            self.current.append(last)
        if self.current:
            self.current.append("\t" * row.cells)
            self.margin = False
        row.cells = 0

    def _leave_margin(self) -> None:
        if self.margin and self.lines and self.lines[-1][1]:
            self.lines.append((min(self.depth, self.lines[-1][0]), ""))
        self.margin = False

    def end_line(self, depth: int) -> None:
        """A line break: ends the line, be it empty."""
        if self.current:
            self.end_block()
        else:
            self.lines.append((depth, ""))

    def end_block(self, *, margin: bool = False) -> None:
        """Ends the line if it has words; ``margin``: leave a blank line before what follows."""
        if self.current:
            self.lines.append((self.depth, "".join(self.current).replace("\xa0", " ").rstrip()))
            self.current.clear()
        self.margin = self.margin or margin

    def text(self) -> str:
        """All of it, with one blank line where several would stand, none at either end."""
        self.end_block()
        written: list[str] = []
        for depth, line in self.lines:
            shown = (">" * depth + " " + line).rstrip() if depth else line
            if line or not written or written[-1].strip(">"):
                written.append(shown)
        return "\n".join(written).strip("\n")
