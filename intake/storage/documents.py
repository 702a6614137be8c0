"""The texts of attached files: read once, however often a file is mailed.

Each release of the reader has rows of its own, so that a text changes under nobody's hands: an attachment
leads to the text that was read for it, until the delivery is read anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from intake.storage.tables import attachments, documents
from intake.vocabulary.document import Block, BlockKind, Document, Flag


def keep(connection: Connection, sha256: str, read_by: str, document: Document) -> None:
    """Write down what was read in a file; what this reader read in it before is replaced."""
    content = {
        "engine": document.engine,
        "flags": [flag.value for flag in document.flags],
        "blocks": [_row(block) for block in document.blocks],
        "comments": list(document.comments),
    }
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(documents).values(sha256=sha256, read_by=read_by, **content)
    connection.execute(statement.on_conflict_do_update(index_elements=["sha256", "read_by"], set_=content))


def load(connection: Connection, sha256s: Collection[str], read_by: str) -> dict[str, Document]:
    """What this reader has read, of the files that are named."""
    query = select(documents).where(documents.c.sha256.in_(sha256s), documents.c.read_by == read_by)
    return {row.sha256: _document(row) for row in connection.execute(query)} if sha256s else {}


def load_attached(connection: Connection, deliveries: Sequence[int]) -> dict[tuple[int, int], Document]:
    """The documents of these deliveries, by delivery and position of the attachment."""
    query = (
        select(attachments.c.delivery_id, attachments.c.position, documents)
        .join(documents, and_(documents.c.sha256 == attachments.c.sha256, documents.c.read_by == attachments.c.read_by))
        .where(attachments.c.delivery_id.in_(deliveries))
    )
    return {(row.delivery_id, row.position): _document(row) for row in connection.execute(query)}


def forget_unused(connection: Connection, read_by: str) -> int:
    """Leave out the texts of other readers to which no attachment leads any more; give back how many.

    Those of ``read_by`` stay: a message to which they belong may be on its way.
    """
    used = exists().where(attachments.c.sha256 == documents.c.sha256, attachments.c.read_by == documents.c.read_by)
    return connection.execute(delete(documents).where(documents.c.read_by != read_by, ~used)).rowcount


def _row(block: Block) -> list[Any]:
    return [block.kind.value, block.text, block.level, block.table, block.row, block.column, block.tag]


def _document(row: Any) -> Document:
    return Document(
        blocks=tuple(Block(BlockKind(kind), *rest) for kind, *rest in row.blocks),
        comments=tuple(row.comments),
        flags=tuple(Flag(flag) for flag in row.flags),
        engine=row.engine,
    )
