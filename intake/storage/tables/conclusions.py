"""What was concluded: appended; and what follows from it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
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

from intake.storage.tables.kinds import ADDRESS, Moment, metadata

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

answers = Table(
    "answers",
    metadata,
    Column("filing_id", ForeignKey("filings.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("consultation", String(64)),
    Column("question", String(64)),
    Column("text", Text),
    Column("sign", String(16)),
    Column("passages", JSON, nullable=False),
)
"""One row without a question, the last, stands for what fits none."""

respondents = Table(
    "respondents",
    metadata,
    Column("filing_id", ForeignKey("filings.id"), primary_key=True),
    Column("address", ADDRESS),
    Column("name", Text),
    Column("organization", Text),
    Column("stakeholder_group", String(32)),
    Column("country", String(2)),
    Column("on_behalf", Boolean, nullable=False),
    Column("represented_by", Text),
    Column("cosignatories", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
)

# --- letters that are one letter: derived, recomputable -----------------------------------------------

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("signature", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

campaign_bands = Table(
    "campaign_bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
)

campaign_letters = Table(
    "campaign_letters",
    metadata,
    Column("delivery_id", ForeignKey("deliveries.id"), primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("sender", ADDRESS, nullable=False),
)
Index("ix_campaign_letters_campaign_id_sender", campaign_letters.c.campaign_id, campaign_letters.c.sender)

serials = Table(
    "serials",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)
