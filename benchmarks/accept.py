"""Durable acceptance of mail: our listener beside Postfix's smtpd, on the same disk, in the same run.

    .venv/bin/python benchmarks/accept.py [--messages 5000] [--rounds 5] [--octets 10240]

Load is ``smtp-source`` of Postfix with 20 sessions. Both keep each message with an fsync before they answer
250: ours in SQLite (WAL, synchronous=FULL), Postfix in its hold queue, so that nothing is delivered meanwhile.
Our worker, which reads what was captured, is stopped while accepting is measured, as Postfix's queue manager
is by the hold. Needs Debian's postfix, and root to start it. The figures that count are the ratios.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from postfix import postfix  # noqa: E402
from service import Client, Service, letter  # noqa: E402

SESSIONS = 20
OURS = "cwg-internet+ott@consultations.example"


@contextlib.contextmanager
def ours(folder: Path) -> Iterator[int]:
    """``intake serve`` whose worker is stopped."""
    config = shutil.copytree(PROJECT / "config", folder / "config")
    toml = config / "intake.toml"
    text = toml.read_text(encoding="utf-8").replace("port = 8025", "port = 0")
    text = text.replace("trusted_relays = []", 'trusted_relays = ["127.0.0.0/8"]')  # No limit on one peer.
    toml.write_text(text, encoding="utf-8")
    os.chdir(PROJECT)
    service = Service(folder / "home", config)
    time.sleep(2.0)
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text().split()
    spawned = [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    os.kill(int(min(spawned, key=int)), signal.SIGSTOP)  # The worker is started first.
    try:
        yield service.address[1]
    finally:
        service.kill()


def load(port: int, messages: int, octets: int, *, kept: bool) -> float:
    """Messages a second."""
    command = ["smtp-source", "-s", str(SESSIONS), "-m", str(messages), "-l", str(octets)]
    command += ["-d"] if kept else []
    command += ["-f", "sender@labo.example", "-t", OURS, f"inet:127.0.0.1:{port}"]
    began = time.monotonic()
    subprocess.run(command, check=True, timeout=600)
    return messages / (time.monotonic() - began)


def answer_times(port: int, messages: int, octets: int) -> list[float]:
    """Seconds from the final dot to its answer, with SESSIONS sessions at once."""
    body = "x" * 70 + "\r\n"
    times: list[float] = []

    def session(number: int) -> None:
        client = Client(("127.0.0.1", port))
        client.begin("sender@labo.example", OURS)
        for count in range(messages // SESSIONS):
            message = letter(1000 * number + count, body * (octets // len(body)))
            client.socket.sendall(message)
            began = time.monotonic()
            client.socket.sendall(b".\r\n")
            client.read()
            times.append(time.monotonic() - began)
            client.next("sender@labo.example", OURS)
        client.close()

    threads = [threading.Thread(target=session, args=(number,)) for number in range(SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def main() -> None:
    """Print the ratios."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--messages", type=int, default=5000)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--octets", type=int, default=10240)
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="accept-") as name:
        folder = Path(name)
        with postfix(folder / "postfix") as theirs, ours(folder / "ours") as mine:
            for kept in (True, False):
                rates: dict[str, list[float]] = {"intake": [], "Postfix": []}
                for _ in range(asked.rounds):  # In turns, so that both meet the same weather.
                    rates["intake"].append(load(mine, asked.messages, asked.octets, kept=kept))
                    rates["Postfix"].append(load(theirs, asked.messages, asked.octets, kept=kept))
                medians = {who: statistics.median(found) for who, found in rates.items()}
                how = "connections kept" if kept else "one connection a message"
                print(
                    f"{how}: intake {medians['intake']:.0f}/s, Postfix {medians['Postfix']:.0f}/s, "
                    f"ratio {medians['intake'] / medians['Postfix']:.2f}",
                    flush=True,
                )
            for who, port in (("intake", mine), ("Postfix", theirs)):
                times = sorted(answer_times(port, asked.messages, asked.octets))
                print(
                    f"answer to the final dot at {SESSIONS} sessions, {who}: "
                    f"median {1000 * statistics.median(times):.1f} ms, p99 {1000 * times[int(len(times) * 0.99)]:.1f} ms"
                )


if __name__ == "__main__":
    main()
