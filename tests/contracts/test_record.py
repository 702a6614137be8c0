"""What the record promises, whatever it lies on."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from service import letter
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from intake.capture import spool
from intake.errors import StoreUnavailable
from intake.ledger import listing
from intake.pipeline import Desk, Settlement, handle, settle
from intake.receipt import outbox
from intake.settings import Settings
from intake.storage import journal, vault
from intake.storage.session import Store, migrate
from intake.storage.tables import deliveries, events, metadata, raw_messages, serials
from intake.vocabulary.letter import Letter
from intake.vocabulary.mail import Arrival, Delivery, Envelope, Transport
from intake.vocabulary.provenance import Agent, EventType
from intake.vocabulary.submission import Status, read_reference

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
AGENT = Agent("test", "1")
OTT = "cwg-internet+ott@consultations.example"


def arrival(octets: bytes, *, rcpt_to: str = OTT, key: str | None = None) -> Arrival:
    return Arrival(
        envelope=Envelope(mail_from="amina@labo.example", rcpt_to=rcpt_to),
        octets=octets,
        transport=Transport.SMTP,
        captured_at=NOW,
        received_at=NOW,
        arrival_key=key,
    )


def capture(store: Store, *arrivals: Arrival) -> list[int | None]:
    with store.write() as connection:
        return spool.capture(connection, arrivals, AGENT)


def lease(store: Store, now: datetime = NOW) -> Delivery | None:
    with store.write() as connection:
        return spool.lease(connection, now)


@pytest.fixture
def desk(any_store: Store, settings: Settings) -> Desk:
    return Desk(store=any_store, settings=settings, clock=lambda: NOW, agent=AGENT)


@pytest.mark.parametrize("octets", [b"", b"\0\xff\r\n.\n", b"x" * 300_000], ids=["empty", "any octet", "large"])
def test_octets_come_back_as_they_were(any_store: Store, octets: bytes) -> None:
    capture(any_store, arrival(octets))
    with any_store.read() as connection:
        assert vault.read(connection, vault.name(octets).sha256) == octets
        assert vault.inspect(connection).damaged == ()


def test_the_same_octets_are_kept_once_and_counted_twice(any_store: Store) -> None:
    assert capture(any_store, arrival(b"same"), arrival(b"same")) == [1, 2]
    with any_store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(raw_messages)) == 1


def test_an_arrival_key_is_taken_once(any_store: Store) -> None:
    assert capture(any_store, arrival(b"one", key="k" * 64)) == [1]
    again, other = capture(any_store, arrival(b"two", key="k" * 64), arrival(b"three", key="l" * 64))
    assert again is None
    assert other is not None


@pytest.mark.parametrize("table", [raw_messages, events], ids=lambda table: table.name)
def test_nobody_rewrites_what_arrived_or_what_was_done(any_store: Store, table) -> None:
    capture(any_store, arrival(b"octets"))
    column = "size" if table is raw_messages else "agent"
    with pytest.raises((StoreUnavailable, DBAPIError), match="write-once"), any_store.write() as connection:
        connection.execute(update(table).values({column: 1 if table is raw_messages else "nobody"}))


def test_a_transaction_that_fails_leaves_nothing(any_store: Store) -> None:
    def fail_halfway() -> None:
        with any_store.write() as connection:
            spool.capture(connection, [arrival(b"half")], AGENT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    with any_store.read() as connection:
        assert listing.count_by_status(connection)[Status.CAPTURED] == 0
        assert connection.scalar(select(func.count()).select_from(raw_messages)) == 0


def test_a_lease_is_given_to_one_worker_and_comes_back_when_it_runs_out(any_store: Store) -> None:
    capture(any_store, arrival(b"a"), arrival(b"b"))
    first, second = lease(any_store), lease(any_store)
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert lease(any_store) is None
    again = lease(any_store, NOW + spool.LEASE)
    assert again is not None
    assert (again.id, again.attempts) == (first.id, 2)


def test_leases_of_many_workers_do_not_meet(any_store: Store) -> None:
    capture(any_store, *(arrival(b"%d" % number) for number in range(40)))
    taken: list[int] = []

    def take() -> None:
        while (delivery := lease(any_store)) is not None:
            taken.append(delivery.id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(range(1, 41))
    while (rest := lease(any_store)) is not None:  # A worker may look past a row that another has locked.
        taken.append(rest.id)
    assert sorted(taken) == list(range(1, 41))


def test_after_three_attempts_it_is_shunted_and_can_be_revived(any_store: Store) -> None:
    capture(any_store, arrival(b"poison"))
    for attempt in range(spool.MAX_ATTEMPTS):
        now = NOW + attempt * spool.LEASE
        assert lease(any_store, now) is not None
    with any_store.write() as connection:
        assert spool.shunt_exhausted(connection, NOW + 10 * spool.LEASE) == 1
        assert listing.count_by_status(connection)[Status.SHUNTED] == 1
        assert spool.revive(connection) == 1
    assert lease(any_store, NOW + 10 * spool.LEASE) is not None


def test_the_life_of_a_response(desk: Desk) -> None:
    capture(desk.store, arrival(letter(1)))
    delivery = lease(desk.store)
    assert delivery is not None
    entry = handle(delivery, desk)
    assert entry is not None
    assert entry.status is Status.FILED
    assert entry.acknowledged
    [submission] = entry.submissions
    assert (
        read_reference(submission.reference, "CWGI")
        == submission.reference
        == "CWGI-2026-000001-" + submission.reference[-1]
    )
    with desk.store.read() as connection:
        line = next(listing.rows(connection, only=delivery.id))
        happened = [event.type for event in journal.of_delivery(connection, delivery.id)]
    assert (line["status"], line["consultations"], line["references"]) == ("filed", ["ott"], [submission.reference])
    assert (line["received_at"], line["subject"]) == ("2026-11-30T09:00:00Z", "Contribution 1")
    assert happened == [EventType.CAPTURE, EventType.FILING, EventType.ACCESSION, EventType.ACKNOWLEDGEMENT]


def test_read_again_it_keeps_its_reference_and_gets_no_second_letter(desk: Desk) -> None:
    capture(desk.store, arrival(letter(1)))
    delivery = lease(desk.store)
    assert delivery is not None
    first, second = handle(delivery, desk), handle(delivery, desk)
    assert first is not None
    assert second is not None
    assert [one.reference for one in first.submissions] == [one.reference for one in second.submissions]
    assert (first.acknowledged, second.acknowledged) == (True, False)


def test_the_same_again_is_a_duplicate_without_a_reference(desk: Desk) -> None:
    capture(desk.store, arrival(letter(1)), arrival(letter(1)))
    entries = []
    while (delivery := lease(desk.store)) is not None:
        entries.append(handle(delivery, desk))
    assert [entry.status for entry in entries if entry] == [Status.FILED, Status.DUPLICATE]
    with desk.store.read() as connection:
        first, second = listing.rows(connection)
    assert second["duplicate_of"] == first["raw_sha256"]
    assert second["references"] == []


def test_a_persons_word_outlives_a_new_reading(desk: Desk) -> None:
    capture(desk.store, arrival(letter(1, "Hello."), rcpt_to="cwg-internet@consultations.example"))
    delivery = lease(desk.store)
    assert delivery is not None
    assert handle(delivery, desk).status is Status.HELD  # type: ignore[union-attr]
    ott = desk.settings.consultation("ott")
    word = Settlement(status=Status.FILED, consultations=(ott,), reason="she telephoned", officer="An Officer")
    entry = settle(delivery, word, desk)
    assert [one.consultation for one in entry.submissions] == ["ott"]
    assert handle(delivery, desk) is None
    with desk.store.read() as connection:
        line = next(listing.rows(connection, only=delivery.id))
    assert (line["status"], line["reason"], line["references"]) == (
        "filed",
        "she telephoned",
        [entry.submissions[0].reference],
    )


def test_references_count_on_without_gap_for_each_year(desk: Desk) -> None:
    new_year = replace(arrival(letter(9)), received_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    capture(desk.store, arrival(letter(1, "first")), arrival(letter(2, "second")), new_year)
    references = []
    while (delivery := lease(desk.store)) is not None:
        entry = handle(delivery, desk)
        assert entry is not None
        references += [one.reference[:-2] for one in entry.submissions]
    assert references == ["CWGI-2026-000001", "CWGI-2026-000002", "CWGI-2027-000001"]  # 00:30 in Geneva.
    with desk.store.read() as connection:
        assert dict(connection.execute(select(serials.c.year, serials.c.last)).all()) == {2026: 2, 2027: 1}  # type: ignore[arg-type]


def test_one_cause_has_one_letter(any_store: Store) -> None:
    post = Letter(cause="receipt:1", delivery=None, rcpt_to="a@b.example", octets=b"x")
    with any_store.write() as connection:
        assert outbox.queue(connection, post, NOW, AGENT)
        assert not outbox.queue(connection, post, NOW, AGENT)
        assert outbox.count_since(connection, "A@B.example", NOW - timedelta(hours=1)) == 1


def test_text_from_the_wire_that_no_database_takes_is_kept_readable(desk: Desk) -> None:
    octets = b"From: A\xff <a@b.example>\r\nSubject: a\0b \xed\xa0\x80\r\nMessage-ID: <1\xff@x>\r\n\r\nNUL \0 here\r\n"
    capture(desk.store, replace(arrival(octets), envelope=Envelope(mail_from="a\udce9@b.example", rcpt_to=OTT)))
    delivery = lease(desk.store)
    assert delivery is not None
    assert handle(delivery, desk) is not None


def test_found_by_reference_by_number_and_by_sha256(desk: Desk) -> None:
    capture(desk.store, arrival(letter(1)))
    delivery = lease(desk.store)
    assert delivery is not None
    entry = handle(delivery, desk)
    assert entry is not None
    with desk.store.read() as connection:
        for wanted in (entry.submissions[0].reference, "1", delivery.raw.sha256[:8]):
            assert listing.find(connection, wanted, "CWGI") == delivery.id


def test_every_table_is_there_and_migrating_again_changes_nothing(any_store: Store) -> None:
    migrate(any_store.engine)
    with any_store.read() as connection:
        for table in metadata.sorted_tables:
            assert connection.scalar(select(func.count()).select_from(table)) == 0
        assert connection.scalar(select(func.max(deliveries.c.id))) is None
