"""From one release to the next: with a copy first, and on failure as if nothing had been tried."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from factories import MORNING, arrival, captured
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from intake.errors import StoreError
from intake.settings import project_folder
from intake.storage import session, upgrade
from intake.storage.session import head, open_store
from intake.storage.upgrade import upgrade_store

NEXT = '''"""A later release."""

import sqlalchemy as sa
from alembic import op

revision = "29991231_01"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table."""
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
    {then}
'''


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "intake.db"


def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def old(path: Path) -> Path:
    """A database of this release, with one delivery in it."""
    store = open_store(url(path))
    captured(store, arrival())
    store.close()
    return path


@pytest.fixture
def later(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Turns this release into one that has a further revision than ``old``; gives back its file."""
    assert old.exists()
    before = head()
    folder = tmp_path / "migrations"
    shutil.copytree(project_folder("migrations"), folder, ignore=shutil.ignore_patterns("__pycache__"))
    script = folder / "versions" / "29991231_01_later.py"
    script.write_text(NEXT.format(before=before, then=""), encoding="utf-8")
    monkeypatch.setattr(session, "project_folder", lambda _: folder)
    return script


def rows(path: Path) -> tuple[int, str]:
    connection = sqlite3.connect(path)
    deliveries = connection.execute("select count(*) from deliveries").fetchone()[0]
    version = connection.execute("select version_num from alembic_version").fetchone()[0]
    connection.close()
    return deliveries, version


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*.backup"))


def test_a_database_of_this_release_needs_nothing(old: Path) -> None:
    assert upgrade_store(url(old), MORNING) == f"Nothing to do: the database is at revision {head()}."
    assert copies(old) == []


def test_an_empty_database_is_built(path: Path) -> None:
    assert upgrade_store(url(path), MORNING) == f"The database went from revision none to {head()}."
    open_store(url(path)).close()
    assert copies(path) == []


@pytest.mark.usefixtures("later")
def test_an_older_database_is_copied_and_brought_up(old: Path) -> None:
    before = rows(old)
    with pytest.raises(StoreError, match="run `intake upgrade`"):
        open_store(url(old))
    said = upgrade_store(url(old), MORNING)
    (copy,) = copies(old)
    assert said == (f"The database went from revision {before[1]} to 29991231_01. The old one is kept as {copy}.")
    assert copy.name == "intake.db.20261130T090000.backup"
    assert rows(copy) == before
    assert rows(old) == (before[0], "29991231_01")
    open_store(url(old)).close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(old: Path, later: Path) -> None:
    before = rows(old)
    later.write_text(later.read_text("utf-8").replace("\n    \n", '\n    op.execute("no sql at all")\n'), "utf-8")
    with pytest.raises(
        StoreError, match=r"^The upgrade failed and was undone: .*The database is as it was\.$"
    ) as failed:
        upgrade_store(url(old), MORNING)
    assert "no sql at all" in str(failed.value) or "syntax error" in str(failed.value)
    assert rows(old) == before


@pytest.mark.usefixtures("later")
def test_a_migration_that_has_already_destroyed_something_is_undone_from_the_copy(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(old)

    def destroy(engine: Engine) -> None:
        with engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("delete from events")
            connection.exec_driver_sql("delete from deliveries")
        raise OperationalError("migrate", {}, Exception("half way"))

    monkeypatch.setattr(upgrade, "migrate", destroy)
    with pytest.raises(StoreError, match="half way"):
        upgrade_store(url(old), MORNING)
    assert rows(old) == before


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("error", [RuntimeError("a fault of ours"), OSError(28, "No space left on device")])
def test_whatever_stops_a_migration_it_is_undone(old: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    before = rows(old)

    def fail(engine: Engine) -> None:
        with engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("delete from events")
        raise error

    monkeypatch.setattr(upgrade, "migrate", fail)
    with pytest.raises(StoreError, match="was undone"):
        upgrade_store(url(old), MORNING)
    assert rows(old) == before


def test_a_database_of_a_newer_release_is_refused_in_one_sentence(old: Path) -> None:
    connection = sqlite3.connect(old)
    connection.execute("update alembic_version set version_num = '29991231_01'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="which this release does not know; run the newer release"):
        upgrade_store(url(old), MORNING)
    assert rows(old) == (1, "29991231_01")


def test_tables_that_are_not_ours_are_not_built_upon(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("create table books (title text)")
    connection.commit()
    with pytest.raises(StoreError, match="tables that are not ours"):
        upgrade_store(url(path), MORNING)
    assert [row[0] for row in connection.execute("select name from sqlite_master")] == ["books"]
    connection.close()
