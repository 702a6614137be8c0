"""The register: reading, filing, references and events of a delivery, in the caller's transaction.

A filing is appended, never changed. References belong to the delivery and outlive every later
decision: whoever holds a receipt can ask by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from intake.ledger.answers import write_answers
from intake.ledger.campaigns import Campaigns, Letter
from intake.ledger.earlier import EarlierDeliveries
from intake.ledger.readings import storable
from intake.ledger.references import Given, References, given_before, set_serial
from intake.ledger.respondents import Speaker, write_respondents
from intake.storage import journal
from intake.storage.numbers import next_numbers
from intake.storage.tables import deliveries, filings, findings, placements, submissions
from intake.vocabulary.campaign import Signature
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.mail import Delivery, ParsedMessage
from intake.vocabulary.provenance import Agent, EventType, Outcome, ProvenanceEvent
from intake.vocabulary.submission import Earlier, Entry, Filing, Status, Submission, write_reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A filing, by whom and when."""

    filing: Filing
    agent: Agent
    at: datetime
    by_person: bool = False
    acknowledge: bool | None = None
    """None: not before a person has decided."""
    acknowledge_reason: str = ""
    speaker: Speaker | None = None
    """Who speaks; None where nobody does."""
    signature: Signature | None = None
    """Of what a filed response says, by which it joins a campaign; None where it says too little."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """The decision in force about a delivery."""

    status: Status
    by_person: bool


@dataclass(frozen=True, slots=True)
class _Page:
    """A decision that waits to be written."""

    delivery: Delivery
    decision: Decision
    placed: Sequence[tuple[Given, Submission]]


class Book:
    """The register, open for one transaction: looked up once for all deliveries in hand, written at the end.

    A context manager; when an exception leaves it, nothing is written.
    """

    def __init__(
        self,
        connection: Connection,
        many: Sequence[tuple[Delivery, ParsedMessage]],
        consultations: Sequence[Consultation],
        references: References,
    ) -> None:
        """``consultations`` holds at least those that filings will name."""
        self.connection = connection
        self.events: list[ProvenanceEvent] = []
        """Written at the end, in this order; what else belongs to these deliveries is added here."""
        self._messages = {delivery.id: message for delivery, message in many}
        self._consultations = {one.slug: one for one in consultations}
        self._references = references
        self._standing = _standing(connection, list(self._messages))
        self._given = given_before(connection, list(self._standing))
        self._earlier = EarlierDeliveries(connection, many)
        self._serials: dict[int, int] = {}
        self._pages: list[_Page] = []
        self._states: dict[int, Status] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._write()

    def is_decided(self, delivery: Delivery) -> bool:
        """Whether anything has been decided about it yet."""
        return delivery.id in self._standing

    def is_decided_by_person(self, delivery: Delivery) -> bool:
        """Whether the decision in force is a person's: no program may overrule it."""
        return self.is_decided(delivery) and self._standing[delivery.id].by_person

    def status(self, delivery: Delivery) -> Status | None:
        """The status that the decision in force gave it; None before the first."""
        return self._standing[delivery.id].status if self.is_decided(delivery) else None

    def earlier(self, delivery: Delivery) -> tuple[Earlier, ...]:
        """Decided deliveries before this one with its octets, Message-ID, content or author, oldest first."""
        return self._earlier.of(delivery, self._messages[delivery.id])

    def release(self, delivery: Delivery) -> None:
        """Set a delivery that was taken up back to the status that the decision in force gave it."""
        self._states[delivery.id] = self._standing[delivery.id].status

    def enter(self, delivery: Delivery, decision: Decision) -> Entry:
        """Append the decision, give references where they are due, and set the delivery's status."""
        filing = decision.filing
        rounds = [self._consultations[slug] for slug in filing.consultations if slug in self._consultations]
        given = self._given.setdefault(delivery.id, [])
        fresh = [self._give(delivery, decision.at) for _ in rounds[len(given) :]]
        given += fresh
        placed = [
            (
                one,
                Submission(
                    reference=one.reference,
                    delivery=delivery.id,
                    consultation=consultation.slug,
                    registered_at=one.registered_at,
                    received_at=delivery.received_at,
                    late=consultation.is_late(delivery.received_at),
                ),
            )
            for one, consultation in zip(given, rounds, strict=False)
        ]
        entry = Entry(
            delivery=delivery.id,
            status=filing.status,
            reason=filing.reason,
            submissions=tuple(submission for _, submission in placed),
        )
        self._pages.append(_Page(delivery, decision, placed))
        self._standing[delivery.id] = _Standing(filing.status, decision.by_person)
        self._states[delivery.id] = filing.status
        self._earlier.note(delivery, self._messages[delivery.id], entry)
        self.events += _events(delivery, decision, entry, [one.reference for one in fresh])
        return entry

    def _give(self, delivery: Delivery, at: datetime) -> Given:
        """The next reference of the year in which the delivery was received."""
        year = delivery.received_at.astimezone(self._references.zone).year
        if year not in self._serials:
            self._serials[year] = set_serial(self.connection, year, None)
        self._serials[year] += 1
        return Given(write_reference(self._references.prefix, year, self._serials[year]), at)

    def _write(self) -> None:
        numbers = next_numbers(self.connection, filings, len(self._pages))
        numbered = list(zip(numbers, self._pages, strict=True))
        _insert(self.connection, filings, [{"id": number, **_row(page)} for number, page in numbered])
        self._write_submissions()
        rows = [
            {
                "filing_id": number,
                "position": position,
                "rule": finding.rule,
                "matched": finding.matched,
                "reason": storable(finding.reason),
                "consultations": list(finding.consultations),
            }
            for number, page in numbered
            for position, finding in enumerate(page.decision.filing.findings, start=1)
        ]
        _insert(self.connection, findings, rows)
        rows = [
            {"filing_id": number, "submission_id": given.id, "consultation": one.consultation, "late": one.late}
            for number, page in numbered
            for given, one in page.placed
        ]
        _insert(self.connection, placements, rows)
        write_answers(self.connection, [(number, page.decision.filing.answers) for number, page in numbered])
        speakers = [(number, page.decision.speaker) for number, page in numbered]
        write_respondents(self.connection, [(number, speaker) for number, speaker in speakers if speaker])
        Campaigns(self.connection, list(self._letters())).write()
        for year, last in self._serials.items():
            set_serial(self.connection, year, last)
        if self._states:
            states = [{"number": number, "state": status.value} for number, status in self._states.items()]
            self.connection.execute(_SET_STATUS, states)
        journal.append(self.connection, self.events)

    def _letters(self) -> Iterator[Letter]:
        """What was filed, as far as campaigns are concerned; of a delivery that was decided twice, the last."""
        last = {page.delivery.id: page.decision for page in self._pages}
        for number, decision in last.items():
            author = self._messages[number].author
            if decision.signature is not None and author is not None:
                yield Letter(number, author.address.lower(), decision.signature)

    def _write_submissions(self) -> None:
        fresh = [
            (delivery, position, one)
            for delivery, given in self._given.items()
            for position, one in enumerate(given, start=1)
            if one.id is None
        ]
        for number, (_, _, one) in zip(next_numbers(self.connection, submissions, len(fresh)), fresh, strict=True):
            one.id = number
        rows = [
            {
                "id": one.id,
                "reference": one.reference,
                "delivery_id": delivery,
                "position": position,
                "registered_at": one.registered_at,
            }
            for delivery, position, one in fresh
        ]
        _insert(self.connection, submissions, rows)


_SET_STATUS = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("number"))
    .values(status=bindparam("state"), leased_until=None, failure=None)
)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _standing(connection: Connection, numbers: Sequence[int]) -> dict[int, _Standing]:
    latest = select(func.max(filings.c.id)).where(filings.c.delivery_id.in_(numbers)).group_by(filings.c.delivery_id)
    rows = connection.execute(
        select(filings.c.delivery_id, filings.c.status, filings.c.by_person).where(filings.c.id.in_(latest))
    )
    return {row.delivery_id: _Standing(Status(row.status), row.by_person) for row in rows}


def _row(page: _Page) -> dict[str, object]:
    delivery, decision, filing = page.delivery, page.decision, page.decision.filing
    return {
        "delivery_id": delivery.id,
        "decided_at": decision.at,
        "decided_by": decision.agent.name,
        "by_person": decision.by_person,
        "status": filing.status.value,
        "reason": storable(filing.reason),
        "acknowledge": decision.acknowledge,
        "acknowledge_reason": decision.acknowledge_reason,
        "duplicate_of": filing.duplicate_of.delivery if filing.duplicate_of else None,
        "supersedes": filing.supersedes.delivery if filing.supersedes else None,
        "supplements": filing.supplements.delivery if filing.supplements else None,
        "withdraws": filing.withdraws.delivery if filing.withdraws else None,
        "confidential": filing.confidential,
    }


def _events(delivery: Delivery, decision: Decision, entry: Entry, given: list[str]) -> list[ProvenanceEvent]:
    filed = ProvenanceEvent(
        type=EventType.FILING,
        at=decision.at,
        agent=decision.agent,
        outcome=Outcome.SUCCESS,
        delivery=delivery.id,
        object_sha256=delivery.raw.sha256,
        detail={
            "status": entry.status.value,
            "by_person": decision.by_person,
            "consultations": [one.consultation for one in entry.submissions],
        },
    )
    accession = replace(filed, type=EventType.ACCESSION, detail={"references": given})
    return [filed, accession] if given else [filed]
