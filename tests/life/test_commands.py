"""Whole e-mails through the real commands, each a process of its own."""

from __future__ import annotations

import hashlib
import json
import mailbox
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from service import letter

SHARED = Path(__file__).resolve().parents[3] / "shared"
OUTCOMES = {"filed", "held", "automatic", "duplicate", "spam"}


def run(program: str, home: Path, *arguments: object, status: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", program, "--home", str(home), *map(str, arguments)],
        capture_output=True,
        check=False,
    )
    assert done.returncode == status, done.stderr.decode() + done.stdout.decode()
    return (done.stdout if status == 0 else done.stderr).decode()


def listed(home: Path, *arguments: str) -> list[dict]:
    return [json.loads(line) for line in run("intake", home, "list", "--json", *arguments).splitlines()]


@pytest.mark.shared
def test_the_sample_mailbox_is_read_whole(home: Path) -> None:
    sample = SHARED / "mailbox" / "sample"
    run("intake", home, "import", sample, "--manifest", sample / "manifest.jsonl")
    run("intake", home, "work", "--once")
    lines = listed(home)
    assert len(lines) == 80
    for line in lines:
        assert line["raw_sha256"] == hashlib.sha256((sample / line["source_file"]).read_bytes()).hexdigest()
        assert line["status"] in OUTCOMES
        assert line["reason"]
        assert line["findings"]
    assert all(line["references"] for line in lines if line["status"] == "filed")
    score = subprocess.run(
        [sys.executable, str(SHARED / "mailbox" / "score.py"), _write(home, lines), str(sample), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    facts = json.loads(score.stdout)["facts"]
    right, of = facts["status"]["*"]
    assert right / of >= 0.95
    assert facts["consultations"]["*"][0] / facts["consultations"]["*"][1] >= 0.9


def _write(home: Path, lines: list[dict]) -> str:
    path = home / "out.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return str(path)


@pytest.mark.shared
def test_real_messages_are_all_accounted_for(home: Path) -> None:
    handout = SHARED / "mail" / "handout"
    said = run("intake", home, "import", handout)
    run("intake", home, "work", "--once")
    lines = listed(home)
    messages = sorted(path for path in handout.rglob("*") if path.suffix in {".eml", ".msg"})
    assert said.startswith(f"{len(messages)} captured, 0 imported before")
    assert sorted(line["source_file"] for line in lines) == [path.relative_to(handout).as_posix() for path in messages]
    octets = {path.relative_to(handout).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in messages}
    assert all(octets[line["source_file"]] == line["raw_sha256"] for line in lines)
    assert {line["status"] for line in lines} <= OUTCOMES
    twice = [line for line in lines if line["duplicate_of"] is not None]
    same = Counter(line["raw_sha256"] for line in lines)
    assert all(same[line["raw_sha256"]] > 1 or line["message_id"] for line in twice)


def test_from_a_file_to_a_receipt_and_an_edition(home: Path, tmp_path: Path) -> None:
    mail = tmp_path / "mail"
    mail.mkdir()
    (mail / "001.eml").write_bytes(letter(1))
    (mail / "002.eml").write_bytes(letter(2, "Hello from us.").replace(b"+ott", b""))
    manifest = tmp_path / "manifest.jsonl"
    now = "2026-11-25T10:00:00+01:00"
    rows = [
        {"file": "001.eml", "mail_from": "amina@labo.example", "rcpt_to": "cwg-internet+ott@consultations.example"},
        {"file": "002.eml", "mail_from": "amina@labo.example", "rcpt_to": "cwg-internet@consultations.example"},
    ]
    manifest.write_text("\n".join(json.dumps(row | {"received_at": now}) for row in rows), encoding="utf-8")
    assert run("intake", home, "import", mail, "--manifest", manifest).startswith("2 captured")
    assert run("intake", home, "import", mail, "--manifest", manifest).startswith("0 captured, 2 imported before")
    run("intake", home, "work", "--once")
    filed, held = listed(home)
    assert (filed["status"], held["status"]) == ("filed", "held")
    assert run("intake", home, "show", filed["references"][0], "--raw") == (mail / "001.eml").read_bytes().decode()
    said = run(
        "intake", home, "file", held["delivery"], "--under", "gender-divide", "--reason", "she says so by telephone",
        "--officer", "A. Officer",
    )  # fmt: skip
    assert "filed" in said
    run("intake", home, "work", "--once")
    again = listed(home, "--consultation", "gender-divide")
    assert [line["delivery"] for line in again] == [held["delivery"]]
    assert again[0]["reason"] == again[0]["findings"][0]["reason"] == "she says so by telephone"
    out = tmp_path / "archive"
    run("digest", home, "export", "--all", "--format", "mboxrd", "--audience", "restricted", "--out", out)
    with closing(mailbox.mbox(out / "messages.mbox", create=False)) as independent:
        assert len(independent) == 2
    run("digest", home, "verify", out)
    run("digest", home, "compile", "ott", "--format", "html,json", "--out", tmp_path / "compiled")
    page = (tmp_path / "compiled" / "ott-rev1.html").read_text(encoding="utf-8")
    assert filed["references"][0] in page
    assert "amina@labo.example" not in page


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "CWGI-2026-000071-K"], "is no reference of ours"),
        (["show", "4711"], "Nothing in the record is named 4711."),
        (["list", "--consultation", "otp"], "There is no consultation 'otp'; there are: "),
        (["file", "1", "--reason", "x"], "Say one of --under SLUG, --hold, --not-relevant."),
        (["import", "no-such-folder"], "there is no such file or folder"),
        (["replay"], "Say one of --failed, --all, or which deliveries."),
    ],
)
def test_a_refusal_is_one_plain_sentence(home: Path, arguments: list[str], sentence: str) -> None:
    said = run("intake", home, *arguments, status=1)
    assert sentence in said
    assert "Traceback" not in said
    assert said.count("\n") == 1


def test_wrong_usage_exits_with_2(home: Path) -> None:
    assert "No such option" in run("intake", home, "list", "--jsn", status=2)


def test_a_database_of_another_revision_is_refused_with_what_to_run(home: Path) -> None:
    run("intake", home, "list")
    import sqlite3

    with sqlite3.connect(home / "intake.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '19990101_01'")
    assert "which this release does not know; run the newer release" in run("intake", home, "list", status=1)
