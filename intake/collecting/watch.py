"""One folder, watched by one thread: it fetches, waits, and comes back whatever happens."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from intake.arrival.account import Account
from intake.arrival.imap import ImapConnection, State
from intake.arrival.mailbox import MAX_BATCH, Place, batches, find_folder
from intake.collecting.clerk import Clerk
from intake.errors import IntakeError, LoginRefused, MailboxUnavailable
from intake.pipeline import Desk
from intake.settings.mailboxes import Imap
from intake.storage.mailboxes import Cursor, Refusal

IDLE_SECONDS = 300.0
"""Before IDLE is begun anew: servers and address translators forget a silent client after 10 to 30 minutes."""
POLL_SECONDS = 60.0
"""Between two looks where the server does not know IDLE."""
MISSING_SECONDS = 300.0
"""Before we look again for a folder that is not there."""
PRESSURE_SECONDS = 30.0
"""Before we look again whether there is room; the server keeps a silent connection that long."""
FIRST_DELAY_SECONDS = 1.0
"""Before the first new connection; then twice as long each time."""
MAX_DELAY_SECONDS = 300.0
"""The longest wait for a new connection: five minutes without news can be explained to a ministry."""
REFUSED_DELAY_SECONDS = 60.0
"""The shortest wait after a refused login, lest the provider lock the account."""
MAX_FAILED_FETCHES = 3
"""Of one message alone; then it is noted as unfetchable, and those after it are taken."""

log = structlog.get_logger()


@dataclass(slots=True)
class Backoff:
    """How long to wait before the next try: 1, 2, 4 … 300 seconds, each cut by up to half at random."""

    chance: Callable[[], float] = random.random
    """A number from 0 to 1; many of us must not come back at once after an outage of theirs."""
    _delay: float = FIRST_DELAY_SECONDS

    def next(self, at_least: float = 0.0) -> float:
        """Seconds to wait now."""
        delay = max(self._delay, at_least)
        self._delay = min(2 * self._delay, MAX_DELAY_SECONDS)
        return delay * (1 - self.chance() / 2)

    def reset(self) -> None:
        """Something succeeded."""
        self._delay = FIRST_DELAY_SECONDS


@dataclass(slots=True)
class Watch:
    """A folder of an account, as the configuration names it."""

    settings: Imap
    folder: str
    desk: Desk
    account: Account
    wait: Callable[[float], object]
    """Sleeps for so many seconds, or until the end is asked for."""
    stopped: Callable[[], bool]
    backoff: Backoff = field(default_factory=Backoff)
    _batch: int = MAX_BATCH
    _failures: dict[tuple[int, int], int] = field(default_factory=dict)
    """How often fetching a message alone has ended a connection, by UIDVALIDITY and UID."""
    _said_missing: bool = False

    @property
    def _name(self) -> str:
        return f"{self.settings.name}/{self.folder}"

    def run(self) -> None:
        """Watch until the end is asked for. Nothing that a server does ends it."""
        while not self.stopped():
            at_least = 0.0
            try:
                self.visit()
            except LoginRefused as error:
                at_least = REFUSED_DELAY_SECONDS
                log.error("A mailbox does not let us in", action="login_refused", mailbox=self._name, error=str(error))
            except IntakeError as error:
                log.warning("A mailbox was lost", action="mailbox_lost", mailbox=self._name, error=str(error))
            except Exception:  # fate: the mail stays in the mailbox, and is fetched after a while.
                log.exception("Watching a mailbox failed", action="mailbox_failed", mailbox=self._name)
            if not self.stopped():
                self.wait(self.backoff.next(at_least))

    def visit(self) -> None:
        """One connection, from login to its loss; returns when the end is asked for. Raises IntakeError."""
        with ImapConnection(self.account) as mailbox:
            folders = mailbox.folders()
            while (folder := find_folder(self.folder, folders)) is None and not self.stopped():
                self._miss()
                folders = mailbox.folders()
            if folder is None:
                return
            if self.settings.after == "move" and self.settings.move_to not in folders:
                mailbox.make_folder(self.settings.move_to)
            state = mailbox.open(folder, read_only=self.settings.after == "leave")
            place = Place(
                account=self.settings.name, host=self.settings.host, folder=folder, uidvalidity=state.uidvalidity
            )
            clerk = Clerk(self.desk, place)
            cursor = self._catch_up(mailbox, clerk, state)
            log.info("Watching", action="watching", mailbox=self._name, folder=folder, last_uid=cursor.last_uid)
            while not self.stopped():
                if mailbox.can_idle():
                    mailbox.idle(IDLE_SECONDS, self.stopped)
                else:
                    self.wait(POLL_SECONDS)
                for uids, end in mailbox.uids(cursor.last_uid, state.uidnext):
                    cursor = self._take(mailbox, clerk, cursor, uids, end)
                self.backoff.reset()

    def _miss(self) -> None:
        if not self._said_missing:
            log.warning("A folder is not there", action="folder_missing", mailbox=self._name)
        self._said_missing = True
        self.wait(MISSING_SECONDS)

    def _catch_up(self, mailbox: ImapConnection, clerk: Clerk, state: State) -> Cursor:
        """All that is there and not known, whatever the cursor says; then what was to be flagged or moved."""
        cursor, known, left = clerk.begin(self.settings.max_octets)
        if 0 < state.uidnext <= cursor.last_uid:
            log.error("A mailbox went back in time; all of it is read", action="uidnext_fell", mailbox=self._name)
            cursor, known = clerk.advance(cursor, 0), set()
        here: set[int] = set()
        for uids, end in mailbox.uids(0, state.uidnext):
            here.update(uids)
            cursor = self._take(mailbox, clerk, cursor, [uid for uid in uids if uid not in known], end)
        if self.settings.after != "leave":
            self._tidy(mailbox, clerk, cursor, [uid for uid in left if uid in here])
            if gone := [uid for uid in left if uid not in here]:
                clerk.tidied(cursor, gone)
        return cursor

    def _take(self, mailbox: ImapConnection, clerk: Clerk, cursor: Cursor, uids: Sequence[int], end: int) -> Cursor:
        """Fetch and capture these, after which all up to ``end`` is safe."""
        wanted = [uid for uid in uids if self._failures.get((cursor.uidvalidity, uid), 0) < MAX_FAILED_FETCHES]
        sizes = mailbox.sizes(wanted)
        large = {uid: size for uid, size in sizes.items() if size > self.settings.max_octets}
        for uid, size in large.items():
            clerk.refuse(cursor, uid, size, Refusal.OVERSIZE)
        fitting = {uid: size for uid, size in sizes.items() if uid not in large}
        for batch in batches(fitting, self._batch):
            self._bear(clerk)
            if self.stopped():
                return cursor
            cursor = self._take_batch(mailbox, clerk, cursor, {uid: fitting[uid] for uid in batch})
        return clerk.advance(cursor, max(cursor.last_uid, end))

    def _bear(self, clerk: Clerk) -> None:
        """While we are full, the mail stays where it is."""
        while not self.stopped() and (why := clerk.pressure()) is not None:
            log.warning("No mail is fetched for now", action="back_pressure", mailbox=self._name, reason=why)
            self.wait(PRESSURE_SECONDS)

    def _take_batch(self, mailbox: ImapConnection, clerk: Clerk, cursor: Cursor, sizes: dict[int, int]) -> Cursor:
        try:
            fetched = mailbox.fetch(list(sizes))
        except MailboxUnavailable:
            self._suspect(clerk, cursor, sizes)
            raise
        self._batch = min(2 * self._batch, MAX_BATCH)
        whole = [(one, one.octets) for one in fetched if one.octets is not None and (one.octets or not sizes[one.uid])]
        cursor = clerk.keep(cursor, whole, max(sizes))
        self.backoff.reset()
        kept = {one.uid for one, _ in whole}
        for one in fetched:
            if one.uid not in kept:
                clerk.refuse(cursor, one.uid, sizes[one.uid], Refusal.UNFETCHABLE)
        self._tidy(mailbox, clerk, cursor, sorted(kept))
        return cursor

    def _suspect(self, clerk: Clerk, cursor: Cursor, sizes: dict[int, int]) -> None:
        """One of these may be what ends connections: next time in smaller portions, in the end alone."""
        self._batch = max(1, len(sizes) // 2)
        if len(sizes) == 1:
            (uid,) = sizes
            name = (cursor.uidvalidity, uid)
            self._failures[name] = self._failures.get(name, 0) + 1
            if self._failures[name] >= MAX_FAILED_FETCHES:
                clerk.refuse(cursor, uid, sizes[uid], Refusal.UNFETCHABLE)

    def _tidy(self, mailbox: ImapConnection, clerk: Clerk, cursor: Cursor, uids: Sequence[int]) -> None:
        """Flag or move what is safe, where that is wanted."""
        if self.settings.after == "leave":
            return
        if self.settings.after == "move" and not mailbox.can_move():
            log.error("A server cannot move single messages; they stay", action="cannot_move", mailbox=self._name)
            return
        for first in range(0, len(uids), MAX_BATCH):
            some = uids[first : first + MAX_BATCH]
            if self.settings.after == "flag":
                mailbox.flag(some)
            else:
                mailbox.move(some, self.settings.move_to)
            clerk.tidied(cursor, some)
