"""How far we came in files that hold many messages; written in the transaction that captures them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from intake.storage.tables import imports


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in a file, and by what we know the file again."""

    path: str
    """Absolute, links resolved."""
    size: int
    """Octets, when we were there; so the next."""
    mtime_ns: int
    """Last change, nanoseconds since 1970."""
    start_sha256: str
    """Of its first octets."""
    position: int
    """Where the next message begins: octets of an mbox, members of an archive."""
    messages: int
    """Before that place."""


def recall(connection: Connection) -> dict[str, Cursor]:
    """All cursors, by path: as many as files that hold many messages were ever imported."""
    return {row["path"]: Cursor(**row) for row in connection.execute(select(imports)).mappings()}


def note(connection: Connection, cursor: Cursor) -> None:
    """Set the cursor of its path."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = asdict(cursor)
    statement = dialect.insert(imports).values(values)
    changed = {name: value for name, value in values.items() if name != "path"}
    connection.execute(statement.on_conflict_do_update(index_elements=["path"], set_=changed))
