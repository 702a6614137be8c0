"""What we did: events and letters."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from intake.storage.tables.kinds import ADDRESS, SHA256, Moment, metadata

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("type", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("agent", Text, nullable=False),
    Column("agent_version", Text),
    Column("outcome", String(16), nullable=False),
    Column("delivery_id", ForeignKey("deliveries.id"), index=True),
    Column("object_sha256", SHA256),
    Column("detail", JSON, nullable=False),
    sqlite_autoincrement=True,
)

letters = Table(
    "letters",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("cause", Text, nullable=False, unique=True),
    Column("delivery_id", ForeignKey("deliveries.id"), index=True),
    Column("rcpt_to", ADDRESS, nullable=False, index=True),
    Column("octets", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("queued_at", Moment, nullable=False),
    Column("next_try_at", Moment),
    Column("tries", Integer, nullable=False, default=0),
    Column("settled_at", Moment),
    Column("said", Text),
    sqlite_autoincrement=True,
)
