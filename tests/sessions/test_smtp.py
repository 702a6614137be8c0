"""SMTP dialogues with the real listener, on a real store unless a failing one is what is tested."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
import uvloop
from listening import NOW, OURS, listening
from service import Client, letter, stuff
from sqlalchemy import select

from intake.arrival.gate import Limits
from intake.arrival.listener import Certificate
from intake.arrival.reception import Capture
from intake.capture.commit import Committer
from intake.errors import StoreUnavailable
from intake.storage.session import Store
from intake.storage.tables import deliveries, raw_messages
from intake.vocabulary.mail import Arrival
from intake.vocabulary.provenance import Agent

Listen = Callable[..., Client]


@pytest.fixture
def dial(store: Store) -> Iterator[Listen]:
    """Opens a dialogue, greeted."""
    opened: list[Client] = []
    managers = []
    committers = []

    def dial(capture: Capture | None = None, **options: object) -> Client:
        if capture is None:
            committers.append(Committer(store, Agent("test", "1")))
            capture = committers[-1].capture
        manager = listening(capture, **options)
        managers.append(manager)
        client = Client(manager.__enter__())
        opened.append(client)
        assert client.read().startswith("220 consultations.example")
        assert client.say("LHLO test.example" if options.get("lmtp") else "EHLO test.example").startswith("250")
        return client

    yield dial
    for client in opened:
        client.close()
    for manager in managers:
        manager.__exit__(None, None, None)
    for committer in committers:
        committer.close()


def kept(store: Store) -> list[tuple[str | None, str, bytes]]:
    with store.read() as connection:
        query = select(deliveries.c.mail_from, deliveries.c.rcpt_to, raw_messages.c.octets).join(raw_messages)
        return [(row[0], row[1], bytes(row[2])) for row in connection.execute(query.order_by(deliveries.c.id))]


@pytest.mark.parametrize("new_loop", [uvloop.new_event_loop, asyncio.new_event_loop])
def test_one_message_from_greeting_to_250(
    dial: Listen, store: Store, new_loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    client = dial(new_loop=new_loop)
    assert client.say("MAIL FROM:<amina@labo.example>") == "250 2.1.0 OK"
    assert client.say(f"RCPT TO:<{OURS}>") == "250 2.1.5 OK"
    assert client.say("DATA").startswith("354")
    assert client.data(letter(1)) == "250 2.6.0 Kept as 1"
    assert client.say("QUIT").startswith("221")
    assert kept(store) == [("amina@labo.example", OURS, letter(1))]


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("cwg-internet@consultations.example", "250 2.1.5 OK"),
        ("CWG-Internet+anything@Consultations.Example", "250 2.1.5 OK"),
        ("someone@consultations.example", "550 5.1.1 No such address here"),
        ("cwg-internet@elsewhere.example", "550 5.1.1 No such address here"),
    ],
)
def test_only_our_addresses_are_taken(dial: Listen, address: str, answer: str) -> None:
    client = dial()
    client.say("MAIL FROM:<amina@labo.example>")
    assert client.say(f"RCPT TO:<{address}>") == answer


def test_the_null_sender_is_kept_as_none(dial: Listen, store: Store) -> None:
    client = dial()
    client.next("", OURS)
    client.data(letter(1))
    assert [row[0] for row in kept(store)] == [None]


def test_two_recipients_are_two_deliveries_of_the_same_octets(dial: Listen, store: Store) -> None:
    client = dial()
    client.say("MAIL FROM:<amina@labo.example>")
    client.say(f"RCPT TO:<{OURS}>")
    client.say("RCPT TO:<cwg-internet@consultations.example>")
    client.say("DATA")
    assert client.data(letter(1)) == "250 2.6.0 Kept as 1, 2"
    assert {row[2] for row in kept(store)} == {letter(1)}


@pytest.mark.parametrize(
    "body",
    [
        b"caf\xc3\xa9 and \xe9 in Latin-1\r\n",
        b"a NUL \0 inside\r\n",
        b"a bare LF\ninside, and a bare CR\rinside\r\n",
        b".\xc3\xa9 a dot first\r\n..two dots\r\n",
        b"x" * 60_000 + b"\r\n",
        b"",
    ],
    ids=["8bit", "NUL", "bare LF and CR", "dots", "long line", "empty"],
)
def test_octets_are_kept_as_they_came(dial: Listen, store: Store, body: bytes) -> None:
    octets = letter(1) + body
    client = dial()
    client.next("amina@labo.example", OURS)
    assert client.data(octets).startswith("250")
    assert [row[2] for row in kept(store)] == [octets]


def test_a_store_that_fails_is_answered_451_with_a_fixed_text(dial: Listen) -> None:
    async def fail(_arrivals: Sequence[Arrival]) -> Sequence[int | None]:
        raise StoreUnavailable("database is locked at /var/lib/secret.db")

    client = dial(fail)
    client.next("amina@labo.example", OURS)
    assert client.data(letter(1)) == "451 4.3.0 Temporary failure, please try again later"


def test_a_fault_of_ours_is_answered_451_and_tells_nothing(dial: Listen) -> None:
    async def fail(_arrivals: Sequence[Arrival]) -> Sequence[int | None]:
        raise RuntimeError("at line 12 of secret.py")

    client = dial(fail)
    client.next("amina@labo.example", OURS)
    assert client.data(letter(1)) == "451 4.3.0 Temporary failure, please try again later"
    client.next("amina@labo.example", OURS)  # The dialogue goes on.


def test_a_fault_in_any_other_command_is_answered_451_and_tells_nothing(dial: Listen) -> None:
    def fail() -> str | None:
        raise RuntimeError("at line 12 of secret.py")

    client = dial(pressure=fail)
    assert client.say("MAIL FROM:<amina@labo.example>") == "451 4.3.0 Temporary failure, please try again later"
    assert client.say("NOOP").startswith("250")


def test_a_store_slower_than_a_client_may_be_silent_is_waited_for(dial: Listen) -> None:
    """aiosmtpd measures the silence of its client through our own work, and then hangs up without an answer."""

    async def slow(_arrivals: Sequence[Arrival]) -> Sequence[int | None]:
        await asyncio.sleep(0.6)
        return [7]

    client = dial(slow, limits=Limits(command_seconds=0.2, block_seconds=0.2))
    client.next("amina@labo.example", OURS)
    assert client.data(letter(1)) == "250 2.6.0 Kept as 7"


@pytest.mark.parametrize("how", ["half", "wholly", "by a reset"])
def test_a_client_that_hangs_up_after_the_final_dot_is_kept_once(dial: Listen, store: Store, how: str) -> None:
    """aiosmtpd cancels the handler then; and whoever only says no more still wants to hear the answer."""
    committer = Committer(store, Agent("test", "1"))
    ended = threading.Event()

    async def slow(arrivals: Sequence[Arrival]) -> Sequence[int | None]:
        await asyncio.sleep(0.3)
        try:
            return await committer.capture(arrivals)
        finally:
            ended.set()

    client = dial(slow)
    client.next("amina@labo.example", OURS)
    client.socket.sendall(letter(1) + b".\r\n")
    time.sleep(0.1)  # All of it has been read, and the handler runs.
    if how == "half":
        client.socket.shutdown(socket.SHUT_WR)
        assert client.read() == "250 2.6.0 Kept as 1"
    elif how == "wholly":
        client.socket.shutdown(socket.SHUT_RDWR)
    else:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    assert ended.wait(10)
    committer.close()
    assert [row[2] for row in kept(store)] == [letter(1)]


def test_a_large_message_keeps_nobody_else_waiting(dial: Listen, store: Store) -> None:
    client = dial(max_octets=50 * 2**20)
    client.next("amina@labo.example", OURS)
    octets = letter(1) + (b"x" * 76 + b"\r\n") * 500_000
    sender = threading.Thread(target=client.socket.sendall, args=(stuff(octets),))
    other = Client(client.socket.getpeername())
    assert other.read().startswith("220")
    sender.start()
    longest, looked = 0.0, 0
    while sender.is_alive():
        began = time.monotonic()
        assert other.say("NOOP").startswith("250")
        longest, looked = max(longest, time.monotonic() - began), looked + 1
    other.close()
    assert client.read().startswith("250")
    assert [len(row[2]) for row in kept(store)] == [len(octets)]
    assert looked > 2
    assert longest < 1.0


def test_addresses_in_any_script_are_taken(dial: Listen, store: Store) -> None:
    """SMTPUTF8 (RFC 6531), with a header in UTF-8 (RFC 6532)."""
    client = dial()
    assert client.say("MAIL FROM:<амина@лабо.example> BODY=8BITMIME SMTPUTF8").startswith("250")
    assert client.say(f"RCPT TO:<{OURS}>").startswith("250")
    assert client.say("RCPT TO:<cwg-internet+议题@consultations.example>").startswith("250")
    assert client.say("DATA").startswith("354")
    octets = letter(1).replace(b"Amina Diallo", "Амина".encode())
    assert client.data(octets).startswith("250")
    assert kept(store) == [
        ("амина@лабо.example", OURS, octets),
        ("амина@лабо.example", "cwg-internet+议题@consultations.example", octets),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "<>",
        "<a@x",
        "<a..b@x.example>",
        "<@relay.example:a@x.example>",
        '<"a b"@x.example>',
        f"<{'a' * 300}@x.example>",
        "<a@[192.0.2.1]>",
        "a@x.example",
        "<a@x.example> NOTIFY=NEVER",
        "<\x00@x.example>",
    ],
)
def test_what_is_no_address_of_ours_is_refused_and_the_session_goes_on(dial: Listen, path: str) -> None:
    """aiosmtpd takes the most curious recipients; none of them is one of ours."""
    client = dial()
    client.say("MAIL FROM:<amina@labo.example>")
    assert client.say(f"RCPT TO:{path}").startswith(("550", "553", "501", "555"))
    assert client.say(f"RCPT TO:<{OURS}>").startswith("250")


def test_a_message_over_the_limit_is_refused_for_good(dial: Listen, store: Store) -> None:
    client = dial(max_octets=2**16)
    assert client.say(f"MAIL FROM:<a@b.example> SIZE={2**20}").startswith("552")
    client.next("amina@labo.example", OURS)
    assert client.data(letter(1) + (b"x" * 70 + b"\r\n") * 1500).startswith("552")
    assert kept(store) == []


def test_the_time_of_a_trusted_relay_counts(dial: Listen, store: Store) -> None:
    relayed = (
        b"Received: from mail.labo.example by mx1.consultations.example with ESMTPS id 4Rt;\r\n"
        b" Mon, 30 Nov 2026 09:30:00 +0100\r\n" + letter(1)
    )
    client = dial(relay_hosts=["mx1.consultations.example"], trusted_relays=[ip_network("127.0.0.0/8")])
    client.next("amina@labo.example", OURS)
    client.data(relayed)
    with store.read() as connection:
        row = connection.execute(select(deliveries.c.captured_at, deliveries.c.received_at)).one()
    assert row.captured_at == NOW
    assert row.received_at == datetime(2026, 11, 30, 8, 30, tzinfo=UTC)


def test_the_same_line_from_a_stranger_does_not_count(dial: Listen, store: Store) -> None:
    forged = b"Received: from x by mx1.consultations.example; Mon, 30 Nov 2026 01:00:00 +0000\r\n" + letter(1)
    client = dial(relay_hosts=["mx1.consultations.example"], trusted_relays=[ip_network("192.0.2.0/24")])
    client.next("amina@labo.example", OURS)
    client.data(forged)
    with store.read() as connection:
        assert connection.scalar(select(deliveries.c.received_at)) == NOW


# --- limits ------------------------------------------------------------------------------------------------


def test_more_connections_than_allowed_from_one_peer_are_turned_away(dial: Listen) -> None:
    client = dial(limits=Limits(peer_connections=2))
    again = Client(client.socket.getpeername())
    assert again.read().startswith("220")
    third = Client(client.socket.getpeername())
    assert third.read() == "421 4.7.0 Too many connections from your address, please try again later"
    third.close()
    again.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:  # Who leaves makes room, as soon as the listener has seen it.
        fourth = Client(client.socket.getpeername())
        said = fourth.read()
        fourth.close()
        if said.startswith("220"):
            return
    pytest.fail(f"still turned away: {said}")


def test_a_trusted_relay_has_no_limit_of_its_own(dial: Listen) -> None:
    client = dial(limits=Limits(peer_connections=1, peer_rate=1), trusted_relays=[ip_network("127.0.0.0/8")])
    again = Client(client.socket.getpeername())
    assert again.read().startswith("220")
    again.close()


def test_too_many_connections_in_all_are_turned_away(dial: Listen) -> None:
    client = dial(limits=Limits(connections=1))
    again = Client(client.socket.getpeername())
    assert again.read() == "421 4.3.2 Too many connections, please try again later"
    again.close()


def test_too_many_errors_end_the_session(dial: Listen) -> None:
    client = dial(limits=Limits(errors=3))
    for _ in range(3):
        assert client.say("NONSENSE") == "500 5.5.2 Command not recognized"
    assert client.say("NONSENSE") == "500 5.5.2 Command not recognized"
    assert client.read() == "421 4.7.0 Too many errors, goodbye"
    assert client.file.readline() == b""


def test_enough_messages_in_one_session(dial: Listen, store: Store) -> None:
    client = dial(limits=Limits(messages=2))
    for number in range(2):
        client.next("amina@labo.example", OURS)
        assert client.data(letter(number)).startswith("250")
    assert client.say("MAIL FROM:<amina@labo.example>").startswith("421 4.7.0 Enough messages")
    assert len(kept(store)) == 2


def test_too_many_recipients_are_told_one_by_one(dial: Listen) -> None:
    client = dial(limits=Limits(recipients=1))
    client.say("MAIL FROM:<amina@labo.example>")
    assert client.say(f"RCPT TO:<{OURS}>").startswith("250")
    assert client.say(f"RCPT TO:<{OURS}>") == "452 4.5.3 Too many recipients"


@pytest.mark.parametrize(("received", "answer"), [(50, "250"), (51, "554 5.4.6")])
def test_a_message_that_goes_in_a_circle_is_refused(dial: Listen, received: int, answer: str) -> None:
    client = dial()
    client.next("amina@labo.example", OURS)
    trace = b"".join(b"Received: from a by b; Mon, 30 Nov 2026 09:00:00 +0000\r\n" for _ in range(received))
    assert client.data(trace + letter(1)).startswith(answer)


def test_one_who_says_nothing_is_told_so_and_leaves(dial: Listen) -> None:
    client = dial(limits=Limits(command_seconds=0.3))
    assert client.read() == "421 4.4.2 Too long without a word, goodbye"


def test_a_slow_message_is_not_a_silent_one(dial: Listen, store: Store) -> None:
    """Between blocks each may take its time, though the whole takes longer than a command may."""
    client = dial(limits=Limits(command_seconds=0.4, block_seconds=5.0))
    client.next("amina@labo.example", OURS)
    octets = letter(1)
    for start in range(0, len(octets), 40):
        client.socket.sendall(octets[start : start + 40])
        time.sleep(0.15)
    client.socket.sendall(b".\r\n")
    assert client.read().startswith("250")
    assert [row[2] for row in kept(store)] == [octets]


def test_a_message_that_takes_for_ever_is_given_up(dial: Listen, store: Store) -> None:
    client = dial(limits=Limits(data_seconds=0.5))
    client.next("amina@labo.example", OURS)
    for _ in range(4):
        client.socket.sendall(b"x")
        time.sleep(0.1)
    assert client.read() == "421 4.4.2 Too long without a word, goodbye"
    assert kept(store) == []


def test_a_session_does_not_go_on_for_ever(dial: Listen) -> None:
    client = dial(limits=Limits(session_seconds=0.5))
    said = "250"
    while said.startswith("250"):
        said = client.say("NOOP")
        time.sleep(0.1)
    assert said == "421 4.4.2 Too long without a word, goodbye"


def test_pressure_keeps_mail_with_its_sender(dial: Listen, store: Store) -> None:
    client = dial(pressure=lambda: "the disk is nearly full")
    assert client.say("MAIL FROM:<amina@labo.example>") == "452 4.3.1 Cannot take mail now, please try again later"
    assert kept(store) == []


# --- the end of data, and what comes with it ---------------------------------------------------------


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\r\n.\n", b"\r\n\0.\r\n"], ids=repr)
def test_only_the_true_end_ends_a_message(dial: Listen, store: Store, end: bytes) -> None:
    """Inbound smuggling (CVE-2024-27305): what looks like an end elsewhere is text here."""
    smuggled = letter(1, "before") + b"x" + end + b"MAIL FROM:<admin@evil.example>\r\n"
    client = dial()
    client.next("amina@labo.example", OURS)
    assert client.data(smuggled).startswith("250")
    [(_, _, octets)] = kept(store)
    assert octets == smuggled


def test_commands_sent_with_the_data_are_obeyed_in_order(dial: Listen, store: Store) -> None:
    """Pipelining (RFC 2920): two messages and QUIT in one write."""
    client = dial()
    one = f"MAIL FROM:<a@b.example>\r\nRCPT TO:<{OURS}>\r\nDATA\r\n".encode()
    client.socket.sendall(one + letter(1) + b".\r\n" + one + letter(2) + b".\r\nQUIT\r\n")
    answers = [client.read()[:3] for _ in range(9)]
    assert answers == ["250", "250", "354", "250", "250", "250", "354", "250", "221"]
    assert [row[2] for row in kept(store)] == [letter(1), letter(2)]


def test_an_end_of_data_cut_in_pieces_is_seen(dial: Listen, store: Store) -> None:
    client = dial()
    client.next("amina@labo.example", OURS)
    for piece in (letter(1)[:-2], b"\r", b"\n", b".", b"\r", b"\n"):
        client.socket.sendall(piece)
        time.sleep(0.02)
    assert client.read().startswith("250")
    assert [row[2] for row in kept(store)] == [letter(1)]


def test_an_empty_message_is_kept(dial: Listen, store: Store) -> None:
    client = dial()
    client.next("amina@labo.example", OURS)
    assert client.data(b"").startswith("250")
    assert [row[2] for row in kept(store)] == [b""]


def test_a_stream_without_line_ends_takes_no_memory(dial: Listen, store: Store) -> None:
    """aiosmtpd's own reader grew to 300 MiB on such a stream, whatever the limit."""
    client = dial(max_octets=2**20)
    client.next("amina@labo.example", OURS)
    before = resident_octets()
    for _ in range(60):
        client.socket.sendall(b"x" * 2**20)
    client.socket.sendall(b"\r\n.\r\n")
    assert client.read() == "552 5.3.4 Message too big"
    assert resident_octets() - before < 20 * 2**20
    assert kept(store) == []


def resident_octets() -> int:
    """Of this process, in which the listener runs (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


# --- LMTP, TLS, PROXY ----------------------------------------------------------------------------------


def test_lmtp_answers_once_for_each_recipient(dial: Listen, store: Store) -> None:
    client = dial(lmtp=True)
    assert client.say("EHLO test.example").startswith("500")
    client.say("MAIL FROM:<amina@labo.example>")
    client.say(f"RCPT TO:<{OURS}>")
    client.say("RCPT TO:<cwg-internet@consultations.example>")
    client.say("DATA")
    assert client.data(letter(1)) == "250 2.6.0 Kept as 1, 2"
    assert client.read() == "250 2.6.0 Kept as 1, 2"
    assert client.say("NOOP").startswith("250"), "no answer too many"
    assert len(kept(store)) == 2


def test_lmtp_tells_each_recipient_of_a_fault_and_of_a_circle(dial: Listen) -> None:
    async def fail(_arrivals: Sequence[Arrival]) -> Sequence[int | None]:
        raise StoreUnavailable("disk full")

    client = dial(fail, lmtp=True)
    trace = b"".join(b"Received: from a by b; Mon, 30 Nov 2026 09:00:00 +0000\r\n" for _ in range(51))
    for octets, answer in ((letter(1), "451 4.3.0"), (trace + letter(1), "554 5.4.6")):
        client.say("MAIL FROM:<amina@labo.example>")
        client.say(f"RCPT TO:<{OURS}>")
        client.say("RCPT TO:<cwg-internet@consultations.example>")
        client.say("DATA")
        assert client.data(octets).startswith(answer)
        assert client.read().startswith(answer)
    assert client.say("NOOP").startswith("250"), "no answer too many"


def test_lmtp_says_too_big_for_each_recipient(dial: Listen) -> None:
    client = dial(lmtp=True, max_octets=2**16)
    client.say("MAIL FROM:<amina@labo.example>")
    client.say(f"RCPT TO:<{OURS}>")
    client.say("RCPT TO:<cwg-internet@consultations.example>")
    client.say("DATA")
    assert client.data(letter(1) + b"x" * 2**17 + b"\r\n").startswith("552")
    assert client.read().startswith("552")
    assert client.say("NOOP").startswith("250")


def test_a_proxy_says_who_is_behind_it(store: Store) -> None:
    committer = Committer(store, Agent("test", "1"))
    networks = [ip_network("127.0.0.0/8")]
    with listening(committer.capture, proxied=True, trusted_relays=networks) as address:
        client = Client(address)
        client.socket.sendall(b"PROXY TCP4 198.51.100.7 192.0.2.1 40000 25\r\n")
        client.begin("amina@labo.example", OURS)
        assert client.data(letter(1)).startswith("250")
        client.close()
        stranger = Client(address)
        stranger.socket.sendall(b"EHLO without.proxy.example\r\n")
        assert stranger.file.readline() == b""
        stranger.close()
    committer.close()
    with store.read() as connection:
        assert connection.scalar(select(deliveries.c.peer)) == "198.51.100.7"


def test_a_proxy_line_from_a_stranger_is_not_believed(store: Store) -> None:
    committer = Committer(store, Agent("test", "1"))
    with listening(committer.capture, proxied=True, trusted_relays=[ip_network("192.0.2.0/24")]) as address:
        client = Client(address)
        client.socket.sendall(b"PROXY TCP4 198.51.100.7 192.0.2.1 40000 25\r\n")
        assert client.file.readline() == b""
        client.close()
    committer.close()


@pytest.mark.system("openssl")
def test_starttls_and_a_certificate_that_is_renewed(store: Store, tmp_path: Path) -> None:
    first = make_certificate(tmp_path, "first.example")
    certificate = Certificate(tmp_path / "cert.pem", tmp_path / "key.pem")
    committer = Committer(store, Agent("test", "1"))
    with listening(committer.capture, certificate=certificate) as address:
        assert served_certificate(address) == first
        with smtplib.SMTP(*address) as client:
            client.starttls(context=ssl._create_unverified_context())
            client.sendmail("amina@labo.example", [OURS], letter(1))
        second = make_certificate(tmp_path, "second.example")
        assert served_certificate(address) == second != first
        (tmp_path / "cert.pem").write_text("broken", encoding="ascii")
        assert served_certificate(address) == second, "a certificate that cannot be read changes nothing"
    committer.close()
    assert [row[2] for row in kept(store)] == [letter(1)]


@pytest.mark.system("openssl")
def test_what_was_said_before_tls_is_forgotten(store: Store, tmp_path: Path) -> None:
    """STARTTLS injection (CVE-2024-34083): plain text behind the command is not obeyed inside."""
    make_certificate(tmp_path, "mx.example")
    committer = Committer(store, Agent("test", "1"))
    with listening(committer.capture, certificate=Certificate(tmp_path / "cert.pem", tmp_path / "key.pem")) as address:
        client = Client(address)
        assert client.read().startswith("220")
        assert "250-STARTTLS" in client.say("EHLO test.example")
        client.socket.sendall(b"STARTTLS\r\nNOOP\r\n")
        assert client.read().startswith("220")
        wrapped = ssl._create_unverified_context().wrap_socket(client.socket, server_hostname="mx.example")
        wrapped.sendall(b"EHLO again.example\r\n")
        said = wrapped.recv(4096)
        assert said.startswith(b"250-consultations.example")
        assert b"STARTTLS" not in said
        wrapped.close()
    committer.close()


def make_certificate(folder: Path, name: str) -> bytes:
    """A certificate of our own making, and its key; give back the certificate (DER)."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += [
        "-keyout",
        str(folder / "key.pem"),
        "-out",
        str(folder / "cert.pem"),
        "-days",
        "2",
        "-subj",
        f"/CN={name}",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return ssl.PEM_cert_to_DER_cert((folder / "cert.pem").read_text(encoding="ascii"))


def served_certificate(address: tuple[str, int]) -> bytes:
    with smtplib.SMTP(*address) as client:
        client.starttls(context=ssl._create_unverified_context())
        return client.sock.getpeercert(binary_form=True)


def test_one_who_says_no_more_after_the_final_dot_still_hears_the_answer(dial: Listen, store: Store) -> None:
    client = dial()
    client.next("amina@labo.example", OURS)
    client.socket.sendall(letter(1) + b".\r\n")
    client.socket.shutdown(socket.SHUT_WR)
    assert client.read() == "250 2.6.0 Kept as 1"
    assert client.read() == ""
    assert len(kept(store)) == 1


def test_commands_that_come_in_one_breath_are_answered_in_order(dial: Listen, store: Store) -> None:
    client = dial()
    envelope = f"MAIL FROM:<a@labo.example>\r\nRCPT TO:<{OURS}>\r\nDATA\r\n".encode()
    client.socket.sendall((envelope + letter(1) + b".\r\n") * 3 + b"NOOP\r\nQUIT\r\n")
    said = [client.read()[:3] for _ in range(14)]
    assert said == ["250", "250", "354", "250"] * 3 + ["250", "221"]
    assert len(kept(store)) == 3


def test_one_who_does_not_listen_is_not_answered_for_ever(dial: Listen) -> None:
    """Our answers would pile up in memory; so no command of his is obeyed until he has read them."""
    client = dial()
    client.socket.settimeout(0.5)
    sent = 0
    with pytest.raises(TimeoutError):
        while sent < 64 * 2**20:
            sent += client.socket.send(b"NOOP\r\n" * 4096)
    client.socket.settimeout(20)
    assert sent < 64 * 2**20
    assert client.read().startswith("250")
