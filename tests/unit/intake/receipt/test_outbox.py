"""A letter leaves at most once per cause; what may have left is never sent again by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import AGENT, MORNING, FrozenMorning, ScriptedCarrier, arrival, captured
from sqlalchemy import select

from intake.errors import OutboxError
from intake.receipt.outbox import (
    FIRST_RETRY,
    LAST_RETRY,
    MAX_TRIES,
    Dispatch,
    count_by_state,
    count_since,
    queue,
    recover,
    send_due,
)
from intake.storage import journal
from intake.storage.session import Store
from intake.storage.tables import letters
from intake.vocabulary.letter import Letter, LetterRefused, LetterState, LetterUncertain
from intake.vocabulary.provenance import EventType, Outcome


def write(cause: str = "receipt:1", rcpt_to: str = "a@x.example", delivery: int | None = None) -> Letter:
    return Letter(cause=cause, delivery=delivery, rcpt_to=rcpt_to, octets=f"letter {cause}".encode())


def put(store: Store, *written: Letter, at: timedelta = timedelta()) -> list[bool]:
    with store.write() as connection:
        return [queue(connection, one, MORNING + at, AGENT) for one in written]


def send(store: Store, carrier: ScriptedCarrier, clock: FrozenMorning | None = None) -> list[Dispatch]:
    return list(send_due(store, carrier, clock or FrozenMorning(), AGENT))


def row(store: Store, number: int = 1):
    with store.read() as connection:
        return connection.execute(select(letters).where(letters.c.id == number)).one()


def test_a_letter_is_handed_over_as_it_was_queued(store: Store) -> None:
    put(store, write())
    carrier = ScriptedCarrier(["250 taken"])
    assert send(store, carrier) == [Dispatch(1, LetterState.SENT, "250 taken")]
    assert carrier.handed == [("a@x.example", b"letter receipt:1")]
    sent = row(store)
    assert (sent.state, sent.said, sent.tries, sent.settled_at, sent.next_try_at) == (
        "sent",
        "250 taken",
        1,
        MORNING,
        None,
    )


def test_the_same_cause_gives_one_letter_whenever_it_is_asked_again(store: Store) -> None:
    carrier = ScriptedCarrier()
    assert put(store, write(), write()) == [True, False]
    send(store, carrier)
    assert put(store, write()) == [False]
    send(store, carrier)
    assert len(carrier.handed) == 1


def test_letters_leave_in_the_order_in_which_they_were_queued(store: Store) -> None:
    put(store, *(write(f"receipt:{n}") for n in range(1, 5)))
    carrier = ScriptedCarrier()
    assert [one.letter for one in send(store, carrier)] == [1, 2, 3, 4]


def test_queueing_and_sending_are_in_the_journal_of_the_delivery(store: Store) -> None:
    (delivery,) = captured(store, arrival())
    put(store, write(delivery=delivery))
    send(store, ScriptedCarrier())
    with store.read() as connection:
        happened = list(journal.of_delivery(connection, delivery))[1:]
    assert [(event.type, event.outcome, event.detail) for event in happened] == [
        (EventType.ACKNOWLEDGEMENT, Outcome.SUCCESS, {"letter": 1}),
        (EventType.DISPATCH, Outcome.SUCCESS, {"letter": 1, "state": "sent"}),
    ]


@pytest.mark.parametrize(
    ("error", "state", "outcome"),
    [
        (LetterRefused("550 no"), LetterState.REFUSED, Outcome.FAILURE),
        (LetterUncertain("silence"), LetterState.UNCERTAIN, Outcome.WARNING),
    ],
)
def test_what_is_refused_or_uncertain_is_never_tried_again(
    store: Store, error: Exception, state: LetterState, outcome: Outcome
) -> None:
    (delivery,) = captured(store, arrival())
    put(store, write(delivery=delivery))
    clock = FrozenMorning()
    carrier = ScriptedCarrier([error])
    assert send(store, carrier, clock) == [Dispatch(1, state, str(error))]
    clock.advance(days=30)
    assert send(store, carrier, clock) == []
    assert len(carrier.handed) == 1
    assert row(store).settled_at == MORNING
    with store.read() as connection:
        assert list(journal.of_delivery(connection, delivery))[-1].outcome == outcome


def test_a_letter_that_cannot_leave_now_waits_longer_each_time(store: Store) -> None:
    put(store, write())
    clock = FrozenMorning()
    waits = []
    for _ in range(12):
        assert send(store, ScriptedCarrier([OutboxError("busy")]), clock) == [Dispatch(1, LetterState.QUEUED, "busy")]
        waits.append(row(store).next_try_at - clock.moment)
        clock.moment = row(store).next_try_at - timedelta(seconds=1)
        assert send(store, ScriptedCarrier(), clock) == []
        clock.advance(seconds=1)
    assert waits[:4] == [FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY, 8 * FIRST_RETRY]
    assert waits[-1] == LAST_RETRY
    assert waits == sorted(waits)
    assert send(store, ScriptedCarrier(["at last"]), clock) == [Dispatch(1, LetterState.SENT, "at last")]
    assert row(store).tries == 13


def test_after_the_last_try_it_is_given_up_and_said_so(store: Store) -> None:
    put(store, write())
    clock = FrozenMorning()
    for number in range(1, MAX_TRIES + 1):
        (dispatch,) = send(store, ScriptedCarrier([OutboxError("busy")]), clock)
        assert dispatch.state is (LetterState.REFUSED if number == MAX_TRIES else LetterState.QUEUED)
        clock.advance(hours=4)
    assert send(store, ScriptedCarrier(), clock) == []
    assert clock.moment - MORNING >= timedelta(days=4)


def test_one_letter_that_must_wait_does_not_stop_the_next(store: Store) -> None:
    put(store, write("receipt:1"), write("receipt:2"))
    states = [one.state for one in send(store, ScriptedCarrier([OutboxError("busy"), "taken"]))]
    assert states == [LetterState.QUEUED, LetterState.SENT]


class PowerCut(BaseException):
    """Ends the process, as far as the outbox can tell."""


def test_a_crash_while_sending_leaves_the_letter_uncertain_and_unsent(store: Store) -> None:
    put(store, write("receipt:1"), write("receipt:2"))
    with pytest.raises(PowerCut):
        send(store, ScriptedCarrier([PowerCut()]))
    assert row(store).state == "sending"
    carrier = ScriptedCarrier()
    assert [one.letter for one in send(store, carrier)] == [2]
    with store.write() as connection:
        assert recover(connection, MORNING + timedelta(minutes=1)) == 1
        assert recover(connection, MORNING) == 0
    lost = row(store)
    assert (lost.state, lost.said, lost.settled_at) == (
        "uncertain",
        "we ended while handing it over",
        MORNING + timedelta(minutes=1),
    )
    clock = FrozenMorning(MORNING + timedelta(days=9))
    assert send(store, carrier, clock) == []
    assert [rcpt for rcpt, _ in carrier.handed] == ["a@x.example"]


def test_counts_name_every_state(store: Store) -> None:
    put(store, write("receipt:1"), write("receipt:2"), write("receipt:3"))
    send(store, ScriptedCarrier(["taken", LetterRefused("no"), LetterUncertain("?")]))
    with store.read() as connection:
        counts = count_by_state(connection)
    assert counts == {
        LetterState.QUEUED: 0,
        LetterState.SENDING: 0,
        LetterState.SENT: 1,
        LetterState.REFUSED: 1,
        LetterState.UNCERTAIN: 1,
    }


@pytest.mark.parametrize(
    ("rcpt_to", "since", "count"),
    [
        ("a@x.example", timedelta(seconds=-1), 2),
        ("A@X.EXAMPLE", timedelta(seconds=-1), 2),
        ("a@x.example", timedelta(0), 1),
        ("a@x.example", timedelta(hours=1), 0),
        ("c@x.example", timedelta(seconds=-1), 0),
    ],
)
def test_letters_to_one_address_are_counted_from_a_moment_on(
    store: Store, rcpt_to: str, since: timedelta, count: int
) -> None:
    put(store, write("receipt:1"), write("receipt:2", rcpt_to="b@x.example"))
    put(store, write("receipt:3", rcpt_to="A@x.example"), at=timedelta(minutes=30))
    with store.read() as connection:
        assert count_since(connection, rcpt_to, MORNING + since) == count
