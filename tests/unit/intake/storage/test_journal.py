"""Events are appended in order and read back as they were."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import MORNING, arrival, captured
from sqlalchemy import func, select

from intake.storage import journal
from intake.storage.session import Store
from intake.storage.tables import events
from intake.vocabulary.provenance import Agent, EventType, Outcome, ProvenanceEvent


def event(kind: EventType, minutes: int = 0, delivery: int | None = None) -> ProvenanceEvent:
    return ProvenanceEvent(
        type=kind,
        at=MORNING + timedelta(minutes=minutes),
        agent=Agent("Officer"),
        outcome=Outcome.WARNING,
        delivery=delivery,
        object_sha256="ab" * 32,
        detail={"text": "é", "number": 1, "truth": True, "list": ["a"], "none": None},
    )


@pytest.mark.parametrize("kind", list(EventType), ids=lambda kind: kind.value)
def test_an_event_is_read_back_as_it_was(store: Store, kind: EventType) -> None:
    (number,) = captured(store, arrival())
    written = event(kind, delivery=number)
    with store.write() as connection:
        journal.append(connection, [written])
        assert list(journal.of_delivery(connection, number))[1:] == [written]


def test_events_keep_the_order_in_which_they_were_appended_and_belong_to_one_delivery(store: Store) -> None:
    one, other = captured(store, arrival(), arrival())
    with store.write() as connection:
        journal.append(connection, [event(EventType.FILING, 5, one), event(EventType.ACCESSION, 1, one)])
        journal.append(connection, [event(EventType.FILING, 3, other)])
        kinds = [each.type for each in journal.of_delivery(connection, one)]
    assert kinds == [EventType.CAPTURE, EventType.FILING, EventType.ACCESSION]


def test_nothing_happened_writes_nothing(store: Store) -> None:
    with store.write() as connection:
        journal.append(connection, [])
        assert connection.scalar(select(func.count()).select_from(events)) == 0


def test_an_event_without_delivery_is_kept(store: Store) -> None:
    with store.write() as connection:
        journal.append(connection, [event(EventType.EXPORT)])
        assert connection.scalar(select(events.c.delivery_id)) is None
        assert connection.scalar(select(func.count()).select_from(events)) == 1
