"""Accuracy of filing on a mailbox with a manifest, fact by fact and language by language, and time per message.

    .venv/bin/python benchmarks/filing.py ../shared/mailbox/sample [--score ../shared/mailbox/score.py] [--without ru]

Runs the real commands on a store of its own, then lets the scorer that lies beside such mailboxes compare. With
``--halves`` the facts are printed apart for odd and even messages: the rules were written while looking at the odd
ones alone. ``--without LANG`` leaves out the words of one language, since language rules are data.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")


def run(code: Path, home: Path, *arguments: str) -> str:
    """What one of our commands prints; ``code`` is the project, or a copy of it."""
    environment = {**os.environ, "INTAKE_HOME": str(home), "PYTHONPATH": str(code)}
    command = [sys.executable, "-m", "intake", *arguments]
    done = subprocess.run(command, cwd=code, env=environment, capture_output=True, text=True, timeout=3600, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def copy_without(language: str, folder: Path) -> Path:
    """The project, its lists of words in one language emptied."""
    for part in ("intake", "digest", "config", "migrations"):
        shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (folder / "intake").rglob(f"{language}.toml"):
        text = file.read_text(encoding="utf-8")
        file.write_text("\n".join(emptied(tomllib.loads(text))), encoding="utf-8")
    return folder


def emptied(table: dict[str, Any], above: str = "") -> Iterator[str]:
    """The keys of a table, each with an empty list, then the tables in it."""
    yield from (f"{key} = []" for key, value in table.items() if not isinstance(value, dict))
    for key, value in table.items():
        if isinstance(value, dict):
            yield f"[{above}{key}]"
            yield from emptied(value, f"{above}{key}.")


def half(mailbox: Path, folder: Path, parity: int) -> Path:
    """A mailbox with every other message."""
    folder.mkdir()
    lines = (mailbox / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = [line for number, line in enumerate(lines, start=1) if number % 2 == parity]
    (folder / "manifest.jsonl").write_text("\n".join(chosen) + "\n", encoding="utf-8")
    for line in chosen:
        shutil.copy(mailbox / json.loads(line)["file"], folder)
    return folder


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("mailbox", type=Path)
    ask.add_argument("--score", type=Path)
    ask.add_argument("--without", choices=LANGUAGES, default="")
    ask.add_argument("--halves", action="store_true")
    asked = ask.parse_args()
    score = asked.score or asked.mailbox.resolve().parent / "score.py"
    with tempfile.TemporaryDirectory(prefix="filing-") as name:
        folder = Path(name)
        home, output = folder / "home", folder / "output.jsonl"
        code = copy_without(asked.without, folder / "code") if asked.without else PROJECT
        run(
            code,
            home,
            "import",
            str(asked.mailbox.resolve()),
            "--manifest",
            str(asked.mailbox.resolve() / "manifest.jsonl"),
        )
        began = time.monotonic()
        run(code, home, "work", "--once")
        seconds = time.monotonic() - began
        listed = run(code, home, "list", "--json")
        output.write_text(listed, encoding="utf-8")
        print(f"{1000 * seconds / max(1, listed.count(chr(10))):.0f} ms a message, start and documents included")
        wholes = [("all", asked.mailbox)]
        if asked.halves:
            wholes += [(word, half(asked.mailbox, folder / word, parity)) for word, parity in (("odd", 1), ("even", 0))]
        for word, mailbox in wholes:
            print(f"--- {word} messages" + (f", without {asked.without}" if asked.without else ""))
            command = [sys.executable, str(score), str(output), str(mailbox), "--failures", "0"]
            subprocess.run(command, check=False, timeout=600)


if __name__ == "__main__":
    main()
