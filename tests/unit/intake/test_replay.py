"""Replay: what today's software reads otherwise is changed and said, and nothing else is."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace as changed
from typing import Any, Self

import pytest
import reader
import structlog
from factories import AGENT, OTT, FrozenMorning, arrival, captured, letter, with_files
from poison import deadly
from sqlalchemy import func, select, update

from intake import replay as module
from intake.decoding.message import decode
from intake.errors import DecisionRefused
from intake.ledger import listing
from intake.ledger.differences import Change
from intake.ledger.dossier import dossier
from intake.pipeline import Desk, Settlement, settle
from intake.readers import Unread
from intake.reading import Software, read
from intake.replay import Replayed, choose, finish, replay
from intake.settings import Settings
from intake.storage import journal
from intake.storage.session import Store
from intake.storage.tables import deliveries, documents, events, failures, filings, letters, readings, submissions
from intake.vocabulary.mail import Delivery, ParsedMessage
from intake.vocabulary.provenance import EventType
from intake.vocabulary.reading import Reading
from intake.vocabulary.submission import Status
from intake.worker import process

SPELLER = Software(extract=reader.spell, read_by="speller 1")
SHOUTER = Software(extract=reader.shout, read_by="shouter 2")
PDF = "application/pdf"


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Tracebacks of faults that are meant are nothing to read."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> FrozenMorning:
    return FrozenMorning()


@pytest.fixture
def desk(store: Store, settings: Settings, clock: FrozenMorning) -> Desk:
    return Desk(store=store, settings=settings, clock=clock, agent=AGENT)


class NearReaders:
    """Reads in this process what Readers reads in others, so that a test may say how."""

    def __init__(self, settings: Settings, processes: int, software: Software) -> None:
        self.store, self.home, self.software = NearReaders.store, settings.home, software

    store: Store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def hand_in(self, deliveries: Sequence[Delivery]) -> None:
        pass

    def outcomes(self, deliveries: Sequence[Delivery]) -> Iterator[tuple[Delivery, Reading | Unread]]:
        for delivery in deliveries:
            try:
                yield delivery, read(delivery, self.store, self.home, self.software)
            except ZeroDivisionError as error:
                yield delivery, Unread(repr(error), temporary=False, place="x.py:1 in f")


@pytest.fixture
def _near(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setattr(NearReaders, "store", store, raising=False)
    monkeypatch.setattr(module, "Readers", NearReaders)


pytestmark = pytest.mark.usefixtures("_near")


def bring(desk: Desk, *letters_: bytes, rcpt_to: str = OTT) -> list[int]:
    numbers = captured(desk.store, *(arrival(one, rcpt_to=rcpt_to) for one in letters_))
    list(process(desk, patient=False))
    return numbers


def everything(desk: Desk) -> list[dict[str, Any]]:
    with desk.store.read() as connection:
        return list(listing.rows(connection))


def count(desk: Desk, table: Any) -> int:
    with desk.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def again(desk: Desk, *numbers: int, **how: Any) -> list[Replayed]:
    return list(replay(desk, numbers, **how))


def better(text: str = "We say yes.", **changes: Any) -> Software:
    """A release that reads bodies otherwise."""

    def fixed(octets: bytes) -> ParsedMessage:
        message = decode(octets)
        read = message.text.replace("misread", text)
        return changed(message, text=read, spans=message.spans if read == message.text else (), **changes)

    return Software(decode=fixed)


def test_what_reads_the_same_leaves_no_trace(desk: Desk) -> None:
    numbers = bring(desk, letter(), letter("Other words.", message_id="<2@x>"), letter())
    before = everything(desk)
    tables = (filings, events, letters, submissions, failures, readings)
    counts = [count(desk, table) for table in tables]
    assert again(desk, *numbers) == [Replayed(number) for number in numbers]
    assert everything(desk) == before
    assert [count(desk, table) for table in tables] == counts


def test_what_a_fix_changes_is_changed_and_said(desk: Desk) -> None:
    first, second = bring(desk, letter("A misread word."), letter("Well read.", message_id="<2@x>"))
    before = everything(desk)
    done = again(desk, first, second, software=better())
    assert [one.delivery for one in done if one.changes] == [first]
    changes = {change.fact: change for change in done[0].changes}
    assert changes["text"] == Change("text", "A misread word.", "A We say yes. word.")
    assert set(changes) <= {"text", "spans", "language"}
    with desk.store.read() as connection:
        assert dossier(connection, first)["text"] == "A We say yes. word."
        happened = [one for one in journal.of_delivery(connection, first) if one.type is EventType.READING]
    assert [event.detail["changed"] for event in happened] == [[change.fact for change in done[0].changes]]
    assert [line["references"] for line in everything(desk)] == [line["references"] for line in before]
    assert again(desk, first, second, software=better()) == [Replayed(first), Replayed(second)]


def test_a_dry_run_says_the_same_and_changes_nothing(desk: Desk) -> None:
    numbers = bring(desk, letter("A misread word."), letter("misread", message_id="<2@x>"))
    before, written = everything(desk), [count(desk, table) for table in (filings, events, readings)]
    dry = again(desk, *numbers, software=better(), dry_run=True)
    assert [bool(one.changes) for one in dry] == [True, True]
    assert everything(desk) == before
    assert [count(desk, table) for table in (filings, events, readings)] == written
    assert again(desk, *numbers, software=better()) == dry


def test_a_decision_that_changes_is_appended_and_its_reference_stays(desk: Desk) -> None:
    (number,) = bring(desk, letter("Hello."))
    (reference,) = everything(desk)[0]["references"]
    robot = better(headers=(("Auto-Submitted", "auto-replied"),))
    (done,) = again(desk, number, software=robot)
    changes = {change.fact: (change.before, change.after) for change in done.changes}
    assert changes["status"] == ("filed", "automatic")
    assert changes["references"] == ([reference], [])
    assert changes["acknowledge"] == (True, False)
    assert changes["findings.auto-submitted"] == (
        "no: no Auto-Submitted other than no",
        "yes: Auto-Submitted is auto-replied",
    )
    (back,) = again(desk, number)
    assert {change.fact: change.after for change in back.changes}["references"] == [reference]
    assert count(desk, filings) == 3
    assert count(desk, letters) == 1


def test_a_persons_decision_stands_and_what_was_read_is_renewed(desk: Desk) -> None:
    (number,) = bring(desk, letter("A misread word."))
    settlement = Settlement(status=Status.NOT_RELEVANT, reason="an advertisement", officer="Noor")
    with desk.store.read() as connection:
        delivery = module.spool.load(connection, number)
    settle(delivery, settlement, desk)
    (done,) = again(desk, number, software=better(headers=(("Auto-Submitted", "auto-replied"),)))
    assert {change.fact for change in done.changes} <= {"text", "spans", "language"}
    (line,) = everything(desk)
    assert (line["status"], line["reason"]) == ("not-relevant", "an advertisement")
    assert count(desk, filings) == 2


# --- letters -----------------------------------------------------------------------------------------------


def shunt(desk: Desk, number: int) -> None:
    with desk.store.write() as connection:
        connection.execute(
            update(deliveries).where(deliveries.c.id == number).values(status="shunted", failure="it broke", attempts=3)
        )


def test_who_was_not_answered_because_of_the_rate_is_not_answered_by_a_replay(desk: Desk) -> None:
    wanted = desk.settings.receipts.per_sender_hour + 1
    octets = [letter(f"Answer {number} misread", to=OTT, message_id=f"<{number}@x>") for number in range(wanted)]
    numbers = bring(desk, *octets)
    assert count(desk, letters) == wanted - 1
    desk.clock.advance(hours=2)  # type: ignore[attr-defined]
    again(desk, *numbers, software=better())
    assert count(desk, letters) == wanted - 1


@pytest.mark.parametrize(("days", "sent"), [(1, 1), (30, 0)])
def test_who_waits_since_we_failed_is_answered_unless_it_is_long_ago(desk: Desk, days: int, sent: int) -> None:
    (number,) = captured(desk.store, arrival(letter(to=OTT), rcpt_to=OTT))
    shunt(desk, number)
    desk.clock.advance(days=days)  # type: ignore[attr-defined]
    (done,) = again(desk, number)
    changes = {change.fact: (change.before, change.after) for change in done.changes}
    assert changes["status"] == ("shunted", "filed")
    assert changes["reason"] == ("it broke", "sent to the address of ott")
    assert count(desk, letters) == sent
    with desk.store.read() as connection:
        why = connection.scalar(select(filings.c.acknowledge_reason))
    assert sent or why == f"it was read anew {days} days after it was received; write by hand if at all"


# --- what fails ---------------------------------------------------------------------------------------------


def test_where_it_fails_again_the_delivery_stands_as_it_stood(desk: Desk) -> None:
    numbers = bring(desk, letter("Good."), letter("FAULT", message_id="<2@x>"), letter("Fine.", message_id="<3@x>"))
    before = everything(desk)
    done = again(desk, *numbers, software=Software(decode=broken))
    assert [one.failure for one in done] == [None, "ZeroDivisionError('ours')", None]
    assert everything(desk) == before
    with desk.store.read() as connection:
        (one,) = dossier(connection, numbers[1])["failures"]
    assert (one["failure"], one["software"], one["place"]) == ("ZeroDivisionError('ours')", "test 1", "x.py:1 in f")


def test_a_dry_run_notes_no_failure(desk: Desk) -> None:
    (number,) = bring(desk, letter("FAULT"))
    (done,) = again(desk, number, software=Software(decode=broken), dry_run=True)
    assert done.failure == "ZeroDivisionError('ours')"
    assert count(desk, failures) == 0


def broken(octets: bytes) -> ParsedMessage:
    if b"FAULT" in octets:
        raise ZeroDivisionError("ours")
    return decode(octets)


def test_a_fault_while_filing_undoes_one_delivery_and_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = bring(desk, *(letter(f"misread {number}", message_id=f"<{number}@x>") for number in range(3)))
    whole = module.take_in

    def stumble(connection: Any, delivery: Delivery, *rest: Any, **more: Any) -> Any:
        entry = whole(connection, delivery, *rest, **more)
        if delivery.id == numbers[1]:
            raise ZeroDivisionError("late")
        return entry

    monkeypatch.setattr(module, "take_in", stumble)
    done = again(desk, *numbers, software=better())
    assert [(bool(one.changes), one.failure) for one in done] == [
        (True, None),
        (False, "ZeroDivisionError('late')"),
        (True, None),
    ]
    with desk.store.read() as connection:
        texts = [dossier(connection, number)["text"] for number in numbers]
    assert texts == ["We say yes. 0", "misread 1", "We say yes. 2"]


# --- documents ----------------------------------------------------------------------------------------------


def test_a_new_reader_of_documents_changes_each_delivery_that_carries_the_file_and_says_so_for_each(
    desk: Desk,
) -> None:
    mails = [
        with_files(("a.pdf", PDF, reader.HEAD + b"yes"), body=f"Letter {number}.", message_id=f"<{number}@x>")
        for number in (1, 2)
    ]
    numbers = captured(desk.store, *(arrival(one, rcpt_to=OTT) for one in mails))
    for number in numbers:
        shunt(desk, number)
    again(desk, *numbers, software=SPELLER)
    assert [line["attachments"][0]["text"] for line in everything(desk)] == ["yes", "yes"]
    first, second = again(desk, *numbers, software=SHOUTER)
    wanted = (
        Change("attachments[1].text", "yes", "YES"),
        Change("attachments[1].engine", "speller 1", "shouter 2"),
    )
    assert first.changes == second.changes == wanted
    assert [line["attachments"][0]["text"] for line in everything(desk)] == ["YES", "YES"]


def test_the_texts_of_old_readers_are_left_out_when_nothing_leads_to_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "signature", lambda: "shouter 2")
    mails = [with_files(("a.pdf", PDF, reader.HEAD + f"yes {n}".encode()), message_id=f"<{n}@x>") for n in (1, 2)]
    numbers = captured(desk.store, *(arrival(one, rcpt_to=OTT) for one in mails))
    for number in numbers:
        shunt(desk, number)
    again(desk, *numbers, software=SPELLER)
    again(desk, numbers[0], software=SHOUTER)
    assert count(desk, documents) == 3
    assert finish(desk) == 1
    with desk.store.read() as connection:
        kept = connection.execute(select(documents.c.read_by).order_by(documents.c.read_by)).scalars().all()
    assert kept == ["shouter 2", "speller 1"]
    assert [line["attachments"][0]["text"] for line in everything(desk)] == ["YES 1", "yes 2"]


def test_a_reading_that_says_the_same_is_signed_by_who_says_it_now(desk: Desk) -> None:
    (number,) = captured(desk.store, arrival(with_files(("a.pdf", PDF, reader.HEAD + b"YES")), rcpt_to=OTT))
    shunt(desk, number)
    again(desk, number, software=SPELLER)
    same = Software(extract=reader.spell, read_by="speller 2")
    assert again(desk, number, software=same, dry_run=True) == [Replayed(number)]
    assert signed(desk, number) == ("test 1", "speller 1")
    later = changed(desk, agent=changed(AGENT, version="2"))
    assert again(later, number, software=same) == [Replayed(number)]
    assert signed(desk, number) == ("test 2", "speller 2")
    assert count(desk, filings) == 1


def signed(desk: Desk, number: int) -> tuple[str, str]:
    with desk.store.read() as connection:
        known = dossier(connection, number)
    return known["software"], known["attachments"][0]["read_by"]


# --- which ---------------------------------------------------------------------------------------------------


def test_which_are_read_again(desk: Desk) -> None:
    numbers = bring(desk, *(letter(f"Answer {n}.", message_id=f"<{n}@x>") for n in range(4)))
    shunt(desk, numbers[1])
    (waiting,) = captured(desk.store, arrival(letter("Not read.")))
    with desk.store.write() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == numbers[2]).values(status="erased"))
        assert choose(connection, [], failed=True) == [numbers[1]]
        assert choose(connection, [], failed=False) == [numbers[0], numbers[1], numbers[3]]
        assert choose(connection, [numbers[3], numbers[0], numbers[3]], failed=False) == [numbers[0], numbers[3]]
        with pytest.raises(DecisionRefused, match=f"Delivery {waiting} has not been read yet; run `intake work"):
            choose(connection, [waiting], failed=False)
        with pytest.raises(DecisionRefused, match=f"Delivery {numbers[2]} was erased"):
            choose(connection, [numbers[2]], failed=False)


def test_order_is_kept_over_many_batches_and_a_duplicate_stays_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    numbers = bring(desk, *(letter(f"misread {n % 3}", message_id=f"<{n}@x>") for n in range(7)))
    before = everything(desk)
    done = again(desk, *numbers, software=better())
    assert [one.delivery for one in done] == numbers
    after = everything(desk)
    for key in ("status", "duplicate_of", "references"):
        assert [line[key] for line in after] == [line[key] for line in before]
    assert [line["status"] for line in after].count("duplicate") == 4


def test_real_reading_processes_give_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("INTAKE_LOG", "CRITICAL")
    numbers = bring(desk, letter("One."), with_files(("a.pdf", PDF, b"noise"), body="Two."))
    before = everything(desk)
    assert again(desk, *numbers, processes=min(2, os.cpu_count() or 1)) == [Replayed(number) for number in numbers]
    assert everything(desk) == before
    assert before[1]["attachments"][0]["flags"] == ["unsupported"]


def test_a_message_that_ends_its_reader_harms_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("INTAKE_LOG", "CRITICAL")
    numbers = captured(
        desk.store,
        *(arrival(letter(body, message_id=f"<{body}@x>"), rcpt_to=OTT) for body in ("One.", "POISON", "Two.")),
    )
    for number in numbers:
        shunt(desk, number)
    done = again(desk, *numbers, software=Software(decode=deadly))
    assert [one.failure for one in done] == [None, "the process that read it ended (-6)", None]
    assert [line["status"] for line in everything(desk)] == ["filed", "shunted", "filed"]
    with desk.store.read() as connection:
        assert choose(connection, [], failed=True) == [numbers[1]]
        assert [one["failure"] for one in dossier(connection, numbers[1])["failures"]] == [done[1].failure]


def test_time_goes_on_and_nothing_becomes_late(desk: Desk) -> None:
    """Late is judged by when it was received, not by when it is read."""
    numbers = bring(desk, letter("One."))
    before = everything(desk)
    desk.clock.advance(days=400)  # type: ignore[attr-defined]
    assert again(desk, *numbers) == [Replayed(number) for number in numbers]
    assert everything(desk) == before
