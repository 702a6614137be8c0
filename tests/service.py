"""``intake serve`` as a process group of its own, for tests that talk to it, kill it and look at its calls."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

START_SECONDS = 60.0


class Service:
    """Started in the constructor, with SMTP on a free port; ``prefix`` is a command that runs it (strace)."""

    def __init__(self, home: Path, config: Path, prefix: Sequence[str] = ()) -> None:
        command = [*prefix, sys.executable, "-m", "intake", "--home", str(home), "--config", str(config), "serve"]
        self.log = home.parent / f"{home.name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.fullmatch(r"Listening on (\S+) port (\d+)\.\n", said)
        if found is None:
            self.kill()
            raise AssertionError(f"the service said {said!r}; its log: {self.log.read_text()}")
        self.address = (found[1], int(found[2]))

    def kill(self) -> None:
        """Kill -9: all processes of the group at once; nothing where they are gone."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self._reap()

    def end(self) -> int:
        """SIGTERM, and wait; give back the exit status."""
        os.killpg(self.process.pid, signal.SIGTERM)  # strace lets only the traced ones have it.
        return self._reap()

    def _reap(self) -> int:
        status = self.process.wait(START_SECONDS)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status


class Client:
    """An SMTP client that does nothing by itself."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=START_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def read(self) -> str:
        """One reply, all its lines."""
        lines = []
        while True:
            line = self.file.readline().decode()
            lines.append(line)
            if len(line) < 4 or line[3] != "-":
                return "".join(lines).rstrip("\r\n")

    def say(self, line: str) -> str:
        self.socket.sendall(line.encode() + b"\r\n")
        return self.read()

    def begin(self, mail_from: str, rcpt_to: str) -> None:
        """Up to the answer 354."""
        assert self.read().startswith("220")
        assert self.say("EHLO test.example").startswith("250")
        self.next(mail_from, rcpt_to)

    def next(self, mail_from: str, rcpt_to: str) -> None:
        assert self.say(f"MAIL FROM:<{mail_from}>").startswith("250")
        assert self.say(f"RCPT TO:<{rcpt_to}>").startswith("250")
        assert self.say("DATA").startswith("354")

    def data(self, octets: bytes) -> str:
        """Dot-stuffed, with the final dot; the answer."""
        self.socket.sendall(stuff(octets))
        return self.read()

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def stuff(octets: bytes) -> bytes:
    """RFC 5321, 4.5.2, with the end of data; ``octets`` end in CRLF."""
    return re.sub(rb"\A\.|(?<=\r\n)\.", b"..", octets) + b".\r\n"


def letter(number: int, body: str = "We answer question 1.") -> bytes:
    return (
        f"From: Amina Diallo <amina@labo.example>\r\nTo: cwg-internet+ott@consultations.example\r\n"
        f"Subject: Contribution {number}\r\nMessage-ID: <{number}.test@labo.example>\r\n"
        f"Date: Mon, 30 Nov 2026 09:00:00 +0000\r\n\r\n{body}\r\n"
    ).encode()


def youngest_child(service: Service) -> int:
    """The process id of the listener, where it is known to run: it is started last."""
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text().split()
    return max(int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes())


def listener_of(service: Service) -> int:
    """The process id of the listener, once it answers."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError, ValueError):
            if answers(service):
                return youngest_child(service)
        if time.monotonic() > deadline:
            raise AssertionError("no listener")
        time.sleep(0.05)


def answers(service: Service) -> bool:
    """Whether a greeting comes."""
    with contextlib.suppress(OSError):
        client = Client(service.address)
        client.socket.settimeout(5.0)
        try:
            return client.read().startswith("220")
        finally:
            client.close()
    return False


def connections(service: Service) -> Counter[int]:
    """How many of the connections to the service each of its processes holds, by process id (proc(5), net/tcp)."""
    return Counter(_holders(service).values())


def holder(service: Service, client: Client) -> int:
    """The process id of the listener that answers this client."""
    port = client.socket.getsockname()[1]
    deadline = time.monotonic() + START_SECONDS
    while port not in (holders := _holders(service)):
        assert time.monotonic() < deadline, "nobody holds the connection"
    return holders[port]


def _holders(service: Service) -> dict[int, int]:
    """By the port of the client, the process of the service that holds its connection."""
    ours = f":{service.address[1]:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    ports = {
        f"socket:[{line[9]}]": int(line[2].rpartition(":")[2], 16)
        for line in lines
        if line[1].endswith(ours) and line[3] == "01"
    }
    found: dict[int, int] = {}
    parent = service.process.pid
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split():
        with contextlib.suppress(OSError):
            for file in Path(f"/proc/{child}/fd").iterdir():
                with contextlib.suppress(OSError, KeyError):
                    found[ports[str(file.readlink())]] = int(child)
    return found
