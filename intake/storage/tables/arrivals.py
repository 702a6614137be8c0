"""What arrived, and where we stand in mailboxes and files."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from intake.storage.tables.kinds import ADDRESS, SHA256, Moment, metadata

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

failures = Table(
    "failures",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("software", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failure", Text, nullable=False),
    Column("place", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Each time our software failed on a delivery; ``place`` is where in our code, empty where a process just ended."""

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
