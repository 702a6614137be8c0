"""Times as people read them: in the zone of the consultation, with the zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""Not asked of the system, whose language may be another."""


def write_date(day: date) -> str:
    """``9 January 2027``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def write_moment(at: datetime, zone: str) -> str:
    """``9 January 2027, 23:59 (Europe/Zurich, UTC+01:00)``."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{write_date(local)}, {local:%H:%M} ({zone}, {_offset(local)})"


def write_clock(at: datetime, zone: str) -> str:
    """``2027-01-09 23:59 +01:00``, for lists."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M} {_offset(local).removeprefix('UTC')}"


def write_utc(at: datetime) -> str:
    """ISO 8601 in UTC, exact: what ``--as-of`` takes."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _offset(local: datetime) -> str:
    return f"UTC{local:%z}"[:6] + ":" + f"{local:%z}"[3:5]
