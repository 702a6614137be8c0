"""How fast a mailbox on a real Dovecot is fetched: ours beside stock imapclient and plain imaplib, in one run.

    python benchmarks/imap.py [MESSAGES [OCTETS]]

Ratios are what counts: absolute figures are those of the machine. Ours must reach four times stock imapclient.
"""

from __future__ import annotations

import imaplib
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests")]

from dovecot import PASSWORD, Dovecot, running_dovecot  # noqa: E402

from intake.arrival.account import Account  # noqa: E402
from intake.arrival.imap import ImapConnection  # noqa: E402
from intake.arrival.mailbox import MAX_BATCH, Place, batches  # noqa: E402
from intake.collecting.clerk import Clerk  # noqa: E402
from intake.log import configure_log  # noqa: E402
from intake.pipeline import Desk  # noqa: E402
from intake.settings import read_settings  # noqa: E402
from intake.storage.session import open_record  # noqa: E402
from intake.vocabulary.provenance import Agent  # noqa: E402

WANTED = 4.0
"""Times stock imapclient, one by one."""
ROUNDS = 3
"""The best of so many counts: the machine has other things to do."""


def letters(number: int, octets: int) -> Iterator[bytes]:
    """Messages that differ, of some octets each."""
    for one in range(number):
        head = (
            f"From: a{one}@labo.example\r\nTo: office@desk.example\r\nSubject: {one}\r\nMessage-ID: <{one}@x>\r\n\r\n"
        )
        yield (head + ("x" * 76 + "\r\n") * (octets // 78)).encode()


def stock_one_by_one(server: Dovecot, user: str) -> int:
    """As the examples of imapclient have it."""
    with server.connect(user) as client:
        client.select_folder("INBOX", readonly=True)
        return sum(len(client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]) for uid in client.search())


def stock_in_batches(server: Dovecot, user: str) -> int:
    """The same in batches."""
    fetched = 0
    with server.connect(user) as client:
        client.select_folder("INBOX", readonly=True)
        uids = client.search()
        for first in range(0, len(uids), MAX_BATCH):
            found = client.fetch(uids[first : first + MAX_BATCH], ["BODY.PEEK[]"])
            fetched += sum(len(one[b"BODY[]"]) for one in found.values())
    return fetched


def plain_in_batches(server: Dovecot, user: str) -> int:
    """The standard library alone, in batches, unparsed."""
    fetched = 0
    client = imaplib.IMAP4("127.0.0.1", server.port)
    client.login(user, PASSWORD)
    client.select("INBOX", readonly=True)
    uids = client.uid("SEARCH", "ALL")[1][0].decode().split()
    for first in range(0, len(uids), MAX_BATCH):
        parts = client.uid("FETCH", ",".join(uids[first : first + MAX_BATCH]), "(INTERNALDATE BODY.PEEK[])")[1]
        fetched += sum(len(part[1]) for part in parts if isinstance(part, tuple))
    client.logout()
    return fetched


def account(server: Dovecot, user: str) -> Account:
    """The account as ours wants it."""
    return Account(
        name="bench", host="127.0.0.1", port=server.port, encryption="none", user=user, secret=lambda: PASSWORD
    )


def ours(server: Dovecot, user: str) -> int:
    """Sizes asked first, then fetched in batches with their dates."""
    with ImapConnection(account(server, user)) as mailbox:
        state = mailbox.open("INBOX", read_only=True)
        return sum(
            len(one.octets or b"")
            for uids, _ in mailbox.uids(0, state.uidnext)
            for batch in batches(mailbox.sizes(uids))
            for one in mailbox.fetch(batch)
        )


def ours_captured(server: Dovecot, user: str) -> int:
    """And each captured, with the cursor, on an SQLite file that is synced."""
    fetched = 0
    with tempfile.TemporaryDirectory() as home, ImapConnection(account(server, user)) as mailbox:
        settings = read_settings(Path(home))
        desk = Desk(
            store=open_record(settings), settings=settings, clock=lambda: datetime.now(UTC), agent=Agent("bench")
        )
        state = mailbox.open("INBOX", read_only=True)
        clerk = Clerk(desk, Place(account="bench", host="127.0.0.1", folder="INBOX", uidvalidity=state.uidvalidity))
        cursor, *_ = clerk.begin(settings.smtp.max_octets)
        for uids, _ in mailbox.uids(0, state.uidnext):
            for batch in batches(mailbox.sizes(uids)):
                found = [(one, one.octets) for one in mailbox.fetch(batch) if one.octets is not None]
                cursor = clerk.keep(cursor, found, batch[-1])
                fetched += sum(len(octets) for _, octets in found)
        desk.store.close()
    return fetched


WAYS: dict[str, Callable[[Dovecot, str], int]] = {
    "stock imapclient, one by one": stock_one_by_one,
    "stock imapclient, in batches": stock_in_batches,
    "plain imaplib, in batches": plain_in_batches,
    "ours": ours,
    "ours, captured": ours_captured,
}


def main() -> None:
    """Measure each way in turn, ROUNDS times, and print the best with its ratios."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    octets = int(sys.argv[2]) if len(sys.argv) > 2 else 8000  # noqa: PLR2004 - the arguments
    configure_log(logging.ERROR)
    best = dict.fromkeys(WAYS, float("inf"))
    with running_dovecot() as server:
        user = server.add_user()
        many = list(letters(number, octets))
        server.deliver(user, *many)
        total = sum(map(len, many))
        with server.connect(user) as client:
            client.select_folder("INBOX", readonly=True)
            client.fetch(client.search(), ["RFC822.SIZE"])  # Dovecot's index is built once, for all.
        for _ in range(ROUNDS):
            for name, way in WAYS.items():
                began = time.perf_counter()
                fetched = way(server, user)
                best[name] = min(best[name], time.perf_counter() - began)
                if fetched != total:
                    sys.exit(f"{name} fetched {fetched} octets of {total}")
    stock = best["stock imapclient, one by one"]
    print(f"{number} messages of {octets} octets, the best of {ROUNDS}")
    for name, seconds in best.items():
        print(f"{name:32}{number / seconds:9.0f} messages/s{stock / seconds:8.1f} x stock")
    ratio = stock / best["ours"]
    print(f"{'reached' if ratio >= WANTED else 'MISSED'}: {ratio:.1f} times stock, {WANTED:.0f} wanted")
    sys.exit(ratio < WANTED)


if __name__ == "__main__":
    main()
