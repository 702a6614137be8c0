"""What was done, by whom, to what: events after PREMIS 3 (Library of Congress, 2015)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventType(StrEnum):
    """PREMIS event types where they exist (id.loc.gov/vocabulary/preservation/eventType)."""

    CAPTURE = "capture"  # The octets were taken over and named by their sha256.
    READING = "reading"  # It was read anew, which changed what is named. Ours: the first reading is no event.
    FILING = "filing"  # A status was decided. Ours: PREMIS has no name for it.
    ACCESSION = "accession"  # A submission received its reference.
    ACKNOWLEDGEMENT = "acknowledgement"  # A letter to the sender was queued. Ours.
    DISPATCH = "dispatch"  # A letter left, was refused, or its fate is uncertain. Ours.
    COMPILATION = "compilation"  # An edition was fixed. Ours.
    EXPORT = "export"  # A part of the record was written out. Ours.


class Outcome(StrEnum):
    """How it ended."""

    SUCCESS = "success"
    FAILURE = "failure"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Agent:
    """Who acted: a person by name, or a program with its version."""

    name: str
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceEvent:
    """One thing that was done. ``detail`` holds plain JSON values, no addresses and no bodies."""

    type: EventType
    at: datetime
    agent: Agent
    outcome: Outcome
    delivery: int | None = None
    object_sha256: str | None = None
    detail: Mapping[str, str | int | bool | list[str] | None] = field(default_factory=dict)
