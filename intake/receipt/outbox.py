"""The outbox: a letter leaves at most once per cause, and everything sent is kept as octets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from intake.errors import OutboxError
from intake.storage import journal
from intake.storage.session import Store
from intake.storage.tables import letters
from intake.vocabulary.letter import Carrier, Letter, LetterRefused, LetterState, LetterUncertain
from intake.vocabulary.mail import Clock
from intake.vocabulary.provenance import Agent, EventType, Outcome, ProvenanceEvent

FIRST_RETRY = timedelta(minutes=1)
"""Doubled after each try, up to LAST_RETRY."""
LAST_RETRY = timedelta(hours=4)
"""RFC 5321, 4.5.4.1: retry for days, not more than every few minutes."""
MAX_TRIES = 30
"""With the delays above: about four days (RFC 5321, 4.5.4.1: at least 4 to 5)."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Dispatch:
    """How one letter fared."""

    letter: int
    state: LetterState
    said: str


def queue(
    connection: Connection, letter: Letter, now: datetime, agent: Agent, events: list[ProvenanceEvent] | None = None
) -> bool:
    """Queue within the caller's transaction; False where this cause has had its letter.

    The event is added to ``events``, which the caller writes with those that came before it; None: written now.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    number = connection.scalar(
        dialect.insert(letters)
        .values(
            cause=letter.cause,
            delivery_id=letter.delivery,
            rcpt_to=letter.rcpt_to,
            octets=letter.octets,
            state=LetterState.QUEUED.value,
            queued_at=now,
            next_try_at=now,
            tries=0,
        )
        .on_conflict_do_nothing(index_elements=["cause"])
        .returning(letters.c.id)
    )
    if number is None:
        return False
    queued = ProvenanceEvent(
        type=EventType.ACKNOWLEDGEMENT,
        at=now,
        agent=agent,
        outcome=Outcome.SUCCESS,
        delivery=letter.delivery,
        detail={"letter": number},
    )
    if events is None:
        journal.append(connection, [queued])
    else:
        events.append(queued)
    return True


def count_since(connection: Connection, rcpt_to: str, since: datetime) -> int:
    """How many letters this address has been written since then."""
    return (
        connection.scalar(
            select(func.count()).where(func.lower(letters.c.rcpt_to) == rcpt_to.lower(), letters.c.queued_at > since)
        )
        or 0
    )


def count_by_state(connection: Connection) -> dict[LetterState, int]:
    """How many letters stand at each state; all states are there."""
    counted = connection.execute(select(letters.c.state, func.count()).group_by(letters.c.state))
    found = {row[0]: row[1] for row in counted}
    return {state: found.get(state.value, 0) for state in LetterState}


def recover(connection: Connection, now: datetime) -> int:
    """What was being handed over when we died may have left: uncertain, and never sent again by itself."""
    return connection.execute(
        update(letters)
        .where(letters.c.state == LetterState.SENDING.value)
        .values(state=LetterState.UNCERTAIN.value, settled_at=now, said="we ended while handing it over")
    ).rowcount


def send_due(store: Store, carrier: Carrier, clock: Clock, agent: Agent) -> Iterator[Dispatch]:
    """Hand over every letter whose time has come, oldest first. Only one process may do so at a time."""
    while True:
        now = clock()
        with store.write() as connection:
            row = connection.execute(
                select(letters)
                .where(
                    letters.c.state == LetterState.QUEUED.value,
                    or_(letters.c.next_try_at.is_(None), letters.c.next_try_at <= now),
                )
                .order_by(letters.c.id)
                .limit(1)
            ).first()
            if row is None:
                return
            connection.execute(
                update(letters)
                .where(letters.c.id == row.id)
                .values(state=LetterState.SENDING.value, tries=letters.c.tries + 1)
            )
        state, said = _hand_over(carrier, row.rcpt_to, bytes(row.octets), f"{row.id:06d}", row.tries + 1)
        dispatch = Dispatch(row.id, state, said)
        with store.write() as connection:
            _settle(connection, dispatch, row.delivery_id, row.tries + 1, clock(), agent)
        yield dispatch


def _hand_over(carrier: Carrier, rcpt_to: str, octets: bytes, name: str, tries: int) -> tuple[LetterState, str]:
    try:
        return LetterState.SENT, carrier.hand_over(rcpt_to, octets, name)
    except LetterRefused as error:
        return LetterState.REFUSED, str(error)
    except LetterUncertain as error:
        return LetterState.UNCERTAIN, str(error)
    except OutboxError as error:
        return (LetterState.QUEUED if tries < MAX_TRIES else LetterState.REFUSED), str(error)
    except Exception as error:  # fate: a fault of ours; perhaps it left, so it is never sent again by itself.
        log.exception("A letter could not be handed over", action="letter_failed", letter=name)
        return LetterState.UNCERTAIN, repr(error)


def _settle(
    connection: Connection, dispatch: Dispatch, delivery: int | None, tries: int, now: datetime, agent: Agent
) -> None:
    again = dispatch.state is LetterState.QUEUED
    delay = min(FIRST_RETRY * 2 ** min(tries - 1, 16), LAST_RETRY)
    connection.execute(
        update(letters)
        .where(letters.c.id == dispatch.letter)
        .values(
            state=dispatch.state.value,
            said=dispatch.said,
            next_try_at=now + delay if again else None,
            settled_at=None if again else now,
        )
    )
    if not again:
        outcome = {LetterState.SENT: Outcome.SUCCESS, LetterState.REFUSED: Outcome.FAILURE}
        journal.append(
            connection,
            [
                ProvenanceEvent(
                    type=EventType.DISPATCH,
                    at=now,
                    agent=agent,
                    outcome=outcome.get(dispatch.state, Outcome.WARNING),
                    delivery=delivery,
                    detail={"letter": dispatch.letter, "state": dispatch.state.value},
                )
            ],
        )
