"""From one release to the next: copy, migrate, check; on failure, put the copy back."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from intake.errors import StoreError
from intake.storage.session import connect, head, migrate, open_store, refuse_unknown, revision


def upgrade_store(url: str, now: datetime) -> str:
    """Bring the database to this release's revision; give back the sentence to print.

    An SQLite file is copied beside itself first, and put back when the migration fails. On
    PostgreSQL the migration is one transaction: it happens whole or not at all. Raises StoreError.
    """
    engine = connect(url)
    found, wanted = revision(engine), head()
    if found == wanted:
        return f"Nothing to do: the database is at revision {wanted}."
    refuse_unknown(engine, found)
    backup = _copy(engine, now) if found else None
    try:
        migrate(engine)
        open_store(url).close()
    except Exception as error:  # fate: undone, and said; whatever a migration raises, the record must be as it was.
        engine.dispose()
        if backup is not None:
            _put_back(backup, str(engine.url.database))
        said = " ".join(str(getattr(error, "orig", error)).split())
        raise StoreError(f"The upgrade failed and was undone: {said}. The database is as it was.") from error
    kept = f" The old one is kept as {backup}." if backup else ""
    return f"The database went from revision {found or 'none'} to {wanted}.{kept}"


def _copy(engine: Engine, now: datetime) -> Path | None:
    """A consistent copy, also while others write (sqlite.org/backup.html)."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    path = Path(f"{engine.url.database}.{now:%Y%m%dT%H%M%S}.backup")
    with closing(sqlite3.connect(engine.url.database)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    return path


def _put_back(backup: Path, database: str) -> None:
    for suffix in ("-wal", "-shm"):
        Path(database + suffix).unlink(missing_ok=True)
    shutil.copyfile(backup, database)
