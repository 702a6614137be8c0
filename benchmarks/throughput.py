"""Reading messages of 1 to 100 KB on one core, beside mail-parser and the standard library, in the same run.

    .venv/bin/python benchmarks/throughput.py [--messages 500] [--mail ../shared/mail/handout] [--rounds 5]

Ours is ``decode`` less the marking of spans, which no other program does: parts, headers, text, attachments with
their hashes; the line below it has the spans too. mail-parser's is its own parse, and every field that it offers
read once. The other two lines only take the message apart: our splitter, which leaves irregular messages to the
patient reader, and the standard library's compat32 with every part decoded.
Messages are those that benchmarks/import.py writes, and those of a folder where it is there. The medians of
some rounds are shown; the figures that count are the ratios. Memory is what one large message adds at its peak.
"""

from __future__ import annotations

import argparse
import email
import importlib
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from email.policy import compat32
from pathlib import Path

import mailparser

from intake.decoding import message
from intake.decoding.splitter import read_parts, split

PROJECT = Path(__file__).resolve().parents[1]
SMALLEST, LARGEST = 1_000, 100_000
"""Octets of a message that is measured."""
MEAN_OCTETS = 40_000
BIG_OCTETS = 24 * 2**20
"""Of the message by which memory is measured: as large as mail hosts let through."""
FIELDS = (
    "attachments", "body", "date", "defects", "from_", "headers", "message_id", "received", "reply_to", "subject",
    "text_html", "text_not_managed", "text_plain", "to", "cc", "bcc", "delivered_to", "timezone",
)  # fmt: skip

Read = Callable[[bytes], object]


def ours(octets: bytes) -> object:
    """All that others read too: the spans are left out."""
    marks = message.mark_spans
    message.mark_spans = lambda *_, **__: ()
    try:
        return message.decode(octets)
    finally:
        message.mark_spans = marks


def ours_marked(octets: bytes) -> object:
    """All that the pipeline wants to know."""
    return message.decode(octets)


def theirs(octets: bytes) -> object:
    """mail-parser: parsed, and every field read."""
    mail = mailparser.parse_from_bytes(octets)
    return [getattr(mail, name) for name in FIELDS]


def parts_alone(octets: bytes) -> object:
    """Our reader of parts, without any reading of what they mean."""
    return read_parts(octets)


def compat32_alone(octets: bytes) -> object:
    """The standard library's parser, every part decoded."""
    tree = email.message_from_bytes(octets, policy=compat32)
    return [part.get_payload(decode=True) for part in tree.walk()]


PROGRAMS: dict[str, Read] = {
    "intake": ours,
    "with spans": ours_marked,
    "mail-parser": theirs,
    "splitter": parts_alone,
    "compat32": compat32_alone,
}


def generated(wanted: int, seed: int) -> list[bytes]:
    """Letters as benchmarks/import.py writes them, of the sizes that are measured."""
    writer = importlib.import_module("import")
    chance = random.Random(seed)
    noise = chance.randbytes(2**20)
    found: list[bytes] = []
    number = 0
    while len(found) < wanted:
        octets = writer.write_letter(number, wanted, MEAN_OCTETS, chance, noise)
        number += 1
        if SMALLEST <= len(octets) <= LARGEST:
            found.append(octets)
    return found


def collected(folder: Path) -> list[bytes]:
    """Mail of a folder, of the sizes that are measured."""
    files = sorted(path for path in folder.rglob("*.eml") if SMALLEST <= path.stat().st_size <= LARGEST)
    return [path.read_bytes() for path in files]


def measure(messages: Sequence[bytes], rounds: int) -> dict[str, float]:
    """CPU seconds of each program for all messages, the median; the programs take turns."""
    spent: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for turn in range(rounds + 1):
        for name, read in PROGRAMS.items():
            started = time.process_time()
            for octets in messages:
                _quietly(read, octets)
            if turn:  # The first makes ready what is made once.
                spent[name].append(time.process_time() - started)
    return {name: statistics.median(seconds) for name, seconds in spent.items()}


def _quietly(read: Read, octets: bytes) -> None:
    """mail-parser and the standard library raise for some messages: what they did until then counts."""
    try:
        read(octets)
    except Exception:  # noqa: BLE001 - fate: counted in the time; ours never raises, which other tests hold.
        return


def show(name: str, messages: Sequence[bytes], rounds: int) -> None:
    """A table for one set of messages."""
    octets = sum(map(len, messages))
    regular = sum(split(one) is not None for one in messages)
    print(f"{name}: {len(messages)} messages, {octets / len(messages) / 1e3:.0f} KB on average, {regular} regular")
    print(f"{'':14}{'messages/s':>11}{'MB/s':>8}{'intake is':>14}")
    spent = measure(messages, rounds)
    for program, seconds in spent.items():
        ratio = "" if program == "intake" else f"{seconds / spent['intake']:.2f} x as fast"
        print(f"{program:14}{len(messages) / seconds:>11.0f}{octets / 1e6 / seconds:>8.1f}  {ratio:>12}", flush=True)


def big_message() -> bytes:
    """One letter with a large file."""
    writer = importlib.import_module("import")
    body = writer.encodebytes(random.Random(1).randbytes(BIG_OCTETS * 3 // 4))
    head = b"From: a@b.example\nSubject: large\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nText\n"
    return bytes(
        head + b"--x\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n" + body + b"--x--\n"
    )


def say_memory(program: str, file: Path) -> None:
    """In a process of its own: by how much its peak grew while one large message was read, in its sizes."""
    octets = file.read_bytes()
    read = PROGRAMS[program]
    _quietly(read, octets[:10_000])
    before = _peak()
    _quietly(read, octets)
    print((_peak() - before) / len(octets))


def _peak() -> int:
    """The most that this process ever had in memory, in octets. getrusage would tell its parent's, were that larger."""
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def main() -> None:
    """Measure, and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=500)
    arguments.add_argument("--mail", type=Path, default=PROJECT.parent / "shared" / "mail" / "handout")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--memory", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    logging.getLogger("mailparser").setLevel(logging.CRITICAL)
    sys.path.insert(0, str(Path(__file__).parent))
    if given.memory:
        say_memory(given.memory[0], Path(given.memory[1]))
        return
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    show("generated", generated(given.messages, given.seed), given.rounds)
    if found := collected(given.mail):
        show(str(given.mail), found, given.rounds)
    else:
        print(f"{given.mail} holds no mail; name another with --mail")
    print(f"memory for one message of {BIG_OCTETS / 2**20:.0f} MiB, in its sizes:")
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(big_message())
        file.flush()
        for name in PROGRAMS:
            command = [sys.executable, __file__, "--memory", name, file.name]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            print(f"{name:14}{float(said):>11.1f}", flush=True)


if __name__ == "__main__":
    main()
