"""Provenance events, appended and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, insert, select

from intake.storage.tables import events
from intake.vocabulary.provenance import Agent, EventType, Outcome, ProvenanceEvent

_APPEND = insert(events)


def append(connection: Connection, happened: Iterable[ProvenanceEvent]) -> None:
    """Write events down within the caller's transaction."""
    rows = [
        {
            "type": event.type.value,
            "at": event.at,
            "agent": event.agent.name,
            "agent_version": event.agent.version,
            "outcome": event.outcome.value,
            "delivery_id": event.delivery,
            "object_sha256": event.object_sha256,
            "detail": dict(event.detail),
        }
        for event in happened
    ]
    if rows:
        connection.execute(_APPEND, rows)


def of_delivery(connection: Connection, delivery: int) -> Iterator[ProvenanceEvent]:
    """What happened to one delivery, in order."""
    for row in connection.execute(select(events).where(events.c.delivery_id == delivery).order_by(events.c.id)):
        yield ProvenanceEvent(
            type=EventType(row.type),
            at=row.at,
            agent=Agent(row.agent, row.agent_version),
            outcome=Outcome(row.outcome),
            delivery=row.delivery_id,
            object_sha256=row.object_sha256,
            detail=row.detail,
        )
