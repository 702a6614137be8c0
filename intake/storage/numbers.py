"""Ids taken before their rows are written, so that rows that name each other go in few statements."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select, text

_LAST = text("SELECT seq FROM sqlite_sequence WHERE name = :name")


def next_numbers(connection: Connection, of: Table, wanted: int) -> list[int]:
    """The next ids of a table whose ``id`` counts up.

    SQLite has one writer at a time, who may count on from the last; PostgreSQL has a sequence.
    """
    if not wanted:
        return []
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(of.name, "id")
        drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, wanted))
        return list(connection.scalars(drawn))
    last = int(connection.scalar(_LAST, {"name": of.name}) or 0)
    return list(range(last + 1, last + 1 + wanted))
