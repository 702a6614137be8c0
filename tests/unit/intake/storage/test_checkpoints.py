"""The log goes back into the database while others commit."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import text

from intake.storage.checkpoints import AFTER_OCTETS, Checkpoints
from intake.storage.session import Store


def database_octets(store: Store) -> int:
    assert store.engine.url.database is not None
    return Path(store.engine.url.database).stat().st_size


def test_the_log_is_written_back_once_enough_was_captured(store: Store) -> None:
    checkpoints = Checkpoints(store)
    before = database_octets(store)
    with store.engine.connect() as reader, reader.begin():
        with store.write() as connection:
            connection.execute(text("CREATE TABLE scratch (octets BLOB)"))
            connection.execute(text("INSERT INTO scratch VALUES (zeroblob(4000000))"))
        checkpoints.add(AFTER_OCTETS - 1)
        time.sleep(0.1)
        assert database_octets(store) == before
        checkpoints.add(1)
        deadline = time.monotonic() + 10
        while database_octets(store) < before + 4_000_000 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert database_octets(store) >= before + 4_000_000
        assert reader.execute(text("SELECT 1")).scalar() == 1
    checkpoints.close()
