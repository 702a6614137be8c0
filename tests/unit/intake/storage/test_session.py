"""The one way to the database: built when empty, refused when another's, whole or not at all."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from factories import MORNING
from sqlalchemy import insert, select, text
from sqlalchemy.exc import StatementError

from intake.errors import IntakeError, StoreError, StoreUnavailable
from intake.storage import session
from intake.storage.session import Store, connect, head, open_store, revision
from intake.storage.tables import events, metadata, raw_messages, serials


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "below" / "intake.db"


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_an_empty_database_is_built_with_its_folder(path: Path) -> None:
    store = open_store(url(path))
    assert revision(store.engine) == head()
    with store.read() as connection:
        tables = {row[0] for row in connection.execute(text("select name from sqlite_master where type = 'table'"))}
    assert set(metadata.tables) <= tables
    store.close()


def test_a_database_is_opened_again_as_it_was(path: Path) -> None:
    store = open_store(url(path))
    with store.write() as connection:
        connection.execute(insert(serials).values(year=2026, last=7))
    store.close()
    again = open_store(url(path))
    with again.read() as connection:
        assert connection.scalar(select(serials.c.last)) == 7
    again.close()


def set_revision(path: Path, name: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("update alembic_version set version_num = ?", (name,))
    connection.commit()
    connection.close()


def test_an_older_revision_is_refused_with_what_to_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(url(path)).close()
    found = head()
    monkeypatch.setattr(session, "head", lambda: "29991231_01")
    with pytest.raises(StoreError) as refused:
        open_store(url(path))
    assert str(refused.value) == (
        f"The database is at revision {found}, this release expects 29991231_01; run `intake upgrade`."
    )


def test_a_revision_of_a_newer_release_is_refused(path: Path) -> None:
    open_store(url(path)).close()
    set_revision(path, "29991231_01")
    with pytest.raises(StoreError) as refused:
        open_store(url(path))
    assert str(refused.value) == (
        "The database is at revision 29991231_01, which this release does not know; run the newer release."
    )


def test_tables_that_are_not_ours_are_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    connection.execute("create table books (title text)")
    connection.commit()
    with pytest.raises(StoreError, match=r"tables that are not ours; name an empty one in \[store\] url\.$"):
        open_store(url(path))
    assert [row[0] for row in connection.execute("select name from sqlite_master")] == ["books"]
    connection.close()


def test_a_file_that_is_no_database_is_said_to_be_none(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this is a letter and no database" * 100)
    with pytest.raises(
        StoreError, match=r"^The store cannot be opened: file is not a database\. Check \[store\] url\.$"
    ):
        open_store(url(path))


@pytest.mark.parametrize("wrong", ["nonsense", "nonsense://x", "sqlite+nonsense:///x.db", ""])
def test_an_address_that_is_none_is_said_to_be_none(wrong: str) -> None:
    with pytest.raises(StoreError, match=r"cannot be used: .*see \[store\] url\.$"):
        connect(wrong)


def test_a_password_in_the_address_is_never_repeated() -> None:
    with pytest.raises(StoreError) as refused:
        connect("nonsense://user:sesame@host/db")
    assert "sesame" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="The store sqlite cannot be used"):
        connect(f"sqlite:///{tmp_path / 'file' / 'intake.db'}")


def test_every_commit_is_synced_and_foreign_keys_hold(store: Store) -> None:
    with store.read() as connection:
        assert connection.scalar(text("pragma synchronous")) == 2
        assert connection.scalar(text("pragma foreign_keys")) == 1
        assert connection.scalar(text("pragma journal_mode")) == "wal"


def test_a_write_happens_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as connection:
        connection.execute(insert(serials).values(year=2026, last=1))
        raise RuntimeError
    with store.read() as connection:
        assert connection.scalar(select(serials.c.last)) is None


def test_a_reader_sees_one_moment_while_others_write(store: Store) -> None:
    with store.read() as reader:
        assert reader.scalar(select(serials.c.last)) is None
        with store.write() as writer:
            writer.execute(insert(serials).values(year=2026, last=1))
        assert reader.scalar(select(serials.c.last)) is None
    with store.read() as reader:
        assert reader.scalar(select(serials.c.last)) == 1


def test_a_writer_that_waits_in_vain_is_told_the_store_is_unavailable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "BUSY_SECONDS", 0.05)
    one, other = open_store(url(path)), open_store(url(path))
    with one.write(), pytest.raises(StoreUnavailable, match="database is locked"), other.write():
        pass
    with other.write() as connection:
        connection.execute(insert(serials).values(year=2026, last=1))
    one.close()
    other.close()


@pytest.mark.parametrize("way", ["read", "write"])
def test_a_database_that_fails_is_said_to_be_unavailable(store: Store, way: str) -> None:
    with (
        pytest.raises(StoreUnavailable, match="the database failed: no such table: nowhere") as failed,
        getattr(store, way)() as connection,
    ):
        connection.execute(text("select * from nowhere"))
    assert failed.value.temporary
    assert isinstance(failed.value, IntakeError)


@pytest.mark.parametrize("table", ["raw_messages", "events"])
def test_the_database_itself_refuses_to_rewrite_what_arrived_or_was_done(store: Store, table: str) -> None:
    with store.write() as connection:
        connection.execute(insert(raw_messages).values(sha256="a" * 64, size=1, octets=b"x"))
        connection.execute(insert(events).values(type="capture", at=MORNING, agent="a", outcome="success", detail={}))
    column = {"raw_messages": "octets", "events": "agent"}[table]
    with pytest.raises(StoreUnavailable, match=f"{table} is write-once"), store.write() as connection:
        connection.execute(text(f"update {table} set {column} = 'y'"))


def test_times_come_back_in_utc_and_without_zone_are_refused(store: Store) -> None:
    row = {"type": "capture", "agent": "a", "outcome": "success", "detail": {}}
    zurich = datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("Europe/Zurich"))
    with store.write() as connection:
        connection.execute(insert(events).values(at=zurich, **row))
        at = connection.scalar(select(events.c.at))
    assert at == MORNING
    assert at.tzinfo is UTC
    with pytest.raises(StatementError, match="a time without zone cannot be stored"), store.write() as connection:
        connection.execute(insert(events).values(at=datetime(2026, 11, 30), **row))  # noqa: DTZ001
