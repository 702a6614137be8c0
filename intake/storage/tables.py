"""The tables of the record; digest writes only those under ``shelf``.

What arrived is never changed. What was concluded is appended: the filing with the highest id of a
delivery is in force, and ``decided_at`` says from when, so that any past moment can be read again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC; a naive one is refused at the door of the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To UTC. Raises ValueError for a naive time."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a time without zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """SQLite gives naive times back; they are UTC."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


SHA256 = String(64)
ADDRESS = Text()
"""Not bounded by RFC 5321's 256 octets: what arrived is kept as it was."""

# --- what arrived -----------------------------------------------------------------------------

raw_messages = Table(
    "raw_messages",
    metadata,
    Column("sha256", SHA256, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("place", String(16), nullable=False, server_default="database"),
    Column("octets", LargeBinary),
    CheckConstraint("(place = 'database') = (octets IS NOT NULL)", name="place"),
)
"""``place`` says where the octets lie; they stand here only where it says so."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("raw_sha256", SHA256, ForeignKey("raw_messages.sha256"), nullable=False, index=True),
    Column("transport", String(16), nullable=False),
    Column("peer", Text),
    Column("helo", Text),
    Column("mail_from", ADDRESS),
    Column("rcpt_to", ADDRESS, nullable=False),
    Column("captured_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("source_file", Text),
    Column("arrival_key", SHA256, unique=True),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("leased_until", Moment),
    Column("failure", Text),
    sqlite_autoincrement=True,
)
Index("ix_deliveries_status_id", deliveries.c.status, deliveries.c.id)

# --- where we stand in the mailboxes that we watch --------------------------------------------------

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("account", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("looked_at", Moment, nullable=False),
    UniqueConstraint("account", "folder"),
    sqlite_autoincrement=True,
)

mailbox_messages = Table(
    "mailbox_messages",
    metadata,
    Column("mailbox_id", ForeignKey("mailboxes.id"), primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True, autoincrement=False),
    Column("uid", BigInteger, primary_key=True, autoincrement=False),
    Column("raw_sha256", SHA256, primary_key=True, index=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("tidied", Boolean, nullable=False, default=False),
)

mailbox_refusals = Table(
    "mailbox_refusals",
    metadata,
    Column("mailbox_id", ForeignKey("mailboxes.id"), primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True, autoincrement=False),
    Column("uid", BigInteger, primary_key=True, autoincrement=False),
    Column("octets", BigInteger, nullable=False),
    Column("why", String(16), nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# --- how far we came in files that hold many messages -------------------------------------------------

imports = Table(
    "imports",
    metadata,
    Column("path", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("start_sha256", SHA256, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("messages", BigInteger, nullable=False),
)

# --- what was read in it: derived, recomputable ---------------------------------------------------

readings = Table(
    "readings",
    metadata,
    Column("delivery_id", ForeignKey("deliveries.id"), primary_key=True),
    Column("software", Text, nullable=False),
    Column("message_id", Text),
    Column("subject", Text, nullable=False),
    Column("author_name", Text),
    Column("author_address", ADDRESS),
    Column("language", String(8)),
    Column("text", Text, nullable=False),
    Column("content_sha256", SHA256, nullable=False, index=True),
    Column("defects", JSON, nullable=False),
)
Index("ix_readings_message_id", readings.c.message_id)
Index("ix_readings_author_folded", func.lower(readings.c.author_address))

attachments = Table(
    "attachments",
    metadata,
    Column("delivery_id", ForeignKey("deliveries.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("declared_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", SHA256, nullable=False),
    Column("inline", Boolean, nullable=False),
)

# --- what was concluded: appended ---------------------------------------------------------------------

filings = Table(
    "filings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("decided_at", Moment, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("by_person", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("acknowledge", Boolean),
    Column("acknowledge_reason", Text),
    Column("duplicate_of", ForeignKey("deliveries.id")),
    Column("supersedes", ForeignKey("deliveries.id")),
    Column("supplements", ForeignKey("deliveries.id")),
    Column("withdraws", ForeignKey("deliveries.id")),
    Column("confidential", Boolean, nullable=False, default=False),
    sqlite_autoincrement=True,
)

findings = Table(
    "findings",
    metadata,
    Column("filing_id", ForeignKey("filings.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("rule", String(64), nullable=False),
    Column("matched", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("consultations", JSON, nullable=False),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("reference", String(32), nullable=False, unique=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("registered_at", Moment, nullable=False),
    UniqueConstraint("delivery_id", "position"),
    sqlite_autoincrement=True,
)

placements = Table(
    "placements",
    metadata,
    Column("filing_id", ForeignKey("filings.id"), primary_key=True),
    Column("submission_id", ForeignKey("submissions.id"), primary_key=True),
    Column("consultation", String(64), nullable=False, index=True),
    Column("late", Boolean, nullable=False),
)

serials = Table(
    "serials",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

# --- what we did --------------------------------------------------------------------------------------

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

# --- shelf: what digest made ---------------------------------------------------------------------------

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
