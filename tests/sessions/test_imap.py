"""A mailbox on a real Dovecot, watched: nothing lost, nothing twice, nothing touched that is not ours to touch."""

from __future__ import annotations

import hashlib
import socket
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dovecot import PASSWORD, Dovecot, internal_dates, running_dovecot
from factories import AGENT, OTT
from factories import letter as plain_letter
from system import require

from intake.arrival.account import Account
from intake.arrival.imap import READ_SECONDS, ImapConnection
from intake.collecting import account_of
from intake.collecting.watch import Backoff, Watch
from intake.errors import MailboxUnavailable
from intake.pipeline import Desk
from intake.settings import Settings
from intake.settings.mailboxes import Imap
from intake.storage.session import Store

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
PATIENCE = 30.0
"""Seconds for something to happen that takes a tenth of one."""


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def user(server: Dovecot) -> str:
    return server.add_user()


@pytest.fixture
def desk(store: Store, settings: Settings) -> Desk:
    return Desk(store=store, settings=settings, clock=lambda: NOW, agent=AGENT)


def letter(number: int | str, size: int = 0) -> bytes:
    return plain_letter(f"Response {number}.\r\n" + "x" * size, message_id=f"<{number}@labo.example>", to=OTT)


@dataclass
class Office:
    """The watching side of a test."""

    server: Dovecot
    user: str
    desk: Desk
    monkeypatch: pytest.MonkeyPatch
    waited: list[float] = field(default_factory=list)

    def table(self, **changes: object) -> Imap:
        self.monkeypatch.setenv("OFFICE_PASSWORD", PASSWORD)
        standard = {
            "name": "office",
            "host": "127.0.0.1",
            "port": self.server.port,
            "encryption": "none",
            "user": self.user,
            "password_env": "OFFICE_PASSWORD",
        }
        return Imap.model_validate({**standard, **changes})

    @contextmanager
    def watching(self, folder: str = "INBOX", **changes: object) -> Iterator[Watch]:
        """In a thread, with waits cut short; ended and joined at the end."""
        table, stop = self.table(**changes), threading.Event()

        def wait(seconds: float) -> None:
            self.waited.append(seconds)
            stop.wait(min(seconds, 0.02))

        watch = Watch(
            settings=table,
            folder=folder,
            desk=self.desk,
            account=account_of(table, self.desk.settings),
            wait=wait,
            stopped=stop.is_set,
            backoff=Backoff(chance=lambda: 0.0),
        )
        thread = threading.Thread(target=watch.run)
        thread.start()
        try:
            yield watch
        finally:
            stop.set()
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def rows(self) -> list[sqlite3.Row]:
        with sqlite3.connect(self.desk.settings.home / "intake.db") as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute("SELECT * FROM deliveries JOIN raw_messages ON raw_sha256 = sha256").fetchall()

    def kept(self) -> Counter[str]:
        return Counter(hashlib.sha256(row["octets"]).hexdigest() for row in self.rows())

    def until(self, happened: Callable[[], object], patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not happened():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.02)

    def until_kept(self, number: int, patience: float = PATIENCE) -> None:
        self.until(lambda: len(self.rows()) >= number, patience)

    def until_idle(self) -> None:
        """The watch has caught up, and had time to do what it should not."""
        self.until(lambda: self.cursor() is not None)
        time.sleep(0.3)

    def cursor(self) -> tuple[int, int] | None:
        with sqlite3.connect(self.desk.settings.home / "intake.db") as connection:
            return connection.execute("SELECT uidvalidity, last_uid FROM mailboxes").fetchone()


@pytest.fixture
def office(server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(server, user, desk, monkeypatch)


def names(*many: bytes) -> Counter[str]:
    return Counter(hashlib.sha256(octets).hexdigest() for octets in many)


# --- taken, once, as it lay there ------------------------------------------------------------------------


def test_what_lies_there_and_what_comes_while_we_wait_is_taken(office: Office) -> None:
    before, after = [letter(1), letter(2)], [letter(3), letter(4)]
    office.server.deliver(office.user, *before)
    with office.watching():
        office.until_kept(2)
        office.until_idle()
        office.server.deliver(office.user, *after)
        office.until_kept(4)
    assert office.kept() == names(*before, *after)
    with office.watching():
        office.until_idle()
    assert office.kept() == names(*before, *after)


def test_octets_envelope_and_time_are_those_of_the_mailbox(office: Office) -> None:
    arrived = datetime(2026, 11, 29, 23, 58, tzinfo=UTC)
    octets = b"Return-Path: <bounce@labo.example>\r\nDelivered-To: " + OTT.encode() + b"\r\n" + letter("\xe9")
    octets = octets.replace(b"\r\n\r\n", b"\r\nX-Raw: caf\xe9 \x80\xff\r\n\r\n", 1)
    office.server.deliver(office.user, octets, at=arrived)
    with office.watching():
        office.until_kept(1)
    (row,) = office.rows()
    assert row["octets"] == octets
    assert (row["mail_from"], row["rcpt_to"], row["transport"]) == ("bounce@labo.example", OTT, "imap")
    assert datetime.fromisoformat(row["received_at"]).replace(tzinfo=UTC) == arrived
    assert row["source_file"] == "office/INBOX/1"
    uidvalidity, last_uid = office.cursor() or (0, 0)
    key = f"imap\noffice\nINBOX\n{uidvalidity}\n1"
    assert row["arrival_key"] == hashlib.sha256(key.encode()).hexdigest()
    assert last_uid == 1


def test_nothing_in_it_is_changed(office: Office) -> None:
    office.server.deliver(office.user, *(letter(number) for number in range(5)))
    with office.server.connect(office.user) as client:
        client.select_folder("INBOX")
        client.add_flags([2], [b"\\Flagged"], silent=True)
        client.unselect_folder()
        with office.watching():
            office.until_kept(5)
        client.select_folder("INBOX", readonly=True)
        flags = {
            uid: set(found[b"FLAGS"]) - {b"\\Recent"} for uid, found in client.fetch(range(1, 6), ["FLAGS"]).items()
        }
    assert flags == {1: set(), 2: {b"\\Flagged"}, 3: set(), 4: set(), 5: set()}


def test_an_outage_of_ours_makes_nobody_late(office: Office) -> None:
    """It lay in the mailbox before the deadline; we came two days after it."""
    arrived = NOW - timedelta(days=2)
    office.server.deliver(office.user, letter(1), at=arrived)
    with office.watching():
        office.until_kept(1)
    assert internal_dates(office.server, office.user) == [arrived]
    (row,) = office.rows()
    assert datetime.fromisoformat(row["received_at"]).replace(tzinfo=UTC) == arrived
    assert datetime.fromisoformat(row["captured_at"]).replace(tzinfo=UTC) == NOW


# --- names that become void --------------------------------------------------------------------------------


def test_a_new_uidvalidity_registers_nothing_twice(office: Office) -> None:
    twice = letter("twice")
    many = [letter(1), twice, letter(2), twice]
    office.server.deliver(office.user, *many)
    with office.watching():
        office.until_kept(4)
    first = office.cursor()
    office.server.forget_uids(office.user)
    late = [letter(3), twice]
    office.server.deliver(office.user, *late)
    with office.watching():
        office.until_kept(6)
        office.until_idle()
    assert office.cursor() != first
    assert office.kept() == names(*many, *late), "identical octets are as many deliveries as messages"
    office.server.forget_uids(office.user)
    with office.watching():
        office.until(lambda: (office.cursor() or (0, 0))[1] == 6)
        office.until_idle()
    assert office.kept() == names(*many, *late)


# --- folders, and what is done afterwards --------------------------------------------------------------------


def flags(office: Office, folder: str = "INBOX") -> dict[int, set[bytes]]:
    with office.server.connect(office.user) as client:
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search(), ["FLAGS"])
    return {uid: set(found[uid][b"FLAGS"]) - {b"\\Recent"} for uid in found}


def test_what_is_safe_is_flagged_where_that_is_wanted(office: Office) -> None:
    office.server.deliver(office.user, letter(1), letter(2))
    with office.watching(after="flag"):
        office.until(lambda: flags(office) == {1: {b"\\Flagged"}, 2: {b"\\Flagged"}})
        office.server.deliver(office.user, letter(3))
        office.until(lambda: flags(office).get(3) == {b"\\Flagged"})
    assert office.kept() == names(letter(1), letter(2), letter(3))


def test_what_is_safe_is_moved_to_a_folder_with_a_name_in_any_script(office: Office) -> None:
    office.server.deliver(office.user, letter(1), letter(2))
    with office.watching(after="move", move_to="Erledigt/Übernommen 已收"):
        office.until(lambda: flags(office) == {})
        office.server.deliver(office.user, letter(3))
        office.until(lambda: len(office.rows()) == 3 and flags(office) == {})
    assert flags(office, "Erledigt/Übernommen 已收") == {1: set(), 2: set(), 3: set()}
    assert office.kept() == names(letter(1), letter(2), letter(3))


def test_what_a_lost_connection_left_unmoved_is_moved_the_next_time(office: Office) -> None:
    office.server.deliver(office.user, letter(1), letter(2))
    with office.watching():
        office.until_kept(2)
    with office.watching(after="move", move_to="Done"):
        office.until(lambda: flags(office) == {})
    assert flags(office, "Done") == {1: set(), 2: set()}
    assert office.kept() == names(letter(1), letter(2))


@pytest.mark.parametrize("folder", ["Entwürfe & Ämter", "咨询/2026", "Ответы"])
def test_folders_are_found_by_their_names_in_any_script(office: Office, folder: str) -> None:
    with office.server.connect(office.user) as client:
        client.create_folder(folder)
        client.append(folder, letter(1))
    with office.watching(folder):
        office.until_kept(1)
    assert [row["source_file"] for row in office.rows()] == [f"office/{folder}/1"]


def test_junk_is_the_folder_that_the_server_calls_so(office: Office) -> None:
    with office.server.connect(office.user) as client:
        client.create_folder("Courrier indésirable")
        client.append("Courrier indésirable", letter(1))
    with office.watching("Junk"):
        office.until_kept(1)
    assert [row["source_file"] for row in office.rows()] == ["office/Courrier indésirable/1"]


def test_a_folder_that_is_not_there_is_said_once_and_taken_when_it_comes(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    with office.watching("Later"):
        office.until(lambda: len(office.waited) > 3)
        with office.server.connect(office.user) as client:
            client.create_folder("Later")
            client.append("Later", letter(1))
        office.until_kept(1)
    assert capsys.readouterr().out.count("A folder is not there") == 1
    assert set(office.waited) == {300.0}


def test_a_wrong_password_is_said_and_tried_again_after_a_minute(office: Office) -> None:
    (office.desk.settings.home / "secret").write_text("wrong\n")
    with office.watching(password_env="", password_file="secret"):
        office.until(lambda: len(office.waited) == 1)
    assert office.waited == [60.0]


# --- encryption ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Self-signed, for localhost alone."""
    (openssl,) = require("openssl")
    folder = tmp_path_factory.mktemp("tls")
    pem, key = folder / "certificate.pem", folder / "key.pem"
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(pem)]
    subprocess.run([openssl, *made, *named], check=True, capture_output=True)
    return pem, key


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
def test_certificate_and_name_are_verified(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, encryption: str
) -> None:
    with running_dovecot(certificate) as server:
        user = server.add_user()
        port = server.tls_port if encryption == "tls" else server.port
        good = Account(
            name="office", host="localhost", port=port, encryption=encryption, user=user, secret=lambda: PASSWORD
        )
        with pytest.raises(MailboxUnavailable, match="certificate verify failed"):
            ImapConnection(good)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        with ImapConnection(good) as mailbox:
            assert mailbox._client.socket().gettimeout() == READ_SECONDS, "within TLS as well"
            assert "INBOX" in mailbox.folders()
            mailbox.open("INBOX", read_only=True)
            mailbox.idle(0.1, lambda: False)
        with pytest.raises(MailboxUnavailable, match="IP address mismatch"):
            ImapConnection(replace(good, host="127.0.0.1"))


def test_a_server_without_starttls_is_not_spoken_to_in_plain_text(office: Office) -> None:
    account = Account(
        name="office",
        host="127.0.0.1",
        port=office.server.port,
        encryption="starttls",
        user=office.user,
        secret=lambda: pytest.fail("the password must not be asked for"),
    )
    with pytest.raises(MailboxUnavailable, match="STARTTLS"):
        ImapConnection(account)


# --- connections that break ---------------------------------------------------------------------------------


class CuttingProxy:
    """Hands octets on both ways, and cuts the connection after so many of the server's, again and again."""

    def __init__(self, port: int, cuts: int, after: Callable[[int], int]) -> None:
        self._target = port
        self._left = cuts
        self._after = after
        self.cut = 0
        self._away = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._start(self._accept)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._away:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._target))
            self._open += [client, server]
            budget = self._after(self.cut) if self.cut < self._left else None
            self._start(self._pump, client, server, None)
            self._start(self._pump, server, client, budget)

    def _pump(self, source: socket.socket, sink: socket.socket, budget: int | None) -> None:
        passed = 0
        try:
            while octets := source.recv(65536):
                if budget is not None and passed + len(octets) > budget:
                    sink.sendall(octets[: budget - passed])
                    self.cut += 1
                    break
                passed += len(octets)
                sink.sendall(octets)
        except OSError:
            pass
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def away(self) -> Iterator[None]:
        """The server is not to be reached meanwhile; dialogues with it are over."""
        self._away = True
        self._hang_up()
        yield
        self._away = False

    def _hang_up(self) -> None:
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join(5)
        self._hang_up()
        for thread in self._threads:
            thread.join(5)
        for one in self._open:
            one.close()


def storm(office: Office, there: int, arriving: int, cuts: int, patience: float) -> None:
    """So many arrive while the others are fetched over a connection that is cut again and again.

    In the middle of it all the mailbox moves to another machine, where every message has a new UID. Some
    messages are there twice, octet for octet: they are as many deliveries.
    """
    old = [letter(f"old-{number - (number % 100 == 1)}", size=700) for number in range(there)]
    new = [letter(f"new-{number}", size=700) for number in range(arriving)]
    office.server.deliver(office.user, *old)
    share = max(4000, there * 1200 // (cuts + 2))
    proxy = CuttingProxy(office.server.port, cuts, lambda number: 1500 + (number * 7919) % 997 + share)
    try:
        with office.watching(port=proxy.port):
            office.until_kept(there // 4, patience)
            for octets in new[: arriving // 2]:
                office.server.deliver(office.user, octets)
            office.until_kept(there // 2, patience)
            assert len(office.rows()) < there, "it moves in the middle"
            first = office.cursor()
            with proxy.away():
                time.sleep(0.3)  # Its processes for this user have ended.
                office.server.forget_uids(office.user)
            for octets in new[arriving // 2 :]:
                office.server.deliver(office.user, octets)
            office.until_kept(there + arriving, patience)
            office.until(lambda: proxy.cut >= cuts, patience)
            office.until_idle()
    finally:
        proxy.close()
    assert proxy.cut == cuts
    last = office.cursor()
    assert first is not None
    assert last is not None
    assert last[0] != first[0], "UIDVALIDITY changed"
    assert last[1] == there + arriving
    assert office.kept() == names(*old, *new)


def test_cut_five_times_and_moved_while_more_arrives_nothing_is_lost_and_nothing_comes_twice(office: Office) -> None:
    storm(office, there=500, arriving=50, cuts=5, patience=PATIENCE)


@pytest.mark.torture
def test_5000_are_fetched_while_500_arrive_cut_twenty_times_and_moved_none_twice_none_lost(office: Office) -> None:
    storm(office, there=5000, arriving=500, cuts=20, patience=300)
