"""A response as lines, whatever it came in: body, forwarded message, document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from intake.vocabulary.document import Block, BlockKind, Document
from intake.vocabulary.mail import ParsedMessage, Span, SpanKind

MAX_LINES = 20_000
"""Of one source: a response of 400 pages. What is beyond stays among the remarks."""

_CELLS = re.compile(r"\t+| {3,}| ?\| ?")
_QUOTE_MARKS = re.compile(r"^(?:[ \t]{0,4}>)+ ?")
_PGP_HEADER = "-----BEGIN PGP SIGNED MESSAGE-----"
_PGP_END = "-----BEGIN PGP SIGNATURE-----"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line or paragraph, and where it stands in the text of its source."""

    text: str
    start: int
    end: int
    own: bool = True
    """The author's words: what is quoted, signed or boilerplate can only say where we are."""
    quoted: bool = False
    heading: bool = False
    cells: tuple[str, ...] = ()
    """Of a table row, left to right as written; then ``text`` is the row."""
    tag: str = ""
    """Of a field of our form."""


@dataclass(frozen=True, slots=True)
class Source:
    """One text of a response."""

    name: str
    """As in Passage.source."""
    text: str
    lines: tuple[Line, ...]
    title: str = ""
    """The name of a file."""


def sources(message: ParsedMessage, documents: Mapping[str, Document]) -> Iterator[Source]:
    """The texts of a response in the order in which they count: the body first, then its files."""
    yield Source("body", message.text, tuple(_body(message.text, message.spans)))
    for number, inner in enumerate(message.inner):
        yield Source(f"inner:{number}", inner.text, tuple(_body(inner.text, inner.spans)))
    seen = set[str]()
    for attachment in message.attachments:
        document = documents.get(attachment.sha256)
        if document is None or not document.blocks or attachment.sha256 in seen:
            continue
        seen.add(attachment.sha256)
        yield Source(attachment.sha256, document.text, tuple(_document(document)), attachment.name)


def _body(text: str, spans: tuple[Span, ...]) -> Iterator[Line]:
    whole = spans or (Span(SpanKind.OWN, 0, len(text)),)
    at, armoured = 0, False
    waiting = list(reversed(whole))
    for number, raw in enumerate(text.split("\n")):
        start, end = at, at + len(raw)
        at = end + 1
        if number >= MAX_LINES or raw.startswith(_PGP_END):
            return
        while len(waiting) > 1 and waiting[-1].end <= start:
            waiting.pop()
        kind = waiting[-1].kind
        if raw.startswith(_PGP_HEADER):
            armoured = True
            continue
        marks = _QUOTE_MARKS.match(raw)
        skipped = marks.end() if marks else 2 if armoured and raw.startswith("- ") else 0
        shown = raw[skipped:].rstrip("\r")
        parted = "\t" in shown or "   " in shown or "|" in shown
        cells = tuple(cell for cell in _CELLS.split(shown.strip()) if cell.strip()) if parted else ()
        yield Line(
            text=shown,
            start=start + skipped,
            end=end,
            own=kind is SpanKind.OWN and not marks,
            quoted=kind is SpanKind.QUOTED or bool(marks),
            cells=cells if len(cells) > 1 else (),
        )


def _document(document: Document) -> Iterator[Line]:
    """Each block a line, each row of a table one; offsets are those of ``Document.text``."""
    at, row = 0, list[Block]()
    for block in (*document.blocks, None):
        if row and (block is None or (block.table, block.row) != (row[0].table, row[0].row)):
            text = "\t".join(one.text for one in row)
            yield Line(text=text, start=at, end=at + len(text), cells=tuple(one.text for one in row))
            at += len(text) + 1
            row = []
        if block is None:
            return
        if block.row:
            row.append(block)
            continue
        for piece in block.text.split("\n"):
            heading = block.kind is BlockKind.HEADING
            yield Line(text=piece, start=at, end=at + len(piece), heading=heading, tag=block.tag)
            at += len(piece) + 1
