"""Replay through the real command: all that is known reads the same, again and again, with its documents."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from factories import AUTHOR, OTT, letter, with_files
from sqlalchemy import text
from weasyprint import HTML

from intake.settings import read_settings
from intake.storage.session import open_record
from intake.storage.tables import deliveries, readings

SHARED = Path(__file__).resolve().parents[3] / "shared"
HANDOUT_SECONDS = 1200
"""For all commands over the whole handout; they take a few minutes on two cores."""


def run(home: Path, *arguments: object, status: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "intake", "--home", str(home), *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=HANDOUT_SECONDS,
    )
    assert done.returncode == status, done.stderr.decode() + done.stdout.decode()
    return done.stdout.decode()


def printed(words: str) -> bytes:
    octets = HTML(string=f"<p>{words}</p>").write_pdf()
    assert octets is not None
    return octets


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """An answer in a file, the same file again from another, a plain answer, a robot, one that waits for a person."""
    folder = tmp_path / "mail"
    folder.mkdir()
    file = ("answer.pdf", "application/pdf", printed("We support the proposal of the group in full."))
    for number, octets in enumerate(
        (
            with_files(file, body="Please see the file.", message_id="<1@x>"),
            with_files(file, body="We join our neighbours.", sender="b@y.example", message_id="<2@x>"),
            letter("We answer yes.", to=OTT, message_id="<3@x>"),
            letter("Out of office.", to=OTT, message_id="<4@x>", more=["Auto-Submitted: auto-replied"]),
            letter("Hello?", message_id="<5@x>"),
        )
    ):
        (folder / f"{number}.eml").write_bytes(octets)
    rows = [
        {"file": f"{number}.eml", "mail_from": AUTHOR, "rcpt_to": OTT, "received_at": "2026-11-30T09:00:00Z"}
        for number in range(4)
    ]
    (folder / "manifest.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder


@pytest.fixture
def filled(home: Path, mail: Path) -> Path:
    run(home, "import", mail, "--manifest", mail / "manifest.jsonl", "--quiet")
    run(home, "work", "--once")
    return home


def test_a_replay_that_changes_nothing_says_nothing_and_leaves_nothing(filled: Path) -> None:
    before = run(filled, "list", "--json")
    lines = [json.loads(line) for line in before.splitlines()]
    assert [line["attachments"][0]["text"] for line in lines[:2]] == [
        "We support the proposal of the group in full."
    ] * 2
    assert [line["status"] for line in lines] == ["filed", "filed", "filed", "automatic", "held"]
    page = run(filled, "show", "1", "--json")
    for options in (["--all"], ["--all", "--dry-run"], ["1", "2"], ["--failed"]):
        said = run(filled, "replay", *options)
        assert said.count("\n") == 1
        assert ": 0 " in said
        assert run(filled, "list", "--json") == before
    assert run(filled, "show", "1", "--json") == page
    assert run(filled, "replay", "--all", "--json") == ""


def test_what_is_read_otherwise_is_said_and_entered(filled: Path) -> None:
    before = [json.loads(line) for line in run(filled, "list", "--json").splitlines()]
    store = open_record(read_settings(filled))
    with store.write() as connection:  # As if an earlier release had read it so.
        connection.execute(
            readings.update().where(readings.c.delivery_id == 1).values(subject="Misread", language="zh")
        )
    store.close()
    damaged = run(filled, "list", "--json")
    dry = run(filled, "replay", "--all", "--dry-run")
    assert 'subject: "Misread" -> "Our response"' in dry
    assert "5 read again: 1 would change, 4 the same." in dry
    assert run(filled, "list", "--json") == damaged
    (line,) = run(filled, "replay", "--all", "--json").splitlines()
    changed = json.loads(line)
    assert changed["delivery"] == 1
    assert changed["changes"][0] == {"fact": "subject", "before": "Misread", "after": "Our response"}
    assert [json.loads(line) for line in run(filled, "list", "--json").splitlines()] == before


def test_what_our_software_failed_on_is_read_and_answered_once(filled: Path) -> None:
    store = open_record(read_settings(filled))
    with store.write() as connection:
        connection.execute(deliveries.update().where(deliveries.c.id == 3).values(status="shunted", failure="it broke"))
    store.close()
    letters = sorted((filled / "outbox").glob("**/*"))
    said = run(filled, "replay", "--failed")
    assert "Delivery 3\n" in said
    assert '  status: "shunted" -> "filed"' in said
    assert said.endswith("1 read again: 1 changed, 0 the same.\n")
    run(filled, "work", "--once")
    assert sorted((filled / "outbox").glob("**/*")) == letters
    assert run(filled, "replay", "--failed") == "0 read again: 0 changed, 0 the same.\n"


def test_where_it_cannot_be_read_any_more_it_stands_as_it_stood_and_that_is_said(filled: Path) -> None:
    before = run(filled, "list", "--json")
    store = open_record(read_settings(filled))
    with store.write() as connection:  # As a disk may do it.
        connection.execute(text("DROP TRIGGER raw_messages_write_once"))
        connection.execute(
            text("UPDATE raw_messages SET octets = x'726f74' WHERE sha256 LIKE :start"), {"start": sha(before)}
        )
    store.close()
    said = run(filled, "replay", "--all", status=1)
    assert "Delivery 3: our software failed: DamagedOctets" in said
    assert "5 read again: 0 changed, 4 the same." in said
    assert run(filled, "list", "--json") == before
    assert "DamagedOctets" in json.loads(run(filled, "show", "3", "--json"))["failures"][0]["failure"]


def sha(listed: str) -> str:
    return str(json.loads(listed.splitlines()[2])["raw_sha256"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["1", "--all"], "Say one of --failed, --all, or which deliveries."),
        (["4711"], "Nothing in the record is named 4711."),
    ],
)
def test_a_replay_of_what_is_not_there_is_refused(filled: Path, arguments: list[str], sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "intake", "--home", str(filled), "replay", *arguments], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr.decode()) == (1, sentence + "\n")


@pytest.mark.shared
def test_the_whole_handout_reads_the_same_after_two_replays(home: Path) -> None:
    run(home, "import", SHARED / "mail" / "handout", "--quiet")
    run(home, "work", "--once")
    first = run(home, "list", "--json")
    attached = [file for line in first.splitlines() for file in json.loads(line)["attachments"]]
    assert sum(1 for file in attached if file["text"]) >= 10
    for _ in range(2):
        said = run(home, "replay", "--all")
        assert ": 0 changed, " in said, said
        assert run(home, "list", "--json") == first
