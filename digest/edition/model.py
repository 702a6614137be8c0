"""Frozen words of an edition, and the one way to write it down.

An edition's data are canonical JSON (keys sorted, UTF-8, no white space, times ISO 8601 in UTC), so that the
same edition always has the same sha256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from digest.disclosure.contribution import Contribution, Contributor, Exclusion, Notice, Superseded
from intake.vocabulary.submission import Status

# --- what both kinds have ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Received = the sum over all outcomes; of those filed, some here and the others elsewhere."""

    received: int
    outcomes: Mapping[Status, int]
    """Every Status is a key."""

    def __post_init__(self) -> None:
        """Refuse counts that do not close: ValueError."""
        if set(self.outcomes) != set(Status) or sum(self.outcomes.values()) != self.received:
            raise ValueError("the outcomes do not sum to what was received")


# --- the compiled version -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of the consultation, by language."""

    id: str
    wording: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The consultation that was compiled, with its dates."""

    slug: str
    title: Mapping[str, str]
    zone: str
    launched: datetime
    deadline: datetime
    extended_from: datetime | None
    compiled_by: date
    physical: date
    group_meeting: date
    questions: tuple[AskedQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a compiled version says about the responses; equal content makes no new revision."""

    group: str
    symbol: str
    basis: str
    consultation: Round
    in_time: tuple[Contribution, ...]
    late: tuple[Contribution, ...]
    contributors: tuple[Contributor, ...]
    superseded: tuple[Superseded, ...]
    excluded: tuple[Exclusion, ...]
    reconciliation: Reconciliation
    filed_here: int
    """Messages filed under this consultation; each gave one response or several."""

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """All that are printed, those in time first."""
        return (*self.in_time, *self.late)

    @property
    def departures(self) -> tuple[Contribution, ...]:
        """Those whose name is withheld."""
        return tuple(one for one in self.contributions if one.departure)

    @property
    def filed_elsewhere(self) -> int:
        """Messages filed, but under other consultations only."""
        return self.reconciliation.outcomes[Status.FILED] - self.filed_here


class ChangeKind(StrEnum):
    """What happened to one response since the revision before."""

    ADDED = "added"  # It is listed for the first time.
    REPLACED = "replaced"  # Its respondent sent another in its place.
    REMOVED = "removed"  # It is no longer registered under this consultation.
    CHANGED = "changed"  # It is printed otherwise than before.


@dataclass(frozen=True, slots=True)
class Change:
    """One response, reference first, and in words what is different."""

    reference: str
    kind: ChangeKind
    what: str


@dataclass(frozen=True, slots=True)
class Previous:
    """The revision with which this one is compared."""

    revision: int
    as_of: datetime
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledEdition:
    """A compiled version, fixed: what it says, as of when, and what is new in it."""

    revision: int
    as_of: datetime
    previous: Previous | None
    changes: tuple[Change, ...]
    content: Content
    kind: str = "compiled"

    @property
    def document(self) -> str:
        """The document symbol with its language and revision; this edition is in English."""
        return f"{self.content.symbol}-E Rev.{self.revision}"


# --- the daily digest -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A date of a consultation that comes near, or has passed undone; ``days`` is negative then."""

    slug: str
    what: str
    due: datetime | date
    days: int
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyEdition:
    """What happened between two moments, and what waits for a person."""

    group: str
    day: date
    zone: str
    revision: int
    since: datetime | None
    """None in the first digest: from the beginning of the record."""
    as_of: datetime
    waiting: tuple[Notice, ...]
    arrived: tuple[Notice, ...]
    decided: tuple[Notice, ...]
    """Named in an earlier digest, and since then decided otherwise."""
    window: Reconciliation
    record: Reconciliation
    reminders: tuple[Reminder, ...]
    kind: str = "daily"


# --- canonical JSON ------------------------------------------------------------------------------------------

Plain = dict[str, Any] | list[Any] | str | int | bool | None


def plain(word: object) -> Plain:
    """A word as JSON values. Raises TypeError for what an edition does not hold."""
    if word is None or isinstance(word, bool | int):
        return word
    if isinstance(word, datetime):
        return word.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(word, date):
        return word.isoformat()
    if isinstance(word, str):
        return str(word)
    if is_dataclass(word):
        return {field.name: plain(getattr(word, field.name)) for field in fields(word)}
    if isinstance(word, Mapping):
        return {str(key): plain(value) for key, value in word.items()}
    if isinstance(word, tuple | list):
        return [plain(value) for value in word]
    raise TypeError(f"an edition cannot hold {type(word).__name__}")


def canonical(word: object) -> bytes:
    """The one way to write a word as JSON."""
    return json.dumps(plain(word), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256(octets: bytes) -> str:
    """The name of an edition: of its canonical JSON, hexadecimal."""
    return hashlib.sha256(octets).hexdigest()
