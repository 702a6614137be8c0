"""Every time our software failed on a delivery: what, where in our code, which release, which attempt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, insert, select

from intake.storage.tables import deliveries, failures
from intake.vocabulary.mail import Delivery
from intake.vocabulary.provenance import Agent
from intake.vocabulary.submission import Status

MAX_FAILURE_CHARACTERS = 2000
"""Of what an exception says; it may quote the message that it failed on."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure of ours."""

    at: datetime
    software: str
    attempt: int
    """Which time the delivery was taken up, from 1."""
    what: str
    place: str
    """Where in our code; empty where the process just ended."""


def note(connection: Connection, delivery: Delivery, what: str, now: datetime, agent: Agent, place: str = "") -> None:
    """Write down a failure, in the caller's transaction."""
    said = what.encode("utf-8", "backslashreplace").decode().replace("\0", "\ufffd")[:MAX_FAILURE_CHARACTERS]
    row = {"at": now, "software": _software(agent), "attempt": delivery.attempts, "failure": said, "place": place}
    connection.execute(insert(failures).values(delivery_id=delivery.id, **row))


def note_silent(connection: Connection, now: datetime, agent: Agent) -> None:
    """Write down the last attempt of deliveries that are shunted because their workers ended without a word."""
    said = exists().where(failures.c.delivery_id == deliveries.c.id, failures.c.attempt >= deliveries.c.attempts)
    silent = select(deliveries.c.id, deliveries.c.attempts, deliveries.c.failure).where(
        deliveries.c.status == Status.SHUNTED.value, ~said
    )
    rows = [
        {
            "delivery_id": row.id,
            "at": now,
            "software": _software(agent),
            "attempt": row.attempts,
            "failure": row.failure or "",
            "place": "",
        }
        for row in connection.execute(silent)
    ]
    if rows:
        connection.execute(insert(failures), rows)


def of_delivery(connection: Connection, number: int) -> Iterator[Failure]:
    """The failures on one delivery, in order."""
    query = select(failures).where(failures.c.delivery_id == number).order_by(failures.c.id)
    for row in connection.execute(query):
        yield Failure(row.at, row.software, row.attempt, row.failure, row.place)


def _software(agent: Agent) -> str:
    return f"{agent.name} {agent.version}"
