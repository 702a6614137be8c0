"""Bulk intake of one mailbox: import and work, beside notmuch, mu and public-inbox, in the same run.

    .venv/bin/python benchmarks/import.py [--messages 20000] [--octets 155000] [--peers notmuch,mu,public-inbox]

Writes a Maildir of its own (the same numbers give the same octets), then lets each program take it in as
its manual says. Ours does everything: capture, decode, file, register, receipt; the peers index what they
find, and only public-inbox keeps the messages. Peers are Debian's notmuch, maildir-utils and public-inbox;
one that is not there is left out, and named. The figures that count are the ratios.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from base64 import encodebytes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SAMPLE_SECONDS = 0.05
"""Between two looks at the memory of a program and its children."""
AUTHORS_PER_MESSAGE = 0.4
WITH_FILES = 0.6
"""The share of messages that carry files; the size of the others is text alone."""
COMMON_WORDS = 0.7
"""The share of words that every text has; the others make an index large."""
SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "zu",
]
LANGUAGES = {
    "en": "we think that access to the network should be open to all people and that rules must be fair for small "
    "providers and for users in every country because prices and quality differ much between regions",
    "fr": "nous pensons que les services en ligne doivent rester ouverts à tous et que les règles doivent être "
    "équitables pour les petits fournisseurs comme pour les utilisateurs dans chaque pays",
    "es": "pensamos que los servicios deben seguir abiertos a todas las personas y que las reglas deben ser justas "
    "para los pequeños proveedores y para los usuarios de cada país",
}


def write_maildir(folder: Path, messages: int, octets: int, seed: int) -> int:
    """Write the mailbox; give back its size."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    noise = chance.randbytes(8 * 2**20)
    # Sizes of files spread as in real mail: many small ones, few large; the factor sets the mean.
    mean = octets / WITH_FILES / 1.37
    total = 0
    for number in range(messages):
        letter = write_letter(number, messages, mean, chance, noise)
        (folder / "cur" / f"{1_764_000_000 + number}.M{number}P1.bench:2,S").write_bytes(letter)
        total += len(letter)
    return total


def rare_word(chance: random.Random) -> str:
    """A word of three or four syllables, the low ones far more often: some 100,000 different ones, as in real mail."""
    rank = int(chance.paretovariate(0.8)) % 100_000 + 20
    word = ""
    while rank:
        rank, rest = divmod(rank, 20)
        word += SYLLABLES[rest]
    return word


def write_letter(number: int, messages: int, mean: float, chance: random.Random, noise: bytes) -> bytes:
    """One message; the numbers decide all of it."""
    author = chance.randrange(max(1, int(messages * AUTHORS_PER_MESSAGE)))
    language = chance.choice(list(LANGUAGES))
    words = LANGUAGES[language].split()
    lines = [
        " ".join(chance.choice(words) if chance.random() < COMMON_WORDS else rare_word(chance) for _ in range(12))
        for _ in range(chance.randrange(20, 300))
    ]
    text = f"Dear secretariat,\n\n{chr(10).join(lines)}\n\nWith kind regards\nAuthor {author}\n"
    moment = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(1_794_000_000 + number))
    head = (
        f"Return-Path: <author{author}@labo{author % 97}.example>\n"
        f"Received: from mail.labo{author % 97}.example (mail.labo{author % 97}.example [192.0.2.{author % 250}])\n"
        f"\tby mx.consultations.example with ESMTPS id {number:08x}; {moment}\n"
        f"From: Author {author} <author{author}@labo{author % 97}.example>\n"
        f"To: cwg-internet+ott@consultations.example\nSubject: Our response, part {number}\nDate: {moment}\n"
        f"Message-ID: <{number}.bench@labo{author % 97}.example>\nMIME-Version: 1.0\n"
    )
    body = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"
    if chance.random() > WITH_FILES:
        return (head + body).encode()
    parts = [body.encode()]
    for place in range(chance.choice((1, 1, 1, 2, 3))):
        size = min(int(chance.lognormvariate(0, 1.2) * mean / 2.05 / 1.6), 20 * 2**20) + 100
        start = chance.randrange(len(noise))
        file = (noise[start : start + size] + noise * (size // len(noise) + 1))[:size]
        parts.append(
            f'Content-Type: application/pdf\nContent-Disposition: attachment; filename="annex-{place}.pdf"\n'
            "Content-Transfer-Encoding: base64\n\n".encode()
            + encodebytes(file)
        )
    fence = f"=_{number:x}_bench"
    opening = f"--{fence}\n".encode()
    whole = b"".join(opening + part + b"\n" for part in parts)
    kind = f'Content-Type: multipart/mixed; boundary="{fence}"\n\n'
    return (head + kind).encode() + whole + f"--{fence}--\n".encode()


@dataclass(frozen=True, slots=True)
class Figures:
    """How one program fared."""

    seconds: float
    peak_octets: int
    """Of all its processes together, proportional set size."""
    disk_octets: int


def measure(
    commands: Sequence[Sequence[str]], disk: Path, environment: Mapping[str, str], *, together: bool
) -> Figures:
    """Run the commands, one after the other or all at once."""
    peak, stop = [0], threading.Event()
    started = time.perf_counter()
    running: list[subprocess.Popen[bytes]] = []
    sampler = threading.Thread(target=_sample, args=(running, peak, stop))
    sampler.start()
    try:
        for command in commands:
            running.append(
                subprocess.Popen(
                    command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **environment}
                )
            )
            if not together:
                _finish(running[-1])
        if together:
            for process in running:
                _finish(process)
    finally:
        stop.set()
        sampler.join()
    spent = time.perf_counter() - started
    used = sum(path.stat().st_size for path in disk.rglob("*") if path.is_file() and not path.is_symlink())
    return Figures(spent, peak[0], used)


def _finish(process: subprocess.Popen[bytes]) -> None:
    _, said = process.communicate()
    if process.returncode:
        raise SystemExit(f"{process.args!r} failed: {said.decode(errors='replace')[-2000:]}")


def _sample(running: Sequence[subprocess.Popen[bytes]], peak: list[int], stop: threading.Event) -> None:
    while not stop.wait(SAMPLE_SECONDS):
        peak[0] = max(peak[0], sum(_memory(process.pid) for process in list(running)))


def _memory(pid: int) -> int:
    """Proportional set size of a process and its descendants, in octets."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, ProcessLookupError):
        return 0
    own = next((int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return own + sum(_memory(int(child)) for child in children)


def ours(mail: Path, work: Path, config: Path) -> Figures:
    """Import, then work until nothing waits."""
    # An installed program has its byte code; where the surroundings forbid to write it, a first run makes it here.
    environment = {
        "PYTHONPATH": str(PROJECT),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(work / "bytecode"),
    }
    intake = [sys.executable, "-m", "intake", "--config", str(config), "--home"]
    first = sorted((mail / "cur").iterdir())[:100]
    warm = [[*intake, str(work / "warm"), "import", *map(str, first), "--quiet"]]
    measure([*warm, [*intake, str(work / "warm"), "work", "--once"]], work / "warm", environment, together=False)
    commands = [[*intake, str(work / "home"), "import", str(mail), "--quiet"]]
    commands.append([*intake, str(work / "home"), "work", "--once"])
    return measure(commands, work / "home", environment, together=False)


def notmuch(mail: Path, work: Path) -> Figures:
    """``notmuch new`` on an empty database."""
    config = work / "notmuch-config"
    config.write_text(f"[database]\npath={mail}\n[user]\nname=x\nprimary_email=x@y.example\n[new]\ntags=new\n")
    figures = measure(
        [["notmuch", "new", "--quiet"]], mail / ".notmuch", {"NOTMUCH_CONFIG": str(config)}, together=False
    )
    shutil.rmtree(mail / ".notmuch")
    return figures


def mu(mail: Path, work: Path) -> Figures:
    """``mu index`` on an empty database."""
    home = work / "mu"
    subprocess.run(["mu", "init", f"--muhome={home}", f"--maildir={mail}"], check=True, capture_output=True)
    return measure([["mu", "index", f"--muhome={home}", "--quiet"]], home, {}, together=False)


def public_inbox(mail: Path, work: Path) -> Figures:
    """A V2 inbox with its full index, one message after the other."""
    home, inbox = work / "pi-home", work / "inbox"
    home.mkdir()
    environment = {"HOME": str(home), "PI_CONFIG": str(home / "config"), "PI_EMERGENCY": str(home / "emergency")}
    subprocess.run(
        ["public-inbox-init", "-V2", "--indexlevel=full", "bench", str(inbox), "http://localhost/bench", "b@y.example"],
        check=True, capture_output=True, env={**os.environ, **environment},
    )  # fmt: skip
    script = (
        "use PublicInbox::Eml; use PublicInbox::InboxWritable; use PublicInbox::Config;"
        "my $ibx = PublicInbox::Config->new->lookup_name('bench'); my $im = PublicInbox::InboxWritable->new($ibx, {nproc => 1})->importer(0);"
        "for my $f (sort glob(\"$ARGV[0]/cur/*\")) { open my $fh, '<', $f or die; my $s = do { local $/; <$fh> };"
        "$im->add(PublicInbox::Eml->new(\\$s)) } $im->done"
    )
    return measure([["perl", "-e", script, str(mail)]], inbox, environment, together=False)


def main() -> None:
    """Measure, and print a line each."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=20_000)
    arguments.add_argument("--octets", type=int, default=155_000, help="mean size of a message")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--peers", default="notmuch,mu,public-inbox", help="separated by commas; empty: none")
    arguments.add_argument("--folder", type=Path, help="where to work; a Maildir found in it is used again")
    arguments.add_argument("--config", type=Path, default=PROJECT / "config")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="intake-benchmark-") as temporary:
        folder = given.folder or Path(temporary)
        mail = folder / f"mail-{given.messages}-{given.octets}-{given.seed}"
        if not mail.exists():
            write_maildir(mail, given.messages, given.octets, given.seed)
        octets = sum(path.stat().st_size for path in (mail / "cur").iterdir())
        print(f"{given.messages} messages, {octets / 1e6:.0f} MB, {octets / given.messages / 1e3:.0f} KB on average")
        print("Their files are noise, of which no program makes text: reading documents is not in these figures.")
        print(f"{'':14}{'messages/s':>11}{'MB/s':>7}{'peak MiB':>10}{'disk MB':>9}{'ours is':>12}")
        mine: Figures | None = None
        with tempfile.TemporaryDirectory(dir=folder) as work:
            runs = {
                "intake": lambda: ours(mail, Path(work), given.config),
                "notmuch": lambda: notmuch(mail, Path(work)),
                "mu": lambda: mu(mail, Path(work)),
                "public-inbox": lambda: public_inbox(mail, Path(work)),
            }
            programs = {"notmuch": "notmuch", "mu": "mu", "public-inbox": "public-inbox-init"}
            for name in ("intake", *filter(None, given.peers.split(","))):
                if name in programs and shutil.which(programs[name]) is None:
                    print(f"{name:14} is not installed")
                    continue
                figures = runs[name]()
                mine = mine or figures
                ratio = "" if figures is mine else f"{figures.seconds / mine.seconds:.2f} x as fast"
                print(
                    f"{name:14}{given.messages / figures.seconds:>11.0f}{octets / 1e6 / figures.seconds:>7.1f}"
                    f"{figures.peak_octets / 2**20:>10.0f}{figures.disk_octets / 1e6:>9.0f}  {ratio}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
