"""Reading processes: answers in order, and whatever ends one of them is known by name."""

from __future__ import annotations

import logging
import multiprocessing
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import reader
import structlog
from factories import AGENT, OTT, FrozenMorning, arrival, captured, letter, with_files
from poison import deadly
from sqlalchemy import func, select, update

from intake import readers, worker
from intake.capture import spool
from intake.errors import StoreUnavailable
from intake.ledger import listing
from intake.pipeline import Desk
from intake.readers import Readers, Unread
from intake.reading import Software, read
from intake.settings import Settings
from intake.storage.session import Store
from intake.storage.tables import deliveries, filings, readings
from intake.vocabulary.mail import Delivery
from intake.vocabulary.reading import Reading
from intake.worker import process, process_together


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tracebacks of faults that are meant are nothing to read; nor do aborted processes leave cores."""
    monkeypatch.setenv("INTAKE_LOG", "CRITICAL")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def desk(store: Store, settings: Settings) -> Desk:
    return Desk(store=store, settings=settings, clock=FrozenMorning(), agent=AGENT)


def bring(desk: Desk, bodies: Sequence[str]) -> list[Delivery]:
    octets = [letter(f"We say {body}.", to=OTT, message_id=f"<{number}@x>") for number, body in enumerate(bodies)]
    numbers = captured(desk.store, *(arrival(one, rcpt_to=OTT) for one in octets))
    with desk.store.read() as connection:
        return [spool.load(connection, number) for number in numbers]


def states(desk: Desk) -> list[tuple[str, int]]:
    with desk.store.read() as connection:
        rows = connection.execute(select(deliveries.c.status, deliveries.c.attempts).order_by(deliveries.c.id))
        return [(row.status, row.attempts) for row in rows]


def test_answers_come_in_order_and_without_the_octets_of_files(desk: Desk) -> None:
    taken = bring(desk, [f"letter {number}" for number in range(20)])
    file = letter("x", more=["Content-Type: application/pdf; name=a.pdf"], message_id="<f@x>")
    taken += [spool_load(desk, number) for number in captured(desk.store, arrival(file))]
    with Readers(desk.settings, 2) as some:
        some.hand_in(taken)
        outcomes = list(some.outcomes(taken))
    assert [delivery.id for delivery, _ in outcomes] == [delivery.id for delivery in taken]
    read = [outcome for _, outcome in outcomes if isinstance(outcome, Reading)]
    assert [one.message.text.strip() for one in read[:20]] == [f"We say letter {number}." for number in range(20)]
    (attachment,) = read[20].message.attachments
    assert (attachment.octets, attachment.size > 0, len(attachment.sha256)) == (b"", True, 64)
    assert multiprocessing.active_children() == []


def spool_load(desk: Desk, number: int) -> Delivery:
    with desk.store.read() as connection:
        return spool.load(connection, number)


def test_the_message_that_ends_a_process_is_named_and_the_others_are_read(desk: Desk) -> None:
    taken = bring(desk, ["a", "b", "POISON", "c", "FAULT", "d", "e", "f"])
    with Readers(desk.settings, 1, Software(decode=deadly)) as some:
        some.hand_in(taken)
        outcomes = [outcome for _, outcome in some.outcomes(taken)]
    assert [isinstance(one, Reading) for one in outcomes] == [True, True, False, True, False, True, True, True]
    assert outcomes[2] == Unread("the process that read it ended (-6)", temporary=False)
    fault = outcomes[4]
    assert isinstance(fault, Unread)
    assert (fault.failure, fault.temporary) == ("ZeroDivisionError('ours')", False)
    assert re.fullmatch(r"reading\.py:\d+ in read", fault.place)  # The last place in our own code.


def test_a_message_that_takes_for_ever_ends_its_process(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = bring(desk, ["a", "SLEEP", "b"])
    with Readers(desk.settings, 1, Software(decode=deadly)) as some:
        some.hand_in(taken[:1])
        list(some.outcomes(taken[:1]))
        monkeypatch.setattr(readers, "READ_SECONDS", 1.0)
        some.hand_in(taken[1:])
        ((_, asleep),) = some.outcomes(taken[1:2])
        assert asleep == Unread("the process that read it ended (-9)", temporary=False)
        monkeypatch.setattr(readers, "READ_SECONDS", 60.0)
        ((_, last),) = some.outcomes(taken[2:])
    assert isinstance(last, Reading)


def test_nobody_waits_at_the_end_for_what_is_still_read(desk: Desk) -> None:
    taken = bring(desk, ["a", "SLEEP", "b"])
    with Readers(desk.settings, 1, Software(decode=deadly)) as some:
        some.hand_in(taken)
        list(some.outcomes(taken[:1]))
        started = time.monotonic()
    assert time.monotonic() - started < readers.END_SECONDS
    assert multiprocessing.active_children() == []


def test_a_process_that_cannot_start_is_no_fault_of_a_message(desk: Desk, tmp_path: Path) -> None:
    taken = bring(desk, ["a"])
    (tmp_path / "file").write_text("")
    desk.settings.home.rename(tmp_path / "elsewhere")
    desk.settings.home.write_text("no folder any more")
    with Readers(desk.settings, 1) as some:
        some.hand_in(taken)
        with pytest.raises(StoreUnavailable, match="could not start"):
            list(some.outcomes(taken))


# --- the worker with them ----------------------------------------------------------------------------------


def run_together(desk: Desk, monkeypatch: pytest.MonkeyPatch, batch: int = 4) -> list[int]:
    monkeypatch.setattr(worker, "BATCH", batch)
    with Readers(desk.settings, 2, Software(decode=deadly)) as some:
        return [delivery.id for delivery, _ in process_together(desk, some, patient=False)]


def test_together_gives_what_one_by_one_gives(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    bodies = [f"answer {number % 5}" for number in range(23)] + ["Correction: answer", "answer 1"]
    bring(desk, bodies)
    assert run_together(desk, monkeypatch) == list(range(1, 26))
    together = facts(desk)
    other = Desk(store=fresh_store(tmp_path), settings=desk.settings, clock=FrozenMorning(), agent=AGENT)
    bring(other, bodies)
    assert len(list(process(other, patient=False))) == 25
    assert facts(other) == together
    other.store.close()


def fresh_store(folder: Path) -> Store:
    from intake.storage.session import open_store

    return open_store(f"sqlite:///{folder / 'other.db'}")


def facts(desk: Desk) -> list[object]:
    with desk.store.read() as connection:
        return [{key: value for key, value in line.items() if key != "events"} for line in listing.rows(connection)]


def test_a_deadly_message_is_tried_alone_and_then_shunted_and_nothing_else_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(desk, ["a", "b", "POISON", "c", "d", "e", "FAULT", "f", "g"])
    handled = run_together(desk, monkeypatch)
    assert [(status, attempts) for status, attempts in states(desk) if status == "shunted"] == [("shunted", 3)] * 2
    assert [status for status, _ in states(desk)].count("filed") == 7
    assert [handled.count(number) for number in range(1, 10)] == [1, 1, 3, 1, 1, 1, 3, 1, 1]
    with desk.store.read() as connection:
        why = connection.scalars(select(deliveries.c.failure).where(deliveries.c.status == "shunted")).all()
    assert why == ["the process that read it ended (-6)", "ZeroDivisionError('ours')"]


def test_what_one_message_breaks_in_the_register_breaks_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = bring(desk, ["a", "b", "c", "d", "e"])
    whole = worker.conclude

    def stumble(book: object, delivery: Delivery, reading: Reading, desk: Desk) -> object:
        if delivery.id == taken[2].id:
            raise ZeroDivisionError("ours")
        return whole(book, delivery, reading, desk)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "conclude", stumble)
    run_together(desk, monkeypatch, batch=5)
    assert [status for status, _ in states(desk)] == ["filed", "filed", "shunted", "filed", "filed"]
    with desk.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(filings)) == 4
        assert connection.scalar(select(func.count()).select_from(readings)) == 4


def test_what_was_taken_up_and_not_begun_is_given_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(desk, ["a"] * 8)
    monkeypatch.setattr(worker, "BATCH", 2)
    with Readers(desk.settings, 1) as some:
        handled = process_together(desk, some, patient=True)
        next(handled)
        handled.close()
    assert [attempts for _, attempts in states(desk)] == [1, 1, 0, 0, 0, 0, 0, 0]


def test_one_that_was_taken_up_before_is_taken_up_alone(desk: Desk) -> None:
    bring(desk, ["a"] * 5)
    with desk.store.write() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == 3).values(attempts=1))
    batches = []
    for _ in range(4):
        with desk.store.write() as connection:
            batches.append([one.id for one in spool.lease_many(connection, desk.clock(), 10)])
    assert batches == [[1, 2], [3], [4, 5], []]


def test_few_messages_start_no_process(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(desk, ["a", "b"])
    monkeypatch.setattr(worker, "Readers", None)
    assert len(list(process(desk, patient=False, processes=2))) == 2


def test_many_do(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(desk, ["a", "b"])
    monkeypatch.setattr(worker, "MANY", 2)
    monkeypatch.setattr(worker, "handle", None)
    assert len(list(process(desk, patient=False, processes=1 + 1))) == 2


# --- what takes long ------------------------------------------------------------------------------------------


class SlowReaders:
    """Reads at once, and lets half a lease go by for each message."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def hand_in(self, deliveries: Sequence[Delivery]) -> None:
        pass

    def outcomes(self, deliveries: Sequence[Delivery]) -> Iterator[tuple[Delivery, Reading]]:
        for delivery in deliveries:
            self.desk.clock.advance(seconds=spool.LEASE.total_seconds() / 2)  # type: ignore[attr-defined]
            yield delivery, read(delivery, self.desk.store, self.desk.settings.home)


def test_what_takes_longer_than_a_lease_is_taken_up_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of scans takes minutes: the batch behind it must not be taken for one whose worker is dead."""
    bring(desk, [f"answer {number}" for number in range(12)])
    monkeypatch.setattr(worker, "BATCH", 4)
    handled = [one.id for one, _ in process_together(desk, SlowReaders(desk), patient=False)]  # type: ignore[arg-type]
    assert handled == list(range(1, 13))
    assert {attempts for _, attempts in states(desk)} == {1}


def test_files_are_read_by_the_processes_once_and_their_texts_come_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    counted = tmp_path / "counted"
    monkeypatch.setenv(reader.COUNTED, str(counted))
    file = ("answer.pdf", "application/pdf", reader.HEAD + b"Yes, gladly.")
    octets = [with_files(file, body=f"Letter {number}.", message_id=f"<{number}@x>") for number in range(20)]
    numbers = captured(desk.store, *(arrival(one, rcpt_to=OTT) for one in octets))
    with desk.store.read() as connection:
        taken = [spool.load(connection, number) for number in numbers]
    with Readers(desk.settings, 2, Software(extract=reader.spell, read_by="speller 1")) as some:
        some.hand_in(taken)
        outcomes = [outcome for _, outcome in some.outcomes(taken)]
    assert [[one.text for one in outcome.documents.values()] for outcome in outcomes] == [["Yes, gladly."]] * 20
    assert {one.octets for outcome in outcomes for one in outcome.message.attachments} == {b""}
    assert counted.read_text() == "answer.pdf\n"
