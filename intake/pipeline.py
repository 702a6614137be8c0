"""The life of one delivery: read this page first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from intake.errors import DecisionRefused
from intake.filing.campaigns import sign
from intake.filing.case import Case
from intake.filing.contents import answers_under
from intake.filing.forwards import unfold
from intake.filing.respondents import identify
from intake.filing.rulebook import file
from intake.filing.wishes import respect
from intake.ledger.readings import write_readings
from intake.ledger.references import References
from intake.ledger.register import Book, Decision
from intake.ledger.respondents import Speaker
from intake.reading import knowing, read
from intake.receipt import outbox, policy
from intake.receipt.letter import Letterhead, write_letter
from intake.settings import Settings
from intake.storage.session import Connection, Store
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.mail import Clock, Delivery, ParsedMessage
from intake.vocabulary.provenance import Agent
from intake.vocabulary.reading import Reading
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
    reading = read(delivery, desk.store, desk.settings.home, knowing(desk.settings.consultations))
    with desk.store.write() as connection:
        return take_in(connection, delivery, reading, desk)


def take_in(
    connection: Connection, delivery: Delivery, reading: Reading, desk: Desk, *, anew: bool = False
) -> Entry | None:
    """From what was read to a queued receipt, in the caller's transaction; ``anew``: see ``conclude``."""
    write_readings(connection, [(delivery, reading)], desk.agent)
    with open_book(connection, [(delivery, reading)], desk) as book:
        return conclude(book, delivery, reading, desk, anew=anew)


def open_book(connection: Connection, many: Sequence[tuple[Delivery, Reading]], desk: Desk) -> Book:
    """The register, for these deliveries."""
    references = References(prefix=desk.settings.service.reference_prefix, zone=desk.settings.zone)
    read = [(delivery, reading.message) for delivery, reading in many]
    return Book(connection, read, desk.settings.consultations, references)


def conclude(book: Book, delivery: Delivery, reading: Reading, desk: Desk, *, anew: bool = False) -> Entry | None:
    """From a message that has been read to a queued receipt.

    Where it was read before (``anew``), whoever was told of its filing, or was not, is told nothing more.
    """
    if book.is_decided_by_person(delivery):
        book.release(delivery)
        return None
    filing = file(_case(book, delivery, reading, desk))
    return _enter(book, delivery, reading, Signed(filing, desk.agent, anew=anew), desk)


@dataclass(frozen=True, slots=True)
class Signed:
    """A filing, by whom, and whether the message was read before."""

    filing: Filing
    agent: Agent
    by_person: bool = False
    anew: bool = False


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
    reading = read(delivery, desk.store, desk.settings.home, knowing(desk.settings.consultations))
    with desk.store.write() as connection, open_book(connection, [(delivery, reading)], desk) as book:
        if not book.is_decided(delivery):
            raise DecisionRefused(
                f"Delivery {delivery.id} has not been read yet; run `intake work --once` first, "
                f"or `intake replay {delivery.id}` before it where our software failed on it."
            )
        word = Finding(rule="person", matched=True, reason=settlement.reason, consultations=slugs)
        filing = Filing(status=settlement.status, reason=settlement.reason, consultations=slugs, findings=(word,))
        case = _case(book, delivery, reading, desk)
        filing = respect(case, replace(filing, answers=answers_under(case, filing)))
        return _enter(book, delivery, reading, Signed(filing, Agent(settlement.officer), by_person=True), desk)


def _case(book: Book, delivery: Delivery, reading: Reading, desk: Desk) -> Case:
    known = {one.sha256: reading.document(one.sha256) for one in reading.message.attachments}
    return Case(
        envelope=delivery.envelope,
        received_at=delivery.received_at,
        message=unfold(reading.message),
        raw_sha256=delivery.raw.sha256,
        consultations=desk.settings.consultations,
        documents={sha256: document for sha256, document in known.items() if document is not None},
        earlier=book.earlier(delivery),
    )


def _enter(book: Book, delivery: Delivery, reading: Reading, signed: Signed, desk: Desk) -> Entry:
    """Enter the filing, and queue the letter where one is due."""
    settings, now, message, filing = desk.settings, desk.clock(), reading.message, signed.filing
    verdict = policy.judge(
        policy.Question(
            delivery=delivery,
            message=message,
            ours=settings.addresses,
            max_age=timedelta(days=settings.receipts.max_age_days),
        ),
        filing,
    )
    hindrance = _told_before(book, delivery, desk) if signed.anew else None
    hindrance = hindrance or _hindrance(book.connection, delivery, message, verdict, desk)
    decision = Decision(
        filing=filing,
        agent=signed.agent,
        at=now,
        by_person=signed.by_person,
        acknowledge=verdict.acknowledge,
        acknowledge_reason=hindrance or verdict.reason,
        signature=sign(_said(reading)) if filing.status is Status.FILED else None,
        speaker=_speaker(reading, desk) if filing.status in _SPEAKING else None,
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


_SPEAKING = frozenset({Status.FILED, Status.HELD, Status.DUPLICATE})
"""What a person wrote, or may have written."""


def _speaker(reading: Reading, desk: Desk) -> Speaker:
    """Whose view it is, and from which address it came, as its real author wrote it."""
    letter = unfold(reading.message)
    texts = (reading.document(one.sha256) for one in reading.message.attachments)
    respondent = identify(letter, [one for one in texts if one], desk.settings.registers)
    return Speaker(respondent, letter.author.address if letter.author else None)


def _said(reading: Reading) -> str:
    """All that a response says, by which it is compared with others: its own words, and its files."""
    texts = (reading.document(one.sha256) for one in reading.message.attachments)
    return "\n".join([reading.message.own_text, *(document.text for document in texts if document)])


def _told_before(book: Book, delivery: Delivery, desk: Desk) -> str | None:
    """Why a message that was read anew is not answered, or None: where we failed on it, its sender still waits."""
    if book.status(delivery) is Status.FILED:
        return "it was read anew; what its sender was told stays so"
    age = desk.clock() - delivery.received_at
    if age > timedelta(days=desk.settings.receipts.max_age_days):
        return f"it was read anew {age.days} days after it was received; write by hand if at all"
    return None


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
