"""Where we stand in the mailboxes that we watch: a cursor each, what was taken, and what could not be.

A message is named by mailbox, UIDVALIDITY and UID (RFC 9051, 2.3.1.1). When UIDVALIDITY changes the names
are void, and only the octets tell what is known: each delivery of that mailbox is found again once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, insert, or_, select, update

from intake.storage.tables import mailbox_messages, mailbox_refusals, mailboxes


class Refusal(StrEnum):
    """Why a message stays in its mailbox."""

    OVERSIZE = "oversize"  # Larger than the configured limit; taken once that allows it.
    UNFETCHABLE = "unfetchable"  # The server does not give it out, or not so that it can be read; tried again.


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far one mailbox has been read."""

    mailbox: int
    uidvalidity: int
    last_uid: int
    """Everything up to it has been taken, or stands among the refusals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A message that stays in its mailbox, as ``intake doctor`` tells it."""

    account: str
    folder: str
    uid: int
    octets: int
    why: Refusal


@dataclass(slots=True)
class Recognised:
    """What is known already of messages that were fetched."""

    deliveries: dict[int, int] = field(default_factory=dict)
    """By UID, the delivery that it is."""
    reused: set[int] = field(default_factory=set)
    """UIDs that the server gave to two messages, against the standard."""


def open_cursor(connection: Connection, account: str, folder: str, uidvalidity: int, now: datetime) -> Cursor:
    """The cursor of a mailbox; back at its beginning where it is new, or its UIDVALIDITY has changed."""
    here = and_(mailboxes.c.account == account, mailboxes.c.folder == folder)
    row = connection.execute(select(mailboxes).where(here)).one_or_none()
    if row is None:
        start = {"account": account, "folder": folder, "uidvalidity": uidvalidity, "last_uid": 0, "looked_at": now}
        number = connection.scalar(insert(mailboxes).returning(mailboxes.c.id), start)
        return Cursor(mailbox=int(number or 0), uidvalidity=uidvalidity, last_uid=0)
    if row.uidvalidity != uidvalidity:
        connection.execute(update(mailboxes).where(here).values(uidvalidity=uidvalidity, last_uid=0))
        connection.execute(delete(mailbox_refusals).where(mailbox_refusals.c.mailbox_id == row.id))
        return Cursor(mailbox=row.id, uidvalidity=uidvalidity, last_uid=0)
    return Cursor(mailbox=row.id, uidvalidity=uidvalidity, last_uid=row.last_uid)


def advance(connection: Connection, cursor: Cursor, last_uid: int, now: datetime) -> Cursor:
    """Everything up to ``last_uid`` is safe; within the transaction that makes it so."""
    connection.execute(
        update(mailboxes).where(mailboxes.c.id == cursor.mailbox).values(last_uid=last_uid, looked_at=now)
    )
    return Cursor(mailbox=cursor.mailbox, uidvalidity=cursor.uidvalidity, last_uid=last_uid)


def known_uids(connection: Connection, cursor: Cursor, max_octets: int) -> set[int]:
    """UIDs that need not be fetched: taken, or still too large."""
    taken = select(mailbox_messages.c.uid).where(_of(mailbox_messages, cursor))
    large = select(mailbox_refusals.c.uid).where(
        _of(mailbox_refusals, cursor),
        mailbox_refusals.c.why == Refusal.OVERSIZE.value,
        mailbox_refusals.c.octets > max_octets,
    )
    return {*connection.scalars(taken), *connection.scalars(large)}


def untidied(connection: Connection, cursor: Cursor) -> list[int]:
    """UIDs that are safe, and not yet flagged or moved."""
    query = select(mailbox_messages.c.uid).where(_of(mailbox_messages, cursor), mailbox_messages.c.tidied.is_(False))
    return sorted(set(connection.scalars(query)))


def mark_tidied(connection: Connection, cursor: Cursor, uids: Collection[int]) -> None:
    """They have been flagged or moved, or are gone."""
    one = update(mailbox_messages).where(_of(mailbox_messages, cursor), mailbox_messages.c.uid == bindparam("gone"))
    if uids:
        connection.execute(one.values(tidied=True), [{"gone": uid} for uid in uids])


def recognise(connection: Connection, cursor: Cursor, sha256s: Mapping[int, str]) -> Recognised:
    """Which of these messages (sha256 by UID) are deliveries already.

    Under one UIDVALIDITY a new UID is a new delivery, whatever its octets. Under a new one, each earlier
    delivery of the mailbox is found again by one message with its octets; any more of them are new.
    """
    rows = connection.execute(
        select(mailbox_messages).where(
            mailbox_messages.c.mailbox_id == cursor.mailbox,
            or_(
                mailbox_messages.c.raw_sha256.in_(set(sha256s.values())),
                and_(mailbox_messages.c.uidvalidity == cursor.uidvalidity, mailbox_messages.c.uid.in_(sha256s)),
            ),
        )
    ).all()
    here = {(row.uid, row.raw_sha256): row.delivery_id for row in rows if row.uidvalidity == cursor.uidvalidity}
    named = {uid for uid, _ in here}
    owned: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        owned[row.raw_sha256].add(row.delivery_id)
    claimed = set(here.values())
    known = Recognised()
    for uid, sha256 in sorted(sha256s.items()):
        free = sorted(owned[sha256] - claimed)
        if (uid, sha256) in here:
            known.deliveries[uid] = here[uid, sha256]
        elif free:
            known.deliveries[uid] = free[0]
            claimed.add(free[0])
        elif uid in named:
            known.reused.add(uid)
    return known


def note_taken(connection: Connection, cursor: Cursor, taken: Sequence[tuple[int, str, int]]) -> None:
    """Each (uid, sha256, delivery) is safe, with the capture or since an earlier one."""
    uids = [uid for uid, *_ in taken]
    named = select(mailbox_messages.c.uid, mailbox_messages.c.raw_sha256).where(
        _of(mailbox_messages, cursor), mailbox_messages.c.uid.in_(uids)
    )
    noted = {(row.uid, row.raw_sha256) for row in connection.execute(named)}
    rows = [
        {
            "mailbox_id": cursor.mailbox,
            "uidvalidity": cursor.uidvalidity,
            "uid": uid,
            "raw_sha256": sha256,
            "delivery_id": delivery,
            "tidied": False,
        }
        for uid, sha256, delivery in taken
        if (uid, sha256) not in noted
    ]
    if rows:
        connection.execute(insert(mailbox_messages), rows)
    connection.execute(delete(mailbox_refusals).where(_of(mailbox_refusals, cursor), mailbox_refusals.c.uid.in_(uids)))


def refuse(connection: Connection, cursor: Cursor, uid: int, octets: int, why: Refusal, now: datetime) -> bool:
    """Note that this message stays there; False where that is noted already."""
    one = and_(_of(mailbox_refusals, cursor), mailbox_refusals.c.uid == uid)
    if connection.execute(select(mailbox_refusals).where(one)).one_or_none() is not None:
        connection.execute(update(mailbox_refusals).where(one).values(octets=octets, why=why.value))
        return False
    row = {"mailbox_id": cursor.mailbox, "uidvalidity": cursor.uidvalidity, "uid": uid}
    connection.execute(insert(mailbox_refusals), {**row, "octets": octets, "why": why.value, "seen_at": now})
    return True


def refusals(connection: Connection) -> list[Refused]:
    """Every message that stays in a mailbox because we could not take it."""
    query = (
        select(mailbox_refusals, mailboxes.c.account, mailboxes.c.folder)
        .join(mailboxes, mailboxes.c.id == mailbox_refusals.c.mailbox_id)
        .order_by(mailboxes.c.account, mailboxes.c.folder, mailbox_refusals.c.uid)
    )
    return [
        Refused(account=row.account, folder=row.folder, uid=row.uid, octets=row.octets, why=Refusal(row.why))
        for row in connection.execute(query)
    ]


def _of(table: Table, cursor: Cursor) -> ColumnElement[bool]:
    return and_(table.c.mailbox_id == cursor.mailbox, table.c.uidvalidity == cursor.uidvalidity)
