"""From one release to the next: copy, migrate, check; on failure, put the copy back."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from intake.errors import StoreError
from intake.storage.session import connect, head, migrate, open_store, revision


def upgrade_store(url: str, now: datetime) -> str:
    """Bring the database to this release's revision; give back the sentence to print.

    An SQLite file is copied beside itself first, and put back when the migration fails. On
    PostgreSQL the migration is one transaction: it happens whole or not at all. Raises StoreError.
    """
    engine = connect(url)
    found, wanted = revision(engine), head()
    if found == wanted:
        return f"Nothing to do: the database is at revision {wanted}."
    backup = _copy(engine, now) if found else None
    try:
        migrate(engine)
        open_store(url).close()
    except (SQLAlchemyError, StoreError) as error:
        engine.dispose()
        if backup is not None and engine.url.database:
            for suffix in ("-wal", "-shm"):
                Path(engine.url.database + suffix).unlink(missing_ok=True)
            shutil.copyfile(backup, engine.url.database)
        raise StoreError(f"The upgrade failed and was undone: {error}. The database is as it was.") from error
    kept = f" The old one is kept as {backup}." if backup else ""
    return f"The database went from revision {found or 'none'} to {wanted}.{kept}"


def _copy(engine: Engine, now: datetime) -> Path | None:
    """A consistent copy, also while others write (sqlite.org/backup.html)."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    path = Path(f"{engine.url.database}.{now:%Y%m%dT%H%M%S}.backup")
    with sqlite3.connect(engine.url.database) as source, sqlite3.connect(path) as target:
        source.backup(target)
    return path
