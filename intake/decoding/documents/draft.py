"""A document while it is read: blocks in reading order, bounded, and the flags that come up on the way."""

from __future__ import annotations

import time
from dataclasses import dataclass

from intake.vocabulary.document import Block, BlockKind, Document, Flag

MAX_CHARACTERS = 4_000_000
"""Of all blocks: four times the longest book."""
MAX_BLOCKS = 100_000
"""A thousand pages have twenty thousand paragraphs; a form has some hundreds of cells."""
MAX_COMMENTS = 2000
"""Of reviewers."""
MAX_COMMENT_CHARACTERS = 20_000
"""Of one comment."""
READ_SECONDS = 3.0
"""Of the processor, for one document; a second less than its process has, so that what was read is not lost."""
MAX_TAG_CHARACTERS = 200
"""Of the name of a field."""


class Full(Exception):
    """The draft holds as much as a document may; the reader stops."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: table, row and column count from 1."""

    table: int
    row: int
    column: int


class Draft:
    """What a reader has read so far. Paragraphs of one cell become one block, a line each."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._blocks: list[tuple[BlockKind, list[str], int, Place | None, str]] = []
        self._comments: list[str] = []
        self._flags: dict[Flag, None] = {}
        self._room = MAX_CHARACTERS
        self._tables = 0
        self._lead = ""
        self._ticks = 0
        self._until = time.process_time() + READ_SECONDS

    def open_table(self) -> int:
        """The number of the table that begins here."""
        self._tables += 1
        return self._tables

    def tick(self) -> None:
        """Called by readers for each small step: once the time of a document is up, it is flagged. Raises Full."""
        self._ticks += 1
        if self._ticks % _TICKS == 0 and time.process_time() > self._until:
            self.flag(Flag.TIMED_OUT)
            raise Full

    def add(self, kind: BlockKind, text: str, *, level: int = 0, place: Place | None = None, tag: str = "") -> None:
        """Append a block; in a cell, whatever is no field becomes part of the cell. Raises Full."""
        self.tick()
        text, self._lead = _clean(f"{self._lead} {text.lstrip()}" if self._lead else text), ""
        if place is not None and kind is not BlockKind.FIELD:
            kind, level = BlockKind.CELL, 0
            if self._blocks and self._blocks[-1][0] is kind and self._blocks[-1][3] == place:
                if text:
                    self._take(text, self._blocks[-1][1])
                return
        if len(self._blocks) >= MAX_BLOCKS:
            self.flag(Flag.TOO_LARGE)
            raise Full
        self._blocks.append((kind, [], level, place, tag[:MAX_TAG_CHARACTERS]))
        self._take(text, self._blocks[-1][1])

    def lead(self, mark: str) -> None:
        """The next block begins with this mark."""
        self._lead = mark

    @property
    def size(self) -> int:
        """In blocks."""
        return len(self._blocks)

    def comment(self, author: str, text: str) -> None:
        """Note what a reviewer said beside the text."""
        text = _clean(text)
        if not text:
            return
        self.flag(Flag.COMMENTS)
        if len(self._comments) >= MAX_COMMENTS:
            self.flag(Flag.TOO_LARGE)
            return
        text = f"{author.strip()}: {text}" if author.strip() else text
        if len(text) > MAX_COMMENT_CHARACTERS:
            self.flag(Flag.TOO_LARGE)
        self._comments.append(text[:MAX_COMMENT_CHARACTERS])

    def flag(self, flag: Flag) -> None:
        """Say it once."""
        self._flags[flag] = None

    @property
    def is_empty(self) -> bool:
        """Whether not a letter was read."""
        return not any(part for block in self._blocks for part in block[1])

    def finish(self) -> Document:
        """The document as far as it was read."""
        return Document(
            blocks=tuple(map(_block, self._blocks)),
            comments=tuple(self._comments),
            flags=tuple(self._flags),
            engine=self._engine,
        )

    def _take(self, text: str, parts: list[str]) -> None:
        """Add a text, or so much of it as there is room for."""
        parts.append(text[: self._room])
        self._room -= len(text) + 1
        if self._room < 0:
            self.flag(Flag.TOO_LARGE)
            raise Full


def _block(entry: tuple[BlockKind, list[str], int, Place | None, str]) -> Block:
    kind, parts, level, place, tag = entry
    text = "\n".join(part for part in parts if part)
    if place is None:
        return Block(kind, text, level, tag=tag)
    return Block(kind, text, level, place.table, place.row, place.column, tag)


_TICKS = 256
"""Steps between two looks at the clock, which cost as much as a step."""
_UNSEEN = dict.fromkeys((0x00AD, 0xFEFF, 0x0000))
"""A hyphen that shows at the end of a line alone; marks of files; what no text may hold."""


def _clean(text: str) -> str:
    lines = (line.strip(" \t\r\xa0") for line in text.translate(_UNSEEN).split("\n"))
    return "\n".join(lines).strip("\n")
