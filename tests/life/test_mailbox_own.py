"""A mailbox of our own, in forms of which no rule was made, through the real commands, fact by fact.

Its sources are in tests/mailbox; what is right is marked in them. Two things are asked of each fact: that most
of what is to be found is found, and that nothing is asserted that is wrong.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from posting import post

FLOOR = 0.9
"""Of what is to be found, that must be; each fact, over all six languages."""
LANGUAGE_FLOOR = 0.85
"""The same for the answers of one language."""
LEAST = 20
"""Messages of each kind in the mailbox."""
RELATIONS = ("supersedes", "supplements", "withdraws", "duplicate_of")


@dataclass
class Board:
    """Of each fact: what was to be found, what was, and what was asserted that is wrong."""

    sought: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    missed: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    wrong: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def mark(self, fact: str, file: str, right: object, got: object) -> None:
        """``right`` or ``got`` may be empty: nothing to be found, nothing asserted."""
        if right:
            self.sought[fact].append(file)
            if got != right:
                self.missed[fact].append(f"{file}: {got!r} for {right!r}")
        if got and got != right:
            self.wrong[fact].append(f"{file}: {got!r} for {right!r}")

    def share(self, fact: str) -> float:
        return 1 - len(self.missed[fact]) / len(self.sought[fact])


def run(home: Path, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "intake", "--home", str(home), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def compare(board: Board, line: dict[str, Any], got: dict[str, Any], names: dict[str, set[str]]) -> None:
    file, right = line["file"], line["expect"]
    board.mark("status", file, right["status_any"][0], got["status"])
    board.mark("consultations", file, right["consultations"], got["consultations"] or [])
    if right["language"]:
        board.mark("language", file, right["language"], got["language"])
    if got["status"] == "filed":
        for fact in ("confidential", "on_behalf", "cosignatories"):
            board.mark(fact, file, right[fact] or None, got[fact] or None)
    for fact in RELATIONS:
        one = right[fact]
        board.mark(fact, file, one, one if one in names[got[fact] or ""] else got[fact])
    wanted, given = right["answers"] or {}, got["answers"] or {}
    for question in {*wanted, *given}:
        text, said = letters(" ".join(wanted.get(question, ()))), letters(given.get(question, ""))
        board.mark("answers", file, text, text if text and text in said else said)
        board.mark(f"answers in {right['language']}", file, text, text if text and text in said else said)
        board.mark("nothing but the answer", file, text, said)


def campaigns(lines: list[dict[str, Any]], listed: dict[str, dict[str, Any]]) -> Iterator[tuple[str | None, str, str]]:
    """Of each message the campaign that it belongs to, that in which it was put, and its file."""
    for line in lines:
        yield line["expect"]["campaign"], json.dumps(listed[line["file"]]["campaign"]), line["file"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def read(home: Path) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]], Board]:
    folder = home / "mailbox"
    lines = post(folder)
    run(home, "import", folder, "--manifest", folder / "manifest.jsonl")
    run(home, "work", "--once")
    listed = {Path(one["source_file"]).name: one for one in map(json.loads, run(home, "list", "--json").splitlines())}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        names[hashlib.sha256((folder / line["file"]).read_bytes()).hexdigest()].add(line["file"])
    board = Board()
    for line in lines:
        compare(board, line, listed[line["file"]], names)
    return lines, listed, board


Read = tuple[list[dict[str, Any]], dict[str, dict[str, Any]], Board]


def test_every_message_has_its_line(read: Read) -> None:
    lines, listed, _ = read
    assert len(lines) >= 200
    assert set(listed) == {line["file"] for line in lines}


@pytest.mark.parametrize("fact", ["supersedes", "supplements", "withdraws", "duplicate_of", "confidential"])
def test_what_people_say_of_their_mail_is_found_and_nothing_else(read: Read, fact: str) -> None:
    board = read[2]
    assert len(board.sought[fact]) >= LEAST
    assert board.wrong[fact] == []
    assert board.share(fact) >= FLOOR, board.missed[fact]


@pytest.mark.parametrize("fact", ["on_behalf", "cosignatories"])
def test_nobody_is_said_to_speak_for_others_who_does_not(read: Read, fact: str) -> None:
    lines, _, board = read
    assert sum(bool(line["expect"][fact]) for line in lines) >= LEAST
    assert board.wrong[fact] == []


@pytest.mark.parametrize("fact", ["status", "consultations", "language", "answers"])
def test_most_is_placed_and_read(read: Read, fact: str) -> None:
    assert read[2].share(fact) >= 0.97, read[2].missed[fact]


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh"])
def test_answers_are_found_in_each_language(read: Read, language: str) -> None:
    fact = f"answers in {language}"
    assert read[2].share(fact) >= LANGUAGE_FLOOR, read[2].missed[fact]


def test_nothing_stands_under_a_question_but_its_answer(read: Read) -> None:
    """Greetings, annexes, signatories, translations stay outside; a last word of the writer's own may not."""
    board = read[2]
    assert board.share("nothing but the answer") >= 0.95, board.wrong["nothing but the answer"]


def test_no_voice_is_lost(read: Read) -> None:
    lines, listed, _ = read
    lost = [
        line["file"]
        for line in lines
        if line["expect"]["status_any"] == ["filed"] and listed[line["file"]]["status"] in {"duplicate", "automatic"}
    ]
    assert lost == []


def test_the_letters_of_a_campaign_are_known_as_one_and_no_others(read: Read) -> None:
    lines, listed, _ = read
    put: defaultdict[str, set[str | None]] = defaultdict(set)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for right, got, _ in campaigns(lines, listed):
        if got != "null":
            put[got].add(right)
        if right:
            found[right].add(got)
    assert len(found) == 3
    assert all(len(labels) == 1 and labels != {"null"} for labels in found.values()), found
    assert all(len(members) == 1 and None not in members for members in put.values()), put
