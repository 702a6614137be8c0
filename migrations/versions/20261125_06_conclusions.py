"""What a filing concluded is kept: answers by question, the respondent; and which letters are one letter."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_06"
down_revision = "20261125_05"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "answers",
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("consultation", sa.String(length=64), nullable=True),
        sa.Column("question", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("sign", sa.String(length=16), nullable=True),
        sa.Column("passages", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filings.id"], name=op.f("fk_answers_filing_id")),
        sa.PrimaryKeyConstraint("filing_id", "position", name=op.f("pk_answers")),
    )
    op.create_table(
        "respondents",
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("organization", sa.Text(), nullable=True),
        sa.Column("stakeholder_group", sa.String(length=32), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("represented_by", sa.Text(), nullable=True),
        sa.Column("cosignatories", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filings.id"], name=op.f("fk_respondents_filing_id")),
        sa.PrimaryKeyConstraint("filing_id", name=op.f("pk_respondents")),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "campaign_bands",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_bands_campaign_id")),
        sa.PrimaryKeyConstraint("band", name=op.f("pk_campaign_bands")),
    )
    op.create_table(
        "campaign_letters",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_letters_campaign_id")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_campaign_letters_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_campaign_letters")),
    )
    op.create_index("ix_campaign_letters_campaign_id_sender", "campaign_letters", ["campaign_id", "sender"])


def downgrade() -> None:
    """Back to the revision before."""
    for table in ("campaign_letters", "campaign_bands", "campaigns", "respondents", "answers"):
        op.drop_table(table)
