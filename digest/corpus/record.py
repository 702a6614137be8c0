"""Frozen words for what the record says as of a moment. Undisclosed: addresses and raw text are in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.vocabulary.submission import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment as it was listed at intake; ``size`` in octets after transfer decoding."""

    name: str
    declared_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One registered submission under one consultation, as it stood at a moment."""

    reference: str
    delivery: int
    raw_sha256: str
    received_at: datetime
    registered_at: datetime
    late: bool
    confidential: bool
    author_name: str
    author_address: str
    subject: str
    language: str | None
    text: str
    files: tuple[File, ...]
    duplicates: int
    """How often the same message came again; not counted as responses."""
    successor: str | None
    """Reference of the response under the same consultation that replaces this one."""
    supplements: str | None
    """Reference of the earlier response that this one adds to."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries stood where. Every Status is a key."""

    counts: Mapping[Status, int]

    @property
    def received(self) -> int:
        """All deliveries: by construction the sum over all outcomes."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one delivery, as of a moment."""

    delivery: int
    captured_at: datetime
    received_at: datetime
    status: Status
    reason: str
    references: tuple[str, ...]
    consultations: tuple[str, ...]
    subject: str
    author_name: str
    author_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """One captured message, octet for octet, with what the index of an export says about it."""

    delivery: int
    references: tuple[str, ...]
    status: Status
    mail_from: str | None
    rcpt_to: str
    received_at: datetime
    captured_at: datetime
    raw_sha256: str
    octets: bytes
