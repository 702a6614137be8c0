"""Killed, frozen, or with a full disk, at twelve named points from the first octet of a message to its answer.

The points on the wire are reached by sending so much and no more. Those inside are system calls of the
listener, at which strace delivers the signal: the last octet read, the write-ahead log being written,
synced, and the answer on its way. A full disk is a real one, filled while the listener stands still at the
point. Several listeners share the port, so that a round need not wait for the one that was killed before: the
supervisor starts it again meanwhile. The sender sends again what was not answered, as mail hosts do.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import select
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from disks import Mount, fill
from service import Client, Service, holder, letter, stuff

Start = Callable[..., Service]
OURS = "cwg-internet+ott@consultations.example"
PATIENCE_SECONDS = 30.0
GREETING_SECONDS = 0.5
"""For a greeting; a connection that was dealt to a listener that is dead is given up, and another made."""
LISTENERS = 3
WRITTEN = "the answer is being written"
SYNCED = "the log is being synced"  # One of two times, where the log is new: its head comes first.
INSIDE = {  # The n-th such call on such a file after strace has attached.
    "the last octet is read": ("read", "", 1),
    "the log is begun": ("pwrite64", "intake.db-wal", 1),
    "the log is half written": ("pwrite64", "intake.db-wal", 5),
    SYNCED: ("fdatasync", "intake.db-wal", 1),
    WRITTEN: ("write", "", 1),
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
POINTS = (*WIRE, *INSIDE)


@pytest.fixture
def serve(config: Path, start: Start) -> Callable[[], Service]:
    """Several listeners, to whom a test may come back as often as it likes, on whatever is left of the disk."""

    def serve() -> Service:
        toml = config / "intake.toml"
        text = toml.read_text(encoding="utf-8")
        for old, new in (
            ("\nprocesses = 1\n", f"\nprocesses = {LISTENERS}\n"),
            ("\ntrusted_relays = []\n", '\ntrusted_relays = ["127.0.0.0/8"]\n'),
            ("\nmin_free_octets = 1073741824\n", "\nmin_free_octets = 0\n"),
        ):
            assert old in text, old
            text = text.replace(old, new)
        toml.write_text(text, encoding="utf-8")
        return start()

    return serve


def begin(service: Service) -> Client:
    """A dialogue up to DATA, with a listener that lives."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        client = Client(service.address)
        client.socket.settimeout(GREETING_SECONDS)
        try:
            client.begin("amina@labo.example", OURS)
        except (OSError, AssertionError):
            client.close()
            assert time.monotonic() < deadline, "no listener"
        else:
            client.socket.settimeout(PATIENCE_SECONDS)
            return client


def send_again_until_answered(service: Service, octets: bytes) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    said = ""
    while not said.startswith("250"):
        assert time.monotonic() < deadline, f"never answered: {said}"
        client = begin(service)
        with contextlib.suppress(OSError):
            said = client.data(octets)
        client.close()


@contextlib.contextmanager
def strace(process: int, call: str, file: str, nth: int, name: str) -> Iterator[None]:
    """Deliver a signal at the n-th such call; returns once strace watches."""
    command = [str(shutil.which("strace")), "-f", "-qq", "-o", "/dev/null", "-p", str(process), "-e", f"trace={call}"]
    command += ["-e", f"inject={call}:signal={name}:when={nth}"]
    if file:
        command += ["-P", file]
    watcher = subprocess.Popen(command, stderr=subprocess.PIPE)
    tasks = Path(f"/proc/{process}/task")
    traced = f"TracerPid:\t{watcher.pid}\n"
    until(lambda: all(traced in (one / "status").read_text() for one in tasks.iterdir()), "strace")
    try:
        yield
    finally:
        watcher.send_signal(signal.SIGINT)
        try:
            watcher.communicate(timeout=2.0)
        except subprocess.TimeoutExpired:  # It waits for a process that is gone or stopped: let that one go.
            watcher.kill()
            watcher.communicate()


def until(happened: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, f"not seen: {what}"
        time.sleep(0.005)


def stands_still(process: int) -> bool:
    """All its threads are stopped (proc(5), stat): a tracer looks at one at a time."""
    stats = [one / "stat" for one in Path(f"/proc/{process}/task").iterdir()]
    return all(stat.read_text(encoding="ascii").rpartition(") ")[2][0] in "Tt" for stat in stats)


def kept(home: Path) -> Counter[str]:
    with contextlib.closing(sqlite3.connect(home / "intake.db")) as connection:
        rows = connection.execute("SELECT octets FROM deliveries JOIN raw_messages ON raw_sha256 = sha256").fetchall()
    return Counter(hashlib.sha256(row[0]).hexdigest() for row in rows)


def times_kept(home: Path, octets: bytes) -> int:
    name = hashlib.sha256(octets).hexdigest()
    with contextlib.closing(sqlite3.connect(home / "intake.db")) as connection:
        rows = connection.execute(
            "SELECT octets FROM deliveries JOIN raw_messages ON raw_sha256 = sha256 WHERE sha256 = ?", [name]
        ).fetchall()
    assert all(row[0] == octets for row in rows), "byte for byte"
    return len(rows)


# --- killed ----------------------------------------------------------------------------------------------


def kill(service: Service, home: Path, point: str, octets: bytes) -> str:
    """The answer, or nothing where none came."""
    client = begin(service)
    process = holder(service, client)
    wire, said = stuff(octets), ""
    if point in WIRE:
        client.socket.sendall(wire[: WIRE[point](wire)])
        time.sleep(0.02)
        os.kill(process, signal.SIGKILL)
        with contextlib.suppress(OSError):
            assert client.file.readline() == b"", "an answer to half a message"
    else:
        call, file, nth = INSIDE[point]
        with (
            strace(process, call, str(home / file) if file else "", nth, "KILL"),
            contextlib.suppress(OSError),
        ):
            client.socket.sendall(wire)
            said = client.read()
    client.close()
    until(lambda: gone(process), f"killed at: {point}")
    return said


def gone(process: int) -> bool:
    """Dead, or dead and not yet buried by the supervisor."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(") ")[2][0] == "Z"
    except FileNotFoundError:
        return True


def killed(service: Service, home: Path, rounds: int) -> None:
    found: Counter[str] = Counter()
    for number in range(rounds):
        for place, point in enumerate(POINTS):
            octets = letter(100 * number + place, f"Killed at: {point}.\r\n.A dot first.")
            said = kill(service, home, point, octets)
            found[point] += (before := times_kept(home, octets))
            assert before <= (point in INSIDE), f"{point}: kept, though half of it was sent, or twice"
            if said.startswith("250"):
                assert before == 1, f"{point}: answered and lost"
            else:
                send_again_until_answered(service, octets)
                assert times_kept(home, octets) == before + 1, point
    print(f"kept before the sender knew, of {rounds}: {dict(found)}")
    assert found["the last octet is read"] == found["the log is begun"] == 0
    assert found[WRITTEN] == rounds, "the commit came first"
    assert len(kept(home)) == 12 * rounds, "and nothing else"


@pytest.mark.system("strace")
def test_killed_once_at_each_point_nothing_answered_is_lost(serve: Callable[[], Service], home: Path) -> None:
    killed(serve(), home, 1)


@pytest.mark.torture
@pytest.mark.system("strace")
def test_killed_fifty_times_at_each_point_nothing_answered_is_lost(serve: Callable[[], Service], home: Path) -> None:
    killed(serve(), home, 50)


# --- frozen ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def frozen(service: Service, home: Path, point: str, octets: bytes) -> Iterator[Client]:
    """The listener stands still at this point, and goes on afterwards; what is left of the message is sent then."""
    client = begin(service)
    process = holder(service, client)
    wire = stuff(octets)
    if point in WIRE:
        upto = WIRE[point](wire)
        client.socket.sendall(wire[:upto])
        time.sleep(0.02)
        os.kill(process, signal.SIGSTOP)
        until(lambda: stands_still(process), f"stopped at: {point}")
        yield client
        os.kill(process, signal.SIGCONT)
        client.socket.sendall(wire[upto:])
        return
    call, file, nth = INSIDE[point]
    with strace(process, call, str(home / file) if file else "", nth, "STOP"):
        client.socket.sendall(wire)
        until(lambda: stands_still(process), f"stopped at: {point}")
        yield client
        while not select.select([client.socket], [], [], 0.02)[0]:  # Each of its threads may have been told to stop.
            os.kill(process, signal.SIGCONT)
    os.kill(process, signal.SIGCONT)


def thawed(service: Service, home: Path, rounds: int) -> None:
    for number in range(rounds):
        for place, point in enumerate(POINTS):
            octets = letter(100 * number + place, f"Frozen at: {point}.\r\n.A dot first.")
            with frozen(service, home, point, octets) as client:
                time.sleep(0.02)
            assert client.read().startswith("250"), point
            client.close()
            assert times_kept(home, octets) == 1, point
    assert set(kept(home).values()) == {1}
    assert len(kept(home)) == 12 * rounds


@pytest.mark.system("strace")
def test_frozen_at_each_point_it_goes_on_and_stores_once(serve: Callable[[], Service], home: Path) -> None:
    thawed(serve(), home, 1)


@pytest.mark.torture
@pytest.mark.system("strace")
def test_frozen_fifty_times_at_each_point_it_goes_on_and_stores_once(serve: Callable[[], Service], home: Path) -> None:
    thawed(serve(), home, 50)


# --- the disk is full ------------------------------------------------------------------------------------


def shorten_log(home: Path) -> None:
    """A long log has room of its own, whatever the disk has: make it need new room again."""
    with contextlib.closing(sqlite3.connect(home / "intake.db", timeout=PATIENCE_SECONDS)) as connection:
        until(lambda: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, "short log")


def filled(service: Service, home: Path, rounds: int) -> None:
    refused: Counter[str] = Counter()
    for number in range(rounds):
        for place, point in enumerate(POINTS):
            octets = letter(100 * number + place, f"Full at: {point}.\r\n.A dot first.\r\n" + "x" * 20_000)
            shorten_log(home)
            with frozen(service, home, point, octets) as client:
                ballast = fill(home)
            said = client.read()
            client.close()
            ballast.unlink()
            if said.startswith("250"):
                assert times_kept(home, octets) == 1, f"{point}: answered and lost"
                continue
            refused[point] += 1
            assert said.startswith(("451", "452")), f"{point}: {said}"
            assert times_kept(home, octets) == 0, f"{point}: refused and kept"
            send_again_until_answered(service, octets)
            assert times_kept(home, octets) == 1, point
    print(f"refused for now, of {rounds}: {dict(refused)}")
    assert refused[WRITTEN] == 0, "the commit came first"
    assert set(POINTS) - {SYNCED, WRITTEN} <= set(refused), "the disk was full in earnest"
    assert set(kept(home).values()) == {1}
    assert len(kept(home)) == 12 * rounds
    with contextlib.closing(sqlite3.connect(home / "intake.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.fixture
def small_disk(home: Path, mount: Mount) -> Path:
    return mount(home, "size=96m")


@pytest.mark.system("strace")
def test_full_at_each_point_the_sender_keeps_it(serve: Callable[[], Service], small_disk: Path) -> None:
    filled(serve(), small_disk, 1)


@pytest.mark.torture
@pytest.mark.system("strace")
def test_full_fifty_times_at_each_point_the_sender_keeps_it(serve: Callable[[], Service], small_disk: Path) -> None:
    filled(serve(), small_disk, 50)
