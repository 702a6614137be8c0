"""The migrations: up, down, up again, equal to the models, and what they forbid, on each engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from intake.storage.session import alembic_config, connect, head, migrate, revision
from intake.storage.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    sqlite = request.param == "sqlite"
    engine = connect(f"sqlite:///{tmp_path / 'intake.db'}" if sqlite else request.getfixturevalue("postgres_url"))
    yield engine
    engine.dispose()


def go_down(engine: Engine) -> None:
    config = alembic_config()
    with engine.connect().execution_options(intent="IMMEDIATE") as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


def test_up_down_and_up_again(engine: Engine) -> None:
    migrate(engine)
    built = inspect(engine).get_table_names()
    assert revision(engine) == head()
    go_down(engine)
    assert revision(engine) is None
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    assert revision(engine) == head()
    assert sorted(inspect(engine).get_table_names()) == sorted(built)


def test_each_revision_goes_down_and_up_by_itself(engine: Engine) -> None:
    script = ScriptDirectory.from_config(alembic_config())
    for one in reversed(list(script.walk_revisions())):
        migrate(engine, one.revision)
        assert revision(engine) == one.revision


# SQLite does not tell what an index over an expression is made of; that it is there, the next test sees.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_models_are_what_is_built(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert differences == []


def test_every_index_of_the_models_is_there(engine: Engine) -> None:
    migrate(engine)
    sqlite = engine.dialect.name == "sqlite"
    asked = "SELECT name FROM sqlite_master WHERE type = 'index'" if sqlite else "SELECT indexname FROM pg_indexes"
    with engine.connect() as connection:
        built = set(connection.scalars(text(asked)))
    assert {str(index.name) for table in metadata.tables.values() for index in table.indexes} <= built


def test_there_is_one_line_of_revisions_named_by_day(project: Path) -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    names = [path.stem for path in sorted((project / "migrations" / "versions").glob("*.py"))]
    assert all(re.fullmatch(r"20\d{6}_\d{2}_[a-z_]+", name) for name in names)
    assert [name[:11] for name in names] == [one.revision for one in reversed(list(script.walk_revisions()))]


WRITTEN = {
    "raw_messages": "INSERT INTO raw_messages (sha256, size, octets) VALUES ('ab', 3, 'abc')",
    "events": "INSERT INTO events (type, at, agent, outcome, detail) "
    "VALUES ('capture', '2026-11-30 09:00:00', 'test', 'success', '{}')",
}
REWRITTEN = {
    "raw_messages": ["octets = 'abd'", "size = 4", "sha256 = 'cd'"],
    "events": ["agent = 'somebody else'", "at = '2026-11-30 10:00:00'", "detail = '{\"a\": 1}'"],
}


@pytest.mark.parametrize(("table", "change"), [(table, change) for table in REWRITTEN for change in REWRITTEN[table]])
def test_what_is_write_once_is_not_rewritten(engine: Engine, table: str, change: str) -> None:
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text(WRITTEN[table]))
    with engine.connect() as connection:
        before = connection.execute(text(f"SELECT * FROM {table}")).all()
    with pytest.raises(DBAPIError, match=f"{table} is write-once"), engine.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET {change.replace(':', chr(92) + ':')}"))
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT * FROM {table}")).all() == before
