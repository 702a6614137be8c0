"""Several processes at one port: all take mail, and the end of one costs no letter."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from service import Client, Service, connections, letter

Start = Callable[..., Service]
OURS = "cwg-internet+ott@consultations.example"
PATIENCE_SECONDS = 30.0


def kept(home: Path) -> Counter[str]:
    with contextlib.closing(sqlite3.connect(home / "intake.db")) as connection:
        rows = connection.execute("SELECT octets FROM deliveries JOIN raw_messages ON raw_sha256 = sha256").fetchall()
    return Counter(hashlib.sha256(row[0]).hexdigest() for row in rows)


def names(many: list[bytes]) -> list[str]:
    return [hashlib.sha256(octets).hexdigest() for octets in many]


@pytest.fixture
def two(config: Path, start: Start) -> Service:
    toml = config / "intake.toml"
    text = toml.read_text(encoding="utf-8")
    assert "\nprocesses = 1\n" in text
    toml.write_text(text.replace("\nprocesses = 1\n", "\nprocesses = 2\n"), encoding="utf-8")
    return start()


def dial(service: Service, number: int) -> list[Client]:
    """So many dialogues at once, each greeted: a connection that nobody has taken belongs to no process."""
    clients = [Client(service.address) for _ in range(number)]
    for client in clients:
        client.begin("amina@labo.example", OURS)
    return clients


def test_two_listeners_share_a_port_and_both_take_mail(two: Service, home: Path) -> None:
    clients = dial(two, 40)
    assert len(connections(two)) == 2
    assert min(connections(two).values()) >= 5, "dealt out evenly, fewer than 5 of 40 are seen once in a million times"
    letters = [letter(number) for number in range(40)]
    for client, octets in zip(clients, letters, strict=True):
        assert client.data(octets).startswith("250")
        client.close()
    assert two.end() == 0
    assert kept(home) == Counter(names(letters))


def test_both_finish_what_they_began_when_the_end_is_asked_for(two: Service, home: Path) -> None:
    clients = dial(two, 20)
    letters = [letter(number, "x" * 50_000) for number in range(20)]
    for client, octets in zip(clients, letters, strict=True):
        client.socket.sendall(octets)  # Without the final dot.
    assert len(connections(two)) == 2
    ended = threading.Thread(target=two.end)
    ended.start()
    time.sleep(0.5)
    for client in clients:
        client.socket.sendall(b".\r\n")
        assert client.read().startswith("250")
        client.close()
    ended.join(PATIENCE_SECONDS)
    assert two.process.returncode == 0
    assert kept(home) == Counter(names(letters))


def test_one_of_two_is_killed_under_load_and_nothing_is_lost(two: Service, home: Path) -> None:
    """Senders do as mail hosts do: what was not answered is sent again."""
    answered: list[bytes] = []
    broken: list[bytes] = []
    enough = threading.Event()

    def send(sender: int) -> None:
        number = 0
        while not enough.is_set():
            octets = letter(10_000 * sender + number, "x" * 2000)
            client = None
            try:
                client = Client(two.address)
                client.begin("amina@labo.example", OURS)
                while not enough.is_set():
                    if client.data(octets).startswith("250"):
                        answered.append(octets)
                        number += 1
                    else:
                        broken.append(octets)
                    octets = letter(10_000 * sender + number, "x" * 2000)
                    client.next("amina@labo.example", OURS)
            except (OSError, AssertionError):
                broken.append(octets)
            finally:
                if client is not None:
                    client.close()

    def until(happened: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not happened():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.01)

    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(16)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(answered) >= 200 and len(connections(two)) == 2)
        victim = min(connections(two))
        os.kill(victim, signal.SIGKILL)
        until(lambda: broken)
        sofar = len(answered)
        until(lambda: len(answered) >= sofar + 200)
        until(lambda: len(connections(two)) == 2)
        assert victim not in connections(two)
    finally:
        enough.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    assert two.end() == 0
    found = kept(home)
    assert [name for name in names(answered) if name not in found] == []
    assert set(found) <= set(names(answered + broken))
    assert {found[name] for name in found if name not in set(names(broken))} == {1}


def test_the_quick_doctor_feels_a_listener_and_misses_a_frozen_one(two: Service, home: Path, config: Path) -> None:
    toml = config / "intake.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("\nport = 0\n", f"\nport = {two.address[1]}\n"), encoding="utf-8")

    def doctor() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "intake", "--home", str(home), "--config", str(config), "doctor", "--quick"]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)

    done = doctor()
    assert (done.returncode, done.stderr) == (0, "")
    assert f"ok    door: 127.0.0.1 port {two.address[1]} answers\n" in done.stdout
    clients = dial(two, 40)
    listeners = list(connections(two))
    for client in clients:
        client.close()
    for process in listeners:
        os.kill(process, signal.SIGSTOP)
    done = doctor()
    for process in listeners:
        os.kill(process, signal.SIGCONT)
    assert done.returncode == 1
    assert f"FAIL  door: 127.0.0.1 port {two.address[1]} does not answer (timed out)" in done.stdout
