"""The register, read: one line a delivery, as ``intake list`` and ``intake show`` print it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from intake.errors import UnknownDelivery
from intake.ledger.earlier import in_force
from intake.storage.tables import attachments, deliveries, filings, findings, letters, readings, submissions
from intake.vocabulary.submission import Status, read_reference

MIN_SHA256_DIGITS = 8
"""Eight hexadecimal digits name one message among millions; fewer are a slip of the hand."""


def count_by_status(connection: Connection) -> dict[Status, int]:
    """How many deliveries stand at each status; all statuses are there, and they sum to what arrived."""
    counted = connection.execute(select(deliveries.c.status, func.count()).group_by(deliveries.c.status))
    found = {row[0]: row[1] for row in counted}
    return {status: found.get(status.value, 0) for status in Status}


def find(connection: Connection, wanted: str, prefix: str) -> int:
    """The delivery of a reference, a delivery id, or the first digits of a raw sha256.

    Raises UnknownDelivery, with what is wrong in one sentence.
    """
    text = wanted.strip()
    if text.isascii() and text.isdecimal() and len(text) < MIN_SHA256_DIGITS:
        query = select(deliveries.c.id).where(deliveries.c.id == int(text))
    elif text.upper().startswith(f"{prefix}-"):
        reference = read_reference(text, prefix)
        if reference is None:
            raise UnknownDelivery(f"{wanted} is no reference of ours: compare it with the receipt again.")
        query = select(submissions.c.delivery_id).where(submissions.c.reference == reference)
    elif len(text) >= MIN_SHA256_DIGITS and all(c in "0123456789abcdef" for c in text.lower()):
        alike = deliveries.c.raw_sha256.startswith(text.lower())
        query = select(deliveries.c.id).where(alike).order_by(deliveries.c.id)
        if (connection.scalar(select(func.count(deliveries.c.raw_sha256.distinct())).where(alike)) or 0) > 1:
            raise UnknownDelivery(f"Several messages have a sha256 that begins with {wanted}; give more digits.")
    else:
        raise UnknownDelivery(
            f"{wanted} is neither a reference, nor a delivery id, nor {MIN_SHA256_DIGITS} digits or more of a sha256."
        )
    number = connection.scalar(query.limit(1))
    if number is None:
        raise UnknownDelivery(f"Nothing in the record is named {wanted}.")
    return int(number)


def rows(
    connection: Connection, *, consultation: str | None = None, status: Status | None = None, only: int | None = None
) -> Iterator[dict[str, Any]]:
    """The lines of design.md, part 5, in order of capture; null where unknown, never guessed."""
    latest = (
        select(filings.c.delivery_id, func.max(filings.c.id).label("filing_id"))
        .group_by(filings.c.delivery_id)
        .subquery()
    )
    query = (
        select(deliveries, readings, filings)
        .add_columns(deliveries.c.id.label("number"), filings.c.id.label("filing_id"))
        .join(readings, readings.c.delivery_id == deliveries.c.id, isouter=True)
        .join(latest, latest.c.delivery_id == deliveries.c.id, isouter=True)
        .join(filings, filings.c.id == latest.c.filing_id, isouter=True)
        .order_by(deliveries.c.id)
    )
    if only is not None:
        query = query.where(deliveries.c.id == only)
    if status is not None:
        query = query.where(deliveries.c.status == status.value)
    for row in connection.execute(query).all():
        line = _line(connection, row)
        if consultation is None or consultation in line["consultations"]:
            yield line


def _line(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    placed = in_force(connection, [row.number]).get(row.number, ())
    return {
        "delivery": row.number,
        "source_file": row.source_file,
        "raw_sha256": row.raw_sha256,
        "captured_at": _utc(row.captured_at),
        "received_at": _utc(row.received_at),
        "mail_from": row.mail_from or "",
        "rcpt_to": row.rcpt_to,
        "message_id": row.message_id,
        "subject": row.subject,
        "author_address": row.author_address,
        "status": row.status,
        "reason": row.reason or row.failure,
        "references": [one.reference for one in placed],
        "consultations": [one.consultation for one in placed],
        "late": any(one.late for one in placed) if placed else None,
        "language": row.language,
        "respondent": {"name": row.author_name, "organization": None, "group": None, "country": None},
        "on_behalf": False,
        "cosignatories": 0,
        "confidential": bool(row.confidential),
        "campaign": None,
        "duplicate_of": _raw(connection, row.duplicate_of),
        "supersedes": _raw(connection, row.supersedes),
        "supplements": _raw(connection, row.supplements),
        "withdraws": _raw(connection, row.withdraws),
        "answers": None,
        "attachments": _attachments(connection, row.number),
        "acknowledge": row.acknowledge,
        "findings": _findings(connection, row.filing_id),
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _raw(connection: Connection, number: int | None) -> str | None:
    if number is None:
        return None
    return connection.scalar(select(deliveries.c.raw_sha256).where(deliveries.c.id == number))


def _attachments(connection: Connection, number: int) -> list[dict[str, Any]]:
    found = connection.execute(
        select(attachments).where(attachments.c.delivery_id == number).order_by(attachments.c.position)
    )
    return [
        {"name": row.name, "type": row.declared_type, "size": row.size, "sha256": row.sha256, "text": None}
        for row in found
    ]


def _findings(connection: Connection, filing: int | None) -> list[dict[str, Any]]:
    if filing is None:
        return []
    found = connection.execute(select(findings).where(findings.c.filing_id == filing).order_by(findings.c.position))
    return [
        {"rule": row.rule, "matched": row.matched, "reason": row.reason, "consultations": row.consultations}
        for row in found
    ]


def letters_of(connection: Connection, number: int) -> list[tuple[str, bytes, str]]:
    """(state, octets, what the other side said) of each letter about one delivery."""
    found = connection.execute(select(letters).where(letters.c.delivery_id == number).order_by(letters.c.id))
    return [(row.state, bytes(row.octets), row.said or "") for row in found]


def waiting(connection: Connection) -> list[int]:
    """Deliveries that need a person: held, or shunted."""
    found = connection.scalars(
        select(deliveries.c.id)
        .where(or_(deliveries.c.status == Status.HELD.value, deliveries.c.status == Status.SHUNTED.value))
        .order_by(deliveries.c.id)
    )
    return list(found)
