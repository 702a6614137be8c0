"""SMTP dialogues with the real listener, on a real store unless a failing one is what is tested."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from service import Client, letter
from sqlalchemy import select

from intake.arrival.smtp import Capture, Reception, listen, open_socket
from intake.capture.commit import Committer
from intake.errors import StoreUnavailable
from intake.storage.session import Store
from intake.storage.tables import deliveries, raw_messages
from intake.vocabulary.mail import Arrival
from intake.vocabulary.provenance import Agent

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ADDRESSES = {"cwg-internet@consultations.example", "cwg-internet+ott@consultations.example"}
OURS = "cwg-internet+ott@consultations.example"

Listen = Callable[..., Client]


@contextmanager
def listening(capture: Capture, max_octets: int, **options: object) -> Iterator[tuple[str, int]]:
    listener = open_socket("127.0.0.1", 0)
    reception = Reception(capture, addresses=ADDRESSES, clock=lambda: NOW, **options)
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    served = listen(listener, reception, hostname="consultations.example", max_octets=max_octets, stop=stop)
    thread = threading.Thread(target=loop.run_until_complete, args=(served,))
    thread.start()
    yield listener.getsockname()
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.run_until_complete(loop.shutdown_asyncgens())
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0.05))
    loop.close()


@pytest.fixture
def dial(store: Store) -> Iterator[Listen]:
    """Opens a dialogue, greeted."""
    opened: list[Client] = []
    managers = []
    committers = []

    def dial(capture: Capture | None = None, max_octets: int = 2**20, **options: object) -> Client:
        if capture is None:
            committers.append(Committer(store, Agent("test", "1")))
            capture = committers[-1].capture
        manager = listening(capture, max_octets, **options)
        managers.append(manager)
        client = Client(manager.__enter__())
        opened.append(client)
        assert client.read().startswith("220 consultations.example")
        assert client.say("EHLO test.example").startswith("250")
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


def test_one_message_from_greeting_to_250(dial: Listen, store: Store) -> None:
    client = dial()
    assert client.say("MAIL FROM:<amina@labo.example>") == "250 OK"
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
