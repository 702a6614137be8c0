"""Keeps editions and their files as octets; the only SQL writer of digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from digest import __version__
from intake.errors import ExportRefused
from intake.storage import journal
from intake.storage.tables import edition_files, editions
from intake.vocabulary.provenance import Agent, EventType, Outcome, ProvenanceEvent

AGENT = Agent("digest", __version__)


class Kind(StrEnum):
    """What an edition is; the topic of each in its own words."""

    COMPILED = "compiled"  # Topic: the slug of the consultation.
    DAILY = "daily"  # Topic: the local date, ISO 8601.


@dataclass(frozen=True, slots=True)
class NewEdition:
    """An edition before it is kept; ``model`` is its canonical JSON."""

    kind: Kind
    topic: str
    revision: int
    as_of: datetime
    model: bytes


@dataclass(frozen=True, slots=True)
class KeptEdition:
    """An edition as it lies on the shelf."""

    id: int
    kind: Kind
    topic: str
    revision: int
    as_of: datetime
    sha256: str
    model: bytes


def find_standing(connection: Connection, kind: Kind, topic: str, as_of: datetime) -> KeptEdition | None:
    """The edition that stood at a moment: the latest made as of then or before."""
    chosen = select(editions).where(editions.c.kind == kind, editions.c.topic == topic, editions.c.as_of <= as_of)
    row = connection.execute(chosen.order_by(editions.c.as_of.desc(), editions.c.id.desc()).limit(1)).first()
    return _edition(row) if row else None


def list_editions(connection: Connection, kind: Kind, topic: str) -> tuple[KeptEdition, ...]:
    """All editions of a topic, oldest revision first."""
    chosen = select(editions).where(editions.c.kind == kind, editions.c.topic == topic)
    return tuple(_edition(row) for row in connection.execute(chosen.order_by(editions.c.revision)))


def list_since(connection: Connection, kind: Kind, since: datetime) -> tuple[KeptEdition, ...]:
    """All editions of a kind made as of ``since`` or later, oldest first."""
    chosen = select(editions).where(editions.c.kind == kind, editions.c.as_of >= since)
    return tuple(_edition(row) for row in connection.execute(chosen.order_by(editions.c.as_of, editions.c.id)))


def read_watermark(connection: Connection) -> datetime | None:
    """Up to when daily digests were made; None before the first."""
    newest = select(editions.c.as_of).where(editions.c.kind == Kind.DAILY).order_by(editions.c.as_of.desc())
    return connection.scalar(newest.limit(1))


def last_revisions(connection: Connection, kind: Kind) -> dict[str, int]:
    """The highest revision of each topic."""
    chosen = select(editions.c.topic, func.max(editions.c.revision).label("last")).where(editions.c.kind == kind)
    return {row.topic: row.last for row in connection.execute(chosen.group_by(editions.c.topic))}


def next_revision(connection: Connection, kind: Kind, topic: str) -> int:
    """The number that the next edition of a topic carries."""
    chosen = select(func.max(editions.c.revision)).where(editions.c.kind == kind, editions.c.topic == topic)
    return (connection.scalar(chosen) or 0) + 1


def read_files(connection: Connection, edition: KeptEdition) -> dict[str, bytes]:
    """The published files of an edition, by name, as they were first printed."""
    chosen = select(edition_files).where(edition_files.c.edition_id == edition.id).order_by(edition_files.c.name)
    return {row.name: bytes(row.octets) for row in connection.execute(chosen)}


def keep(connection: Connection, new: NewEdition, files: Mapping[str, bytes], at: datetime) -> None:
    """Fix an edition with its files and record that it was made, within the caller's transaction.

    Raises ExportRefused where another took the revision number since it was read.
    """
    if next_revision(connection, new.kind, new.topic) != new.revision:
        raise ExportRefused(f"Another edition of {new.topic} was made in the meantime; run the command again.")
    name = _sha256(new.model)
    edition_id = connection.scalar(
        insert(editions)
        .values(
            kind=new.kind.value,
            topic=new.topic,
            revision=new.revision,
            as_of=new.as_of,
            sha256=name,
            model=new.model,
        )
        .returning(editions.c.id)
    )
    for file, octets in files.items():
        row = {"edition_id": edition_id, "name": file, "sha256": _sha256(octets), "octets": octets}
        connection.execute(insert(edition_files).values(row))
    detail: dict[str, str | int] = {"kind": new.kind.value, "topic": new.topic, "revision": new.revision}
    _record(connection, EventType.COMPILATION, at, name, detail)


def note_export(
    connection: Connection, *, scope: str, form: str, audience: str, messages: int, manifest_sha256: str, at: datetime
) -> None:
    """Record that a part of the record was written out, within the caller's transaction."""
    detail: dict[str, str | int] = {"scope": scope, "format": form, "audience": audience, "messages": messages}
    _record(connection, EventType.EXPORT, at, manifest_sha256, detail)


def _record(
    connection: Connection, kind: EventType, at: datetime, sha256: str, detail: Mapping[str, str | int]
) -> None:
    event = ProvenanceEvent(
        type=kind, at=at, agent=AGENT, outcome=Outcome.SUCCESS, object_sha256=sha256, detail=dict(detail)
    )
    journal.append(connection, [event])


def _edition(row: Row[*tuple[Any, ...]]) -> KeptEdition:
    return KeptEdition(row.id, Kind(row.kind), row.topic, row.revision, row.as_of, row.sha256, bytes(row.model))


def _sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
