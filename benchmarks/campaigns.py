"""Filing with 200,000 responses and 40 campaigns: their members found, and the cost of one more.

    .venv/bin/python benchmarks/campaigns.py [--messages 200000] [--campaigns 40] [--share 0.3]

Writes messages of its own (the same numbers give the same letters), captures them, and lets the worker's own
function read, file and register them, in blocks. A campaign letter has its paragraphs in another order, one left
out, words changed and a sentence added, as people do. Prints the recall of members, the letters that were taken
for members and are none, and the time of the last block beside that of the first.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from intake.capture.spool import capture  # noqa: E402
from intake.ledger.campaigns import labels  # noqa: E402
from intake.settings import read_settings  # noqa: E402
from intake.vocabulary.mail import Arrival, Envelope, Transport  # noqa: E402
from intake.worker import SOFTWARE, open_desk, process  # noqa: E402

BLOCK = 10_000
OURS = "cwg-internet+ott@consultations.example"
BEGAN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
SHORTENED, SHUFFLED, ADDED = 0.3, 0.2, 0.6
"""Shares of the copies of a campaign letter."""
CONSONANTS, VOWELS = "bcdfghjklmnprstvz", "aeiou"


def vocabulary(chance: random.Random, size: int = 8000) -> list[str]:
    """Words that look like words."""
    return [
        "".join(chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(chance.randint(2, 4)))
        for _ in range(size)
    ]


def prose(chance: random.Random, words: list[str], length: int) -> str:
    """A paragraph of so many words, in sentences."""
    chosen = chance.choices(words, k=length)
    return ". ".join(" ".join(chosen[at : at + 12]).capitalize() for at in range(0, length, 12)) + "."


def variant(chance: random.Random, words: list[str], template: list[str]) -> str:
    """One person's copy of a campaign letter."""
    paragraphs = list(template)
    if chance.random() < SHORTENED:
        paragraphs.pop(chance.randrange(len(paragraphs)))
    if chance.random() < SHUFFLED:
        chance.shuffle(paragraphs)
    if chance.random() < ADDED:
        paragraphs.insert(chance.randrange(len(paragraphs) + 1), prose(chance, words, chance.randint(8, 40)))
    copied = "\n\n".join(paragraphs).split(" ")
    for _ in range(chance.randint(0, 6)):
        copied[chance.randrange(len(copied))] = chance.choice(words)
    return " ".join(copied)


def letters(messages: int, campaigns: int, share: float) -> list[int | None]:
    """Which campaign each message belongs to, or None."""
    chance = random.Random(1)
    return [chance.randrange(campaigns) if chance.random() < share else None for _ in range(messages)]


def written(number: int, campaign: int | None, words: list[str], templates: list[list[str]]) -> Arrival:
    """One message at the door."""
    chance = random.Random(number + 1000)
    body = (
        prose(chance, words, chance.randint(80, 400))
        if campaign is None
        else variant(chance, words, templates[campaign])
    )
    at = BEGAN + timedelta(seconds=10 * number)
    octets = (
        f"From: Person {number} <p{number}@mail{number % 997}.example>\r\nTo: {OURS}\r\nSubject: Response {number}\r\n"
        f"Message-ID: <{number}@mail.example>\r\nDate: {at:%a, %d %b %Y %H:%M:%S +0000}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()
    sender = f"p{number}@mail{number % 997}.example"
    return Arrival(
        envelope=Envelope(mail_from=sender, rcpt_to=OURS),
        octets=octets,
        transport=Transport.SMTP,
        captured_at=at,
        received_at=at,
    )


def main() -> None:
    """Print the figures."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--messages", type=int, default=200_000)
    ask.add_argument("--campaigns", type=int, default=40)
    ask.add_argument("--share", type=float, default=0.3)
    asked = ask.parse_args()
    chance = random.Random(2)
    words = vocabulary(chance)
    templates = [[prose(chance, words, chance.randint(25, 60)) for _ in range(5)] for _ in range(asked.campaigns)]
    belongs = letters(asked.messages, asked.campaigns, asked.share)
    seconds: list[float] = []
    with tempfile.TemporaryDirectory(prefix="campaigns-") as folder:
        desk = open_desk(read_settings(Path(folder), PROJECT / "config"), lambda: BEGAN + timedelta(days=60))
        for start in range(0, asked.messages, BLOCK):
            block = [written(n, belongs[n], words, templates) for n in range(start, min(start + BLOCK, asked.messages))]
            for at in range(0, len(block), 200):
                with desk.store.write() as connection:
                    capture(connection, block[at : at + 200], SOFTWARE)
            began = time.monotonic()
            done = sum(1 for _ in process(desk, patient=False, processes=2))
            seconds.append((time.monotonic() - began) / done)
            print(f"{start + done} filed, {1000 * seconds[-1]:.2f} ms each in this block", flush=True)
        given: dict[int, str] = {}
        with desk.store.read() as connection:
            for start in range(1, asked.messages + 1, BLOCK):
                given.update(labels(connection, list(range(start, start + BLOCK))))
        desk.store.close()
    by_campaign: defaultdict[int, Counter[str | None]] = defaultdict(Counter)
    for number, campaign in enumerate(belongs, start=1):
        if campaign is not None:
            by_campaign[campaign][given.get(number)] += 1
    main_label = {
        campaign: max((one for one in found.items() if one[0]), key=lambda one: one[1], default=(None, 0))[0]
        for campaign, found in by_campaign.items()
    }
    members = sum(found.total() for found in by_campaign.values())
    right = sum(found[main_label[campaign]] for campaign, found in by_campaign.items() if main_label[campaign])
    wrong = sum(1 for number, campaign in enumerate(belongs, start=1) if campaign is None and number in given)
    print(f"members found: {right} of {members}, {100 * right / max(1, members):.2f} %; taken for members: {wrong}")
    print(f"last block beside the first: {seconds[-1] / seconds[0]:.2f}")


if __name__ == "__main__":
    main()
