"""The register, read: one line a delivery, as ``intake list`` and ``intake show`` print it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from intake.errors import UnknownDelivery
from intake.ledger import campaigns
from intake.ledger.answers import load_answers
from intake.ledger.earlier import MAX_NAMED, in_force
from intake.ledger.respondents import load_respondents
from intake.storage import documents
from intake.storage.tables import attachments, deliveries, filings, findings, letters, readings, submissions
from intake.vocabulary.answer import Answers
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
    wanted = select(deliveries.c.id).order_by(deliveries.c.id)
    if only is not None:
        wanted = wanted.where(deliveries.c.id == only)
    if status is not None:
        wanted = wanted.where(deliveries.c.status == status.value)
    numbers = list(connection.scalars(wanted))
    for start in range(0, len(numbers), MAX_NAMED):
        for line in lines(connection, numbers[start : start + MAX_NAMED]):
            if consultation is None or consultation in line["consultations"]:
                yield line


def lines(connection: Connection, numbers: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The lines of these deliveries, at most MAX_NAMED, in order of capture."""
    latest = (
        select(filings.c.delivery_id, func.max(filings.c.id).label("filing_id"))
        .where(filings.c.delivery_id.in_(numbers))
        .group_by(filings.c.delivery_id)
        .subquery()
    )
    query = (
        select(deliveries, readings, filings)
        .add_columns(deliveries.c.id.label("number"), filings.c.id.label("filing_id"))
        .join(readings, readings.c.delivery_id == deliveries.c.id, isouter=True)
        .join(latest, latest.c.delivery_id == deliveries.c.id, isouter=True)
        .join(filings, filings.c.id == latest.c.filing_id, isouter=True)
        .where(deliveries.c.id.in_(numbers))
        .order_by(deliveries.c.id)
    )
    found = connection.execute(query).all()
    beside = _Beside(connection, found)
    for row in found:
        yield _line(row, beside)


class _Beside:
    """What stands beside the rows of some deliveries, looked up once for all."""

    def __init__(self, connection: Connection, found: Sequence[Row[Any]]) -> None:
        numbers = [row.number for row in found]
        self.placed = in_force(connection, numbers)
        self.documents = documents.load_attached(connection, numbers)
        self.files = _gather(
            connection.execute(
                select(attachments)
                .where(attachments.c.delivery_id.in_(numbers))
                .order_by(attachments.c.delivery_id, attachments.c.position)
            ),
            "delivery_id",
        )
        self.findings = _gather(
            connection.execute(
                select(findings)
                .where(findings.c.filing_id.in_([row.filing_id for row in found if row.filing_id is not None]))
                .order_by(findings.c.filing_id, findings.c.position)
            ),
            "filing_id",
        )
        self.answers = load_answers(connection, [row.filing_id for row in found if row.filing_id is not None])
        self.speakers = load_respondents(connection, [row.filing_id for row in found if row.filing_id is not None])
        self.campaigns = campaigns.labels(connection, numbers)
        named = {getattr(row, link) for row in found for link in _LINKS} - {None}
        raws = select(deliveries.c.id, deliveries.c.raw_sha256).where(deliveries.c.id.in_(named))
        self.raws: dict[int | None, str] = {row.id: row.raw_sha256 for row in connection.execute(raws)}


_LINKS = ("duplicate_of", "supersedes", "supplements", "withdraws")


def _gather(found: Iterable[Row[Any]], key: str) -> dict[int, list[Row[Any]]]:
    gathered: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in found:
        gathered[getattr(row, key)].append(row)
    return gathered


def _line(row: Row[Any], beside: _Beside) -> dict[str, Any]:
    placed = beside.placed.get(row.number, ())
    speaker = beside.speakers.get(row.filing_id)
    return {
        "delivery": row.number,
        "source_file": row.source_file,
        "raw_sha256": row.raw_sha256,
        "captured_at": utc(row.captured_at),
        "received_at": utc(row.received_at),
        "mail_from": row.mail_from or "",
        "rcpt_to": row.rcpt_to,
        "message_id": row.message_id,
        "subject": row.subject,
        "author_address": speaker.address if speaker and speaker.address else row.author_address,
        "status": row.status,
        "reason": row.reason or row.failure,
        "references": [one.reference for one in placed],
        "consultations": [one.consultation for one in placed],
        "late": any(one.late for one in placed) if placed else None,
        "language": row.language,
        "respondent": {
            "name": speaker.name if speaker else row.author_name,
            "organization": speaker.organization if speaker else None,
            "group": speaker.stakeholder_group if speaker else None,
            "country": speaker.country if speaker else None,
        },
        "on_behalf": bool(speaker and speaker.on_behalf),
        "cosignatories": len(speaker.cosignatories) if speaker else 0,
        "confidential": bool(row.confidential),
        "campaign": beside.campaigns.get(row.number) if placed else None,
        **{link: beside.raws.get(getattr(row, link)) for link in _LINKS},
        "answers": _answers(beside.answers.get(row.filing_id, Answers()), len(placed)),
        "attachments": [_attachment(one, row, beside) for one in beside.files.get(row.number, ())],
        "acknowledge": row.acknowledge,
        "findings": [
            {"rule": one.rule, "matched": one.matched, "reason": one.reason, "consultations": one.consultations}
            for one in beside.findings.get(row.filing_id, ())
        ],
    }


def _answers(found: Answers, rounds: int) -> dict[str, str] | None:
    """Texts by question; with the round before it where there are several."""
    if not found.given:
        return None
    return {f"{one.consultation}:{one.question}" if rounds > 1 else one.question: one.text for one in found.given}


def utc(moment: datetime) -> str:
    """``2026-11-30T09:12:00Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _attachment(file: Row[Any], row: Row[Any], beside: _Beside) -> dict[str, Any]:
    """Its text is that of the document, or of the message, that it is."""
    document = beside.documents.get((file.delivery_id, file.position))
    inner = next((one["text"] for one in row.inner_messages or () if one["attachment"] == file.position - 1), None)
    return {
        "name": file.name,
        "type": file.declared_type,
        "size": file.size,
        "sha256": file.sha256,
        "text": inner if document is None else document.text or None,
        "flags": [flag.value for flag in document.flags] if document else [file.unread] if file.unread else [],
    }


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
