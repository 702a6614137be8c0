"""Octets move nowhere when rows learn to say where they lie: up and down with data, and nothing forbidden is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from intake.errors import StoreError
from intake.storage.session import alembic_config, connect, migrate, revision

BEFORE, AFTER = "20261125_03", "20261125_04"
DELIVERY = (
    "INSERT INTO deliveries (raw_sha256, transport, rcpt_to, captured_at, received_at, status, attempts) "
    "VALUES (:sha256, 'smtp', 'a@b.example', '2026-11-30 09:00:00', '2026-11-30 09:00:00', 'captured', 0)"
)
OCTETS = {"one": b"\0\xff any octets", "two": b"", "large": b"x" * 100_000}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the revision before, with messages and deliveries in it."""
    sqlite = request.param == "sqlite"
    engine = connect(f"sqlite:///{tmp_path / 'intake.db'}" if sqlite else request.getfixturevalue("postgres_url"))
    migrate(engine, BEFORE)
    with engine.begin() as connection:
        for sha256, octets in OCTETS.items():
            connection.execute(
                text("INSERT INTO raw_messages (sha256, size, octets) VALUES (:sha256, :size, :octets)"),
                {"sha256": sha256, "size": len(octets), "octets": octets},
            )
            connection.execute(text(DELIVERY), {"sha256": sha256})
    yield engine
    engine.dispose()


def go_down(engine: Engine) -> None:
    config = alembic_config()
    with engine.connect().execution_options(intent="IMMEDIATE") as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)


def require_whole(engine: Engine) -> None:
    """The data as they were, and what was forbidden still is."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT sha256, octets FROM raw_messages WHERE octets IS NOT NULL"))
        assert {row.sha256: bytes(row.octets) for row in rows} == OCTETS
        assert connection.scalar(text("SELECT count(*) FROM deliveries")) == len(OCTETS)
        if engine.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    with pytest.raises(DBAPIError, match="raw_messages is write-once"), engine.begin() as connection:
        connection.execute(text("UPDATE raw_messages SET size = 7 WHERE sha256 = 'one'"))
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(DELIVERY), {"sha256": "unknown"})
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("DELETE FROM raw_messages WHERE sha256 = 'one'"))
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("INSERT INTO raw_messages (sha256, size) VALUES ('none', 1)"))


def test_up_and_down_with_data(engine: Engine) -> None:
    require_whole(engine)
    migrate(engine, AFTER)
    require_whole(engine)
    with engine.connect() as connection:
        assert set(connection.scalars(text("SELECT place FROM raw_messages"))) == {"database"}
    go_down(engine)
    assert revision(engine) == BEFORE
    require_whole(engine)
    migrate(engine, AFTER)
    require_whole(engine)


def test_a_release_that_cannot_say_where_octets_lie_is_not_gone_back_to(engine: Engine) -> None:
    migrate(engine, AFTER)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO raw_messages (sha256, size, place) VALUES ('far', 1, 'disk')"))
    with pytest.raises(StoreError, match="1 messages lie outside the database"):
        go_down(engine)
    assert revision(engine) == AFTER
    require_whole(engine)
