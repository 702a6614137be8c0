"""Reads again what was read before, with the software of today, and changes only what that changes.

What would change is found by changing it: where the delivery reads the same afterwards, it is undone.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from intake.capture import spool
from intake.errors import DecisionRefused
from intake.ledger.differences import Change, compare
from intake.ledger.dossier import dossier
from intake.ledger.readings import write_readings
from intake.pipeline import Desk, take_in
from intake.readers import Readers, Unread, unread
from intake.reading import SOFTWARE, Software, signature
from intake.storage import documents, failures, journal
from intake.storage.session import Connection
from intake.vocabulary.mail import Delivery
from intake.vocabulary.provenance import EventType, Outcome, ProvenanceEvent
from intake.vocabulary.reading import Reading
from intake.vocabulary.submission import Status

BATCH = 50
"""Deliveries in one transaction, so that nobody at the door waits long for the lock."""

_UNREADABLE = frozenset({Status.CAPTURED, Status.ERASED})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a new reading did to one delivery."""

    delivery: int
    changes: tuple[Change, ...] = ()
    failure: str | None = None
    """Why our software failed on it; then it stands as it stood."""


def choose(connection: Connection, named: Sequence[int], *, failed: bool) -> list[int]:
    """The deliveries to read again: those that are named; else those on which we ``failed``; else all that were read.

    Raises DecisionRefused where one is named that nobody has read before, or nobody may read any more.
    """
    standing = spool.statuses(connection)
    if not named:
        wanted = {Status.SHUNTED} if failed else set(Status) - _UNREADABLE
        return [number for number, status in standing.items() if status in wanted]
    for number in named:
        if standing[number] is Status.CAPTURED:
            raise DecisionRefused(f"Delivery {number} has not been read yet; run `intake work --once`.")
        if standing[number] is Status.ERASED:
            raise DecisionRefused(f"Delivery {number} was erased; there is nothing to read.")
    return sorted(set(named))


def replay(
    desk: Desk,
    numbers: Sequence[int],
    *,
    dry_run: bool = False,
    again: bool = False,
    processes: int = 1,
    software: Software = SOFTWARE,
) -> Iterator[Replayed]:
    """Read these deliveries anew, in their order; in a ``dry_run`` nothing is changed.

    A file is read anew where today's software has not read it yet, or took too long and may try ``again``.

    References stay, persons' decisions stand, and nobody who had an answer gets another. Each is compared
    with earlier ones as they stand now; in a dry run, as they stand without it.
    """
    processes = min(processes, 1 + len(numbers) // BATCH)  # The start of one takes longer than a batch.
    with Readers(desk.settings, processes, dataclasses.replace(software, again=again)) as readers:
        ahead: deque[list[Delivery]] = deque()
        for start in range(0, len(numbers), BATCH):
            with desk.store.read() as connection:
                ahead.append([spool.load(connection, number) for number in numbers[start : start + BATCH]])
            readers.hand_in(ahead[-1])
            if len(ahead) > 1:
                yield from _renew(desk, readers, ahead.popleft(), dry_run=dry_run)
        while ahead:
            yield from _renew(desk, readers, ahead.popleft(), dry_run=dry_run)


def finish(desk: Desk) -> int:
    """Leave out the texts of earlier software to which no delivery leads any more; give back how many."""
    with desk.store.write() as connection:
        return documents.forget_unused(connection, signature())


def _renew(desk: Desk, readers: Readers, batch: list[Delivery], *, dry_run: bool) -> list[Replayed]:
    outcomes = list(readers.outcomes(batch))
    with desk.store.write() as connection:
        return [_renew_one(connection, delivery, outcome, desk, dry_run) for delivery, outcome in outcomes]


def _renew_one(
    connection: Connection, delivery: Delivery, outcome: Reading | Unread, desk: Desk, dry_run: bool
) -> Replayed:
    if isinstance(outcome, Unread):
        return _fail(connection, delivery, outcome, desk, dry_run)
    before = dossier(connection, delivery.id)
    savepoint = connection.begin_nested()
    try:
        take_in(connection, delivery, outcome, desk, anew=True)
        changes = compare(before, dossier(connection, delivery.id))
    except Exception as error:  # fate: undone; the delivery stands as it stood, and the failure is kept.
        log.exception("Replay failed", action="failed", delivery=delivery.id)
        savepoint.rollback()
        return _fail(connection, delivery, unread(error), desk, dry_run)
    if changes and not dry_run:
        journal.append(connection, [_event(delivery, changes, desk)])
        savepoint.commit()
        return Replayed(delivery.id, changes)
    savepoint.rollback()
    if not dry_run:
        _sign(connection, delivery, outcome, before, desk)
    return Replayed(delivery.id, changes)


def _fail(connection: Connection, delivery: Delivery, why: Unread, desk: Desk, dry_run: bool) -> Replayed:
    if not dry_run and not why.temporary:
        failures.note(connection, delivery, why.failure, desk.clock(), desk.agent, why.place)
    return Replayed(delivery.id, failure=why.failure)


def _sign(connection: Connection, delivery: Delivery, reading: Reading, before: dict[str, Any], desk: Desk) -> None:
    """Where nothing changed, say that today's software reads it so."""
    signatures = {one["read_by"] for one in before["attachments"]} - {None}
    if before["software"] != f"{desk.agent.name} {desk.agent.version}" or not signatures <= {reading.read_by}:
        write_readings(connection, [(delivery, reading)], desk.agent)


def _event(delivery: Delivery, changes: Sequence[Change], desk: Desk) -> ProvenanceEvent:
    return ProvenanceEvent(
        type=EventType.READING,
        at=desk.clock(),
        agent=desk.agent,
        outcome=Outcome.SUCCESS,
        delivery=delivery.id,
        object_sha256=delivery.raw.sha256,
        detail={"changed": [change.fact for change in changes]},
    )
