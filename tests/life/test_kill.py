"""250 means kept: whatever happens to the service after it, the message is there when it is back."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from service import Client, Service, letter

Start = Callable[..., Service]


def kept(home: Path) -> list[str]:
    """The names of what is in the record, read without a line of ours."""
    with sqlite3.connect(home / "intake.db") as connection:
        rows = connection.execute("SELECT octets FROM deliveries JOIN raw_messages ON raw_sha256 = sha256").fetchall()
    return [hashlib.sha256(row[0]).hexdigest() for row in rows]


def kill_rounds(home: Path, start: Start, rounds: int) -> None:
    sent = []
    for number in range(rounds):
        service = start()
        client = Client(service.address)
        client.begin("amina@labo.example", "cwg-internet+ott@consultations.example")
        octets = letter(number, body=f"Round {number}.\r\n.A line that begins with a dot.")
        answer = client.data(octets)
        service.kill()
        client.close()
        assert answer.startswith("250"), answer
        sent.append(hashlib.sha256(octets).hexdigest())
        assert sorted(kept(home)) == sorted(sent), f"after round {number}"
    service = start()
    assert service.end() == 0
    assert sorted(kept(home)) == sorted(sent)


def test_killed_right_after_250_nothing_is_lost(home: Path, start: Start) -> None:
    kill_rounds(home, start, 5)


@pytest.mark.torture
def test_killed_200_times_right_after_250_nothing_is_lost(home: Path, start: Start) -> None:
    kill_rounds(home, start, 200)


def test_killed_before_250_the_sender_knows_and_sends_again_once(home: Path, start: Start) -> None:
    """What was not answered may be there or not; sent again, it is there, and counted once as filed."""
    service = start()
    client = Client(service.address)
    client.begin("amina@labo.example", "cwg-internet+ott@consultations.example")
    octets = letter(1)
    client.socket.sendall(octets)  # Without the final dot.
    service.kill()
    try:
        assert client.file.readline() == b"", "no answer to half a message"
    except ConnectionResetError:
        pass  # Gone is gone.
    finally:
        client.close()
    service = start()
    client = Client(service.address)
    client.begin("amina@labo.example", "cwg-internet+ott@consultations.example")
    assert client.data(octets).startswith("250")
    client.close()
    service.end()
    assert kept(home) == [hashlib.sha256(octets).hexdigest()]


def test_a_client_that_hangs_up_after_the_final_dot_is_stored_once(home: Path, start: Start) -> None:
    service = start()
    client = Client(service.address)
    client.begin("amina@labo.example", "cwg-internet+ott@consultations.example")
    octets = letter(1)
    client.socket.sendall(octets + b".\r\n")
    client.close()
    probe = Client(service.address)  # Its own message is committed after the first.
    probe.begin("amina@labo.example", "cwg-internet+ott@consultations.example")
    assert probe.data(letter(2)).startswith("250")
    probe.close()
    assert service.end() == 0
    assert sorted(kept(home)) == sorted(hashlib.sha256(one).hexdigest() for one in (octets, letter(2)))
