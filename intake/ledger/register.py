"""The register: reading, filing, references and events of a delivery, in the caller's transaction.

A filing is appended, never changed. References belong to the delivery and outlive every later
decision: whoever holds a receipt can ask by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from intake.storage import journal
from intake.storage.tables import (
    attachments,
    deliveries,
    filings,
    findings,
    placements,
    readings,
    serials,
    submissions,
)
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.mail import Delivery, ParsedMessage
from intake.vocabulary.provenance import Agent, EventType, Outcome, ProvenanceEvent
from intake.vocabulary.submission import ON_THE_WAY, Earlier, Entry, Filing, Status, Submission, write_reference


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


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """How references are made: prefix, and the zone whose calendar gives the year."""

    prefix: str
    zone: ZoneInfo


def write_reading(
    connection: Connection, delivery: Delivery, message: ParsedMessage, language: str | None, agent: Agent
) -> None:
    """Replace what was read in the octets; a later release may read them better."""
    for table in (attachments, readings):
        connection.execute(delete(table).where(table.c.delivery_id == delivery.id))
    author = message.author
    connection.execute(
        insert(readings).values(
            delivery_id=delivery.id,
            software=f"{agent.name} {agent.version}",
            message_id=_text(message.message_id),
            subject=_text(message.subject),
            author_name=_text(author.name) if author and author.name else None,
            author_address=_text(author.address) if author and author.address else None,
            language=language,
            text=_text(message.text),
            content_sha256=message.content_sha256,
            defects=[{"where": defect.where, "what": _text(defect.what)} for defect in message.defects],
        )
    )
    if message.attachments:
        connection.execute(
            insert(attachments),
            [
                {
                    "delivery_id": delivery.id,
                    "position": position,
                    "name": _text(attachment.name),
                    "declared_type": _text(attachment.declared_type),
                    "size": attachment.size,
                    "sha256": attachment.sha256,
                    "inline": attachment.inline,
                }
                for position, attachment in enumerate(message.attachments, start=1)
            ],
        )


def _text(value: str | None) -> str | None:
    """PostgreSQL stores neither NUL nor lone surrogates; both can come from the wire."""
    return None if value is None else value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def find_earlier(connection: Connection, delivery: Delivery, message: ParsedMessage) -> tuple[Earlier, ...]:
    """Decided deliveries before this one with its octets, Message-ID, content or author, oldest first.

    Duplicates are left out: they lead to what they duplicate.
    """
    alike = [deliveries.c.raw_sha256 == delivery.raw.sha256, readings.c.content_sha256 == message.content_sha256]
    if message.message_id:
        alike.append(readings.c.message_id == _text(message.message_id))
    if message.author and message.author.address:
        alike.append(func.lower(readings.c.author_address) == message.author.address.lower())
    statuses = [status.value for status in Status if status not in {*ON_THE_WAY, Status.DUPLICATE, Status.ERASED}]
    rows = connection.execute(
        select(deliveries.c.id, deliveries.c.raw_sha256, readings)
        .join(readings)
        .where(deliveries.c.id < delivery.id, deliveries.c.status.in_(statuses), or_(*alike))
        .order_by(deliveries.c.id)
    ).all()
    return tuple(
        Earlier(
            delivery=row.id,
            raw_sha256=row.raw_sha256,
            message_id=row.message_id,
            content_sha256=row.content_sha256,
            author_address=row.author_address or "",
            consultations=tuple(one.consultation for one in placed),
            references=tuple(one.reference for one in placed),
        )
        for row in rows
        for placed in (in_force(connection, row.id),)
    )


def in_force(connection: Connection, delivery: int) -> tuple[Submission, ...]:
    """The submissions under which a delivery stands now."""
    latest = select(func.max(filings.c.id)).where(filings.c.delivery_id == delivery).scalar_subquery()
    rows = connection.execute(
        select(submissions, placements.c.consultation, placements.c.late, deliveries.c.received_at)
        .join(placements, placements.c.submission_id == submissions.c.id)
        .join(deliveries, deliveries.c.id == submissions.c.delivery_id)
        .where(placements.c.filing_id == latest)
        .order_by(submissions.c.position)
    )
    return tuple(
        Submission(
            reference=row.reference,
            delivery=row.delivery_id,
            consultation=row.consultation,
            registered_at=row.registered_at,
            received_at=row.received_at,
            late=row.late,
        )
        for row in rows
    )


def decided(connection: Connection, delivery: int) -> bool:
    """Whether anything has been decided about it yet."""
    return bool(connection.scalar(select(func.count()).where(filings.c.delivery_id == delivery)))


def decided_by_person(connection: Connection, delivery: int) -> bool:
    """Whether the decision in force is a person's: no program may overrule it."""
    return bool(connection.scalar(_in_force(filings.c.by_person, delivery)))


def release(connection: Connection, delivery: Delivery) -> None:
    """Set a delivery that was taken up back to the status that the decision in force gave it."""
    status = connection.scalar(_in_force(filings.c.status, delivery.id))
    connection.execute(
        update(deliveries).where(deliveries.c.id == delivery.id).values(status=status, leased_until=None, failure=None)
    )


def _in_force(column: ColumnElement[Any], delivery: int) -> Select[Any]:
    return select(column).where(filings.c.delivery_id == delivery).order_by(filings.c.id.desc()).limit(1)


def enter(
    connection: Connection,
    delivery: Delivery,
    decision: Decision,
    consultations: Sequence[Consultation],
    references: References,
) -> Entry:
    """Append the decision, give references where they are due, and set the delivery's status.

    ``consultations`` holds at least those that the filing names.
    """
    filing = decision.filing
    number = connection.execute(insert(filings).returning(filings.c.id), _row(delivery, decision)).scalar_one()
    if filing.findings:
        connection.execute(
            insert(findings),
            [
                {
                    "filing_id": number,
                    "position": position,
                    "rule": finding.rule,
                    "matched": finding.matched,
                    "reason": _text(finding.reason),
                    "consultations": list(finding.consultations),
                }
                for position, finding in enumerate(filing.findings, start=1)
            ],
        )
    rounds = [one for slug in filing.consultations for one in consultations if one.slug == slug]
    placed, given = _submissions(connection, delivery, len(rounds), decision.at, references)
    for submission, one in zip(placed, rounds, strict=True):
        connection.execute(
            insert(placements).values(
                filing_id=number,
                submission_id=submission,
                consultation=one.slug,
                late=one.is_late(delivery.received_at),
            )
        )
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery.id)
        .values(status=filing.status.value, leased_until=None, failure=None)
    )
    entry = Entry(
        delivery=delivery.id,
        status=filing.status,
        reason=filing.reason,
        submissions=in_force(connection, delivery.id),
    )
    journal.append(connection, _events(delivery, decision, entry, given))
    return entry


def _row(delivery: Delivery, decision: Decision) -> dict[str, object]:
    filing = decision.filing
    return {
        "delivery_id": delivery.id,
        "decided_at": decision.at,
        "decided_by": decision.agent.name,
        "by_person": decision.by_person,
        "status": filing.status.value,
        "reason": _text(filing.reason),
        "acknowledge": decision.acknowledge,
        "acknowledge_reason": decision.acknowledge_reason,
        "duplicate_of": filing.duplicate_of.delivery if filing.duplicate_of else None,
        "supersedes": filing.supersedes.delivery if filing.supersedes else None,
        "supplements": filing.supplements.delivery if filing.supplements else None,
        "confidential": filing.confidential,
    }


def _submissions(
    connection: Connection, delivery: Delivery, wanted: int, at: datetime, references: References
) -> tuple[list[int], list[str]]:
    """The ids of the delivery's first ``wanted`` submissions, and the references of those made just now."""
    query = select(submissions.c.id).where(submissions.c.delivery_id == delivery.id).order_by(submissions.c.position)
    ids = list(connection.scalars(query))
    given = []
    year = delivery.received_at.astimezone(references.zone).year
    for position in range(len(ids) + 1, wanted + 1):
        given.append(write_reference(references.prefix, year, _next_serial(connection, year)))
        row = {"reference": given[-1], "delivery_id": delivery.id, "position": position, "registered_at": at}
        ids.append(connection.execute(insert(submissions).returning(submissions.c.id), row).scalar_one())
    return ids[:wanted], given


def _next_serial(connection: Connection, year: int) -> int:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(serials).values(year=year, last=1)
    counted = statement.on_conflict_do_update(index_elements=["year"], set_={"last": serials.c.last + 1})
    return int(connection.execute(counted.returning(serials.c.last)).scalar_one())


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
