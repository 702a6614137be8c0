"""Reads the record as of a moment: responses, counts and outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Subquery, and_, func, or_, select

from digest.corpus.record import File, Outcome, Response, Tally
from digest.corpus.standing import standing_deliveries, standing_filings
from intake.storage.tables import attachments, filings, placements, readings, submissions
from intake.vocabulary.submission import Status

View = Connection
"""A consistent view of the record, within one transaction."""


def read_responses(connection: View, consultation: str, as_of: datetime) -> tuple[Response, ...]:
    """All responses registered under a consultation, in order of receipt, superseded ones included."""
    stood, filing = standing_deliveries(as_of), standing_filings(as_of)
    rows = connection.execute(
        select(
            submissions.c.reference,
            submissions.c.registered_at,
            placements.c.late,
            filing.c.confidential,
            filing.c.supersedes,
            filing.c.supplements,
            stood.c.id.label("delivery"),
            stood.c.raw_sha256,
            stood.c.received_at,
            readings.c.author_name,
            readings.c.author_address,
            readings.c.subject,
            readings.c.language,
            readings.c.text,
        )
        .select_from(placements)
        .join(filing, filing.c.id == placements.c.filing_id)
        .join(submissions, submissions.c.id == placements.c.submission_id)
        .join(stood, stood.c.id == filing.c.delivery_id)
        .outerjoin(readings, readings.c.delivery_id == stood.c.id)
        .where(placements.c.consultation == consultation, filing.c.status == Status.FILED.value)
        .order_by(stood.c.received_at, stood.c.id, submissions.c.position)
    ).all()
    references: dict[int, str] = {}
    for row in rows:
        references.setdefault(row.delivery, row.reference)
    # Only a successor under the same consultation replaces: else the text would be printed nowhere.
    successors = unbroken({row.supersedes: row.delivery for row in rows if row.supersedes in references})
    files = _files(connection, consultation)
    duplicates = _duplicates(connection, stood)
    return tuple(
        Response(
            reference=row.reference,
            delivery=row.delivery,
            raw_sha256=row.raw_sha256,
            received_at=row.received_at,
            registered_at=row.registered_at,
            late=row.late,
            confidential=row.confidential,
            author_name=row.author_name or "",
            author_address=row.author_address or "",
            subject=row.subject or "",
            language=row.language,
            text=row.text or "",
            files=files.get(row.delivery, ()),
            duplicates=duplicates.get(row.delivery, 0),
            successor=references[successors[row.delivery]] if row.delivery in successors else None,
            supplements=references.get(row.supplements),
        )
        for row in rows
    )


def unbroken(successors: Mapping[int, int]) -> dict[int, int]:
    """Only those replaced by something that still stands: of a circle, nothing would be printed.

    ``successors`` leads from a delivery to the one that replaces it.
    """
    kept = {}
    for first in successors:
        seen, current = {first}, first
        while current in successors and successors[current] not in seen:
            current = successors[current]
            seen.add(current)
        if current not in successors:
            kept[first] = successors[first]
    return kept


def count_outcomes(connection: View, as_of: datetime) -> Tally:
    """Where all deliveries of the record stood; sums to what was received."""
    stood = standing_deliveries(as_of)
    found = connection.execute(
        select(stood.c.standing_status, func.count().label("n")).group_by(stood.c.standing_status)
    )
    counts = dict.fromkeys(Status, 0)
    counts.update({Status(row.standing_status): row.n for row in found})
    return Tally(counts)


def count_reasons(connection: View, as_of: datetime) -> tuple[tuple[Status, str, int], ...]:
    """Of all deliveries that were not filed: status, reason as it was written, how many."""
    stood = standing_deliveries(as_of)
    rows = connection.execute(
        select(stood.c.standing_status, stood.c.reason, func.count().label("n"))
        .where(stood.c.standing_status != Status.FILED.value)
        .group_by(stood.c.standing_status, stood.c.reason)
    )
    return tuple((Status(row.standing_status), row.reason, row.n) for row in rows)


def read_outcomes(connection: View, as_of: datetime, since: datetime | None) -> tuple[Outcome, ...]:
    """What was captured, or decided, after ``since`` (None: ever), in order of capture."""
    stood = standing_deliveries(as_of)
    if since is None:
        return _outcomes(connection, stood, stood.c.id.is_not(None))
    decided = select(filings.c.delivery_id).where(filings.c.decided_at > since, filings.c.decided_at <= as_of)
    return _outcomes(connection, stood, or_(stood.c.captured_at > since, stood.c.id.in_(decided)))


def read_waiting(connection: View, as_of: datetime) -> tuple[Outcome, ...]:
    """What waits for a person: held, or shunted by a failure of ours; the longest waiting first."""
    stood = standing_deliveries(as_of)
    return _outcomes(connection, stood, stood.c.standing_status.in_((Status.HELD.value, Status.SHUNTED.value)))


def read_statuses(connection: View, as_of: datetime, of: Iterable[int]) -> dict[int, Status]:
    """Where these deliveries stood at a moment; one not yet captured is left out."""
    wanted = set(of)
    stood = standing_deliveries(as_of)
    rows = connection.execute(select(stood.c.id, stood.c.standing_status))
    return {row.id: Status(row.standing_status) for row in rows if row.id in wanted}


def _outcomes(connection: View, stood: Subquery, which: ColumnElement[bool]) -> tuple[Outcome, ...]:
    rows = connection.execute(
        select(stood, readings.c.subject, readings.c.author_name, readings.c.author_address)
        .select_from(stood.outerjoin(readings, readings.c.delivery_id == stood.c.id))
        .where(which)
        .order_by(stood.c.captured_at, stood.c.id)
    ).all()
    placed: defaultdict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in connection.execute(
        select(placements.c.filing_id, placements.c.consultation, submissions.c.reference)
        .join(submissions, submissions.c.id == placements.c.submission_id)
        .join(stood, and_(stood.c.filing_id == placements.c.filing_id, which))
        .order_by(submissions.c.position)
    ):
        placed[row.filing_id].append(row)
    return tuple(
        Outcome(
            delivery=row.id,
            captured_at=row.captured_at,
            received_at=row.received_at,
            status=Status(row.standing_status),
            reason=row.reason,
            references=tuple(one.reference for one in placed[row.filing_id]),
            consultations=tuple(one.consultation for one in placed[row.filing_id]),
            subject=row.subject or "",
            author_name=row.author_name or "",
            author_address=row.author_address or "",
        )
        for row in rows
    )


def _files(connection: View, consultation: str) -> dict[int, tuple[File, ...]]:
    """By delivery, of all that was ever placed under this consultation."""
    placed = (
        select(filings.c.delivery_id)
        .join(placements, placements.c.filing_id == filings.c.id)
        .where(placements.c.consultation == consultation)
    )
    found: defaultdict[int, list[File]] = defaultdict(list)
    for row in connection.execute(
        select(attachments)
        .where(attachments.c.delivery_id.in_(placed))
        .order_by(attachments.c.delivery_id, attachments.c.position)
    ):
        found[row.delivery_id].append(
            File(name=row.name, declared_type=row.declared_type, size=row.size, sha256=row.sha256)
        )
    return {delivery: tuple(files) for delivery, files in found.items()}


def _duplicates(connection: View, stood: Subquery) -> dict[int, int]:
    rows = connection.execute(
        select(stood.c.duplicate_of, func.count().label("n"))
        .where(stood.c.standing_status == Status.DUPLICATE.value, stood.c.duplicate_of.is_not(None))
        .group_by(stood.c.duplicate_of)
    )
    return {row.duplicate_of: row.n for row in rows}
