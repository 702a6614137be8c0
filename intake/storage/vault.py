"""Octets, write-once, named by their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from intake.errors import UnknownDelivery
from intake.storage.tables import raw_messages
from intake.vocabulary.mail import RawMessage


def name(octets: bytes) -> RawMessage:
    """The name under which these octets are kept."""
    return RawMessage(hashlib.sha256(octets).hexdigest(), len(octets))


def keep_all(connection: Connection, many: Sequence[bytes]) -> list[RawMessage]:
    """Keep octets, within the caller's transaction; those that are there already change nothing."""
    raws = [name(octets) for octets in many]
    rows = {
        raw.sha256: {"sha256": raw.sha256, "size": raw.size, "octets": octets}
        for raw, octets in zip(raws, many, strict=True)
    }
    if rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(raw_messages).on_conflict_do_nothing(), list(rows.values()))
    return raws


def read(connection: Connection, sha256: str) -> bytes:
    """The octets of this name. Raises UnknownDelivery."""
    octets = connection.scalar(select(raw_messages.c.octets).where(raw_messages.c.sha256 == sha256))
    if octets is None:
        raise UnknownDelivery(f"The vault holds nothing named {sha256}.")
    return bytes(octets)


def damaged(connection: Connection) -> Iterator[str]:
    """Names whose octets do not match them any more; reads the whole vault, one message at a time."""
    for sha256 in connection.scalars(select(raw_messages.c.sha256).order_by(raw_messages.c.sha256)).all():
        if name(read(connection, sha256)).sha256 != sha256:
            yield sha256
