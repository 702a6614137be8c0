"""The listener under load, and under attack."""

from __future__ import annotations

import hashlib
import resource
import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from service import Client, Service, letter, listener_of

Start = Callable[..., Service]
OURS = "cwg-internet+ott@consultations.example"


def kept(home: Path) -> Counter[str]:
    with closing(sqlite3.connect(home / "intake.db")) as connection:
        rows = connection.execute("SELECT octets FROM deliveries JOIN raw_messages ON raw_sha256 = sha256").fetchall()
    return Counter(hashlib.sha256(row[0]).hexdigest() for row in rows)


def resident(process: int) -> int:
    """Octets (proc(5), statm)."""
    return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def test_a_restart_under_load_loses_nothing(start: Start, home: Path) -> None:
    """SIGTERM while eight senders are at it: what was begun is finished, what was answered is there once."""
    service = start()
    answered: list[bytes] = []
    refused: list[str] = []

    def send(sender: int) -> None:
        client = Client(service.address)
        with closing(client), suppress(OSError, AssertionError):  # The end of the service ends the senders.
            client.begin("amina@labo.example", OURS)
            for number in range(10_000):
                octets = letter(10_000 * sender + number, "x" * 20_000)
                said = client.data(octets)
                (answered if said.startswith("250") else refused).append(octets if said.startswith("250") else said)
                client.next("amina@labo.example", OURS)

    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(8)]
    for thread in threads:
        thread.start()
    while len(answered) < 50:
        time.sleep(0.01)
    assert service.end() == 0
    for thread in threads:
        thread.join()
    assert [said for said in refused if said and not said.startswith("421")] == []
    found = kept(home)
    names = [hashlib.sha256(octets).hexdigest() for octets in answered]
    assert {found[name] for name in names} == {1}
    assert sum(found.values()) == len(names), "nobody was left without the answer to a message that was stored"


@pytest.mark.torture
def test_300_mib_without_a_line_end_take_no_memory(start: Start, config: Path) -> None:
    toml = config / "intake.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("max_octets = 52428800", f"max_octets = {25 * 2**20}"))
    service = start()
    listener = listener_of(service)
    client = Client(service.address)
    client.begin("amina@labo.example", OURS)
    before, most = resident(listener), 0
    for _ in range(300):
        client.socket.sendall(b"x" * 2**20)
        most = max(most, resident(listener))
    client.socket.sendall(b"\r\n.\r\n")
    assert client.read() == "552 5.3.4 Message too big"
    client.close()
    print(f"resident memory grew by {(most - before) / 2**20:.1f} MiB")
    assert most - before < 40 * 2**20


@pytest.mark.torture
def test_ten_thousand_idle_connections_of_one_peer_keep_nobody_out(start: Start) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000), hard))
    service = start()
    listener_of(service)
    idle = []
    try:
        for _ in range(10_000):
            one = socket.socket()
            one.settimeout(10)
            one.connect(service.address)
            idle.append(one)
        began = time.monotonic()
        other = socket.create_connection(service.address, timeout=10, source_address=("127.0.0.2", 0))
        client = Client.__new__(Client)
        client.socket, client.file = other, other.makefile("rb")
        client.begin("amina@labo.example", OURS)
        assert client.data(letter(1)).startswith("250")
        took = time.monotonic() - began
        client.close()
    finally:
        for one in idle:
            one.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    print(f"another peer was served in {took:.3f} s")
    assert took < 1.0
