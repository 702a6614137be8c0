"""The one way to the database: SQLite for a single host, PostgreSQL for many."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from intake.errors import StoreError, StoreUnavailable
from intake.settings import Settings, project_folder
from intake.storage.vault import Vaults, vaults_of

BUSY_SECONDS = 20.0
"""How long a writer waits for another before it gives up: longer than any transaction of ours
takes, shorter than the patience of a mail client (RFC 5321, 4.5.3.2.6: 10 minutes)."""

__all__ = [
    "Connection",
    "Store",
    "connect",
    "head",
    "migrate",
    "open_record",
    "open_store",
    "refuse_unknown",
    "revision",
]

PAGE_OCTETS = 8192
"""Of a new SQLite database: a usual message then fills two pages, not four, each of which costs two writes."""
CHECKPOINT_PAGES = 4096
"""32 MiB of log before it is written back into the database, which halts one commit for some 100 ms: once
in 3,000 messages. SQLite's own 4 MiB would halt one in 400."""


class Store:
    """An open database at the revision that this code expects."""

    def __init__(self, engine: Engine, vaults: Vaults | None = None) -> None:
        """Use ``open_store`` unless the engine is known to be at the right revision."""
        self.engine = engine
        self.vaults = vaults or Vaults()
        engine.update_execution_options(vaults=self.vaults)  # Each connection knows where its octets lie.

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, committed with fsync at the end, or not at all.

        Raises StoreUnavailable when the database fails or stays locked.
        """
        try:
            with self.engine.connect().execution_options(intent="IMMEDIATE") as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            raise StoreUnavailable(f"the database failed: {error.orig}") from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; nothing is written. Raises StoreUnavailable."""
        try:
            with self.engine.connect() as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            raise StoreUnavailable(f"the database failed: {error.orig}") from error

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """For one thread that writes much: as long as nobody else has the database open, octets are written once.

        Gives whether that is so. With a write-ahead log, as at all other times, they are written there and then
        into the database; with a rollback journal only what was there before is written twice, and of what is
        new there was nothing. A commit is as durable either way (TRUNCATE, synchronous=FULL: sqlite.org/pragma).
        Whoever opens the database meanwhile turns the log on again, and we go on with it.
        """
        if self.engine.dialect.name != "sqlite":
            yield False
            return
        self.engine.dispose()
        try:
            yield self._set_journal("truncate")
        finally:
            self._set_journal("wal")  # Where that fails, the next who opens the database does it.

    def _set_journal(self, mode: str) -> bool:
        connection = self.engine.raw_connection()
        try:
            row = connection.cursor().execute(f"PRAGMA journal_mode={mode}").fetchone()
        except sqlite3.OperationalError:  # Somebody else is there.
            return False
        finally:
            connection.close()
        return bool(row[0] == mode)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_record(settings: Settings) -> Store:
    """Open the store that is configured, with its vaults. Raises StoreError, SettingsError."""
    return open_store(settings.store_url, vaults_of(settings))


def open_store(url: str, vaults: Vaults | None = None) -> Store:
    """Open the store; an empty database is built, one of another revision is refused.

    Raises StoreError with the sentence that says what to run.
    """
    store = Store(connect(url), vaults)
    try:
        found, wanted = revision(store.engine), head()
        if found != wanted:
            refuse_unknown(store.engine, found)
            if found is not None:
                raise StoreError(
                    f"The database is at revision {found}, this release expects {wanted}; run `intake upgrade`."
                )
            migrate(store.engine)
    except SQLAlchemyError as error:
        raise StoreError(f"The store cannot be opened: {getattr(error, 'orig', error)}. Check [store] url.") from error
    return store


def connect(url: str) -> Engine:
    """An engine with our habits; nothing is checked. Raises StoreError for an unusable URL."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
        return create_engine(url, pool_pre_ping=True)
    except (SQLAlchemyError, ImportError, OSError) as error:
        raise StoreError(f"The store {url.partition(':')[0]} cannot be used: {error}; see [store] url.") from error


def _sqlite(url: URL) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # ``?timeout=5`` in the URL goes before our own patience; SQLAlchemy hands it on by itself.
    engine = create_engine(url, connect_args={} if "timeout" in url.query else {"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # We say BEGIN ourselves, below.
        connection.execute(f"PRAGMA page_size={PAGE_OCTETS}")  # Only an empty database listens to it.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # An fsync in every commit: 250 means kept.
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader that turns writer can be refused; a writer says so at once and waits its turn.
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('intent', 'DEFERRED')}")

    return engine


def revision(engine: Engine) -> str | None:
    """The revision that the database is at; None for one that we never built."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The revision that this code expects."""
    return str(ScriptDirectory.from_config(alembic_config()).get_current_head())


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the database up to ``to``, in one transaction."""
    config = alembic_config()
    with engine.connect().execution_options(intent="IMMEDIATE") as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def alembic_config() -> Config:
    """Alembic's configuration, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(project_folder("migrations")))
    return config


def refuse_unknown(engine: Engine, found: str | None) -> None:
    """Raise StoreError for a database that is not ours, or of a release to come."""
    if found is None and inspect(engine).get_table_names():
        raise StoreError("The database holds tables that are not ours; name an empty one in [store] url.")
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"The database is at revision {found}, which this release does not know; run the newer release."
        )
