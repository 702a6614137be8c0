"""What digest made: the only tables that it writes."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, UniqueConstraint

from intake.storage.tables.kinds import SHA256, Moment, metadata

editions = Table(
    "editions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("as_of", Moment, nullable=False),
    Column("sha256", SHA256, nullable=False),
    Column("model", LargeBinary, nullable=False),
    UniqueConstraint("kind", "topic", "revision"),
    sqlite_autoincrement=True,
)

edition_files = Table(
    "edition_files",
    metadata,
    Column("edition_id", ForeignKey("editions.id"), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("sha256", SHA256, nullable=False),
    Column("octets", LargeBinary, nullable=False),
)
