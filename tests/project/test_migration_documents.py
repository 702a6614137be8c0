"""What was read before documents were kept stays as it was, up and down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text

from intake.storage.session import alembic_config, connect, migrate, revision

BEFORE, AFTER = "20261125_04", "20261125_05"
ROWS = (
    "INSERT INTO raw_messages (sha256, size, octets) VALUES ('ab', 3, 'abc')",
    (
        "INSERT INTO deliveries (raw_sha256, transport, rcpt_to, captured_at, received_at, status, attempts) "
        "VALUES ('ab', 'smtp', 'a@b.example', '2026-11-30 09:00:00', '2026-11-30 09:00:00', 'shunted', 3)"
    ),
    (
        "INSERT INTO readings (delivery_id, software, subject, text, content_sha256, defects) "
        "VALUES (1, 'intake 0', 'Réponse', 'Oui.', 'cd', '[]')"
    ),
    (
        "INSERT INTO attachments (delivery_id, position, name, declared_type, size, sha256, inline) "
        "VALUES (1, 1, 'réponse.pdf', 'application/pdf', 9, 'ef', false)"
    ),
)
READ = "SELECT software, subject, text, name, size FROM readings JOIN attachments USING (delivery_id)"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the revision before, with a delivery that was read."""
    sqlite = request.param == "sqlite"
    engine = connect(f"sqlite:///{tmp_path / 'intake.db'}" if sqlite else request.getfixturevalue("postgres_url"))
    migrate(engine, BEFORE)
    with engine.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    yield engine
    engine.dispose()


def read(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(READ))]


def test_up_and_down_with_data(engine: Engine) -> None:
    before = read(engine)
    assert before == [("intake 0", "Réponse", "Oui.", "réponse.pdf", 9)]
    migrate(engine, AFTER)
    assert read(engine) == before
    with engine.begin() as connection:
        row = connection.execute(
            text("SELECT spans, read_by, unread, original_name, container FROM readings, attachments")
        )
        assert tuple(row.one()) == (None, None, None, "", "")
        connection.execute(text("UPDATE attachments SET read_by = 'documents 1', unread = 'not-read'"))
    config = alembic_config()
    with engine.connect().execution_options(intent="IMMEDIATE") as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)
    assert (read(engine), revision(engine)) == (before, BEFORE)
