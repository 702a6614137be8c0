"""Clock, store, settings, messages: tiny factories that every tier of tests shares."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.settings import Settings, read_settings
from intake.storage.session import Store, open_store

SHARED = Path(__file__).resolve().parents[2] / "shared"


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture
def clock() -> FrozenClock:
    """A day on which the consultations ott and gender-divide are open."""
    return FrozenClock(datetime(2026, 11, 30, 9, 0, tzinfo=UTC))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def settings(home: Path) -> Settings:
    """The project's own configuration, on a home of its own."""
    return read_settings(home)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.store_url)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tester's shell says is nothing to the tests."""
    for name in ("INTAKE_HOME", "INTAKE_CONFIG", "INTAKE_STORE_URL", "INTAKE_OFFICER", "INTAKE_LOG"):
        monkeypatch.delenv(name, raising=False)
