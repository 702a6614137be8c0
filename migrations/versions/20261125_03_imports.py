"""How far imports came in their files; authors are found without regard to case."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_03"
down_revision = "20261125_02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "imports",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("start_sha256", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_imports")),
    )
    op.drop_index("ix_readings_author_address", table_name="readings")
    op.create_index("ix_readings_author_folded", "readings", [sa.text("lower(author_address)")])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_readings_author_folded", table_name="readings")
    op.create_index("ix_readings_author_address", "readings", ["author_address"])
    op.drop_table("imports")
