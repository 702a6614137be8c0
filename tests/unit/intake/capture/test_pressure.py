"""Past a limit no more mail is taken, the reason is said, and asking costs nothing and never fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from factories import arrival, captured
from sqlalchemy import update

from intake.capture import pressure
from intake.capture.pressure import Pressure, find_pressure, free_octets, try_writing
from intake.errors import StoreUnavailable
from intake.settings import Settings
from intake.storage.session import Connection, Store
from intake.storage.tables import deliveries
from intake.vocabulary.vault import Place

PATIENCE = 20.0


def limited(settings: Settings, **limits: int) -> Settings:
    capture = settings.capture.model_copy(update={"min_free_octets": 0, **limits})
    return replace(settings, toml=settings.toml.model_copy(update={"capture": capture}))


def test_within_the_limits_nothing_is_said(store: Store, settings: Settings) -> None:
    captured(store, arrival())
    assert find_pressure(store, limited(settings, max_backlog=2)) is None


def test_a_backlog_is_said_and_only_what_waits_is_one(store: Store, settings: Settings) -> None:
    first, _ = captured(store, arrival(), arrival())
    few = limited(settings, max_backlog=2)
    assert find_pressure(store, few) == "2 deliveries wait to be read, the most that capture.max_backlog allows"
    with store.write() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == first).values(status="held"))
    assert find_pressure(store, few) is None


def test_too_little_room_is_said_with_its_folder(store: Store, settings: Settings) -> None:
    said = find_pressure(store, limited(settings, min_free_octets=2**80))
    assert said is not None
    assert said.endswith(f"octets are free for {settings.home}, less than capture.min_free_octets {2**80}")


def test_the_disk_of_the_vault_counts_where_octets_go_there(store: Store, settings: Settings) -> None:
    assert list(pressure.folders_of(settings)) == [settings.home]
    vault = settings.vault.model_copy(update={"way": Place.DISK})
    on_disk = replace(settings, toml=settings.toml.model_copy(update={"vault": vault}))
    assert list(pressure.folders_of(on_disk)) == [settings.home, settings.home / "vault"]
    assert find_pressure(store, limited(on_disk)) is None


def test_a_folder_that_is_not_there_yet_is_where_it_will_be(tmp_path: Path) -> None:
    assert free_octets(tmp_path / "not" / "yet") > 0
    try_writing(tmp_path / "not" / "yet")
    assert list(tmp_path.iterdir()) == []


def test_an_answer_is_renewed_in_time_and_not_before(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressure, "FRESH_SECONDS", 0.2)
    ask = Pressure(store, limited(settings, max_backlog=1))
    assert ask() is None
    captured(store, arrival())
    assert ask() is None, "still fresh"
    deadline = time.monotonic() + PATIENCE
    while ask() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert ask() == "1 deliveries wait to be read, the most that capture.max_backlog allows"


class Stuck(Store):
    """A store whose reads wait until they may go on, and then fail."""

    def __init__(self, error: Exception) -> None:
        self.error, self.go, self.reads = error, threading.Event(), 0

    @contextmanager
    def read(self) -> Iterator[Connection]:
        self.reads += 1
        assert self.go.wait(PATIENCE)
        raise self.error
        yield


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StoreUnavailable("the database failed: gone"), "the database failed: gone"),
        (RuntimeError("what is this"), "the limits cannot be measured: RuntimeError('what is this')"),
    ],
)
def test_a_store_that_does_not_answer_is_a_reason_and_no_error(settings: Settings, error: Exception, said: str) -> None:
    store = Stuck(error)
    store.go.set()
    assert Pressure(store, settings)() == said


def test_nobody_waits_for_a_measurement_and_there_is_one_at_a_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressure, "FRESH_SECONDS", 0.0)
    store = Stuck(StoreUnavailable("slow"))
    store.go.set()
    ask = Pressure(store, settings)
    store.go.clear()
    started = time.monotonic()
    assert [ask() for _ in range(100)] == ["slow"] * 100
    assert time.monotonic() - started < PATIENCE / 2
    assert store.reads == 2
    store.go.set()
