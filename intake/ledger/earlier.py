"""Which earlier deliveries a message is to be compared with: looked up once for many messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, union

from intake.ledger.readings import storable
from intake.storage.tables import deliveries, filings, placements, readings, submissions
from intake.vocabulary.mail import Delivery, ParsedMessage
from intake.vocabulary.submission import ON_THE_WAY, Earlier, Entry, Status, Submission

MAX_NAMED = 500
"""Deliveries named in one statement; SQLite takes no more than 32,766 values."""

_COMPARED = frozenset(Status) - {*ON_THE_WAY, Status.DUPLICATE, Status.ERASED}
"""Duplicates are left out: they lead to what they duplicate."""

_Key = tuple[str, str]


class EarlierDeliveries:
    """Decided deliveries that share octets, content, Message-ID or author with one of many messages."""

    def __init__(self, connection: Connection, many: Sequence[tuple[Delivery, ParsedMessage]]) -> None:
        """Looks them up; what is entered afterwards is told with ``note``."""
        self._by_key: defaultdict[_Key, set[int]] = defaultdict(set)
        self._known: dict[int, Earlier] = {}
        rows = _alike(connection, {key for delivery, message in many for key in _keys(delivery, message)})
        for start in range(0, len(rows), MAX_NAMED):
            some = rows[start : start + MAX_NAMED]
            placed = in_force(connection, [row.id for row in some])
            for row in some:
                self._keep(
                    Earlier(
                        delivery=row.id,
                        raw_sha256=row.raw_sha256,
                        message_id=row.message_id,
                        content_sha256=row.content_sha256,
                        author_address=row.author_address or "",
                        consultations=tuple(one.consultation for one in placed.get(row.id, ())),
                        references=tuple(one.reference for one in placed.get(row.id, ())),
                    ),
                    row.author,
                )

    def of(self, delivery: Delivery, message: ParsedMessage) -> tuple[Earlier, ...]:
        """Those before this one, oldest first."""
        numbers = {number for key in _keys(delivery, message) for number in self._by_key.get(key, ())}
        return tuple(self._known[number] for number in sorted(numbers) if number < delivery.id)

    def note(self, delivery: Delivery, message: ParsedMessage, entry: Entry) -> None:
        """Let later messages be compared with this one, as it stands now."""
        if self._known.pop(delivery.id, None):
            for numbers in self._by_key.values():
                numbers.discard(delivery.id)
        if entry.status not in _COMPARED:
            return
        address = message.author.address if message.author else ""
        self._keep(
            Earlier(
                delivery=delivery.id,
                raw_sha256=delivery.raw.sha256,
                message_id=storable(message.message_id),
                content_sha256=message.content_sha256,
                author_address=storable(address) or "",
                consultations=tuple(one.consultation for one in entry.submissions),
                references=tuple(one.reference for one in entry.submissions),
            ),
            address.lower(),
        )

    def _keep(self, one: Earlier, author: str | None) -> None:
        self._known[one.delivery] = one
        for key in (
            ("octets", one.raw_sha256),
            ("content", one.content_sha256),
            ("message-id", one.message_id),
            ("author", author),
        ):
            if key[1]:
                self._by_key[key[0], key[1]].add(one.delivery)


def _keys(delivery: Delivery, message: ParsedMessage) -> Iterator[_Key]:
    yield "octets", delivery.raw.sha256
    yield "content", message.content_sha256
    if message.message_id:
        yield "message-id", storable(message.message_id) or ""
    if message.author and message.author.address:
        yield "author", message.author.address.lower()


def _alike(connection: Connection, keys: set[_Key]) -> Sequence[Any]:
    named: defaultdict[str, list[str]] = defaultdict(list)
    for kind, value in keys:
        named[kind].append(value)
    author = func.lower(readings.c.author_address)
    columns = {
        "content": readings.c.content_sha256,
        "message-id": readings.c.message_id,
        "author": author,
    }
    alike = [select(deliveries.c.id).where(deliveries.c.raw_sha256.in_(named.pop("octets", [])))]
    alike += [select(readings.c.delivery_id).where(columns[kind].in_(values)) for kind, values in named.items()]
    return connection.execute(
        select(
            deliveries.c.id,
            deliveries.c.raw_sha256,
            readings.c.message_id,
            readings.c.content_sha256,
            readings.c.author_address,
            author.label("author"),
        )
        .join(readings)
        # One index for each likeness: with OR, SQLite would go through the whole table.
        .where(deliveries.c.id.in_(union(*alike)), deliveries.c.status.in_([one.value for one in _COMPARED]))
    ).all()


def in_force(connection: Connection, numbers: Sequence[int]) -> Mapping[int, tuple[Submission, ...]]:
    """The submissions under which deliveries stand now, by delivery; at most MAX_NAMED are asked for at once."""
    found: defaultdict[int, tuple[Submission, ...]] = defaultdict(tuple)
    latest = select(func.max(filings.c.id)).where(filings.c.delivery_id.in_(numbers)).group_by(filings.c.delivery_id)
    rows = connection.execute(
        select(submissions, placements.c.consultation, placements.c.late, deliveries.c.received_at)
        .join(placements, placements.c.submission_id == submissions.c.id)
        .join(deliveries, deliveries.c.id == submissions.c.delivery_id)
        .where(placements.c.filing_id.in_(latest))
        .order_by(submissions.c.delivery_id, submissions.c.position)
    )
    for row in rows:
        found[row.delivery_id] += (
            Submission(
                reference=row.reference,
                delivery=row.delivery_id,
                consultation=row.consultation,
                registered_at=row.registered_at,
                received_at=row.received_at,
                late=row.late,
            ),
        )
    return found
