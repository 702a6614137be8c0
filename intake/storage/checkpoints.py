"""SQLite's log is written back into the database beside the commits, so that no sender waits for it."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from intake.storage.session import Store

AFTER_OCTETS = 16 * 2**20
"""Captured since the last time: 16 MiB of messages are some 20 MiB of log, written back in about 100 ms."""
BACKSTOP_PAGES = 128 * 1024
"""1 GiB of log: then a commit writes it back itself, should we not have come to it for so long."""

log = structlog.get_logger()


class Checkpoints:
    """One thread that writes the log back; on PostgreSQL, which has its own, it does nothing."""

    def __init__(self, store: Store) -> None:
        """Starts at once; ``close`` ends it. Commits of this store no longer write back by themselves."""
        self._store = store
        self._octets = 0
        self._due = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None
        if store.engine.dialect.name == "sqlite":
            event.listen(store.engine, "connect", _leave_it_to_us)
            store.engine.dispose()
            self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
            self._thread.start()

    def add(self, octets: int) -> None:
        """So much more has been captured."""
        self._octets += octets
        if self._octets >= AFTER_OCTETS:
            self._octets = 0
            self._due.set()

    def close(self) -> None:
        """End when the log that is being written back is."""
        self._closing = True
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while self._due.wait() and not self._closing:
            self._due.clear()
            try:
                with self._store.engine.connect() as connection:
                    # PASSIVE waits for nobody and lets nobody wait (sqlite.org/pragma.html#pragma_wal_checkpoint).
                    connection.connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            except (DBAPIError, sqlite3.Error) as error:
                log.warning("The log was not written back", action="checkpoint_failed", error=repr(error))


def _leave_it_to_us(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute(f"PRAGMA wal_autocheckpoint={BACKSTOP_PAGES}")
