"""Wires the stages together and keeps them going: one process reads, places, registers, sends."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from intake import __version__
from intake.capture import spool
from intake.errors import SettingsError, StoreUnavailable
from intake.ledger.readings import write_readings
from intake.pipeline import Desk, conclude, handle, open_book
from intake.readers import Readers, Unread, unread
from intake.receipt import outbox
from intake.receipt.carriers import FolderCarrier, RelayCarrier
from intake.settings import Settings
from intake.storage import failures
from intake.storage.session import Connection, open_record
from intake.vocabulary.letter import Carrier
from intake.vocabulary.mail import Clock, Delivery
from intake.vocabulary.provenance import Agent
from intake.vocabulary.reading import Reading
from intake.vocabulary.submission import Entry

SOFTWARE = Agent("intake", __version__)
"""How the service signs what it does."""
IDLE_SECONDS = 0.5
"""Between two looks at an empty spool: a sender does not notice, a disk does not care."""
RETRY_DELAY = timedelta(minutes=1)
"""After a temporary failure; shorter than LEASE, so that a retry is not mistaken for a new worker."""
BATCH = 50
"""Deliveries in one transaction: the fsync is then cheap, and nobody at the door waits long for the lock."""
RENEWAL = timedelta(seconds=30)
"""Between two renewals of leases; with what one message may take (readers.READ_SECONDS) still below LEASE."""
BATCHES = 2
"""Taken up at once: one is registered while the readers have the other."""
MANY = 64
"""Deliveries that must wait before reading processes are started: their start takes a second or two."""

log = structlog.get_logger()


def open_desk(settings: Settings, clock: Clock) -> Desk:
    """Open the store and sit down. Raises StoreError, with the sentence that says what to run."""
    return Desk(store=open_record(settings), settings=settings, clock=clock, agent=SOFTWARE)


def carrier_of(settings: Settings) -> Carrier:
    """The way out that the configuration names. Raises SettingsError."""
    way = settings.outbox
    if way.way == "folder":
        return FolderCarrier(settings.home / way.folder)
    if not way.relay_host:
        raise SettingsError("intake.toml: outbox.relay_host is empty; name the host, or set outbox.way to folder.")
    try:
        password = Path(way.password_file).read_text(encoding="utf-8").partition("\n")[0] if way.password_file else ""
    except OSError as error:
        raise SettingsError(f"intake.toml: outbox.password_file cannot be read ({error.strerror}).") from error
    return RelayCarrier(
        host=way.relay_host, port=way.relay_port, starttls=way.starttls, user=way.user, password=password
    )


def process(desk: Desk, *, patient: bool, processes: int = 1) -> Generator[tuple[Delivery, Entry | None], None, None]:
    """Take up what waits, in order, until nothing does; where much waits, let other processes read it.

    A delivery that meets a temporary failure is put back for RETRY_DELAY, and no attempt is counted. One
    on which we fail is tried again, at once or after RETRY_DELAY when ``patient``; after spool.MAX_ATTEMPTS
    it is shunted. None stands for the entry of one that failed or was decided by a person.
    """
    if processes > 1:
        with desk.store.read() as connection:
            many = spool.count_waiting(connection, MANY) >= MANY
        if many:
            with Readers(desk.settings, processes) as readers:
                yield from process_together(desk, readers, patient=patient)
    while True:
        now = desk.clock()
        with desk.store.write() as connection:
            _shunt_exhausted(connection, desk, now)
            delivery = spool.lease(connection, now)
        if delivery is None:
            return
        started = time.monotonic()
        try:
            entry = handle(delivery, desk)
        except Exception as error:  # fate: kept and tried again; after MAX_ATTEMPTS shunted, never lost.
            log.exception("Delivery failed", action="failed", delivery=delivery.id)
            with desk.store.write() as connection:
                _put_back(connection, delivery, unread(error), desk, now, patient=patient)
            yield delivery, None
            continue
        _say(delivery, entry, started)
        yield delivery, entry


def process_together(
    desk: Desk, readers: Readers, *, patient: bool
) -> Generator[tuple[Delivery, Entry | None], None, None]:
    """The same by BATCH: while one batch is registered, in one transaction, the readers have the next.

    Filing keeps the order of capture, since later messages are compared with earlier ones; only one that
    fails comes after the batches that were taken up with it.
    """
    taken: deque[list[Delivery]] = deque()
    try:
        while True:
            while len(taken) < BATCHES and (batch := _take(desk)):
                taken.append(batch)
                readers.hand_in(batch)
            if not taken:
                return
            outcomes = _await(desk, readers, taken)
            done = _register(desk, outcomes, patient=patient)
            taken.popleft()
            yield from done
    finally:
        if left := [delivery for batch in taken for delivery in batch]:
            with desk.store.write() as connection:
                spool.give_back(connection, left)


def _await(
    desk: Desk, readers: Readers, taken: Sequence[Sequence[Delivery]]
) -> list[tuple[Delivery, Reading | Unread]]:
    """What became of the first batch; as long as that takes, all that was taken up stays ours."""
    outcomes = []
    renewed = desk.clock()
    for outcome in readers.outcomes(taken[0]):
        outcomes.append(outcome)
        if not timedelta(0) <= desk.clock() - renewed < RENEWAL:
            renewed = desk.clock()
            with desk.store.write() as connection:
                spool.renew(connection, [delivery for batch in taken for delivery in batch], renewed)
    return outcomes


def _take(desk: Desk) -> list[Delivery]:
    now = desk.clock()
    with desk.store.write() as connection:
        _shunt_exhausted(connection, desk, now)
        return spool.lease_many(connection, now, BATCH)


def _shunt_exhausted(connection: Connection, desk: Desk, now: datetime) -> None:
    if spool.shunt_exhausted(connection, now):
        failures.note_silent(connection, now, desk.agent)


def _register(
    desk: Desk, outcomes: Sequence[tuple[Delivery, Reading | Unread]], *, patient: bool
) -> list[tuple[Delivery, Entry | None]]:
    """All in one transaction; where one of them fails, each in its own, so that it fails alone."""
    started = time.monotonic()
    try:
        entries = _register_once(desk, outcomes, patient=patient)
    except Exception as error:  # fate: nothing of it is written; each is entered anew, or put back.
        log.exception("Batch failed", action="failed", deliveries=len(outcomes))
        if len(outcomes) > 1:
            return [done for one in outcomes for done in _register(desk, [one], patient=patient)]
        entries = _register_once(desk, [(outcomes[0][0], unread(error))], patient=patient)
    for delivery, entry in entries:
        _say(delivery, entry, started)
    return entries


def _register_once(
    desk: Desk, outcomes: Sequence[tuple[Delivery, Reading | Unread]], *, patient: bool
) -> list[tuple[Delivery, Entry | None]]:
    entries: list[tuple[Delivery, Entry | None]] = []
    read = [(delivery, one) for delivery, one in outcomes if isinstance(one, Reading)]
    with desk.store.write() as connection:
        write_readings(connection, read, desk.agent)
        with open_book(connection, read, desk) as book:
            for delivery, outcome in outcomes:
                if isinstance(outcome, Reading):
                    entries.append((delivery, conclude(book, delivery, outcome, desk)))
                else:
                    log.error("Delivery failed", action="failed", delivery=delivery.id, failure=outcome.failure)
                    _put_back(connection, delivery, outcome, desk, desk.clock(), patient=patient)
                    entries.append((delivery, None))
    return entries


def _put_back(
    connection: Connection, delivery: Delivery, why: Unread, desk: Desk, now: datetime, *, patient: bool
) -> None:
    at = now + RETRY_DELAY if patient or why.temporary else now
    if not why.temporary:
        failures.note(connection, delivery, why.failure, now, desk.agent, why.place)
    spool.retry(connection, delivery, why.failure, at, counted=not why.temporary)


def _say(delivery: Delivery, entry: Entry | None, started: float) -> None:
    log.info(
        "Delivery handled",
        action="handled",
        delivery=delivery.id,
        status=entry.status.value if entry else "as decided",
        duration_ms=round(1000 * (time.monotonic() - started)),
    )


def send(desk: Desk, carrier: Carrier) -> Iterator[outbox.Dispatch]:
    """Hand over the letters whose time has come."""
    for dispatch in outbox.send_due(desk.store, carrier, desk.clock, desk.agent):
        log.info("Letter handed over", action="dispatched", letter=dispatch.letter, state=dispatch.state.value)
        yield dispatch


def work(
    desk: Desk,
    carrier: Carrier,
    stop: threading.Event,
    *,
    idle: Callable[[float], object] | None = None,
    processes: int = 1,
) -> None:
    """Process and send until ``stop`` is set; what was begun is finished."""
    wait = idle or stop.wait
    with desk.store.write() as connection:
        outbox.recover(connection, desk.clock())
    while not stop.is_set():
        try:
            with closing(process(desk, patient=True, processes=processes)) as handled:
                for _ in handled:
                    if stop.is_set():
                        break
            for _ in send(desk, carrier):
                if stop.is_set():
                    break
        except StoreUnavailable as error:
            log.error("The store does not answer", action="store_unavailable", error=str(error))
        wait(IDLE_SECONDS)
