"""What became of a delivery: statuses, findings, filings, references."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.vocabulary.answer import Answers


class Status(StrEnum):
    """Where a delivery stands; nothing here means lost."""

    CAPTURED = "captured"  # Safe, and waiting to be read.
    SHUNTED = "shunted"  # Our software failed on it; kept for replay.
    FILED = "filed"  # Registered under one consultation or several.
    HELD = "held"  # A person must look.
    AUTOMATIC = "automatic"  # Sent by a robot: recorded, never counted, never answered.
    DUPLICATE = "duplicate"  # The same message again: kept, linked, counted once.
    SPAM = "spam"  # Junk.
    NOT_RELEVANT = "not-relevant"  # A person's decision, with its reason.
    WITHDRAWN = "withdrawn"  # The respondent took it back.
    ERASED = "erased"  # Removed from the record by order, with its reason.


ON_THE_WAY = frozenset({Status.CAPTURED, Status.SHUNTED})
"""Not yet decided; every other status is an outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's answer, kept whether it matched or not."""

    rule: str
    matched: bool
    reason: str
    consultations: tuple[str, ...] = ()
    """Slugs that this rule speaks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A delivery registered before this one, as far as likeness is concerned."""

    delivery: int
    raw_sha256: str
    message_id: str | None
    content_sha256: str
    author_address: str
    consultations: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """The placing decision."""

    status: Status
    reason: str
    consultations: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    duplicate_of: Earlier | None = None
    supersedes: Earlier | None = None
    supplements: Earlier | None = None
    withdraws: Earlier | None = None
    """A response that its author asks to take back; a person confirms it."""
    confidential: bool = False
    """The author asks not to be named."""
    answers: Answers = field(default_factory=Answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What was registered under one consultation."""

    reference: str
    delivery: int
    consultation: str
    registered_at: datetime
    received_at: datetime
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The line in the register: what was concluded, and what was done."""

    delivery: int
    status: Status
    reason: str
    submissions: tuple[Submission, ...] = field(default=())
    acknowledged: bool = False


# --- references -----------------------------------------------------------------------------------

CHECK_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""23 letters, a prime number of them; I, O and Q are left out, being read as 1 and 0."""
CHECK_OFFSET = 13
"""Turns the weighted sum; any number serves, this one gives CWGI-2026-000017 its K."""
MAX_YEAR = 9999
"""Four digits."""
MAX_SERIAL = 999_999
"""Six digits: a campaign of a million letters would need two groups' prefixes."""
_REFERENCE = re.compile(r"([A-Z]{2,8})-(\d{4})-(\d{6})-([A-Z])", re.ASCII)


def check_letter(year: int, serial: int) -> str:
    """The letter that catches one wrong, or any two swapped, of the ten digits.

    Each digit has its own weight from 1 to 10 modulo 23: a wrong digit changes the sum by d*w, a
    swap by (a-b)*(v-w), and neither is 0 modulo a prime larger than all of them.
    """
    digits = f"{year:04d}{serial:06d}"
    total = sum(weight * int(digit) for weight, digit in enumerate(digits, start=1))
    return CHECK_LETTERS[(total + CHECK_OFFSET) % len(CHECK_LETTERS)]


def write_reference(prefix: str, year: int, serial: int) -> str:
    """``CWGI-2026-000017-K``: prefix, year, serial number in the year, check letter.

    Raises ValueError where year or serial does not fit its digits.
    """
    if not 0 <= year <= MAX_YEAR or not 0 < serial <= MAX_SERIAL:
        raise ValueError(f"no reference for year {year}, serial {serial}")
    return f"{prefix}-{year:04d}-{serial:06d}-{check_letter(year, serial)}"


def read_reference(text: str, prefix: str) -> str | None:
    """The reference in the form we write it, or None where a character is wrong or swapped."""
    match = _REFERENCE.fullmatch(text.strip().upper())
    if match is None or match[1] != prefix:
        return None
    return match[0] if check_letter(int(match[2]), int(match[3])) == match[4] else None
