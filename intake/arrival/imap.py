"""A mailbox over IMAP4rev1 (RFC 3501, RFC 9051): the only door of imapclient.

What is known to be wrong with imapclient 4.1.0 is worked around here, each in its place: ranges that it
cannot fetch, a debug level that costs four fifths of the speed, an IDLE that does not notice a dead peer, nor
what was told before it, local times. Whatever goes wrong ends the connection: half a response leaves nothing
to build on.
"""

from __future__ import annotations

import contextlib
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from imapclient import IMAPClient, SocketTimeout
from imapclient.datetime_util import parse_to_datetime
from imapclient.exceptions import IMAPClientError, LoginError, ProtocolError
from imapclient.imap_utf7 import decode
from imapclient.response_parser import parse_fetch_response

from intake.arrival.account import Account
from intake.arrival.fetches import in_utc, read_messages, read_sizes
from intake.errors import LoginRefused, MailboxUnavailable

CONNECT_SECONDS = 30.0
"""For a connection: three of the retransmissions of TCP."""
READ_SECONDS = 60.0
"""For the next octets of a response; a peer that is silent for longer is dead."""
SEARCH_SPAN = 50_000
"""UIDs asked for in one search: a line of 550 kB at most, below the 1 MB that imaplib reads."""
SIZES_AT_ONCE = 500
"""Messages whose sizes are asked for in one command, of some 4 kB: servers take lines of 8 kB."""
IDLE_SLICE_SECONDS = 0.5
"""Within IDLE, how long we do not look whether the end was asked for."""
EARLY = 0.9
"""An IDLE that returns nothing before this share of its time has lost its peer."""


@dataclass(frozen=True, slots=True)
class State:
    """What the server said when the folder was opened (RFC 9051, 2.3.1.1)."""

    uidvalidity: int
    uidnext: int
    """Above all UIDs that were given; 0 where the server does not say."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as it lay in the folder."""

    uid: int
    octets: bytes | None
    """None where the server has it and does not give it out."""
    internal_date: datetime | None
    """When it reached the mailbox, in UTC; None where the server says nothing that can be read."""


class ImapConnection:
    """A connection to one account, for one thread. Every method raises MailboxUnavailable, and is then the last."""

    def __init__(self, account: Account) -> None:
        """Connect and log in."""
        self._account = account
        with self._faults("cannot connect"):
            self._client = _connect(account)
        try:
            self._log_in()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; the server needs no good-bye, and a dead one would keep us waiting for its answer."""
        with contextlib.suppress(OSError, IMAPClientError, AttributeError):
            self._client.shutdown()

    def folders(self) -> dict[str, frozenset[str]]:
        """Names of all folders with their attributes, lower case, such as that of junk (RFC 6154)."""
        with self._faults("does not list its folders"):
            self._client.folder_encode = False  # Else one name that is no modified UTF-7 hides all others.
            listed = self._client.list_folders()
            self._client.folder_encode = True
        return {
            _name(octets): frozenset(flag.decode("ascii", "replace").lower() for flag in flags)
            for flags, _, octets in listed
        }

    def open(self, folder: str, *, read_only: bool) -> State:
        """Make it the folder of this connection; ``read_only`` by EXAMINE, which changes nothing."""
        with self._faults(f"does not open the folder {folder}"):
            said = self._client.select_folder(folder, readonly=read_only)
            self._forget_news()
            return State(int(said[b"UIDVALIDITY"]), int(said.get(b"UIDNEXT") or 0))

    def uids(self, after: int, uidnext: int) -> Iterator[tuple[list[int], int]]:
        """UIDs above ``after``, ascending, in spans; with each, up to where everything has been seen.

        imapclient cannot fetch ranges, and imaplib no endless line: so they are asked for, in spans.
        """
        start = after + 1
        while start + SEARCH_SPAN < uidnext:
            end = start + SEARCH_SPAN - 1
            yield self._search(start, str(end)), end
            start = end + 1
        last = self._search(start, "*")
        yield last, max([start - 1, *last])

    def _search(self, start: int, end: str) -> list[int]:
        with self._faults("does not search"):
            self._forget_news()
            found = self._client.search(["UID", f"{start}:{end}"])
        return sorted(uid for uid in set(found) if uid >= start)  # ``n:*`` gives the last one even below n.

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """RFC822.SIZE of each message that is still there."""
        sizes: dict[int, int] = {}
        for first in range(0, len(uids), SIZES_AT_ONCE):
            some = uids[first : first + SIZES_AT_ONCE]
            with self._faults("does not tell sizes"):
                answer = self._ask(some, "(RFC822.SIZE)")
                found = read_sizes(answer)
                if found is None:
                    parsed = parse_fetch_response(answer, normalise_times=False)
                    found = {uid: int(said[b"RFC822.SIZE"]) for uid, said in parsed.items() if b"RFC822.SIZE" in said}
            sizes.update((uid, found[uid]) for uid in some if uid in found)
        return sizes

    def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """These messages, as far as they are still there; their flags stay as they are."""
        with self._faults("does not fetch"):
            answer = self._ask(uids, "(INTERNALDATE BODY.PEEK[])")
            found = read_messages(answer)
            if found is not None:
                fetched = [Fetched(uid, octets, _date(date)) for uid, date, octets in found]
            else:
                fetched = [
                    Fetched(uid, said[b"BODY[]"], in_utc(said.get(b"INTERNALDATE")))
                    for uid, said in parse_fetch_response(answer, normalise_times=False).items()
                    if b"BODY[]" in said  # Else it is gone, and only a change of its flags was told.
                ]
        wanted = set(uids)
        return sorted((one for one in fetched if one.uid in wanted), key=lambda one: one.uid)

    def _ask(self, uids: Sequence[int], items: str) -> list[bytes | tuple[bytes, bytes] | None]:
        """The answer to UID FETCH, unparsed: imapclient would parse it at once, and slowly."""
        kind, answer = self._client._imap.uid("FETCH", ",".join(map(str, uids)), items)  # noqa: SLF001
        if kind != "OK":
            raise ProtocolError(f"FETCH was answered {kind} {answer!r:.200}")
        return [] if answer == [None] else list(answer)

    def flag(self, uids: Sequence[int]) -> None:
        """Mark messages for people to see; silently, since imapclient fails on the answers."""
        with self._faults("does not flag"):
            self._client.add_flags(list(uids), [b"\\Flagged"], silent=True)

    def can_move(self) -> bool:
        """Whether messages can be moved without touching others (RFC 6851, or RFC 4315)."""
        with self._faults("does not say what it can"):
            return bool(self._client.has_capability("MOVE") or self._client.has_capability("UIDPLUS"))

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move messages to another folder, which is made where it is missing."""
        with self._faults(f"does not move mail to {folder}"):
            if self._client.has_capability("MOVE"):
                self._client.move(list(uids), folder)
                return
            self._client.copy(list(uids), folder)
            self._client.delete_messages(list(uids), silent=True)
            self._client.uid_expunge(list(uids))

    def make_folder(self, folder: str) -> None:
        """Make a folder."""
        with self._faults(f"does not make the folder {folder}"):
            self._client.create_folder(folder)

    def can_idle(self) -> bool:
        """Whether the server tells by itself of new mail (RFC 2177)."""
        with self._faults("does not say what it can"):
            return bool(self._client.has_capability("IDLE"))

    def idle(self, seconds: float, stopped: Callable[[], bool]) -> None:
        """Wait for the server to say that something changed, for so many seconds, or until ``stopped``.

        What it said is not looked into: whoever waited looks at the folder again.
        """
        with self._faults("was lost while we waited"):
            if self._has_news():
                return
            self._client.idle()
            until = time.monotonic() + seconds
            news = self._has_buffered()
            while not news and not stopped() and (left := until - time.monotonic()) > 0:
                news = self._look(min(left, IDLE_SLICE_SECONDS))
            self._client.idle_done()

    def _look(self, seconds: float) -> bool:
        began = time.monotonic()
        said = self._client.idle_check(timeout=seconds)
        if not said and time.monotonic() - began < EARLY * seconds:
            raise MailboxUnavailable(f"{self._account.name}: the server hung up while we waited.")
        if any(line and line[0] == b"BYE" for line in said):
            raise MailboxUnavailable(f"{self._account.name}: the server said good-bye: {said!r:.200}.")
        return any(line[0] != b"OK" for line in said if line)

    def _has_news(self) -> bool:
        """Whether mail was told of beside the answer to a search or a fetch: it is told once, and not again to IDLE."""
        return "EXISTS" in self._client._imap.untagged_responses  # noqa: SLF001 - imapclient drops what it did not ask for

    def _forget_news(self) -> None:
        """What was told of so far is looked at next."""
        self._client._imap.untagged_responses.pop("EXISTS", None)  # noqa: SLF001

    def _has_buffered(self) -> bool:
        """Whether something came together with the answer to IDLE: it is in our buffer, where no poll sees it."""
        connection = self._client.socket()
        connection.setblocking(False)
        try:
            return bool(self._client._imap.file.peek(1))  # noqa: SLF001 - imapclient shows no other way
        except ssl.SSLWantReadError:
            return False
        finally:
            connection.settimeout(READ_SECONDS)

    def _log_in(self) -> None:
        secret = self._account.secret()
        try:
            if self._account.token:
                self._client.oauth2_login(self._account.user, secret)
            elif not secret.isascii():  # LOGIN takes ASCII alone (RFC 3501, 6.2.3); PLAIN takes UTF-8 (RFC 4616).
                self._client.plain_login(self._account.user, secret)
            else:
                self._client.login(self._account.user, secret)
        except LoginError as error:
            raise LoginRefused(f"{self._account.name}: the server refuses the login ({error!s:.200}).") from error
        except _FAULTS as error:
            said = f"{error!s:.200}".replace(secret, "…")
            if self._account.token and not isinstance(error, OSError):
                raise LoginRefused(f"{self._account.name}: the server refuses the token ({said}).") from None
            raise MailboxUnavailable(f"{self._account.name}: the login failed ({said}).") from None

    @contextlib.contextmanager
    def _faults(self, what: str) -> Iterator[None]:
        try:
            yield
        except _FAULTS as error:
            said = " ".join(f"{error!r:.300}".split())
            raise MailboxUnavailable(f"{self._account.name}: {self._account.host} {what} ({said}).") from error


_FAULTS = (IMAPClientError, ProtocolError, OSError, ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What imapclient and imaplib raise on what they did not expect of the server, besides what they should."""


def _connect(account: Account) -> IMAPClient:
    timeout = SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    context = None if account.encryption == "none" else ssl.create_default_context()  # Verifies certificate and name.
    tls = account.encryption == "tls"
    client = IMAPClient(account.host, account.port, ssl=tls, ssl_context=context, use_uid=True, timeout=timeout)
    client._imap.debug = 0  # noqa: SLF001 - imapclient leaves it at 5, and formats each octet for a log nobody reads
    client.normalise_times = False  # Else INTERNALDATE is given in the zone of this machine, without saying so.
    if account.encryption == "starttls":
        try:
            client.starttls(context)
        except BaseException:
            with contextlib.suppress(OSError):  # The socket may be closed already.
                client.shutdown()
            raise
    return client


def _name(octets: bytes | str) -> str:
    """A folder's name out of modified UTF-7 (RFC 3501, 5.1.3), or as it is where it is none."""
    try:
        return str(decode(octets))
    except ValueError:
        return octets if isinstance(octets, str) else octets.decode("ascii", "backslashreplace")


def _date(text: bytes) -> datetime | None:
    try:
        return in_utc(parse_to_datetime(text, normalise=False))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
