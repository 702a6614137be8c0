"""Documents as JSON: how they leave the sandbox, and whatever comes out of it is checked."""

from __future__ import annotations

import json
from typing import Any

from intake.vocabulary.document import Block, BlockKind, Document, Flag


def write(document: Document) -> bytes:
    """UTF-8; half characters, which no text may hold, become U+FFFD."""
    content = {
        "blocks": [[b.kind.value, b.text, b.level, b.table, b.row, b.column, b.tag] for b in document.blocks],
        "comments": document.comments,
        "flags": document.flags,
        "engine": document.engine,
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def read(octets: bytes) -> Document:
    """What ``write`` wrote. Raises ValueError for anything else: who answers may have been taken over."""
    try:
        content = json.loads(octets)
        return Document(
            blocks=tuple(map(_block, content["blocks"])),
            comments=tuple(map(_text, content["comments"])),
            flags=tuple(map(Flag, content["flags"])),
            engine=_text(content["engine"]),
        )
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("no document") from error


def _block(row: Any) -> Block:
    kind, text, level, table, line, column, tag = row
    return Block(
        BlockKind(kind),
        _text(text),
        level=_count(level),
        table=_count(table),
        row=_count(line),
        column=_count(column),
        tag=_text(tag),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("no count")
    return value
