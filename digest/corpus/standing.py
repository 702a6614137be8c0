"""Where each delivery stood at a moment: the question under all others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Subquery, case, func, literal, select

from intake.storage.tables import deliveries, filings
from intake.vocabulary.submission import Status


def read_newest(connection: Connection) -> datetime | None:
    """When the record last took something in or decided something; None while it is empty."""
    moments = [
        connection.scalar(select(func.max(column))) for column in (deliveries.c.captured_at, filings.c.decided_at)
    ]
    return max((moment for moment in moments if moment is not None), default=None)


def standing_filings(as_of: datetime) -> Subquery:
    """The filing in force of each delivery that had one: the highest id among those decided by then."""
    latest = (
        select(func.max(filings.c.id).label("id"))
        .where(filings.c.decided_at <= as_of)
        .group_by(filings.c.delivery_id)
        .subquery("latest")
    )
    return select(filings).join(latest, latest.c.id == filings.c.id).subquery("standing")


def standing_deliveries(as_of: datetime) -> Subquery:
    """Every delivery captured by then, with its status; one that nobody had decided is on its way.

    Columns: those of the delivery, and ``filing_id``, ``standing_status``, ``reason``, ``duplicate_of``.
    """
    standing = standing_filings(as_of)
    # The row itself knows only the present; 'shunted' is the one thing it says that no filing does.
    undecided = case(
        (deliveries.c.status == Status.SHUNTED.value, literal(Status.SHUNTED.value)),
        else_=literal(Status.CAPTURED.value),
    )
    return (
        select(
            deliveries,
            standing.c.id.label("filing_id"),
            func.coalesce(standing.c.status, undecided).label("standing_status"),
            func.coalesce(standing.c.reason, "").label("reason"),
            standing.c.duplicate_of,
        )
        .select_from(deliveries.outerjoin(standing, standing.c.delivery_id == deliveries.c.id))
        .where(deliveries.c.captured_at <= as_of)
        .subquery("stood")
    )
