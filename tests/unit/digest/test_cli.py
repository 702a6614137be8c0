from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from digest.corpus import reader
from digest.edition.daily import LOOKBACK
from intake.storage.tables import events, filings
from intake.vocabulary.submission import Status


def data(folder: Path, revision: int) -> Any:
    return json.loads((folder / f"ott-rev{revision}.json").read_bytes())


@pytest.mark.parametrize("command", ["compile", "daily", "export", "verify"])
def test_help_ends_with_examples(run: Any, command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert ran.out.decode().rstrip().splitlines()[-1].strip().startswith(f"digest {command}")


def test_help_needs_no_heavy_import() -> None:
    asked = "import sys, digest.cli; sys.exit(bool({'sqlalchemy', 'jinja2', 'pydantic'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


# --- compile -----------------------------------------------------------------------------------------


def test_a_compiled_version_closes(record: Any, run: Any, tmp_path: Path) -> None:
    reference = record.respond("One.", files=("a.pdf",))
    record.file(record.receive("elsewhere"), "gender-divide")
    record.decide(record.receive("junk"), Status.SPAM, "junk from joe@example.org")
    ran = run("compile", "ott", "--format", "json", "--out", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert sorted(path.name for path in tmp_path.glob("ott*")) == ["ott-rev1.json"]
    content = data(tmp_path, 1)["content"]
    assert [one["reference"] for one in content["in_time"]] == [reference]
    assert content["reconciliation"]["received"] == sum(content["reconciliation"]["outcomes"].values()) == 3
    assert (content["filed_here"], content["reconciliation"]["outcomes"]["filed"]) == (1, 2)
    assert content["excluded"] == [{"status": "spam", "reason": "junk from [e-mail address withheld]", "number": 1}]
    assert set(content["consultation"]["title"]) == {"ar", "en", "es", "fr", "ru", "zh"}


def test_nothing_new_makes_no_new_revision(record: Any, run: Any, tmp_path: Path) -> None:
    record.respond()
    run("compile", "ott", "--out", tmp_path / "a")
    record.at += timedelta(days=1)
    ran = run("compile", "ott", "--out", tmp_path / "b")
    assert b"nothing is new since Rev.1" in ran.out
    for name in ("ott-rev1.html", "ott-rev1.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_new_revision_says_what_changed_and_joins_the_folder(record: Any, run: Any, tmp_path: Path) -> None:
    first = record.respond("One.")
    run("compile", "ott", "--out", tmp_path / "out")
    second = record.respond("Two.", supersedes=record.delivery_of(first))
    assert b"Rev.2, new" in run("compile", "ott", "--out", tmp_path / "out").out
    edition = data(tmp_path / "out", 2)
    assert [(one["reference"], one["kind"]) for one in edition["changes"]] == [
        (first, "replaced"),
        (second, "added"),
    ]
    assert edition["previous"]["revision"] == 1
    assert edition["content"]["superseded"][0]["successor"] == second
    assert run("verify", tmp_path / "out").code == 0


def test_a_past_moment_is_read_again_and_reprinted(record: Any, run: Any, tmp_path: Path) -> None:
    record.respond("One.")
    then = record.now.isoformat()
    record.respond("Two.")
    run("compile", "ott", "--as-of", then, "--out", tmp_path / "a")
    assert len(data(tmp_path / "a", 1)["content"]["in_time"]) == 1
    record.decide(1, Status.WITHDRAWN)
    run("compile", "ott", "--out", tmp_path / "b")
    again = run("compile", "ott", "--as-of", then, "--out", tmp_path / "c")
    assert b"Rev.1 again" in again.out
    for name in ("ott-rev1.html", "ott-rev1.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "c" / name).read_bytes()


def test_a_person_s_decision_changes_a_response(record: Any, run: Any, tmp_path: Path) -> None:
    reference = record.respond("One.")
    run("compile", "ott", "--out", tmp_path)
    record.place_again(record.delivery_of(reference), 1, confidential=True)
    run("compile", "ott", "--out", tmp_path)
    (change,) = data(tmp_path, 2)["changes"]
    assert (change["reference"], change["kind"]) == (reference, "changed")
    assert "Jane" not in (tmp_path / "ott-rev2.html").read_text()


@pytest.mark.parametrize(
    ("as_of", "code", "said"),
    [
        ("2026-11-23T09:00:00", 1, "has no zone"),
        ("2026-11-23", 1, "has no zone"),
        ("2099-01-01T00:00:00Z", 1, "in the future"),
        ("yesterday", 2, "is no time"),
    ],
)
def test_a_moment_that_cannot_be_meant_is_refused(run: Any, tmp_path: Path, as_of: str, code: int, said: str) -> None:
    ran = run("compile", "ott", "--as-of", as_of, "--out", tmp_path)
    assert ran.code == code
    assert said in ran.err
    assert code == 2 or ran.err.count("\n") == 1
    assert list(tmp_path.glob("ott*")) == []


def test_refusals_are_one_sentence(run: Any, tmp_path: Path) -> None:
    ran = run("compile", "nothing", "--out", tmp_path)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "ott" in ran.err
    assert run("compile", "ott", "--format", "docx", "--out", tmp_path).code == 2
    assert run("compile", "ott").code == 2


def test_no_record_is_begun_by_reading(tmp_path: Path, run: Any) -> None:
    ran = run("--home", tmp_path / "nowhere", "daily")
    assert (ran.code, ran.out) == (1, b"")
    assert "--home" in ran.err
    assert not (tmp_path / "nowhere").exists()


# --- daily -------------------------------------------------------------------------------------------


def test_a_digest_is_kept_and_printed_again(record: Any, run: Any) -> None:
    record.respond()
    printed = run("daily")
    assert printed.code == 0
    assert b"#1 " in printed.out
    assert run("daily", "--date", "2026-11-23").out == printed.out
    assert run("daily").out == printed.out


def test_the_next_digest_begins_where_the_last_ended(record: Any, run: Any) -> None:
    record.respond()
    first = run("daily").out
    record.respond()
    second = run("daily").out
    assert b"#2 " in second
    assert b"#1 " not in second
    assert run("daily", "--date", "2026-11-23").out == first + second


def test_an_empty_day_has_its_digest_too(record: Any, run: Any) -> None:
    run("daily")
    record.at += timedelta(days=1)
    assert b"Nothing was received." in run("daily").out
    assert run("daily", "--date", "2026-11-24").code == 0


def test_what_waits_stands_first_until_it_is_decided(record: Any, run: Any) -> None:
    delivery = record.receive()
    record.decide(delivery, Status.HELD)
    first = run("daily").out.decode()
    assert first.index("Waiting for a person (1)") < first.index("Received since")
    record.at += timedelta(days=3)
    assert "Waiting for a person (1)" in run("daily").out.decode()
    record.file(delivery)
    last = run("daily").out.decode()
    assert "Nothing waits." in last
    assert "decided since the last digest (1)" in last


def test_what_was_committed_late_is_told_by_the_next_digest(record: Any, run: Any) -> None:
    record.receive()
    run("daily")
    record.at -= timedelta(minutes=30)
    late = record.receive()
    record.at += timedelta(minutes=45)
    assert f"#{late} ".encode() in run("daily").out


def test_a_decision_committed_late_is_told_too(record: Any, run: Any) -> None:
    delivery = record.receive()
    record.decide(delivery, Status.HELD)
    run("daily")
    record.at += LOOKBACK * 3
    run("daily")
    record.at -= timedelta(minutes=30)
    record.decide(delivery, Status.SPAM)
    record.at += timedelta(minutes=45)
    assert b"decided since the last digest (1)" in run("daily").out


def test_a_moment_already_told_is_refused(record: Any, run: Any) -> None:
    record.receive()
    then = record.at.isoformat()
    record.receive()
    run("daily")
    ran = run("daily", "--as-of", then)
    assert (ran.code, ran.out) == (1, b"")
    assert "--date" in ran.err
    assert run("daily", "--date", "2025-01-01").code == 1
    assert run("daily", "--date", "soon").code == 2


# --- export ------------------------------------------------------------------------------------------


def test_an_export_is_an_event(record: Any, run: Any, tmp_path: Path) -> None:
    record.respond()
    assert run("export", "ott", "--format", "mboxrd", "--audience", "restricted", "--out", tmp_path / "x").code == 0
    with record.store.read() as connection:
        event = connection.execute(select(events)).one()
    assert (event.type, event.detail["scope"], event.detail["messages"]) == ("export", "ott", 1)


def test_a_folder_that_holds_something_is_left_alone(record: Any, run: Any, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    ran = run("export", "--all", "--format", "mboxrd", "--audience", "restricted", "--out", tmp_path)
    assert ran.code == 1
    assert "--out" in ran.err
    with record.store.read() as connection:
        assert connection.execute(select(events)).all() == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("ott", "--format", "mboxrd", "--audience", "public"),
        ("ott", "--format", "eml", "--audience", "restricted"),
        ("--format", "mboxrd", "--audience", "restricted"),
        ("ott", "--all", "--format", "mboxrd", "--audience", "restricted"),
    ],
)
def test_what_cannot_be_exported_is_a_usage_error(run: Any, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run("export", *arguments, "--out", tmp_path / "x").code == 2
    assert not (tmp_path / "x").exists()


def test_decisions_taken_back_leave_what_was_captured(record: Any) -> None:
    record.respond()
    with record.store.write() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        connection.exec_driver_sql("DELETE FROM placements")
        connection.execute(delete(filings))
    with record.store.read() as connection:
        assert reader.count_outcomes(connection, record.now).counts[Status.CAPTURED] == 1
