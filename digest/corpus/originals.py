"""The raw octets for an export, one message at a time: memory does not grow with the record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from digest.corpus.record import Original
from digest.corpus.standing import standing_deliveries
from intake.storage import vault
from intake.storage.tables import placements, submissions
from intake.vocabulary.submission import Status

ROWS_AT_ONCE = 500
"""Rows fetched ahead of the octets: some 100 KiB, and few enough trips to the database."""


def read_originals(connection: Connection, as_of: datetime, consultation: str | None = None) -> Iterator[Original]:
    """Every captured message in order of capture, but those erased by order.

    With ``consultation`` only what is filed under it, and the duplicates of that.
    """
    stood = standing_deliveries(as_of)
    wanted = select(stood).where(stood.c.standing_status != Status.ERASED.value)
    if consultation is not None:
        filed = (
            select(stood.c.id)
            .join(placements, placements.c.filing_id == stood.c.filing_id)
            .where(placements.c.consultation == consultation, stood.c.standing_status == Status.FILED.value)
        )
        again = stood.c.standing_status == Status.DUPLICATE.value
        wanted = wanted.where(or_(stood.c.id.in_(filed), again & stood.c.duplicate_of.in_(filed)))
    rows = connection.execute(wanted.order_by(stood.c.id).execution_options(yield_per=ROWS_AT_ONCE))
    for row in rows:
        yield Original(
            delivery=row.id,
            references=_references(connection, row.filing_id),
            status=Status(row.standing_status),
            mail_from=row.mail_from,
            rcpt_to=row.rcpt_to,
            received_at=row.received_at,
            captured_at=row.captured_at,
            raw_sha256=row.raw_sha256,
            octets=vault.read(connection, row.raw_sha256),
        )


def count_erased(connection: Connection, as_of: datetime) -> int:
    """How many an export leaves out because they were erased by order."""
    stood = standing_deliveries(as_of)
    erased = select(func.count()).select_from(stood).where(stood.c.standing_status == Status.ERASED.value)
    return connection.scalar(erased) or 0


def _references(connection: Connection, filing_id: int | None) -> tuple[str, ...]:
    if filing_id is None:
        return ()
    return tuple(
        connection.scalars(
            select(submissions.c.reference)
            .join(placements, placements.c.submission_id == submissions.c.id)
            .where(placements.c.filing_id == filing_id)
            .order_by(submissions.c.position)
        )
    )
