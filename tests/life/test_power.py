"""A killed process proves little about a lost power supply: the kernel must have been told to sync."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from service import Client, Service, letter

CLIENTS, LETTERS = 8, 5
TRACED = "trace=fsync,fdatasync,read,recvfrom,write,sendto,sendmsg,writev"


@pytest.mark.system("strace")
def test_every_250_follows_a_sync_of_the_store_after_the_final_dot(
    start: Callable[..., Service], tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    strace = [str(shutil.which("strace")), "-f", "-y", "-qq", "-s", "4000", "-e", TRACED, "-o", str(trace)]
    service = start(prefix=strace)

    def send(client_number: int) -> None:
        client = Client(service.address)
        client.begin("amina@labo.example", "cwg-internet+ott@consultations.example")
        for number in range(LETTERS):
            assert client.data(letter(100 * client_number + number)).startswith("250")
            if number + 1 < LETTERS:
                client.next("amina@labo.example", "cwg-internet+ott@consultations.example")
        client.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    service.end()
    answered, unsynced = judge(trace.read_text(encoding="utf-8", errors="replace"))
    assert answered == CLIENTS * LETTERS
    assert unsynced == 0


CALL = re.compile(r"^(\d+) +(\w+)\((\d+)<([^>]*)>+(.*)$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")


def judge(trace: str) -> tuple[int, int]:
    """(how many 250 for a message, how many of them without a sync since its final dot was read)."""
    answered = unsynced = 0
    synced_since_dot: dict[str, bool] = {}
    begun: dict[str, tuple[str, str]] = {}  # By process: what its unfinished call is about.
    for line in trace.splitlines():
        if call := CALL.match(line):
            process, name, number, target, rest = call.groups()
        elif (resumed := RESUMED.match(line)) and resumed[1] in begun:
            process, name, rest = resumed.groups()
            number, target = begun.pop(process)
        else:
            continue
        if rest.endswith("<unfinished ...>"):
            begun[process] = (number, target)
        if name in {"read", "recvfrom"} and r"\r\n.\r\n" in rest and not target.startswith("/"):
            synced_since_dot[number] = False
        elif name in {"fsync", "fdatasync"} and target.endswith("intake.db-wal") and rest.endswith("= 0"):
            synced_since_dot = dict.fromkeys(synced_since_dot, True)
        elif '"250 2.6.0 Kept' in rest and not target.startswith("/"):
            answered += 1
            unsynced += not synced_since_dot.pop(number, False)
    return answered, unsynced


DOT = '1 read(9<socket:[1]>, "a\\r\\n.\\r\\n", 99) = 9'
SYNC = "2 fdatasync(4</h/intake.db-wal>) = 0"
HALF_DOT = "1 read(9<socket:[1]>, <unfinished ...>"
DOT_AFTER_ALL = '1 <... read resumed>"a\\r\\n.\\r\\n", 99) = 9'
ANSWER = '1 write(9<socket:[1]>, "250 2.6.0 Kept as 1", 21) = 21'


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        ([DOT, ANSWER], (1, 1)),
        ([DOT, SYNC, ANSWER], (1, 0)),
        ([SYNC, DOT, ANSWER], (1, 1)),
        ([HALF_DOT, SYNC, DOT_AFTER_ALL, ANSWER], (1, 1)),
        ([HALF_DOT, DOT_AFTER_ALL, SYNC, ANSWER], (1, 0)),
    ],
)
def test_the_judge_sees_a_missing_sync(trace: list[str], expected: tuple[int, int]) -> None:
    assert judge("\n".join(trace)) == expected
