"""The life of one delivery: read this page first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from intake.decoding.message import decode
from intake.errors import DecisionRefused
from intake.filing.case import Case
from intake.filing.rulebook import file
from intake.filing.wishes import respect
from intake.ledger import register
from intake.receipt import outbox, policy
from intake.receipt.letter import Letterhead, write_letter
from intake.settings import Settings
from intake.storage import vault
from intake.storage.session import Connection, Store
from intake.text.language import detect
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
    with desk.store.read() as connection:
        octets = vault.read(connection, delivery.raw.sha256)
    message = decode(octets)
    language = detect(message.text) or detect(message.subject)
    with desk.store.write() as connection:
        register.write_reading(connection, delivery, message, language, desk.agent)
        if register.decided_by_person(connection, delivery.id):
            register.release(connection, delivery)
            return None
        filing = file(_case(connection, delivery, message, desk))
        return _conclude(connection, delivery, message, language, filing, desk.agent, False, desk)


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
    with desk.store.write() as connection:
        message = decode(vault.read(connection, delivery.raw.sha256))
        language = detect(message.text) or detect(message.subject)
        if not register.decided(connection, delivery.id):
            raise DecisionRefused(
                f"Delivery {delivery.id} has not been read yet; run `intake work --once` first, "
                f"or `intake replay {delivery.id}` before it where our software failed on it."
            )
        word = Finding(rule="person", matched=True, reason=settlement.reason, consultations=slugs)
        filing = Filing(status=settlement.status, reason=settlement.reason, consultations=slugs, findings=(word,))
        filing = respect(_case(connection, delivery, message, desk), filing)
        return _conclude(connection, delivery, message, language, filing, Agent(settlement.officer), True, desk)


def _case(connection: Connection, delivery: Delivery, message: ParsedMessage, desk: Desk) -> Case:
    return Case(
        envelope=delivery.envelope,
        received_at=delivery.received_at,
        message=message,
        raw_sha256=delivery.raw.sha256,
        consultations=desk.settings.consultations,
        earlier=register.find_earlier(connection, delivery, message),
    )


def _conclude(
    connection: Connection,
    delivery: Delivery,
    message: ParsedMessage,
    language: str | None,
    filing: Filing,
    agent: Agent,
    by_person: bool,
    desk: Desk,
) -> Entry:
    """Enter the filing, and queue the letter where one is due: one transaction."""
    settings, now = desk.settings, desk.clock()
    verdict = policy.judge(
        policy.Question(
            delivery=delivery,
            message=message,
            ours=settings.addresses,
            max_age=timedelta(days=settings.receipts.max_age_days),
        ),
        filing,
    )
    hindrance = _hindrance(connection, delivery, message, verdict, desk)
    decision = register.Decision(
        filing=filing,
        agent=agent,
        at=now,
        by_person=by_person,
        acknowledge=verdict.acknowledge,
        acknowledge_reason=hindrance or verdict.reason,
    )
    references = register.References(prefix=settings.service.reference_prefix, zone=settings.zone)
    entry = register.enter(connection, delivery, decision, settings.consultations, references)
    if not verdict.acknowledge or hindrance:
        return entry
    letter = write_letter(
        head=Letterhead(group=settings.service.group, sender=settings.receipts.sender),
        delivery=delivery,
        message=message,
        language=language,
        registered=[(one, settings.consultation(one.consultation)) for one in entry.submissions],
        replaces=filing.supersedes,
        now=now,
    )
    return replace(entry, acknowledged=outbox.queue(connection, letter, now, desk.agent))


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
