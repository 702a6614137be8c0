"""What servers do wrong and what imapclient 4.1.0 makes of it, on a socket: each would stop or mislead us without its remedy."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from factories import AGENT, letter
from imapclient import IMAPClient

from intake.arrival import imap
from intake.arrival.account import Account
from intake.arrival.imap import ImapConnection
from intake.collecting import watch as watching
from intake.collecting.watch import Backoff, Watch
from intake.errors import LoginRefused, MailboxUnavailable
from intake.pipeline import Desk
from intake.settings import Settings
from intake.settings.mailboxes import Imap
from intake.storage import mailboxes
from intake.storage.mailboxes import Refusal
from intake.storage.session import Store
from intake.storage.tables import deliveries, events

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
HANG_UP = b"hang up"
SILENCE = b"silence"
PAUSE = b"pause"


@dataclass
class ScriptedServer:
    """An IMAP server that knows a few messages, and answers single commands as the test says.

    ``answers`` maps the beginning of a command (without its tag) to what is sent, with TAG for the tag;
    HANG_UP closes, SILENCE sends nothing, PAUSE waits a little. ``once`` goes before it, one item each time.
    """

    messages: dict[int, bytes] = field(default_factory=dict)
    answers: dict[str, list[bytes]] = field(default_factory=dict)
    once: dict[str, list[list[bytes]]] = field(default_factory=dict)
    dates: dict[int, bytes] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    capabilities: bytes = b"IMAP4rev1 IDLE UIDPLUS"
    uidvalidity: int = 7
    uidnext: int | None = None
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._ended = threading.Event()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(peer)
            thread = threading.Thread(target=self._serve, args=(peer,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError), peer.makefile("rb") as lines:
            tag = b""
            peer.sendall(b"* OK ready\r\n")
            for line in lines:
                if line == b"DONE\r\n":  # It ends the command before it.
                    peer.sendall(tag + b" OK done\r\n")
                    continue
                tag, _, command = line.rstrip(b"\r\n").partition(b" ")
                text = command.decode()
                self.said.append(text)
                for part in self._answer(text):
                    if part == HANG_UP:
                        peer.shutdown(socket.SHUT_RDWR)
                        return
                    if part == PAUSE:
                        time.sleep(0.3)
                    elif part != SILENCE:
                        peer.sendall(part.replace(b"TAG", tag))

    def _answer(self, text: str) -> list[bytes]:
        for beginning in self.once:
            if text.startswith(beginning) and self.once[beginning]:
                return self.once[beginning].pop(0)
        for beginning, parts in self.answers.items():
            if text.startswith(beginning):
                return parts
        return self._usual(text)

    def _usual(self, text: str) -> list[bytes]:
        word = text.removeprefix("UID ").split()[0].upper()
        match word:
            case "CAPABILITY":
                return [b"* CAPABILITY %s\r\nTAG OK done\r\n" % self.capabilities]
            case "LIST":
                return [b'* LIST (\\HasNoChildren) "/" INBOX\r\nTAG OK done\r\n']
            case "SELECT" | "EXAMINE":
                uidnext = self.uidnext or max(self.messages, default=0) + 1
                lines = f"* {len(self.messages)} EXISTS\r\n* OK [UIDVALIDITY {self.uidvalidity}] v\r\n"
                return [f"{lines}* OK [UIDNEXT {uidnext}] n\r\nTAG OK done\r\n".encode()]
            case "SEARCH":
                start, _, end = text.rpartition(" ")[2].partition(":")
                last = max(self.messages, default=0) if end == "*" else int(end)
                low, high = sorted((int(start), last))
                uids = [str(uid) for uid in sorted(self.messages) if low <= uid <= high]
                return [f"* SEARCH {' '.join(uids)}\r\nTAG OK done\r\n".encode()]
            case "FETCH":
                wanted = [int(uid) for uid in text.split()[2].split(",")]
                return [
                    b"".join(self._fetched(uid, text) for uid in wanted if uid in self.messages) + b"TAG OK done\r\n"
                ]
            case "IDLE":
                return [b"+ idling\r\n"]
        return [b"TAG OK done\r\n"]

    def _fetched(self, uid: int, text: str) -> bytes:
        octets = self.messages[uid]
        if "BODY.PEEK[]" not in text:
            return b"* %d FETCH (UID %d RFC822.SIZE %d)\r\n" % (uid, uid, self.sizes.get(uid, len(octets)))
        date = self.dates.get(uid, b"30-Nov-2026 10:00:00 +0100")
        head = b'* %d FETCH (UID %d INTERNALDATE "%s" BODY[] {%d}\r\n' % (uid, uid, date, len(octets))
        return head + octets + b")\r\n"

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self._open:
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for peer in self._open:
            peer.close()


Serve = Callable[..., ScriptedServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[ScriptedServer] = []

    def serve(*many: bytes, **options: object) -> ScriptedServer:
        servers.append(ScriptedServer(messages=dict(enumerate(many, start=1)), **options))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


def account(server: ScriptedServer, *, token: bool = False, secret: str = "secret") -> Account:
    return Account(
        name="office",
        host="127.0.0.1",
        port=server.port,
        encryption="none",
        user="office@desk.example",
        secret=lambda: secret,
        token=token,
    )


def stock(server: ScriptedServer) -> IMAPClient:
    client = IMAPClient("127.0.0.1", server.port, ssl=False, timeout=5)
    client.login("office@desk.example", "secret")
    client.select_folder("INBOX", readonly=True)
    return client


# --- one connection ------------------------------------------------------------------------------------


def test_ranges_are_asked_for_by_explicit_uids(serve: Serve) -> None:
    """Fetching a range raises in imapclient 4.1.0, after the answer was read."""
    server = serve(letter("one"), letter("two"))
    server.answers["UID FETCH 1:*"] = [server._fetched(1, "BODY.PEEK[]") + b"TAG OK done\r\n"]
    client = stock(server)
    with pytest.raises(ValueError, match="1:"):
        client.fetch("1:*", ["BODY.PEEK[]"])
    client.shutdown()
    with ImapConnection(account(server)) as mailbox:
        state = mailbox.open("INBOX", read_only=True)
        ((uids, end),) = mailbox.uids(0, state.uidnext)
        assert [one.octets for one in mailbox.fetch(uids)] == [letter("one"), letter("two")]
    assert (uids, end) == ([1, 2], 2)
    assert "UID FETCH 1,2 (INTERNALDATE BODY.PEEK[])" in server.said


def test_the_search_line_stays_below_what_imaplib_reads(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "SEARCH_SPAN", 2)
    server = serve(*(letter(str(number)) for number in range(5)))
    with ImapConnection(account(server)) as mailbox:
        state = mailbox.open("INBOX", read_only=True)
        assert list(mailbox.uids(0, state.uidnext)) == [([1, 2], 2), ([3, 4], 4), ([5], 5)]
        assert list(mailbox.uids(5, state.uidnext)) == [([], 5)], "6:* gives 5, which is known"
    assert 11 * 50_000 < 1_000_000


def test_half_a_message_is_never_taken_for_a_whole_one(serve: Serve) -> None:
    server = serve(letter("whole"))
    server.answers["UID FETCH 1 (INTERNALDATE"] = [server._fetched(1, "BODY.PEEK[]")[:-40], HANG_UP]
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        with pytest.raises(MailboxUnavailable):
            mailbox.fetch([1])


def test_good_bye_amid_a_fetch_ends_the_connection(serve: Serve) -> None:
    server = serve(letter("whole"))
    server.answers["UID FETCH"] = [b"* BYE Session invalidated - AccessTokenExpired\r\n", HANG_UP]
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        with pytest.raises(MailboxUnavailable):
            mailbox.fetch([1])


def test_a_silent_peer_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a time-out imapclient waits for ever."""
    monkeypatch.setattr(imap, "READ_SECONDS", 0.2)
    server = serve(letter("whole"), answers={"UID FETCH": [SILENCE]})
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        with pytest.raises(MailboxUnavailable):
            mailbox.fetch([1])


def test_a_dead_peer_is_noticed_at_the_end_of_idle(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "READ_SECONDS", 0.2)
    server = serve(letter("whole"))
    monkeypatch.setattr(server, "_answer", lambda text: [b"+ idling\r\n"] if text == "IDLE" else server._usual(text))
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        server.answers["DONE"] = [SILENCE]
        mailbox._client._imap.send = lambda octets, send=mailbox._client._imap.send: (
            None if octets == b"DONE\r\n" else send(octets)
        )
        with pytest.raises(MailboxUnavailable):
            mailbox.idle(0.1, lambda: False)


def test_a_server_that_hangs_up_within_idle_is_noticed_at_once(serve: Serve) -> None:
    """imapclient's idle_check gives back nothing, at once, for ever."""
    server = serve(letter("whole"), answers={"IDLE": [b"+ idling\r\n", PAUSE, HANG_UP]})
    client = stock(server)
    client.idle()
    time.sleep(0.5)
    began = time.monotonic()
    assert [client.idle_check(timeout=5) for _ in range(3)] == [[], [], []]
    assert time.monotonic() - began < 1, "the defect is still there"
    client.shutdown()
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        with pytest.raises(MailboxUnavailable, match="hung up"):
            mailbox.idle(60, lambda: False)


def test_good_bye_within_idle_is_heard(serve: Serve) -> None:
    server = serve(letter("whole"), answers={"IDLE": [b"+ idling\r\n", PAUSE, b"* BYE shutting down\r\n"]})
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        with pytest.raises(MailboxUnavailable, match="good-bye"):
            mailbox.idle(60, lambda: False)


def test_half_a_line_within_idle_ends_the_connection(serve: Serve) -> None:
    """imapclient then loses its place in the stream."""
    server = serve(letter("whole"), answers={"IDLE": [b"+ idling\r\n", PAUSE, b"* 2 EXI", PAUSE, b"STS\r\n"]})
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        with pytest.raises(MailboxUnavailable):
            mailbox.idle(60, lambda: False)


@pytest.mark.parametrize("parts", [[b"+ idling\r\n* 2 EXISTS\r\n"], [b"+ idling\r\n", PAUSE, b"* 2 EXISTS\r\n"]])
def test_news_ends_idle_at_once_also_where_they_come_with_the_answer(serve: Serve, parts: list[bytes]) -> None:
    """What came in one packet with the answer lies in a buffer that no poll looks into."""
    server = serve(letter("whole"), answers={"IDLE": parts})
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        began = time.monotonic()
        mailbox.idle(60, lambda: False)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("told_by", ["UID SEARCH", "UID FETCH"])
def test_mail_told_of_while_we_fetch_is_not_waited_for(serve: Serve, told_by: str) -> None:
    """A server tells of new mail once, beside whatever answer is next; IDLE then says nothing for five minutes."""
    server = serve(letter("first"))
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        answer = server._answer(f"{told_by} {'1 (RFC822.SIZE)' if told_by.endswith('FETCH') else 'UID 1:*'}")
        server.once[told_by] = [[answer[0].replace(b"TAG OK", b"* 2 EXISTS\r\nTAG OK")]]
        assert [uids for uids, _ in mailbox.uids(0, 2)] == [[1]]
        mailbox.sizes([1])
        server.messages[2] = letter("second")
        began = time.monotonic()
        mailbox.idle(60, lambda: False)
        assert time.monotonic() - began < 5
        assert [uids for uids, _ in mailbox.uids(1, 2)] == [[2]]
        mailbox.idle(0.1, lambda: False)
        assert server.said[-1] == "IDLE", "what has been looked at is no news"


def test_a_sign_of_life_does_not_end_idle(serve: Serve) -> None:
    server = serve(letter("whole"), answers={"IDLE": [b"+ idling\r\n", PAUSE, b"* OK Still here\r\n"]})
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        began = time.monotonic()
        mailbox.idle(0.7, lambda: False)
        assert time.monotonic() - began >= 0.7


def test_internaldate_has_its_own_zone_and_a_bad_one_is_none(serve: Serve) -> None:
    """imapclient gives local time without a zone, unless it is told not to."""
    server = serve(*[letter(str(number)) for number in range(4)])
    server.dates = {
        1: b"30-Nov-2026 10:00:00 +0100",
        2: b"31-Foo-2026 99:00:00 +0100",
        3: b"",
        4: b"30-Nov-2026 10:00:00",
    }
    client = stock(server)
    assert client.fetch([1], ["INTERNALDATE", "BODY.PEEK[]"])[1][b"INTERNALDATE"].tzinfo is None, "the defect"
    client.shutdown()
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        dates = [one.internal_date for one in mailbox.fetch([1, 2, 3, 4])]
    assert dates == [datetime(2026, 11, 30, 9, 0, tzinfo=UTC), None, None, None]


def test_imapclient_does_not_format_what_it_reads_for_a_log(serve: Serve) -> None:
    server = serve(letter("whole"))
    client = stock(server)
    assert client._imap.debug == 5, "the defect"
    client.shutdown()
    with ImapConnection(account(server)) as mailbox:
        assert mailbox._client._imap.debug == 0


def test_a_folder_whose_name_is_broken_hides_no_other(serve: Serve) -> None:
    server = serve(
        answers={
            "LIST": [
                b'* LIST () "/" "&broken"\r\n* LIST () "/" "Entw&APw-rfe"\r\n* LIST () "/" INBOX\r\nTAG OK done\r\n'
            ]
        }
    )
    with ImapConnection(account(server)) as mailbox:
        assert list(mailbox.folders()) == ["&broken", "Entwürfe", "INBOX"]


def test_a_change_of_flags_told_meanwhile_is_no_message(serve: Serve) -> None:
    server = serve(letter("whole"))
    flags = b"* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n"
    server.answers["UID FETCH"] = [flags + server._fetched(1, "BODY.PEEK[]") + b"TAG OK done\r\n"]
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        assert [one.uid for one in mailbox.fetch([1, 2])] == [1]


def test_answers_in_an_unusual_order_are_read_as_well(serve: Serve) -> None:
    octets = letter("one")
    server = serve(octets)
    tail = b' INTERNALDATE "30-Nov-2026 10:00:00 +0100" FLAGS (\\Seen) UID 1)\r\n'
    server.once["UID FETCH"] = [
        [b"* 1 FETCH (FLAGS () RFC822.SIZE %d UID 1)\r\nTAG OK done\r\n" % len(octets)],
        [b"* 1 FETCH (BODY[] {%d}\r\n" % len(octets) + octets + tail + b"TAG OK done\r\n"],
        [b"TAG NO [SERVERBUG] cannot\r\n"],
    ]
    with ImapConnection(account(server)) as mailbox:
        mailbox.open("INBOX", read_only=True)
        assert mailbox.sizes([1]) == {1: len(octets)}
        (fetched,) = mailbox.fetch([1])
        assert (fetched.octets, fetched.internal_date) == (octets, datetime(2026, 11, 30, 9, 0, tzinfo=UTC))
        with pytest.raises(MailboxUnavailable, match="NO"):
            mailbox.fetch([1])


@pytest.mark.parametrize("token", [False, True])
def test_a_refused_login_is_said_without_the_secret(serve: Serve, token: bool) -> None:
    answer = [b"TAG NO [AUTHENTICATIONFAILED] Authentication failed.\r\n"]
    server = serve(answers={"LOGIN": answer, "AUTHENTICATE": answer})
    with pytest.raises(LoginRefused, match="office: the server refuses the login") as refused:
        ImapConnection(account(server, token=token, secret="s3cr3t"))
    assert "s3cr3t" not in str(refused.value)


def test_a_password_of_any_letters_is_sent_in_utf_8(serve: Serve) -> None:
    server = serve(answers={"AUTHENTICATE PLAIN": [b"TAG OK done\r\n"]})
    with ImapConnection(account(server, secret="mot de passe é")):
        assert any(said.startswith("AUTHENTICATE PLAIN") for said in server.said)


def test_nobody_there_is_said_in_a_sentence(serve: Serve) -> None:
    server = serve()
    server.close()
    with pytest.raises(MailboxUnavailable, match=r"office: 127\.0\.0\.1 cannot connect"):
        ImapConnection(account(server))


# --- a folder that is watched ------------------------------------------------------------------------------


@pytest.fixture
def desk(store: Store, settings: Settings) -> Desk:
    return Desk(store=store, settings=settings, clock=lambda: NOW, agent=AGENT)


@dataclass
class Office:
    server: ScriptedServer
    desk: Desk
    waited: list[float] = field(default_factory=list)
    visits: int = 99
    """After so many waits the end is asked for."""

    def watch(self, **changes: object) -> Watch:
        table = {"name": "office", "host": "127.0.0.1", "user": "x", "password_env": "X", "encryption": "none"}
        return Watch(
            settings=Imap.model_validate({**table, "port": self.server.port, **changes}),
            folder="INBOX",
            desk=self.desk,
            account=account(self.server),
            wait=self.waited.append,
            stopped=lambda: len(self.waited) >= self.visits or any(said == "IDLE" for said in self.server.said),
            backoff=Backoff(chance=lambda: 0.0),
        )

    def kept(self) -> list[tuple[str, str]]:
        with self.desk.store.read() as connection:
            return [
                tuple(row)
                for row in connection.execute(
                    deliveries.select()
                    .with_only_columns(deliveries.c.source_file, deliveries.c.raw_sha256)
                    .order_by(deliveries.c.id)
                )
            ]

    def refused(self) -> list[tuple[int, Refusal]]:
        with self.desk.store.read() as connection:
            return [(one.uid, one.why) for one in mailboxes.refusals(connection)]

    def outcomes(self) -> list[str]:
        with self.desk.store.read() as connection:
            return [row.outcome for row in connection.execute(events.select().order_by(events.c.id))]


def test_lost_connections_are_made_anew_after_1_2_4_up_to_300_seconds(serve: Serve, desk: Desk) -> None:
    server = serve(letter("whole"), answers={"LIST": [HANG_UP]})
    office = Office(server, desk, visits=11)
    office.watch().run()
    assert office.waited == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_the_wait_is_cut_at_random_and_is_long_after_a_refused_login(serve: Serve, desk: Desk) -> None:
    assert [Backoff(chance=iter([chance]).__next__).next() for chance in (0.0, 0.5, 1.0)] == [1.0, 0.75, 0.5]
    office = Office(serve(answers={"LOGIN": [b"TAG NO no\r\n"]}), desk, visits=2)
    office.watch().run()
    assert office.waited == [60, 60]


def test_a_message_over_the_limit_is_not_fetched_but_recorded_and_said(serve: Serve, desk: Desk) -> None:
    server = serve(letter("small"), letter("x" * 70_000), letter("small too"))
    office = Office(server, desk)
    office.watch(max_octets=65536).run()
    assert [name for name, _ in office.kept()] == ["office/INBOX/1", "office/INBOX/3"]
    assert office.refused() == [(2, Refusal.OVERSIZE)]
    assert not any(re.search(r"FETCH [\d,]*2\b.*BODY", said) for said in server.said)
    assert office.outcomes() == ["failure", "success", "success"]
    server.said.clear()
    office.watch(max_octets=65536).run()
    assert office.outcomes() == ["failure", "success", "success"], "recorded once"
    server.said.clear()
    office.watch(max_octets=131072).run()
    assert [name for name, _ in office.kept()][-1] == "office/INBOX/2"
    assert office.refused() == []


def test_a_bad_internaldate_gives_the_time_of_capture_with_a_note(serve: Serve, desk: Desk) -> None:
    office = Office(serve(letter("one"), dates={1: b"yesterday"}), desk)
    office.watch().run()
    with desk.store.read() as connection:
        row = connection.execute(deliveries.select()).one()
        note = connection.execute(events.select().order_by(events.c.id.desc())).first()
    assert (row.received_at, row.captured_at) == (NOW, NOW)
    assert note is not None
    assert (note.delivery_id, note.outcome) == (row.id, "warning")
    assert "INTERNALDATE" in note.detail["note"]


def test_what_the_server_does_not_give_out_is_recorded_and_fetched_when_it_does(serve: Serve, desk: Desk) -> None:
    server = serve(letter("one"), letter("two"))
    nil = b'* 1 FETCH (UID 1 INTERNALDATE "30-Nov-2026 10:00:00 +0100" BODY[] NIL)\r\n'
    server.once["UID FETCH 1,2 (INTERNALDATE"] = [[nil + server._fetched(2, "BODY.PEEK[]") + b"TAG OK done\r\n"]]
    office = Office(server, desk)
    office.watch().run()
    assert office.refused() == [(1, Refusal.UNFETCHABLE)]
    assert [name for name, _ in office.kept()] == ["office/INBOX/2"]
    server.said.clear()
    office.watch().run()
    assert office.refused() == []
    assert [name for name, _ in office.kept()] == ["office/INBOX/2", "office/INBOX/1"]


def test_what_is_known_is_not_fetched_again_and_what_stays_is_recorded_once(serve: Serve, desk: Desk) -> None:
    server = serve(letter("one"), letter("two"))
    nil = b'* 1 FETCH (UID 1 INTERNALDATE "30-Nov-2026 10:00:00 +0100" BODY[] NIL)\r\n'
    server.answers["UID FETCH 1,2 (INTERNALDATE"] = [nil + server._fetched(2, "BODY.PEEK[]") + b"TAG OK done\r\n"]
    server.answers["UID FETCH 1 (INTERNALDATE"] = [nil + b"TAG OK done\r\n"]
    office = Office(server, desk)
    office.watch().run()
    server.said.clear()
    office.watch().run()
    assert [said for said in server.said if "BODY" in said] == ["UID FETCH 1 (INTERNALDATE BODY.PEEK[])"]
    assert office.outcomes() == ["success", "failure"]
    assert office.refused() == [(1, Refusal.UNFETCHABLE)]


def test_one_message_that_breaks_connections_does_not_stop_those_after_it(serve: Serve, desk: Desk) -> None:
    server = serve(*(letter(str(number)) for number in range(6)))
    usual = server._answer
    broken = [b'* 3 FETCH (UID 3 INTERNALDATE "30-Nov-2026 10:00:00 +0100" BODY[] {9}\r\nno', HANG_UP]

    def answer(text: str) -> list[bytes]:
        fetched = re.match(r"UID FETCH ([\d,]+) \(INTERNALDATE", text)
        return broken if fetched and "3" in fetched[1].split(",") else usual(text)

    server._answer = answer  # type: ignore[method-assign]
    office = Office(server, desk)
    office.watch().run()
    assert sorted(name for name, _ in office.kept()) == [f"office/INBOX/{uid}" for uid in (1, 2, 4, 5, 6)]
    assert office.refused() == [(3, Refusal.UNFETCHABLE)]


def test_a_mailbox_that_went_back_in_time_is_read_again_and_uids_given_twice_lose_nothing(
    serve: Serve, desk: Desk
) -> None:
    """Restored from a backup under the same UIDVALIDITY, against the standard: UID 2 is another message now."""
    server = serve(letter("one"), letter("two"), letter("three"))
    office = Office(server, desk)
    office.watch().run()
    server.messages = {1: letter("one"), 2: letter("other")}
    server.said.clear()
    office.watch().run()
    assert [name for name, _ in office.kept()] == [f"office/INBOX/{uid}" for uid in (1, 2, 3, 2)]
    assert len({sha256 for _, sha256 in office.kept()}) == 4


def test_idle_is_begun_anew_well_within_nine_minutes_and_the_folder_is_looked_at_each_time(
    serve: Serve, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert watching.IDLE_SECONDS <= 540
    monkeypatch.setattr(watching, "IDLE_SECONDS", 0.05)
    server = serve(letter("one"))
    watch = Office(server, desk).watch()
    watch.stopped = lambda: server.said.count("IDLE") >= 3
    watch.run()
    told = [said.removeprefix("UID ").split()[0] for said in server.said]
    assert [word for word in told if word in {"SEARCH", "IDLE"}] == ["SEARCH", *["IDLE", "SEARCH"] * 3][:7]


def test_a_server_without_idle_is_looked_at_every_minute(serve: Serve, desk: Desk) -> None:
    server = serve(letter("one"), capabilities=b"IMAP4rev1")
    office = Office(server, desk, visits=3)
    office.watch().run()
    assert office.waited == [60, 60, 60]
    assert not any(said == "IDLE" for said in server.said)
    assert [name for name, _ in office.kept()] == ["office/INBOX/1"]


def test_nothing_is_moved_where_it_would_take_other_mail_along(serve: Serve, desk: Desk) -> None:
    """Without MOVE and UIDPLUS, only EXPUNGE is left: it removes what others have marked."""
    server = serve(letter("one"), capabilities=b"IMAP4rev1 IDLE")
    office = Office(server, desk)
    office.watch(after="move", move_to="Done").run()
    assert [name for name, _ in office.kept()] == ["office/INBOX/1"]
    assert not any(word in said for said in server.said for word in ("COPY", "STORE", "EXPUNGE"))


def test_without_move_a_message_is_copied_and_it_alone_is_expunged(serve: Serve, desk: Desk) -> None:
    server = serve(letter("one"))
    office = Office(server, desk)
    office.watch(after="move", move_to="Done").run()
    told = [said for said in server.said if "COPY" in said or "STORE" in said or "EXPUNGE" in said]
    assert told == ['UID COPY 1 "Done"', "UID STORE 1 +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE 1"]


def test_while_we_are_full_mail_stays_where_it_is(serve: Serve, desk: Desk) -> None:
    full = desk.settings.toml.model_copy(
        update={"capture": desk.settings.capture.model_copy(update={"max_backlog": 1})}
    )
    office = Office(serve(letter("one")), replace(desk, settings=replace(desk.settings, toml=full)), visits=2)
    office.watch().run()
    office = Office(serve(letter("two")), office.desk, visits=2)
    office.watch(name="other").run()
    assert office.waited == [30, 30]
    assert [name for name, _ in office.kept()] == ["office/INBOX/1"]


def test_a_fault_of_our_own_leaves_the_mail_there_and_comes_back(serve: Serve, desk: Desk) -> None:
    office = Office(serve(letter("one")), desk)
    watch = office.watch()
    faults = [RuntimeError("a bug")]

    def secret() -> str:
        if faults:
            raise faults.pop()
        return "secret"

    watch.account = replace(watch.account, secret=secret)
    watch.run()
    assert office.waited[0] == 1
    assert [name for name, _ in office.kept()] == ["office/INBOX/1"]
