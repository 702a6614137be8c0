"""Writing alone: a rollback journal for as long as nobody else has the database open, and the same record."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from intake.storage import vault
from intake.storage.session import Store, open_store

OCTETS = [bytes([number]) * 300_000 for number in range(20)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'intake.db'}")


def mode(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def keep(store: Store, octets: bytes) -> None:
    with store.write() as connection:
        vault.keep_all(connection, [octets])


def kept(store: Store) -> int:
    with store.read() as connection:
        assert vault.inspect(connection).damaged == ()
        return int(connection.scalar(text("SELECT count(*) FROM raw_messages")) or 0)


def test_alone_there_is_a_rollback_journal_and_afterwards_the_log_again(store: Store, tmp_path: Path) -> None:
    keep(store, OCTETS[0])
    with store.alone() as alone:
        assert alone
        assert mode(tmp_path / "intake.db") != "wal"
        for octets in OCTETS:
            keep(store, octets)
        log = tmp_path / "intake.db-wal"
        assert not log.exists()
    keep(store, b"afterwards")
    assert mode(tmp_path / "intake.db") == "wal"
    assert kept(store) == len(OCTETS) + 1


def test_octets_are_written_once(store: Store, tmp_path: Path) -> None:
    def journal_octets() -> int:
        return sum(path.stat().st_size for path in tmp_path.glob("intake.db-*"))

    with store.alone(), store.write() as connection:
        vault.keep_all(connection, OCTETS)
        assert journal_octets() < 300_000
    with store.write() as connection:
        vault.keep_all(connection, [octets + b"x" for octets in OCTETS])
    assert journal_octets() > 20 * 300_000


def test_who_has_the_database_open_keeps_the_log(store: Store, tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path / 'intake.db'}")
    with other.read() as connection:
        connection.execute(text("SELECT count(*) FROM raw_messages"))
        with store.alone() as alone:
            assert not alone
            keep(store, OCTETS[0])
            assert mode(tmp_path / "intake.db") == "wal"
    assert kept(other) == 1


def test_who_opens_the_database_meanwhile_turns_the_log_on(store: Store, tmp_path: Path) -> None:
    with store.alone() as alone:
        assert alone
        keep(store, OCTETS[0])
        other = open_store(f"sqlite:///{tmp_path / 'intake.db'}")
        assert kept(other) == 1
        keep(store, OCTETS[1])
        assert mode(tmp_path / "intake.db") == "wal"
        keep(other, OCTETS[2])
        keep(store, OCTETS[3])
    assert kept(store) == kept(other) == 4


def test_what_ends_amid_is_undone_and_the_log_comes_back(store: Store, tmp_path: Path) -> None:
    keep(store, OCTETS[0])
    with pytest.raises(ValueError, match="amid"), store.alone(), store.write() as connection:
        vault.keep_all(connection, OCTETS)
        raise ValueError("amid")
    assert mode(tmp_path / "intake.db") == "wal"
    assert kept(store) == 1
