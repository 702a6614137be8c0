"""Every contract is run on each store that we promise to work on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from intake.storage.session import Store, open_store


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request: pytest.FixtureRequest, tmp_path) -> Iterator[Store]:
    """An empty store at head: SQLite in a file, or a database of its own on a real PostgreSQL server."""
    sqlite = request.param == "sqlite"
    store = open_store(f"sqlite:///{tmp_path / 'intake.db'}" if sqlite else request.getfixturevalue("postgres_url"))
    yield store
    store.close()
