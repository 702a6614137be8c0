"""Frozen words for what may be shown. No address is in them, and every text is fit to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from intake.vocabulary.submission import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """An attachment by name, size in octets and sha256: not published before it has been scanned."""

    name: str
    declared_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """How often something was cut from a contribution, by kind; each place is marked in the text."""

    addresses: int
    telephones: int
    characters: int
    """Left out at the end of a text longer than is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """A view expressed, after disclosure."""

    reference: str
    received_at: datetime
    late: bool
    name: str
    departure: str | None
    """Why a name is withheld, which departs from the rule that all inputs are public; else None."""
    subject: str
    language: str | None
    text: str
    withheld: Withheld
    files: tuple[ListedFile, ...]
    duplicates: int
    supplements: str | None
    raw_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """A response that its respondent replaced: listed, and not printed twice."""

    reference: str
    received_at: datetime
    successor: str
    raw_sha256: str


@dataclass(frozen=True, slots=True)
class Contributor:
    """A name under which responses are printed, and their references."""

    name: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """How many messages were not included, by status and reason; nothing personal."""

    status: Status
    reason: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One delivery in the daily digest, for the secretariat's eyes."""

    delivery: int
    received_at: datetime
    status: Status
    reason: str
    references: tuple[str, ...]
    consultations: tuple[str, ...]
    subject: str
    name: str
