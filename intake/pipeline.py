"""The life of one delivery: read this page first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from intake.errors import DecisionRefused
from intake.filing.case import Case
from intake.filing.rulebook import file
from intake.filing.wishes import respect
from intake.ledger.readings import write_readings
from intake.ledger.register import Book, Decision, References
from intake.readers import Reading, read
from intake.receipt import outbox, policy
from intake.receipt.letter import Letterhead, write_letter
from intake.settings import Settings
from intake.storage.session import Connection, Store
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.mail import Clock, Delivery, ParsedMessage
from intake.vocabulary.provenance import Agent
from intake.vocabulary.submission import Entry, Filing, Finding, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What stands around while a delivery is handled."""

    store: Store
    settings: Settings
    clock: Clock
    agent: Agent


def handle(delivery: Delivery, desk: Desk) -> Entry | None:
    """The life of one delivery, from captured octets to a queued receipt.

    None where a person has decided already: their word stands, only the reading is renewed. Raises
    StoreUnavailable; whatever else is raised is a fault of ours, and the worker keeps the message.
    """
    reading = read(delivery, desk.store)
    with desk.store.write() as connection:
        write_readings(connection, [(delivery, reading.message, reading.language)], desk.agent)
        with open_book(connection, [(delivery, reading)], desk) as book:
            return conclude(book, delivery, reading, desk)


def open_book(connection: Connection, many: Sequence[tuple[Delivery, Reading]], desk: Desk) -> Book:
    """The register, for these deliveries."""
    references = References(prefix=desk.settings.service.reference_prefix, zone=desk.settings.zone)
    read = [(delivery, reading.message) for delivery, reading in many]
    return Book(connection, read, desk.settings.consultations, references)


def conclude(book: Book, delivery: Delivery, reading: Reading, desk: Desk) -> Entry | None:
    """From a message that has been read to a queued receipt."""
    if book.is_decided_by_person(delivery):
        book.release(delivery)
        return None
    filing = file(_case(book, delivery, reading.message, desk))
    return _enter(book, delivery, reading, filing, desk.agent, False, desk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A person's decision about a delivery."""

    status: Status
    """FILED, HELD or NOT_RELEVANT."""
    consultations: tuple[Consultation, ...] = ()
    reason: str
    officer: str


def settle(delivery: Delivery, settlement: Settlement, desk: Desk) -> Entry:
    """Carry out a person's decision, recorded as theirs; the sender is answered as after any filing.

    Raises DecisionRefused for a delivery that has not been read yet, or without a reason.
    """
    if not settlement.reason.strip():
        raise DecisionRefused("A decision needs its reason; give it with --reason.")
    slugs = tuple(one.slug for one in settlement.consultations)
    reading = read(delivery, desk.store)
    with desk.store.write() as connection, open_book(connection, [(delivery, reading)], desk) as book:
        if not book.is_decided(delivery):
            raise DecisionRefused(
                f"Delivery {delivery.id} has not been read yet; run `intake work --once` first, "
                f"or `intake replay {delivery.id}` before it where our software failed on it."
            )
        word = Finding(rule="person", matched=True, reason=settlement.reason, consultations=slugs)
        filing = Filing(status=settlement.status, reason=settlement.reason, consultations=slugs, findings=(word,))
        filing = respect(_case(book, delivery, reading.message, desk), filing)
        return _enter(book, delivery, reading, filing, Agent(settlement.officer), True, desk)


def _case(book: Book, delivery: Delivery, message: ParsedMessage, desk: Desk) -> Case:
    return Case(
        envelope=delivery.envelope,
        received_at=delivery.received_at,
        message=message,
        raw_sha256=delivery.raw.sha256,
        consultations=desk.settings.consultations,
        earlier=book.earlier(delivery),
    )


def _enter(
    book: Book, delivery: Delivery, reading: Reading, filing: Filing, agent: Agent, by_person: bool, desk: Desk
) -> Entry:
    """Enter the filing, and queue the letter where one is due."""
    settings, now, message = desk.settings, desk.clock(), reading.message
    verdict = policy.judge(
        policy.Question(
            delivery=delivery,
            message=message,
            ours=settings.addresses,
            max_age=timedelta(days=settings.receipts.max_age_days),
        ),
        filing,
    )
    hindrance = _hindrance(book.connection, delivery, message, verdict, desk)
    decision = Decision(
        filing=filing,
        agent=agent,
        at=now,
        by_person=by_person,
        acknowledge=verdict.acknowledge,
        acknowledge_reason=hindrance or verdict.reason,
    )
    entry = book.enter(delivery, decision)
    if not verdict.acknowledge or hindrance:
        return entry
    letter = write_letter(
        head=Letterhead(group=settings.service.group, sender=settings.receipts.sender),
        delivery=delivery,
        message=message,
        language=reading.language,
        registered=[(one, settings.consultation(one.consultation)) for one in entry.submissions],
        replaces=filing.supersedes,
        now=now,
    )
    return replace(entry, acknowledged=outbox.queue(book.connection, letter, now, desk.agent, book.events))


def _hindrance(
    connection: Connection, delivery: Delivery, message: ParsedMessage, verdict: policy.Verdict, desk: Desk
) -> str | None:
    """Why a letter that the message deserves is not written now, or None."""
    limits, now = desk.settings.receipts, desk.clock()
    if not verdict.acknowledge or message.author is None:
        return None
    if not limits.enabled:
        return "receipts are switched off"
    age = delivery.captured_at - delivery.received_at
    if abs(age) > timedelta(days=limits.max_age_days):
        return f"it was taken over {abs(age).days} days from when it was received; write by hand if at all"
    for span, most in ((timedelta(hours=1), limits.per_sender_hour), (timedelta(days=1), limits.per_sender_day)):
        if outbox.count_since(connection, message.author.address, now - span) >= most:
            return f"rate: {most} letters to this address within {span}"
    return None
