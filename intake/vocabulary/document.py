"""Documents that people attach, as text with its structure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What a piece of a document is, as far as its answers depend on it."""

    HEADING = "heading"  # A title; its level counts from 1.
    PARAGRAPH = "paragraph"  # Running text.
    ITEM = "item"  # A list item; its number or bullet is part of the text, its level counts from 1.
    CELL = "cell"  # One cell of a table; row and column count from 1.
    FIELD = "field"  # A filled-in field of a form of ours; its tag says which.


class Flag(StrEnum):
    """What a person should know before they rely on the text of a document."""

    NO_TEXT_LAYER = "no-text-layer"  # Pictures of pages, and nothing here that could read them.
    RECOGNIZED = "recognized"  # Read from a picture by OCR: letters may be wrong.
    IMPLAUSIBLE = "implausible"  # Reads unlike the language it is in: look at the original.
    GUESSED = "guessed"  # Its charset is told nowhere, and it is too short to tell it: letters may be wrong.
    TRACKED_CHANGES = "tracked-changes"  # Changes were tracked; the text is as if all were accepted.
    COMMENTS = "comments"  # Comments stand beside the text and are kept apart from it.
    HIDDEN_TEXT = "hidden-text"  # Some text is not shown to who opens the document.
    ENCRYPTED = "encrypted"  # Needs a password that we do not have.
    DAMAGED = "damaged"  # Cannot be read, or not to its end.
    TOO_LARGE = "too-large"  # Past a limit of ours; what was read until then is here.
    TIMED_OUT = "timed-out"  # Took longer than a document may.
    UNSUPPORTED = "unsupported"  # Of a kind that we do not read.
    NOT_READ = "not-read"  # Its message left no time for it; `intake replay` reads it.


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document, in reading order."""

    kind: BlockKind
    text: str
    level: int = 0
    """Of a heading or an item, from 1; else 0."""
    table: int = 0
    """Of a cell: which table of the document, from 1; else 0."""
    row: int = 0
    """Of a cell, from 1; else 0."""
    column: int = 0
    """Of a cell, from 1; else 0."""
    tag: str = ""
    """Of a field: what its maker called it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The text of one attached file: derived, recomputable, and carrying its flags."""

    blocks: tuple[Block, ...] = ()
    comments: tuple[str, ...] = ()
    """Of reviewers; never part of the text."""
    flags: tuple[Flag, ...] = ()
    engine: str = ""
    """The program that read it, and its version."""

    @property
    def text(self) -> str:
        """All blocks, one a line; the cells of a row share a line, set apart by tabs."""
        lines: list[str] = []
        behind: Block | None = None
        for block in self.blocks:
            if behind is not None and block.row and (block.table, block.row) == (behind.table, behind.row):
                lines[-1] += "\t" + block.text
            else:
                lines.append(block.text)
            behind = block
        return "\n".join(lines)
