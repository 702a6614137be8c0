"""The record: what arrived, what was concluded, what was done."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("model", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("kind", "topic", "revision", name=op.f("uq_editions_kind_topic_revision")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "raw_messages",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_raw_messages")),
    )
    op.create_table(
        "serials",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_serials")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("transport", sa.String(length=16), nullable=False),
        sa.Column("peer", sa.Text(), nullable=True),
        sa.Column("helo", sa.Text(), nullable=True),
        sa.Column("mail_from", sa.Text(), nullable=True),
        sa.Column("rcpt_to", sa.Text(), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("arrival_key", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["raw_sha256"], ["raw_messages.sha256"], name=op.f("fk_deliveries_raw_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("arrival_key", name=op.f("uq_deliveries_arrival_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deliveries_raw_sha256"), "deliveries", ["raw_sha256"], unique=False)
    op.create_index("ix_deliveries_status_id", "deliveries", ["status", "id"], unique=False)
    op.create_table(
        "edition_files",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_edition_files_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", "name", name=op.f("pk_edition_files")),
    )
    op.create_table(
        "attachments",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("declared_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_attachments_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "position", name=op.f("pk_attachments")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("agent_version", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("object_sha256", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_events_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_events_delivery_id"), "events", ["delivery_id"], unique=False)
    op.create_table(
        "filings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("acknowledge", sa.Boolean(), nullable=True),
        sa.Column("acknowledge_reason", sa.Text(), nullable=True),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("supplements", sa.Integer(), nullable=True),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_filings_delivery_id")),
        sa.ForeignKeyConstraint(["duplicate_of"], ["deliveries.id"], name=op.f("fk_filings_duplicate_of")),
        sa.ForeignKeyConstraint(["supersedes"], ["deliveries.id"], name=op.f("fk_filings_supersedes")),
        sa.ForeignKeyConstraint(["supplements"], ["deliveries.id"], name=op.f("fk_filings_supplements")),
        sa.ForeignKeyConstraint(["withdraws"], ["deliveries.id"], name=op.f("fk_filings_withdraws")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filings")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_filings_delivery_id"), "filings", ["delivery_id"], unique=False)
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("rcpt_to", sa.Text(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_letters_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("cause", name=op.f("uq_letters_cause")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_letters_delivery_id"), "letters", ["delivery_id"], unique=False)
    op.create_index(op.f("ix_letters_rcpt_to"), "letters", ["rcpt_to"], unique=False)
    op.create_index(op.f("ix_letters_state"), "letters", ["state"], unique=False)
    op.create_table(
        "readings",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=True),
        sa.Column("author_address", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("defects", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_readings_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_readings")),
    )
    op.create_index("ix_readings_author_address", "readings", ["author_address"], unique=False)
    op.create_index(op.f("ix_readings_content_sha256"), "readings", ["content_sha256"], unique=False)
    op.create_index("ix_readings_message_id", "readings", ["message_id"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_submissions_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("delivery_id", "position", name=op.f("uq_submissions_delivery_id_position")),
        sa.UniqueConstraint("reference", name=op.f("uq_submissions_reference")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "findings",
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("consultations", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filings.id"], name=op.f("fk_findings_filing_id")),
        sa.PrimaryKeyConstraint("filing_id", "position", name=op.f("pk_findings")),
    )
    op.create_table(
        "placements",
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("consultation", sa.String(length=64), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filings.id"], name=op.f("fk_placements_filing_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_placements_submission_id")),
        sa.PrimaryKeyConstraint("filing_id", "submission_id", name=op.f("pk_placements")),
    )
    op.create_index(op.f("ix_placements_consultation"), "placements", ["consultation"], unique=False)
    guard("raw_messages")
    guard("events")


def guard(table: str) -> None:
    """Nobody rewrites what arrived, nor what was done: the database itself refuses."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_write_once() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is write-once'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_write_once BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_write_once()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_write_once BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is write-once'); END"
        )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_index(op.f("ix_placements_consultation"), table_name="placements")
    op.drop_table("placements")
    op.drop_table("findings")
    op.drop_table("submissions")
    op.drop_index("ix_readings_message_id", table_name="readings")
    op.drop_index(op.f("ix_readings_content_sha256"), table_name="readings")
    op.drop_index("ix_readings_author_address", table_name="readings")
    op.drop_table("readings")
    op.drop_index(op.f("ix_letters_state"), table_name="letters")
    op.drop_index(op.f("ix_letters_rcpt_to"), table_name="letters")
    op.drop_index(op.f("ix_letters_delivery_id"), table_name="letters")
    op.drop_table("letters")
    op.drop_index(op.f("ix_filings_delivery_id"), table_name="filings")
    op.drop_table("filings")
    op.drop_index(op.f("ix_events_delivery_id"), table_name="events")
    op.drop_table("events")
    op.drop_table("attachments")
    op.drop_table("edition_files")
    op.drop_index("ix_deliveries_status_id", table_name="deliveries")
    op.drop_index(op.f("ix_deliveries_raw_sha256"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("serials")
    op.drop_table("raw_messages")
    op.drop_table("editions")
    if op.get_bind().dialect.name == "postgresql":
        for table in ("raw_messages", "events"):
            op.execute(f"DROP FUNCTION {table}_write_once()")
