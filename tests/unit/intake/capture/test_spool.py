"""The spool: kept once, leased to one, tried again, shunted, revived; never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import AGENT, AUTHOR, COMMON, MORNING, arrival, captured, letter
from sqlalchemy import func, select, update

from intake.capture.spool import LEASE, MAX_ATTEMPTS, capture, lease, load, retry, revive, shunt_exhausted
from intake.storage import journal, vault
from intake.storage.session import Store
from intake.storage.tables import deliveries, raw_messages
from intake.vocabulary.mail import Delivery
from intake.vocabulary.provenance import EventType, Outcome
from intake.vocabulary.submission import Status


def take(store: Store, at: timedelta = timedelta()) -> Delivery | None:
    with store.write() as connection:
        return lease(connection, MORNING + at)


def status(store: Store, number: int) -> str:
    with store.read() as connection:
        return str(connection.scalar(select(deliveries.c.status).where(deliveries.c.id == number)))


def test_what_is_captured_is_read_back_octet_for_octet_with_its_envelope(store: Store) -> None:
    octets = letter("\xff\x00 body")
    (number,) = captured(store, arrival(octets, mail_from=None, peer="192.0.2.1", source_file="a.eml"))
    with store.read() as connection:
        kept = load(connection, number)
        assert vault.read(connection, kept.raw.sha256) == octets
    assert (kept.envelope.mail_from, kept.envelope.rcpt_to, kept.peer, kept.source_file) == (
        None,
        COMMON,
        "192.0.2.1",
        "a.eml",
    )
    assert (kept.raw.size, kept.attempts, kept.captured_at, kept.received_at) == (len(octets), 0, MORNING, MORNING)
    assert status(store, number) == Status.CAPTURED.value


def test_capture_is_written_in_the_journal(store: Store) -> None:
    (number,) = captured(store, arrival())
    with store.read() as connection:
        (event,) = journal.of_delivery(connection, number)
        raw = load(connection, number).raw
    assert (event.type, event.outcome, event.at, event.agent) == (EventType.CAPTURE, Outcome.SUCCESS, MORNING, AGENT)
    assert event.object_sha256 == raw.sha256
    assert event.detail == {"transport": "smtp", "octets": raw.size}


def test_the_same_octets_to_two_recipients_are_two_deliveries_of_one_message(store: Store) -> None:
    numbers = captured(store, arrival(rcpt_to="a@x.example"), arrival(rcpt_to="b@x.example"))
    assert len(numbers) == 2
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(raw_messages)) == 1


def test_the_same_arrival_key_is_captured_once_and_no_key_is_no_key(store: Store) -> None:
    with store.write() as connection:
        assert capture(connection, [arrival(arrival_key="k" * 64)], AGENT) == [1]
        again = capture(connection, [arrival(arrival_key="k" * 64), arrival(), arrival()], AGENT)
    assert again[0] is None
    assert None not in again[1:]


def test_each_arrival_has_an_id_of_its_own_in_the_order_in_which_it_came(store: Store) -> None:
    one = arrival()
    with store.write() as connection:
        assert capture(connection, [], AGENT) == []
        assert capture(connection, [one, arrival(arrival_key="k" * 64), arrival(arrival_key="k" * 64)], AGENT) == [
            1,
            2,
            None,
        ]
        assert capture(connection, [one, one], AGENT) == [3, 4]
        assert connection.scalar(select(func.count()).select_from(deliveries)) == 4


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("mail_from", "a\udcff@x.example", "a\\udcff@x.example"),
        ("mail_from", "a\0b@x.example", "a\ufffdb@x.example"),
        ("rcpt_to", "a\udcff@x.example", "a\\udcff@x.example"),
        ("source_file", "caf\udce9.eml", "caf\\udce9.eml"),
        ("helo", "h\udcffst.example", "h\\udcffst.example"),
        ("helo", "h\0st.example", "h\ufffdst.example"),
    ],
)
def test_text_from_the_wire_that_cannot_be_stored_is_made_storable(
    store: Store, field: str, value: str, kept: str
) -> None:
    (number,) = captured(store, arrival(**{field: value}))
    with store.read() as connection:
        assert connection.scalar(select(deliveries.c[field]).where(deliveries.c.id == number)) == kept


def test_the_oldest_is_leased_first_and_to_one_only(store: Store) -> None:
    first, second = captured(store, arrival(), arrival())
    taken = [take(store), take(store), take(store)]
    assert [one.id if one else None for one in taken] == [first, second, None]
    assert [one.attempts for one in taken if one] == [1, 1]


def test_a_lease_ends_at_its_end_and_not_before(store: Store) -> None:
    captured(store, arrival())
    assert take(store) is not None
    assert take(store, LEASE - timedelta(seconds=1)) is None
    again = take(store, LEASE)
    assert again is not None
    assert again.attempts == 2


def test_a_lease_from_before_the_clock_was_set_back_is_over(store: Store) -> None:
    captured(store, arrival())
    assert take(store, timedelta(hours=2)) is not None
    assert take(store, timedelta(hours=2)) is None
    again = take(store)
    assert again is not None
    assert again.attempts == 2
    assert take(store) is None


def test_nothing_decided_is_ever_leased(store: Store) -> None:
    (number,) = captured(store, arrival())
    for one in Status:
        if one is not Status.CAPTURED:
            with store.write() as connection:
                connection.execute(update(deliveries).where(deliveries.c.id == number).values(status=one.value))
            assert take(store) is None, one


def test_a_retry_waits_for_its_time_and_keeps_the_failure(store: Store) -> None:
    captured(store, arrival())
    taken = take(store)
    assert taken is not None
    with store.write() as connection:
        retry(connection, taken, "it broke", MORNING + timedelta(minutes=1), counted=True)
        assert connection.scalar(select(deliveries.c.failure)) == "it broke"
    assert take(store, timedelta(seconds=59)) is None
    assert take(store, timedelta(minutes=1)) is not None


def test_after_the_last_attempt_it_is_shunted_and_never_leased(store: Store) -> None:
    (number,) = captured(store, arrival())
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert status(store, number) == Status.CAPTURED.value
        taken = take(store)
        assert taken is not None
        assert taken.attempts == attempt
        with store.write() as connection:
            retry(connection, taken, "it broke", MORNING, counted=True)
    assert status(store, number) == Status.SHUNTED.value
    assert take(store, timedelta(days=1)) is None


def test_what_took_its_workers_with_it_is_shunted_when_the_last_lease_is_over(store: Store) -> None:
    (number,) = captured(store, arrival())
    for attempt in range(MAX_ATTEMPTS):
        assert take(store, attempt * LEASE) is not None
    end = MORNING + MAX_ATTEMPTS * LEASE
    with store.write() as connection:
        assert lease(connection, end) is None
        assert shunt_exhausted(connection, end - timedelta(seconds=1)) == 0
        assert shunt_exhausted(connection, end) == 1
        assert "3 workers" in str(connection.scalar(select(deliveries.c.failure)))
    assert status(store, number) == Status.SHUNTED.value


def test_revive_takes_the_shunted_alone_and_only_those_named(store: Store) -> None:
    numbers = captured(store, *(arrival(rcpt_to=f"{n}@x.example") for n in range(3)))
    with store.write() as connection:
        connection.execute(
            update(deliveries).where(deliveries.c.id != numbers[2]).values(status=Status.SHUNTED.value, attempts=3)
        )
        connection.execute(update(deliveries).where(deliveries.c.id == numbers[2]).values(status=Status.HELD.value))
        assert revive(connection, [numbers[0], numbers[2]]) == 1
    assert [status(store, number) for number in numbers] == ["captured", "shunted", "held"]
    with store.write() as connection:
        assert revive(connection) == 1
        assert revive(connection) == 0
    taken = take(store)
    assert taken is not None
    assert taken.attempts == 1


def test_a_capture_that_is_rolled_back_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as connection:
        capture(connection, [arrival(mail_from=AUTHOR)], AGENT)
        raise RuntimeError
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(raw_messages)) == 0
        assert connection.scalar(select(func.count()).select_from(deliveries)) == 0
