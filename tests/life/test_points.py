"""Killed, or frozen, at named points between the first octet of a message and the answer to its final dot.

The points on the wire are reached by sending so much and no more. Those inside are system calls of the
listener, at which strace delivers the signal: the last octet read, the write-ahead log being written,
synced, and the answer on its way. The supervisor starts another listener; the sender sends again what was
not answered, as mail hosts do.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from service import Client, Service, letter, listener_of, stuff, youngest_child

Start = Callable[..., Service]
OURS = "cwg-internet+ott@consultations.example"
PATIENCE_SECONDS = 20.0
INSIDE = {  # The n-th such call on such a file after strace has attached.
    "the last octet is read": ("read", "", 1),
    "the log is begun": ("pwrite64", "intake.db-wal", 1),
    "the log is half written": ("pwrite64", "intake.db-wal", 5),
    "the log is being synced": ("fdatasync", "intake.db-wal", 1),
    "the answer is being written": ("write", "", 1),
}
WIRE = {  # How many octets of the stuffed message are sent before the blow.
    "the first octet": lambda wire: 1,
    "within the header": lambda wire: wire.index(b"Subject"),
    "the end of the header": lambda wire: wire.index(b"\r\n\r\n") + 4,
    "within the body": lambda wire: len(wire) // 2,
    "before the final dot": lambda wire: len(wire) - 3,
    "after the dot, before its line end": lambda wire: len(wire) - 2,
    "before the last octet": lambda wire: len(wire) - 1,
}


def begin(service: Service) -> Client:
    client = Client(service.address)
    client.socket.settimeout(PATIENCE_SECONDS)
    client.begin("amina@labo.example", OURS)
    return client


def send_again_until_answered(service: Service, octets: bytes) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with contextlib.suppress(OSError, AssertionError):
            client = begin(service)
            said = client.data(octets)
            client.close()
            if said.startswith("250"):
                return
        assert time.monotonic() < deadline, "never answered"
        time.sleep(0.1)


@contextlib.contextmanager
def strace(process: int, call: str, file: str, nth: int, name: str, tmp_path: Path) -> Iterator[None]:
    """Deliver a signal at the n-th such call; returns once strace watches."""
    log = tmp_path / "strace"
    log.unlink(missing_ok=True)
    command = [str(shutil.which("strace")), "-f", "-qq", "-o", str(log), "-p", str(process), "-e", f"trace={call}"]
    command += ["-e", f"inject={call}:signal={name}:when={nth}"]
    if file:
        command += ["-P", file]
    watcher = subprocess.Popen(command, stderr=subprocess.PIPE)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while f"TracerPid:\t{watcher.pid}" not in Path(f"/proc/{process}/status").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(0.1)  # All threads are attached.
    try:
        yield
    finally:
        watcher.send_signal(signal.SIGINT)
        try:
            watcher.communicate(timeout=2.0)
        except subprocess.TimeoutExpired:  # It waits for a process that is gone or stopped: let that one go.
            watcher.kill()
            watcher.communicate()


def kept(home: Path) -> Counter[str]:
    with contextlib.closing(sqlite3.connect(home / "intake.db")) as connection:
        rows = connection.execute("SELECT octets FROM deliveries JOIN raw_messages ON raw_sha256 = sha256").fetchall()
    return Counter(hashlib.sha256(row[0]).hexdigest() for row in rows)


def check(home: Path, answered: list[bytes], half: list[bytes]) -> None:
    """All that was answered is there; what was not may be there, but whole; nothing else is."""
    found = kept(home)
    names = [hashlib.sha256(octets).hexdigest() for octets in answered]
    assert [name for name in names if name not in found] == []
    assert set(found) <= {*names, *(hashlib.sha256(octets).hexdigest() for octets in half)}


def kill_on_the_wire(service: Service, upto: int, octets: bytes) -> None:
    client = begin(service)
    client.socket.sendall(stuff(octets)[:upto])
    time.sleep(0.02)
    os.kill(youngest_child(service), signal.SIGKILL)
    with contextlib.suppress(OSError):
        assert client.file.readline() == b"", "an answer to half a message"
    client.close()


def rounds(service: Service, home: Path, tmp_path: Path, many: int) -> None:
    answered: list[bytes] = []
    number = 0
    for point, upto in WIRE.items():
        for _ in range(many):
            number += 1
            octets = letter(number, f"Killed at {point}.\r\n.A dot first.")
            listener_of(service)
            kill_on_the_wire(service, upto(stuff(octets)), octets)
            send_again_until_answered(service, octets)
            answered.append(octets)
            assert kept(home)[hashlib.sha256(octets).hexdigest()] == 1, point
    half: list[bytes] = []
    for point, (call, file, nth) in INSIDE.items():
        for _ in range(many):
            number += 1
            octets = letter(number, f"Killed when {point}.")
            process = listener_of(service)
            client = begin(service)
            said = ""
            with strace(process, call, str(home / file) if file else "", nth, "KILL", tmp_path):
                with contextlib.suppress(OSError):
                    said = client.data(octets)
                client.close()
            (answered if said.startswith("250") else half).append(octets)
            if not said.startswith("250"):
                send_again_until_answered(service, octets)
                answered.append(octets)
            assert kept(home)[hashlib.sha256(octets).hexdigest()] in {1, 2}, point
    check(home, answered, half)


@pytest.mark.system("strace")
def test_killed_once_at_each_point_nothing_answered_is_lost(start: Start, home: Path, tmp_path: Path) -> None:
    rounds(start(), home, tmp_path, 1)


@pytest.mark.torture
@pytest.mark.system("strace")
def test_killed_fifty_times_at_each_point_nothing_answered_is_lost(start: Start, home: Path, tmp_path: Path) -> None:
    rounds(start(), home, tmp_path, 50)


@pytest.mark.system("strace")
def test_frozen_at_each_point_it_goes_on_and_stores_once(start: Start, home: Path, tmp_path: Path) -> None:
    service = start()
    answered = []
    for number, (point, (call, file, nth)) in enumerate(INSIDE.items()):
        octets = letter(number, f"Frozen when {point}.")
        process = listener_of(service)
        client = begin(service)
        with strace(process, call, str(home / file) if file else "", nth, "STOP", tmp_path):
            client.socket.sendall(stuff(octets))
            time.sleep(0.3)
            os.kill(process, signal.SIGCONT)
            time.sleep(0.3)
        os.kill(process, signal.SIGCONT)  # Once more, should the tracer have held the first one back.
        assert client.read().startswith("250"), point
        client.close()
        answered.append(octets)
    check(home, answered, [])
    assert set(kept(home).values()) == {1}
