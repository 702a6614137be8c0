"""References: given once, by year, and kept by the delivery whatever is decided later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from intake.storage.tables import serials, submissions


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """How references are made: prefix, and the zone whose calendar gives the year."""

    prefix: str
    zone: ZoneInfo


@dataclass(slots=True)
class Given:
    """A reference that a delivery has; ``id`` is None until its row is written."""

    reference: str
    registered_at: datetime
    id: int | None = None


def given_before(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Given]]:
    """References given before, in the order of their positions."""
    found: dict[int, list[Given]] = {}
    if numbers:
        query = select(submissions).where(submissions.c.delivery_id.in_(numbers)).order_by(submissions.c.position)
        for row in connection.execute(query):
            found.setdefault(row.delivery_id, []).append(Given(row.reference, row.registered_at, row.id))
    return found


def set_serial(connection: Connection, year: int, last: int | None) -> int:
    """Set the last serial number of a year; None leaves it as it is, and nobody else may count meanwhile."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(serials).values(year=year, last=last or 0)
    value = serials.c.last if last is None else last
    counted = statement.on_conflict_do_update(index_elements=["year"], set_={"last": value})
    return int(connection.execute(counted.returning(serials.c.last)).scalar_one())
