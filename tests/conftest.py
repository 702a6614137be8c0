"""Clock, store, settings, messages: tiny factories that every tier of tests shares."""

from __future__ import annotations

import os
import shutil
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


# --- parts that a machine may lack -----------------------------------------------------------------


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that cannot run here says so by name; in CI that is a failure."""
    wanted = [str(name) for mark in item.iter_markers("system") for name in mark.args]
    missing = [name for name in wanted if shutil.which(name) is None]
    if any(item.iter_markers("shared")) and not SHARED.is_dir():
        missing.append("the folder shared/ beside the project")
    if missing:
        not_run(", ".join(missing))


def not_run(what: str) -> None:
    """Skip for want of ``what``, or fail where nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"cannot run: this machine lacks {what}", pytrace=False)
    pytest.skip(f"not run: this machine lacks {what}")
