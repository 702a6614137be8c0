from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from digest.corpus import reader
from intake.vocabulary.submission import Status


def responses(record: Any, as_of: Any = None) -> Any:
    with record.store.read() as connection:
        return reader.read_responses(connection, "ott", as_of or record.now)


def test_registered_responses_come_in_order_of_receipt(record: Any) -> None:
    first, second = record.respond("one", files=("a.pdf",)), record.respond("two", late=True)
    found = responses(record)
    assert [(one.reference, one.late) for one in found] == [(first, False), (second, True)]
    assert [file.name for file in found[0].files] == ["a.pdf"]


def test_a_response_to_another_consultation_is_not_read(record: Any) -> None:
    record.file(record.receive("elsewhere"), "gender-divide")
    assert responses(record) == ()


def test_the_filing_in_force_at_the_moment_decides(record: Any) -> None:
    reference = record.respond()
    then = record.now
    record.at += timedelta(days=1)
    record.decide(record.delivery_of(reference), Status.NOT_RELEVANT, by_person=True)
    assert [one.reference for one in responses(record, then)] == [reference]
    assert responses(record) == ()


def test_the_highest_id_wins_over_the_latest_decision(record: Any) -> None:
    delivery = record.receive()
    record.file(delivery)
    record.at -= timedelta(minutes=30)
    record.decide(delivery, Status.HELD)
    record.at += timedelta(hours=1)
    assert responses(record) == ()


def test_a_response_is_superseded_by_its_successor(record: Any) -> None:
    first = record.respond("one")
    second = record.respond("two", supersedes=record.delivery_of(first))
    assert [one.successor for one in responses(record)] == [second, None]


def test_a_successor_that_is_no_longer_filed_supersedes_nothing(record: Any) -> None:
    first = record.respond("one")
    second = record.respond("two", supersedes=record.delivery_of(first))
    record.decide(record.delivery_of(second), Status.WITHDRAWN)
    assert [one.successor for one in responses(record)] == [None]


def test_a_successor_elsewhere_supersedes_nothing_here(record: Any) -> None:
    first = record.respond("one")
    record.file(record.receive("two"), "gender-divide", supersedes=record.delivery_of(first))
    assert [one.successor for one in responses(record)] == [None]


@pytest.mark.parametrize(
    ("successors", "kept"),
    [
        ({1: 2}, {1: 2}),
        ({1: 2, 2: 3}, {1: 2, 2: 3}),
        ({1: 2, 2: 1}, {}),
        ({1: 1}, {}),
        ({3: 1, 1: 2, 2: 1}, {}),
    ],
)
def test_a_circle_of_successors_hides_nothing(successors: dict[int, int], kept: dict[int, int]) -> None:
    assert reader.unbroken(successors) == kept


def test_duplicates_are_counted_at_their_original(record: Any) -> None:
    reference = record.respond()
    for _ in range(2):
        again = record.receive()
        record.decide(again, Status.DUPLICATE, duplicate_of=record.delivery_of(reference))
    assert [one.duplicates for one in responses(record)] == [2]


def test_counts_hold_every_status_and_sum_to_what_was_received(record: Any) -> None:
    record.respond()
    record.receive()
    record.receive(status=Status.SHUNTED)
    record.decide(record.receive(), Status.SPAM)
    with record.store.read() as connection:
        tally = reader.count_outcomes(connection, record.now)
    assert set(tally.counts) == set(Status)
    assert tally.received == 4
    assert {status: n for status, n in tally.counts.items() if n} == {
        Status.FILED: 1,
        Status.CAPTURED: 1,
        Status.SHUNTED: 1,
        Status.SPAM: 1,
    }


def test_what_was_decided_later_was_captured_then(record: Any) -> None:
    delivery = record.receive()
    then = record.at
    record.decide(delivery, Status.HELD)
    with record.store.read() as connection:
        assert reader.count_outcomes(connection, then).counts[Status.CAPTURED] == 1
        assert reader.count_outcomes(connection, then - timedelta(seconds=1)).received == 0


def test_outcomes_since_a_moment_are_what_came_or_was_decided(record: Any) -> None:
    old, other = record.receive(), record.receive()
    since = record.at
    reference = record.file(old)
    record.at += timedelta(minutes=5)
    new = record.receive()
    with record.store.read() as connection:
        found = reader.read_outcomes(connection, record.now, since)
        assert reader.read_statuses(connection, since, [old, new]) == {old: Status.CAPTURED}
    assert [(one.delivery, one.status) for one in found] == [(old, Status.FILED), (new, Status.CAPTURED)]
    assert found[0].references == (reference,)
    assert found[0].consultations == ("ott",)
    assert other not in {one.delivery for one in found}


def test_held_and_shunted_wait_for_a_person(record: Any) -> None:
    held = record.receive()
    record.decide(held, Status.HELD)
    shunted = record.receive(status=Status.SHUNTED)
    record.receive()
    with record.store.read() as connection:
        assert [one.delivery for one in reader.read_waiting(connection, record.now)] == [held, shunted]
