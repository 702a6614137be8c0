"""The register: references are given once and stay, filings are appended, events tell what was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from factories import AGENT, AUTHOR, MORNING, OVER, arrival, captured, consultation, earlier, letter, message
from sqlalchemy import Connection, func, select

from intake.capture import spool
from intake.ledger import register
from intake.ledger.readings import write_readings
from intake.storage import journal
from intake.storage.session import Store
from intake.storage.tables import attachments, deliveries, filings, readings, submissions
from intake.vocabulary.mail import Defect, Delivery, ParsedMessage
from intake.vocabulary.provenance import Agent, EventType
from intake.vocabulary.reading import Reading
from intake.vocabulary.submission import Entry, Filing, Finding, Status

ROUNDS = (consultation("bees"), consultation("wasps"), consultation("moths", **OVER))
REFERENCES = register.References(prefix="TEST", zone=ZoneInfo("Europe/Zurich"))
BEES = Filing(
    status=Status.FILED,
    reason="the subject names bees",
    consultations=("bees",),
    findings=(
        Finding(rule="empty", matched=False, reason="there is a text"),
        Finding(rule="subject", matched=True, reason="the subject names bees", consultations=("bees",)),
    ),
)


def kept(store: Store, octets: bytes | None = None, **changes: Any) -> Delivery:
    (number,) = captured(store, arrival(octets, **changes))
    with store.read() as connection:
        return spool.load(connection, number)


def book(connection: Connection, one: Delivery, parsed: ParsedMessage | None = None) -> register.Book:
    return register.Book(connection, [(one, parsed or message())], ROUNDS, REFERENCES)


def enter(
    store: Store, one: Delivery, filing: Filing = BEES, *, by: str | None = None, at: datetime = MORNING
) -> Entry:
    decision = register.Decision(filing=filing, agent=Agent(by) if by else AGENT, at=at, by_person=bool(by))
    with store.write() as connection, book(connection, one) as open_:
        return open_.enter(one, decision)


def read(store: Store, one: Delivery, parsed: ParsedMessage, language: str | None = "en") -> None:
    with store.write() as connection:
        write_readings(connection, [(one, Reading(parsed, language))], AGENT)


def scalar(store: Store, query: Any) -> Any:
    with store.read() as connection:
        return connection.scalar(query)


def test_a_filed_delivery_receives_a_reference_and_its_status(store: Store) -> None:
    entry = enter(store, kept(store))
    assert (entry.status, entry.reason) == (Status.FILED, "the subject names bees")
    (one,) = entry.submissions
    assert one.reference == "TEST-2026-000001-L" or one.reference.startswith("TEST-2026-000001-")
    assert (one.consultation, one.late, one.registered_at, one.received_at) == ("bees", False, MORNING, MORNING)
    assert scalar(store, select(deliveries.c.status)) == "filed"


def test_serial_numbers_count_on_within_the_year_of_reception_in_our_zone(store: Store) -> None:
    moments = [
        datetime(2026, 12, 31, 22, 59, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
        datetime(2026, 12, 31, 22, 0, tzinfo=UTC),
        datetime(2027, 1, 5, tzinfo=UTC),
    ]
    given = [enter(store, kept(store, received_at=at)).submissions[0].reference for at in moments]
    assert [reference[5:16] for reference in given] == ["2026-000001", "2027-000001", "2026-000002", "2027-000002"]


@pytest.mark.parametrize("status", [Status.HELD, Status.AUTOMATIC, Status.DUPLICATE, Status.NOT_RELEVANT, Status.SPAM])
def test_only_what_is_filed_receives_a_reference(store: Store, status: Status) -> None:
    entry = enter(store, kept(store), Filing(status=status, reason="so"))
    assert entry.submissions == ()
    assert scalar(store, select(func.count()).select_from(submissions)) == 0
    assert scalar(store, select(deliveries.c.status)) == status.value


@pytest.mark.parametrize(
    ("seconds", "late"), [(-1, False), (0, False), (1, True)], ids=["before", "last-second", "second-after"]
)
def test_late_is_marked_by_the_deadline_of_the_round(store: Store, seconds: int, late: bool) -> None:
    received_at = ROUNDS[0].deadline + timedelta(seconds=seconds)
    assert enter(store, kept(store, received_at=received_at)).submissions[0].late is late


def test_one_delivery_may_stand_under_several_rounds_each_with_its_reference(store: Store) -> None:
    both = Filing(status=Status.FILED, reason="both", consultations=("bees", "wasps"))
    entry = enter(store, kept(store), both, by="Officer")
    assert [one.consultation for one in entry.submissions] == ["bees", "wasps"]
    assert len({one.reference for one in entry.submissions}) == 2


def test_a_reference_outlives_every_later_decision(store: Store) -> None:
    one = kept(store)
    first = enter(store, one).submissions[0].reference
    assert enter(store, one, Filing(status=Status.HELD, reason="wait"), by="Officer").submissions == ()
    moved = enter(store, one, Filing(status=Status.FILED, reason="wasps", consultations=("wasps",)), by="Officer")
    assert [(s.reference, s.consultation) for s in moved.submissions] == [(first, "wasps")]
    both = enter(store, one, Filing(status=Status.FILED, reason="both", consultations=("wasps", "bees")), by="Officer")
    assert both.submissions[0].reference == first
    assert len(both.submissions) == 2
    assert scalar(store, select(func.count()).select_from(filings)) == 4


def test_findings_are_kept_in_order_with_the_filing(store: Store) -> None:
    from intake.storage.tables import findings

    enter(store, kept(store))
    with store.read() as connection:
        rows = connection.execute(select(findings).order_by(findings.c.position)).all()
    assert [(row.rule, row.matched, row.consultations) for row in rows] == [
        ("empty", False, []),
        ("subject", True, ["bees"]),
    ]


def test_what_was_done_is_in_the_journal_and_an_accession_only_where_a_reference_is_new(store: Store) -> None:
    one = kept(store)
    first = enter(store, one).submissions[0].reference
    enter(store, one, by="Officer")
    with store.read() as connection:
        happened = list(journal.of_delivery(connection, one.id))
    assert [event.type for event in happened] == [
        EventType.CAPTURE,
        EventType.FILING,
        EventType.ACCESSION,
        EventType.FILING,
    ]
    assert happened[1].detail == {"status": "filed", "by_person": False, "consultations": ["bees"]}
    assert happened[2].detail == {"references": [first]}
    assert happened[3].agent == Agent("Officer")


def test_links_to_earlier_deliveries_are_kept(store: Store) -> None:
    old = kept(store)
    older = earlier(old.id)
    filing = Filing(status=Status.FILED, reason="r", consultations=("bees",), supersedes=older, supplements=older)
    enter(store, kept(store), filing)
    enter(store, kept(store), Filing(status=Status.DUPLICATE, reason="r", duplicate_of=older))
    with store.read() as connection:
        rows = connection.execute(select(filings).order_by(filings.c.id)).all()
    assert [(row.supersedes, row.supplements, row.duplicate_of) for row in rows] == [(1, 1, None), (None, None, 1)]


def test_a_persons_word_is_known_as_such_only_while_it_is_the_last(store: Store) -> None:
    one = kept(store)
    with store.read() as connection:
        assert not book(connection, one).is_decided(one)
    enter(store, one)
    with store.read() as connection:
        assert book(connection, one).is_decided(one)
        assert not book(connection, one).is_decided_by_person(one)
    enter(store, one, by="Officer")
    with store.read() as connection:
        assert book(connection, one).is_decided_by_person(one)


def test_release_sets_back_the_status_of_the_decision_in_force(store: Store) -> None:
    one = kept(store)
    enter(store, one, Filing(status=Status.NOT_RELEVANT, reason="spam"), by="Officer")
    with store.write() as connection:
        connection.execute(deliveries.update().values(status="captured", failure="x", leased_until=MORNING))
        with book(connection, one) as open_:
            open_.release(one)
    with store.read() as connection:
        row = connection.execute(select(deliveries)).one()
    assert (row.status, row.failure, row.leased_until) == ("not-relevant", None, None)


# --- readings -------------------------------------------------------------------------------------------


def test_a_reading_is_replaced_by_a_newer_one(store: Store) -> None:
    file = b"Content-Type: text/csv; name=a.csv\r\n\r\na,b\r\n"
    one = kept(store)
    read(store, one, message(b"From: a@b.example\r\nSubject: s\r\n" + file))
    assert scalar(store, select(func.count()).select_from(attachments)) == 1
    read(store, one, message(), language="fr")
    with store.read() as connection:
        row = connection.execute(select(readings)).one()
        assert connection.scalar(select(func.count()).select_from(attachments)) == 0
    assert (row.subject, row.author_name, row.author_address, row.language, row.software) == (
        "Our response",
        "Amina Diallo",
        AUTHOR,
        "fr",
        "test 1",
    )


def test_what_a_store_cannot_hold_is_replaced(store: Store) -> None:
    odd = message(subject="a\ud800b\0c", message_id="<\udcff>", defects=(Defect("part 1", "x\0"),))
    read(store, kept(store), odd)
    with store.read() as connection:
        row = connection.execute(select(readings)).one()
    assert (row.subject, row.message_id, row.defects) == ("a?b\ufffdc", "<?>", [{"where": "part 1", "what": "x\ufffd"}])


def test_where_from_names_nobody_no_author_is_guessed(store: Store) -> None:
    read(store, kept(store), message(authors=()))
    with store.read() as connection:
        row = connection.execute(select(readings)).one()
    assert (row.author_name, row.author_address) == (None, None)


# --- earlier --------------------------------------------------------------------------------------------


def before(store: Store, filing: Filing | None = BEES, octets: bytes | None = None) -> Delivery:
    one = kept(store, octets)
    read(store, one, message(octets))
    if filing:
        enter(store, one, filing)
    return one


OTHER = letter("Quite other words.", sender="b@x.example", message_id="<2@x>")


@pytest.mark.parametrize(
    ("octets", "found"),
    [
        (letter(), True),
        (letter(message_id="<other@x>", subject="Again"), True),
        (letter("New words.", sender="b@x.example"), True),
        (letter("New words.", sender=AUTHOR.upper(), message_id="<3@x>"), True),
        (letter("New words.", sender="b@x.example", message_id="<3@x>"), False),
        (letter("New words.", sender="b@x.example", message_id=None), False),
    ],
    ids=["octets", "content", "message-id", "author", "nothing", "nothing-without-id"],
)
def test_earlier_is_what_shares_octets_content_message_id_or_author(store: Store, octets: bytes, found: bool) -> None:
    older = before(store)
    newer = kept(store, octets)
    with store.read() as connection:
        earlier_ = book(connection, newer, message(octets)).earlier(newer)
    assert [one.delivery for one in earlier_] == ([older.id] if found else [])
    for one in earlier_:
        assert (one.consultations, len(one.references), one.author_address) == (("bees",), 1, AUTHOR)


@pytest.mark.parametrize(
    ("filing", "found"),
    [
        (BEES, True),
        (Filing(status=Status.HELD, reason="r"), True),
        (Filing(status=Status.NOT_RELEVANT, reason="r"), True),
        (Filing(status=Status.DUPLICATE, reason="r"), False),
        (None, False),
    ],
)
def test_duplicates_and_the_undecided_are_left_out(store: Store, filing: Filing | None, found: bool) -> None:
    before(store, filing)
    newer = kept(store)
    with store.read() as connection:
        assert bool(book(connection, newer).earlier(newer)) is found


def test_what_came_later_is_not_earlier(store: Store) -> None:
    first = kept(store)
    before(store)
    with store.read() as connection:
        assert book(connection, first).earlier(first) == ()
