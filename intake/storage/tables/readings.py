"""What was read in it: derived, recomputable."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, func, text

from intake.storage.tables.kinds import ADDRESS, SHA256, metadata

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
    Column("spans", JSON),
    Column("inner_messages", JSON),
    Column("seals", JSON),
    Column("links", JSON),
)
"""The last four are NULL where a release read it that did not look for them."""
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
    Column("original_name", Text, nullable=False, server_default=text("''")),
    Column("detected_type", Text, nullable=False, server_default=text("''")),
    Column("container", Text, nullable=False, server_default=text("''")),
    Column("read_by", Text),
    Column("unread", String(16)),
)
"""``read_by`` leads to its text in documents; ``unread`` says why there is none though it is one."""

documents = Table(
    "documents",
    metadata,
    Column("sha256", SHA256, primary_key=True),
    Column("read_by", Text, primary_key=True),
    Column("engine", Text, nullable=False),
    Column("flags", JSON, nullable=False),
    Column("blocks", JSON, nullable=False),
    Column("comments", JSON, nullable=False),
)
"""The text of a file, once for all messages that carry it; another release's text of it is another row."""
