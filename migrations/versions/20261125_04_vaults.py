"""Octets may lie outside the database: each row says where."""

import sqlalchemy as sa
from alembic import op

from intake.errors import StoreError

revision = "20261125_04"
down_revision = "20261125_03"
branch_labels = None
depends_on = None

CHECK = "(place = 'database') = (octets IS NOT NULL)"
NOT_NULL, NULLABLE = "octets BLOB NOT NULL", "octets BLOB"


def upgrade() -> None:
    """To this revision."""
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("raw_messages", sa.Column("place", sa.String(16), server_default="database", nullable=False))
        op.alter_column("raw_messages", "octets", nullable=True)
        op.create_check_constraint(op.f("ck_raw_messages_place"), "raw_messages", CHECK)
    else:
        op.execute(
            "ALTER TABLE raw_messages ADD COLUMN place VARCHAR(16) DEFAULT 'database' NOT NULL "
            f"CONSTRAINT ck_raw_messages_place CHECK ({CHECK})"
        )
        reword(NOT_NULL, NULLABLE)


def downgrade() -> None:
    """Back to the revision before, where it can hold what is there. Raises StoreError."""
    outside = op.get_bind().scalar(sa.text("SELECT count(*) FROM raw_messages WHERE place <> 'database'"))
    if outside:
        raise StoreError(f"{outside} messages lie outside the database, which revision {down_revision} cannot say.")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_raw_messages_place"), "raw_messages", type_="check")
        op.alter_column("raw_messages", "octets", nullable=False)
        op.drop_column("raw_messages", "place")
    else:
        op.execute("ALTER TABLE raw_messages DROP COLUMN place")
        reword(NULLABLE, NOT_NULL)


def reword(old: str, new: str) -> None:
    """Change a constraint that every row meets, in the words of the table alone (sqlite.org/lang_altertable.html, 7).

    Nothing is copied: the octets may be many gigabytes. Nor is the table dropped, to which deliveries refer, so that
    foreign keys stay switched on, and the trigger that makes it write-once stays where it is.
    """
    connection = op.get_bind()
    words = str(connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'raw_messages'")))
    if words.count(old) != 1:
        raise StoreError(f"The table raw_messages does not read as expected: {words}")
    version = int(connection.scalar(sa.text("PRAGMA schema_version")) or 0)
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :words WHERE type = 'table' AND name = 'raw_messages'"),
        {"words": words.replace(old, new)},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
    nullable = {row.name: not row.notnull for row in connection.execute(sa.text("PRAGMA table_info(raw_messages)"))}
    if nullable["octets"] is not (new == NULLABLE):
        raise StoreError("SQLite did not take the new words of the table raw_messages.")
