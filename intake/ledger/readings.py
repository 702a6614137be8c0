"""What was read in messages: derived, and replaced by each new reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert

from intake.storage.tables import attachments, readings
from intake.vocabulary.mail import Delivery, InnerMessage, Span
from intake.vocabulary.provenance import Agent
from intake.vocabulary.reading import Reading


def write_readings(connection: Connection, many: Sequence[tuple[Delivery, Reading]], agent: Agent) -> None:
    """Replace what was read in the octets; a later release may read them better."""
    if not many:
        return
    numbers = [delivery.id for delivery, _ in many]
    for table in (attachments, readings):
        connection.execute(delete(table).where(table.c.delivery_id.in_(numbers)))
    connection.execute(insert(readings), [_reading(*one, agent) for one in many])
    files = [row for delivery, reading in many for row in _files(delivery, reading)]
    if files:
        connection.execute(insert(attachments), files)


def _reading(delivery: Delivery, reading: Reading, agent: Agent) -> dict[str, object]:
    message = reading.message
    author = message.author
    return {
        "delivery_id": delivery.id,
        "software": f"{agent.name} {agent.version}",
        "message_id": storable(message.message_id),
        "subject": storable(message.subject),
        "author_name": storable(author.name) if author and author.name else None,
        "author_address": storable(author.address) if author and author.address else None,
        "language": reading.language,
        "text": storable(message.text),
        "content_sha256": message.content_sha256,
        "defects": [{"where": defect.where, "what": storable(defect.what)} for defect in message.defects],
        "spans": _spans(message.spans),
        "inner_messages": [_inner(one) for one in message.inner],
        "seals": [seal.value for seal in message.seals],
        "links": [storable(link) for link in message.links],
    }


def _spans(spans: Iterable[Span]) -> list[list[str | int]]:
    """Kind, start and end; NUL and half characters are replaced one for one, so they still fit the text."""
    return [[span.kind.value, span.start, span.end] for span in spans]


def _inner(one: InnerMessage) -> dict[str, Any]:
    return {
        "attachment": one.attachment,
        "author_name": storable(one.author.name) if one.author else None,
        "author_address": storable(one.author.address) if one.author else None,
        "subject": storable(one.subject),
        "date": one.date.isoformat() if one.date else None,
        "text": storable(one.text),
        "spans": _spans(one.spans),
    }


def _files(delivery: Delivery, reading: Reading) -> Iterator[dict[str, object]]:
    for position, attachment in enumerate(reading.message.attachments, start=1):
        unread = reading.unread.get(attachment.sha256)
        yield {
            "delivery_id": delivery.id,
            "position": position,
            "name": storable(attachment.name),
            "declared_type": storable(attachment.declared_type),
            "size": attachment.size,
            "sha256": attachment.sha256,
            "inline": attachment.inline,
            "original_name": storable(attachment.original_name),
            "detected_type": attachment.detected_type,
            "container": storable(attachment.container),
            "read_by": reading.read_by if attachment.sha256 in reading.documents else None,
            "unread": unread.value if unread else None,
        }


def storable(value: str | None) -> str | None:
    """PostgreSQL stores neither NUL nor lone surrogates; both can come from the wire."""
    return None if value is None else value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
