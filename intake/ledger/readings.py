"""What was read in messages: derived, and replaced by each new reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, delete, insert

from intake.storage.tables import attachments, readings
from intake.vocabulary.mail import Delivery, ParsedMessage
from intake.vocabulary.provenance import Agent


def write_readings(
    connection: Connection, many: Sequence[tuple[Delivery, ParsedMessage, str | None]], agent: Agent
) -> None:
    """Replace what was read in the octets; a later release may read them better."""
    if not many:
        return
    numbers = [delivery.id for delivery, _, _ in many]
    for table in (attachments, readings):
        connection.execute(delete(table).where(table.c.delivery_id.in_(numbers)))
    connection.execute(insert(readings), [_reading(*one, agent) for one in many])
    files = [row for delivery, message, _ in many for row in _files(delivery, message)]
    if files:
        connection.execute(insert(attachments), files)


def _reading(delivery: Delivery, message: ParsedMessage, language: str | None, agent: Agent) -> dict[str, object]:
    author = message.author
    return {
        "delivery_id": delivery.id,
        "software": f"{agent.name} {agent.version}",
        "message_id": storable(message.message_id),
        "subject": storable(message.subject),
        "author_name": storable(author.name) if author and author.name else None,
        "author_address": storable(author.address) if author and author.address else None,
        "language": language,
        "text": storable(message.text),
        "content_sha256": message.content_sha256,
        "defects": [{"where": defect.where, "what": storable(defect.what)} for defect in message.defects],
    }


def _files(delivery: Delivery, message: ParsedMessage) -> Iterator[dict[str, object]]:
    for position, attachment in enumerate(message.attachments, start=1):
        yield {
            "delivery_id": delivery.id,
            "position": position,
            "name": storable(attachment.name),
            "declared_type": storable(attachment.declared_type),
            "size": attachment.size,
            "sha256": attachment.sha256,
            "inline": attachment.inline,
        }


def storable(value: str | None) -> str | None:
    """PostgreSQL stores neither NUL nor lone surrogates; both can come from the wire."""
    return None if value is None else value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
