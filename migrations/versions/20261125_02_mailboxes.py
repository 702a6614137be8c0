"""Mailboxes: where we stand in each, what was taken from it, and what could not be."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_02"
down_revision = "20261125_01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "mailboxes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
        sa.UniqueConstraint("account", "folder", name=op.f("uq_mailboxes_account_folder")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mailbox_messages",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("tidied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_mailbox_messages_delivery_id")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_mailbox_messages_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "uidvalidity", "uid", "raw_sha256", name=op.f("pk_mailbox_messages")),
    )
    op.create_index(op.f("ix_mailbox_messages_raw_sha256"), "mailbox_messages", ["raw_sha256"], unique=False)
    op.create_table(
        "mailbox_refusals",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("octets", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_mailbox_refusals_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "uidvalidity", "uid", name=op.f("pk_mailbox_refusals")),
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("mailbox_refusals")
    op.drop_index(op.f("ix_mailbox_messages_raw_sha256"), table_name="mailbox_messages")
    op.drop_table("mailbox_messages")
    op.drop_table("mailboxes")
