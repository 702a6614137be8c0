"""Everything that is known of one delivery: its line, what was read in it, and how often we failed on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from intake.ledger.listing import lines, utc
from intake.storage import documents, failures
from intake.storage.tables import attachments, deliveries, readings


def dossier(connection: Connection, number: int) -> dict[str, Any]:
    """The line of ``intake list``, its attachments in full, and what only ``intake show`` prints."""
    line = next(lines(connection, [number]))
    files = select(attachments).where(attachments.c.delivery_id == number).order_by(attachments.c.position)
    read = documents.load_attached(connection, [number])
    for listed, file in zip(line["attachments"], connection.execute(files), strict=True):
        document = read.get((number, file.position))
        listed |= {
            "original_name": file.original_name,
            "detected_type": file.detected_type or None,
            "container": file.container or None,
            "inline": file.inline,
            "read_by": file.read_by,
            "engine": document.engine if document else None,
            "comments": list(document.comments) if document else [],
        }
    row = connection.execute(
        select(readings, deliveries.c.attempts)
        .join_from(deliveries, readings, isouter=True)
        .where(deliveries.c.id == number)
    ).one()
    return {
        **line,
        "software": row.software,
        "text": row.text,
        "spans": [_span(one) for one in row.spans or ()],
        "inner_messages": [_inner(one) for one in row.inner_messages or ()],
        "seals": row.seals or [],
        "links": row.links or [],
        "defects": row.defects or [],
        "attempts": row.attempts,
        "failures": [
            {
                "at": utc(one.at),
                "software": one.software,
                "attempt": one.attempt,
                "failure": one.what,
                "place": one.place or None,
            }
            for one in failures.of_delivery(connection, number)
        ],
    }


def _span(one: list[Any]) -> dict[str, Any]:
    kind, start, end = one
    return {"kind": kind, "start": start, "end": end}


def _inner(one: Mapping[str, Any]) -> dict[str, Any]:
    """``attachment`` counts from 0, as in the list of attachments."""
    return {**one, "spans": [_span(span) for span in one["spans"]]}
