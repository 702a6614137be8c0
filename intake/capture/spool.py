"""The database is the spool: one row a delivery, from capture to its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import compress, takewhile

from sqlalchemy import (
    Connection,
    Row,
    func,
    insert,
    or_,
    select,
    update,
)

from intake.storage import journal, vault
from intake.storage.numbers import next_numbers
from intake.storage.tables import deliveries, raw_messages
from intake.vocabulary.mail import Arrival, Delivery, Envelope, RawMessage, Transport
from intake.vocabulary.provenance import Agent, EventType, Outcome, ProvenanceEvent
from intake.vocabulary.submission import Status

LEASE = timedelta(minutes=5)
"""A worker that has not finished a message by then is taken for dead; parsing takes seconds."""
MAX_ATTEMPTS = 3
"""A message that brought a worker down so often is shunted, lest it stop all others."""

_INSERT = insert(deliveries)


def capture(
    connection: Connection, arrivals: Sequence[Arrival], agent: Agent, raws: Sequence[RawMessage] | None = None
) -> list[int | None]:
    """Keep octets and deliveries, within the caller's transaction; give back the delivery ids.

    None stands for an arrival whose key is there already: it has been captured before. ``raws`` are the
    names of the octets, where the store's ``vaults.secure`` has seen to them before the transaction.
    """
    known = _known_keys(connection, arrivals)
    fresh: list[Arrival] = []
    is_fresh: list[bool] = []
    for arrival in arrivals:
        is_fresh.append(arrival.arrival_key is None or arrival.arrival_key not in known)
        if is_fresh[-1]:
            known.add(arrival.arrival_key)
            fresh.append(arrival)
    secured = None if raws is None else list(compress(raws, is_fresh))
    raws = vault.keep_all(connection, [arrival.octets for arrival in fresh], secured)
    numbers = next_numbers(connection, deliveries, len(fresh))
    if fresh:
        rows = [_row(*one) for one in zip(numbers, fresh, raws, strict=True)]
        connection.execute(_INSERT, rows)
        journal.append(connection, [_captured(*one, agent) for one in zip(numbers, fresh, raws, strict=True)])
    given = iter(numbers)
    return [next(given) if new else None for new in is_fresh]


def _known_keys(connection: Connection, arrivals: Sequence[Arrival]) -> set[str | None]:
    keys = [arrival.arrival_key for arrival in arrivals if arrival.arrival_key is not None]
    if not keys:
        return set()
    return set(connection.scalars(select(deliveries.c.arrival_key).where(deliveries.c.arrival_key.in_(keys))))


def _row(number: int, arrival: Arrival, raw: RawMessage) -> dict[str, object]:
    return {
        "id": number,
        "raw_sha256": raw.sha256,
        "transport": arrival.transport.value,
        "peer": arrival.peer,
        "helo": _storable(arrival.helo),
        "mail_from": _storable(arrival.envelope.mail_from),
        "rcpt_to": _storable(arrival.envelope.rcpt_to),
        "captured_at": arrival.captured_at,
        "received_at": arrival.received_at,
        "source_file": _storable(arrival.source_file),
        "arrival_key": arrival.arrival_key,
        "status": Status.CAPTURED.value,
        "attempts": 0,
    }


def _storable(said: str | None) -> str | None:
    """A lone surrogate or a NUL cannot be stored as text; both can come from the wire."""
    if said is None or (said.isascii() and "\0" not in said):
        return said
    return said.encode("utf-8", "backslashreplace").decode().replace("\0", "\ufffd")


def _captured(number: int, arrival: Arrival, raw: RawMessage, agent: Agent) -> ProvenanceEvent:
    return ProvenanceEvent(
        type=EventType.CAPTURE,
        at=arrival.captured_at,
        agent=agent,
        outcome=Outcome.SUCCESS,
        delivery=number,
        object_sha256=raw.sha256,
        detail={"transport": arrival.transport.value, "octets": raw.size},
    )


def lease(connection: Connection, now: datetime) -> Delivery | None:
    """Take up the oldest delivery that waits, for LEASE; None where nothing waits.

    One that failed MAX_ATTEMPTS times is not taken up again: see ``shunt_exhausted``.
    """
    return next(iter(lease_many(connection, now, 1)), None)


def lease_many(connection: Connection, now: datetime, most: int) -> list[Delivery]:
    """Take up the oldest deliveries that wait, in order. One that was taken up before comes alone.

    For it may be what ended the worker that had it: whoever was with it then shall not be so again.
    """
    waiting = (
        select(deliveries.c.id, deliveries.c.attempts)
        .where(
            deliveries.c.status == Status.CAPTURED.value,
            deliveries.c.attempts < MAX_ATTEMPTS,
            # No lease reaches further than LEASE: one that seems to was given before the clock was set back.
            or_(
                deliveries.c.leased_until.is_(None),
                deliveries.c.leased_until <= now,
                deliveries.c.leased_until > now + LEASE,
            ),
        )
        .order_by(deliveries.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = connection.execute(waiting).all()
    taken = [row.id for row in takewhile(lambda row: not row.attempts, found)] or [row.id for row in found[:1]]
    if not taken:
        return []
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(taken))
        .values(attempts=deliveries.c.attempts + 1, leased_until=now + LEASE)
    )
    rows = select(deliveries, raw_messages.c.size).join(raw_messages).where(deliveries.c.id.in_(taken))
    return [_delivery(row) for row in connection.execute(rows.order_by(deliveries.c.id))]


def give_back(connection: Connection, taken: Sequence[Delivery]) -> None:
    """Set deliveries that were taken up and not begun back as they were."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_([one.id for one in taken]), deliveries.c.status == Status.CAPTURED.value)
        .values(attempts=deliveries.c.attempts - 1, leased_until=None)
    )


def renew(connection: Connection, taken: Sequence[Delivery], now: datetime) -> None:
    """Keep what was taken up for another LEASE: its worker lives, and the files of some take minutes to read."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_([one.id for one in taken]), deliveries.c.status == Status.CAPTURED.value)
        .values(leased_until=now + LEASE)
    )


def count_waiting(connection: Connection, most: int) -> int:
    """How many deliveries wait to be read; counted no further than ``most``, so that it is always quick."""
    waiting = select(deliveries.c.id).where(deliveries.c.status == Status.CAPTURED.value).limit(most)
    return connection.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def newest(connection: Connection) -> datetime | None:
    """When the newest delivery was captured; None in an empty record."""
    moment: datetime | None = connection.scalar(select(func.max(deliveries.c.captured_at)))
    return moment


def statuses(connection: Connection) -> dict[int, Status]:
    """Where every delivery stands, by id, in the order of capture."""
    rows = connection.execute(select(deliveries.c.id, deliveries.c.status).order_by(deliveries.c.id))
    return {row.id: Status(row.status) for row in rows}


def load(connection: Connection, number: int) -> Delivery:
    """One delivery by its id, which must exist."""
    return _delivery(
        connection.execute(
            select(deliveries, raw_messages.c.size).join(raw_messages).where(deliveries.c.id == number)
        ).one()
    )


def retry(connection: Connection, delivery: Delivery, failure: str, at: datetime, *, counted: bool) -> None:
    """Put it back, to be taken up from ``at`` on; a ``counted`` failure is shunted after MAX_ATTEMPTS."""
    exhausted = counted and delivery.attempts >= MAX_ATTEMPTS
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery.id)
        .values(
            status=(Status.SHUNTED if exhausted else Status.CAPTURED).value,
            attempts=delivery.attempts if counted else delivery.attempts - 1,
            leased_until=at,
            failure=failure,
        )
    )


def shunt_exhausted(connection: Connection, now: datetime) -> int:
    """Shunt what took MAX_ATTEMPTS workers with it before they could say why; give back how many."""
    return connection.execute(
        update(deliveries)
        .where(
            deliveries.c.status == Status.CAPTURED.value,
            deliveries.c.attempts >= MAX_ATTEMPTS,
            deliveries.c.leased_until <= now,
        )
        .values(status=Status.SHUNTED.value, failure=f"{MAX_ATTEMPTS} workers ended while reading it")
    ).rowcount


def revive(connection: Connection, numbers: Sequence[int] | None = None) -> int:
    """Set shunted deliveries (all, or these) back to be read again; give back how many."""
    shunted = update(deliveries).where(deliveries.c.status == Status.SHUNTED.value)
    if numbers is not None:
        shunted = shunted.where(deliveries.c.id.in_(numbers))
    return connection.execute(shunted.values(status=Status.CAPTURED.value, attempts=0, leased_until=None)).rowcount


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    return Delivery(
        id=row.id,
        envelope=Envelope(mail_from=row.mail_from, rcpt_to=row.rcpt_to),
        raw=RawMessage(row.raw_sha256, row.size),
        transport=Transport(row.transport),
        captured_at=row.captured_at,
        received_at=row.received_at,
        peer=row.peer,
        source_file=row.source_file,
        attempts=row.attempts,
    )
