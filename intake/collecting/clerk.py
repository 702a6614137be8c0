"""What a mailbox gave, entered: messages and cursor in one transaction, and what had to stay there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from intake.arrival.imap import Fetched
from intake.arrival.mailbox import Ours, Place, arrive
from intake.capture.pressure import find_pressure
from intake.capture.spool import capture
from intake.pipeline import Desk
from intake.storage import journal, mailboxes
from intake.storage.mailboxes import Cursor, Refusal
from intake.vocabulary.mail import Arrival
from intake.vocabulary.provenance import EventType, Outcome, ProvenanceEvent

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Clerk:
    """Enters what one opened folder gives. Every method raises StoreUnavailable."""

    desk: Desk
    place: Place

    def begin(self, max_octets: int) -> tuple[Cursor, set[int], list[int]]:
        """The cursor, the UIDs that need not be fetched, and those that are safe but not yet flagged or moved."""
        with self.desk.store.write() as connection:
            cursor = mailboxes.open_cursor(
                connection, self.place.account, self.place.folder, self.place.uidvalidity, self.desk.clock()
            )
            return (
                cursor,
                mailboxes.known_uids(connection, cursor, max_octets),
                mailboxes.untidied(connection, cursor),
            )

    def pressure(self) -> str | None:
        """Why no mail can be taken now, or None."""
        return find_pressure(self.desk.store, self.desk.settings)

    def advance(self, cursor: Cursor, last_uid: int) -> Cursor:
        """Everything up to ``last_uid`` has been seen."""
        with self.desk.store.write() as connection:
            return mailboxes.advance(connection, cursor, last_uid, self.desk.clock())

    def keep(self, cursor: Cursor, fetched: Sequence[tuple[Fetched, bytes]], end: int) -> Cursor:
        """Capture messages and advance the cursor to ``end``, in one transaction."""
        now = self.desk.clock()
        settings = self.desk.settings
        ours = Ours(
            addresses=settings.addresses,
            default_address=settings.service.addresses[0],
            trusted_hosts=settings.imports.trusted_hosts,
        )
        raws = self.desk.store.vaults.secure([octets for _, octets in fetched])
        named = {one.uid: raw for (one, _), raw in zip(fetched, raws, strict=True)}
        sha256s = {uid: raw.sha256 for uid, raw in named.items()}
        with self.desk.store.write() as connection:
            known = mailboxes.recognise(connection, cursor, sha256s)
            fresh: list[tuple[Fetched, Arrival]] = []
            for one, octets in fetched:
                if one.uid not in known.deliveries:
                    key = self.place.key(one.uid, sha256s[one.uid] if one.uid in known.reused else None)
                    fresh.append((one, arrive(one, octets, self.place, ours, now, key)))
            numbers = capture(
                connection, [arrival for _, arrival in fresh], self.desk.agent, [named[one.uid] for one, _ in fresh]
            )
            given = {one.uid: number for (one, _), number in zip(fresh, numbers, strict=True) if number is not None}
            taken = {**known.deliveries, **given}
            mailboxes.note_taken(connection, cursor, [(uid, sha256s[uid], taken[uid]) for uid in sorted(taken)])
            journal.append(connection, self._undated(fresh, given))
            cursor = mailboxes.advance(connection, cursor, max(cursor.last_uid, end), now)
        log.info(
            "Captured",
            action="captured",
            mailbox=f"{self.place.account}/{self.place.folder}",
            new=len(given),
            known=len(known.deliveries),
        )
        return cursor

    def _undated(self, fresh: list[tuple[Fetched, Arrival]], given: dict[int, int]) -> list[ProvenanceEvent]:
        """A note with each delivery whose time is only that of its capture."""
        return [
            ProvenanceEvent(
                type=EventType.CAPTURE,
                at=arrival.captured_at,
                agent=self.desk.agent,
                outcome=Outcome.WARNING,
                delivery=given[one.uid],
                detail={"note": "the mailbox gives no readable INTERNALDATE; received_at is when we captured it"},
            )
            for one, arrival in fresh
            if one.internal_date is None and arrival.received_at == arrival.captured_at and one.uid in given
        ]

    def refuse(self, cursor: Cursor, uid: int, octets: int, why: Refusal) -> None:
        """Note, and say, that a message stays where it is."""
        now, mailbox = self.desk.clock(), f"{self.place.account}/{self.place.folder}"
        event = ProvenanceEvent(
            type=EventType.CAPTURE,
            at=now,
            agent=self.desk.agent,
            outcome=Outcome.FAILURE,
            detail={
                "transport": "imap",
                "mailbox": mailbox,
                "uidvalidity": self.place.uidvalidity,
                "uid": uid,
                "octets": octets,
                "why": why.value,
            },
        )
        with self.desk.store.write() as connection:
            if mailboxes.refuse(connection, cursor, uid, octets, why, now):
                journal.append(connection, [event])
        log.error("A message stays in its mailbox", action="refused", mailbox=mailbox, uid=uid, octets=octets, why=why)

    def tidied(self, cursor: Cursor, uids: Sequence[int]) -> None:
        """These have been flagged or moved, or are gone."""
        with self.desk.store.write() as connection:
            mailboxes.mark_tidied(connection, cursor, uids)
