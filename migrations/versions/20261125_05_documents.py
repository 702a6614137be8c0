"""What was read is kept whole: spans, seals, inner messages, the text of files; and how often we failed."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_05"
down_revision = "20261125_04"
branch_labels = None
depends_on = None

READINGS = ("spans", "inner_messages", "seals", "links")
TEXTS = ("original_name", "detected_type", "container")
OTHERS = (("read_by", sa.Text()), ("unread", sa.String(length=16)))


def upgrade() -> None:
    """To this revision."""
    for name in READINGS:
        op.add_column("readings", sa.Column(name, sa.JSON(), nullable=True))
    for name in TEXTS:
        op.add_column("attachments", sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False))
    for name, kind in OTHERS:
        op.add_column("attachments", sa.Column(name, kind, nullable=True))
    op.create_table(
        "documents",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("read_by", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("comments", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "read_by", name=op.f("pk_documents")),
    )
    op.create_table(
        "failures",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_failures_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failures")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_failures_delivery_id"), "failures", ["delivery_id"], unique=False)


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index(op.f("ix_failures_delivery_id"), table_name="failures")
    op.drop_table("failures")
    op.drop_table("documents")
    for name in (*(name for name, _ in OTHERS), *TEXTS):
        op.drop_column("attachments", name)
    for name in READINGS:
        op.drop_column("readings", name)
