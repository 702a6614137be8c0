"""Group commit: many share one, one that fails fails alone, and every sender is told."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from factories import AGENT, arrival, letter
from sqlalchemy import func, select

from intake.capture import commit
from intake.capture.commit import Committer
from intake.errors import StoreUnavailable
from intake.storage.session import Connection, Store
from intake.storage.tables import deliveries
from intake.storage.vault import Vaults
from intake.vocabulary.mail import Arrival

PATIENCE = 20.0
"""Seconds after which a test that waits for nothing fails instead."""


@dataclass
class Gate(Store):
    """A store whose transactions wait until the gate is open, and are counted."""

    inner: Store
    open: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)
    transactions: int = 0

    @property
    def vaults(self) -> Vaults:  # type: ignore[override]
        return self.inner.vaults

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self.reached.set()
        assert self.open.wait(PATIENCE)
        self.transactions += 1
        with self.inner.write() as connection:
            yield connection


@pytest.fixture
def gate(store: Store) -> Gate:
    return Gate(store)


@pytest.fixture
def committer(gate: Gate) -> Iterator[Committer]:
    committer = Committer(gate, AGENT)
    yield committer
    gate.open.set()
    committer.close()


def one(number: int, **changes: str) -> Arrival:
    return arrival(letter(f"letter {number}"), **changes)


async def reached(gate: Gate) -> None:
    assert await asyncio.to_thread(gate.reached.wait, PATIENCE)


def count(store: Store) -> int:
    with store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(deliveries)) or 0)


def test_many_concurrent_captures_share_a_commit(gate: Gate, store: Store, committer: Committer) -> None:
    async def run() -> list[list[int | None]]:
        first = asyncio.create_task(committer.capture([one(0)]))
        await reached(gate)
        rest = [asyncio.create_task(committer.capture([one(n)])) for n in range(1, 41)]
        await asyncio.sleep(0)
        gate.open.set()
        return await asyncio.wait_for(asyncio.gather(first, *rest), PATIENCE)

    ids = asyncio.run(run())
    assert sorted(number for (number,) in ids if number) == list(range(1, 42))
    assert gate.transactions == 2
    assert count(store) == 41


def test_a_group_has_a_limit(gate: Gate, committer: Committer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "MAX_GROUP", 10)

    async def run() -> None:
        tasks = [asyncio.create_task(committer.capture([one(0)]))]
        await reached(gate)
        tasks += [asyncio.create_task(committer.capture([one(n)])) for n in range(1, 31)]
        await asyncio.sleep(0)
        gate.open.set()
        await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)

    asyncio.run(run())
    assert gate.transactions == 1 + 3


@pytest.mark.parametrize("poison", ["source\ud800file", None])
def test_one_poisonous_arrival_fails_alone(
    gate: Gate, store: Store, committer: Committer, monkeypatch: pytest.MonkeyPatch, poison: str | None
) -> None:
    keep = commit.capture

    def choke(connection: Connection, arrivals: list[Arrival], *rest: object) -> list[int | None]:
        if any(b"letter 3" in one_.octets for one_ in arrivals):
            raise ValueError(poison)
        return keep(connection, arrivals, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(commit, "capture", choke)

    async def run() -> list[list[int | None] | BaseException]:
        tasks = [asyncio.create_task(committer.capture([one(0)]))]
        await reached(gate)
        tasks += [asyncio.create_task(committer.capture([one(n)])) for n in range(1, 6)]
        await asyncio.sleep(0)
        gate.open.set()
        return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), PATIENCE)

    answers = asyncio.run(run())
    failed = [number for number, answer in enumerate(answers) if isinstance(answer, BaseException)]
    assert failed == [3]
    assert isinstance(answers[3], StoreUnavailable)
    assert answers[3].temporary
    assert count(store) == 5


def test_several_recipients_of_one_message_stand_or_fall_together(
    gate: Gate, store: Store, committer: Committer
) -> None:
    gate.open.set()

    async def run() -> list[int | None]:
        return await asyncio.wait_for(
            committer.capture([one(1, rcpt_to="a@x.example"), one(1, rcpt_to="b@x.example")]), PATIENCE
        )

    assert asyncio.run(run()) == [1, 2]
    assert count(store) == 2


def test_a_store_that_fails_says_unavailable_and_works_again_afterwards(
    gate: Gate, store: Store, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate.open.set()
    right = store.write

    @contextmanager
    def broken() -> Iterator[Connection]:
        raise StoreUnavailable("the disk is full")
        yield

    async def capture() -> list[int | None]:
        return await asyncio.wait_for(committer.capture([one(1)]), PATIENCE)

    monkeypatch.setattr(store, "write", broken)
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        asyncio.run(capture())
    monkeypatch.setattr(store, "write", right)
    assert asyncio.run(capture()) == [1]


def test_one_poisonous_arrival_among_many_costs_few_commits(
    gate: Gate, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By halves: twice the number of times that a hundred can be halved, not a hundred."""
    keep = commit.capture

    def choke(connection: Connection, arrivals: list[Arrival], *rest: object) -> list[int | None]:
        if any(b"letter 77" in one_.octets for one_ in arrivals):
            raise ValueError
        return keep(connection, arrivals, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(commit, "capture", choke)
    answers = asyncio.run(together(gate, committer, 100))
    assert [number for number, answer in enumerate(answers) if isinstance(answer, BaseException)] == [77]
    assert gate.transactions <= 2 + 2 * 7


async def together(gate: Gate, committer: Committer, many: int) -> list[list[int | None] | BaseException]:
    """One letter alone, and then so many that wait for it and share a commit."""
    tasks = [asyncio.create_task(committer.capture([one(0)]))]
    await reached(gate)
    tasks += [asyncio.create_task(committer.capture([one(n)])) for n in range(1, many + 1)]
    await asyncio.sleep(0)
    gate.open.set()
    return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), PATIENCE)


def test_where_failing_takes_long_nobody_waits_twice(
    gate: Gate, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "SLOW_SECONDS", 0.05)

    def stall(*_: object) -> list[int | None]:
        time.sleep(0.1)
        raise StoreUnavailable("the database is locked")

    monkeypatch.setattr(commit, "capture", stall)
    answers = asyncio.run(together(gate, committer, 60))
    assert [str(answer) for answer in answers] == ["the database is locked"] * 61
    assert gate.transactions == 2


def test_a_fault_of_ours_fails_its_message_and_not_the_thread(
    gate: Gate, store: Store, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate.open.set()

    async def capture() -> list[int | None]:
        return await asyncio.wait_for(committer.capture([one(1)]), PATIENCE)

    def fault(*_: object) -> list[int | None]:
        raise KeyError("nobody thought of this")

    with monkeypatch.context() as patch:
        patch.setattr(commit, "capture", fault)
        with pytest.raises(StoreUnavailable, match="nobody thought of this"):
            asyncio.run(capture())
    assert asyncio.run(capture()) == [1]
    assert count(store) == 1


def test_close_commits_what_was_handed_in(gate: Gate, store: Store) -> None:
    committer = Committer(gate, AGENT)

    async def run() -> list[list[int | None]]:
        tasks = [asyncio.create_task(committer.capture([one(n)])) for n in range(5)]
        await reached(gate)
        closing = asyncio.create_task(asyncio.to_thread(committer.close))
        gate.open.set()
        await asyncio.wait_for(closing, PATIENCE)
        return await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)

    assert len(asyncio.run(run())) == 5
    assert count(store) == 5


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_capture_that_is_called_off_while_it_waits_harms_no_later_one(gate: Gate, committer: Committer) -> None:
    async def run() -> list[int | None]:
        first = asyncio.create_task(committer.capture([one(0)]))
        await reached(gate)
        called_off = asyncio.create_task(committer.capture([one(1)]))
        await asyncio.sleep(0)
        called_off.cancel()
        await asyncio.sleep(0)
        later = asyncio.create_task(committer.capture([one(2)]))
        await asyncio.sleep(0)
        gate.open.set()
        await asyncio.wait_for(first, PATIENCE)
        return await asyncio.wait_for(later, 5)

    (number,) = asyncio.run(run())
    assert number is not None
