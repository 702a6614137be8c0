"""The register on a terminal: complete, summed, and safe to look at."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from factories import AGENT, OTT, FrozenMorning, arrival, captured, letter

from intake.capture import spool
from intake.ledger import listing
from intake.ledger.differences import Change
from intake.ledger.dossier import dossier
from intake.pipeline import Desk, handle
from intake.screen import closing_sum, letter_text, moment, print_list, print_one, print_replayed, printable
from intake.screen.changes import excerpts
from intake.settings import Settings
from intake.storage.session import Store
from intake.vocabulary.submission import Status

ZURICH = ZoneInfo("Europe/Zurich")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x1b[31mb", "a [31mb"), ("a\nb", "a b"), ("[bold]x[/bold]", "[bold]x[/bold]"), (None, ""), ("é字", "é字")],
)
def test_foreign_text_cannot_steer_the_terminal(text: str | None, shown: str) -> None:
    assert printable(text).plain == shown
    assert printable(text).spans == []


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, "0 received = 0"),
        ({Status.FILED: 2, Status.HELD: 0, Status.AUTOMATIC: 1}, "3 received = 2 filed + 1 automatic"),
    ],
)
def test_the_sum_names_what_occurs(counts: dict[Status, int], said: str) -> None:
    assert closing_sum(counts) == said


def test_a_moment_is_shown_with_its_zone() -> None:
    assert moment("2027-01-09T22:59:58Z", ZURICH) == "2027-01-09 23:59:58 CET"


@pytest.fixture
def desk(store: Store, settings: Settings) -> Desk:
    desk = Desk(store=store, settings=settings, clock=FrozenMorning(), agent=AGENT)
    octets = letter("a,b", to=OTT, subject="\x1b[2J[red]Hello", more=("Content-Type: text/csv; name=table.csv",))
    (number,) = captured(store, arrival(octets, rcpt_to=OTT))
    with store.read() as connection:
        delivery = spool.load(connection, number)
    handle(delivery, desk)
    return desk


def test_the_list_shows_every_delivery_and_the_sum(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with desk.store.read() as connection:
        print_list(listing.rows(connection), listing.count_by_status(connection), ZURICH)
    shown = capsys.readouterr().out
    for word in (
        "Amina Diallo",
        "[red]Hello",
        "filed",
        "CWGI-2026-000001",
        "2026-11-30 10:00:00 CET",
        "1 received = 1 filed",
    ):
        assert word in shown
    assert "\x1b[2J" not in shown


def test_one_delivery_is_shown_with_its_rules_events_and_letter(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with desk.store.read() as connection:
        print_one(connection, dossier(connection, 1), ZURICH)
    shown = capsys.readouterr().out
    for word in (
        "Delivery 1: filed",
        "yes plus-address: sent to the address of ott",
        "no  empty: there is a text or an attachment",
        "table.csv, text/csv",
        "capture by test 1: success",
        "Letter (queued)",
        "Dear contributor,",
    ):
        assert word in shown, word


def test_a_letter_is_shown_as_its_reader_sees_it(desk: Desk) -> None:
    with desk.store.read() as connection:
        ((_, octets, _),) = listing.letters_of(connection, 1)
    shown = letter_text(octets).plain
    assert "To: amina@labo.example" in shown
    assert "Fingerprint of your message" in shown


# --- all that is known of one --------------------------------------------------------------------------------


def known(desk: Desk, **more: Any) -> dict[str, Any]:
    with desk.store.read() as connection:
        return {**dossier(connection, 1), **more}


def shown_page(desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, **more: Any) -> str:
    monkeypatch.setenv("COLUMNS", "200")
    facts = known(desk, **more)
    with desk.store.read() as connection:
        print_one(connection, facts, ZURICH)
    return capsys.readouterr().out


def span(kind: str, start: int, end: int) -> dict[str, Any]:
    return {"kind": kind, "start": start, "end": end}


def test_the_way_of_a_message_is_shown_from_its_octets_where_they_are_there(
    store: Store, settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no part of the record: mail-parser is asked when somebody looks."""
    desk = Desk(store=store, settings=settings, clock=FrozenMorning(), agent=AGENT)
    line = "Received: from a.example by mx.desk.example with ESMTP id 7; Mon, 30 Nov 2026 10:00:00 +0100"
    (number,) = captured(store, arrival(letter(more=(line,)), rcpt_to=OTT))
    with store.read() as connection:
        delivery = spool.load(connection, number)
    handle(delivery, desk)
    assert "2026-11-30 10:00:00 CET: mx.desk.example from a.example" in shown_page(desk, capsys, monkeypatch)
    gone = shown_page(desk, capsys, monkeypatch, raw_sha256="0" * 64)
    assert "The vault holds nothing named" in gone


def test_whose_words_they_are_is_said_in_words(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "We say yes.\n> Why?\n-- \nAmina\nConfidential."
    spans = [span("own", 0, 12), span("quoted", 12, 19), span("signature", 19, 29), span("disclaimer", 29, 42)]
    lines = shown_page(desk, capsys, monkeypatch, text=text, spans=spans).splitlines()
    for heading, said in (
        ("Text, own words", "  We say yes."),
        ("Text, quoted", "  > Why?"),
        ("Text, signature", "  -- "),
        ("Text, disclaimer", "  Confidential."),
    ):
        assert lines[lines.index(heading) + 1].rstrip() == said.rstrip()


def test_a_long_text_is_cut_where_it_says_so(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = shown_page(desk, capsys, monkeypatch, text="word\n" * 2000, spans=[])
    assert "(5999 characters more: intake show --json)" in shown
    assert shown.count("  word\n") == 800


def test_files_forwarded_messages_defects_and_failures_are_shown(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = {
        "name": "answer.pdf",
        "type": "application/octet-stream",
        "size": 9,
        "original_name": "../answer.pdf\x1b[2J",
        "detected_type": "application/pdf",
        "container": "winmail.dat",
        "flags": ["recognized", "comments"],
        "text": "Yes.\nGladly.",
        "engine": "pdfium 5",
        "comments": ["who says so?"],
    }
    inner = {
        "attachment": 0,
        "author_name": "Bo",
        "author_address": "bo@x.example",
        "subject": "Our view",
        "date": None,
        "text": "Inside.",
        "spans": [span("own", 0, 7)],
    }
    failure = {
        "at": "2026-11-30T09:00:00Z",
        "software": "intake 1",
        "attempt": 2,
        "failure": "ZeroDivisionError('ours')",
        "place": "reading.py:1 in read",
    }
    shown = shown_page(
        desk,
        capsys,
        monkeypatch,
        attachments=[file],
        inner_messages=[inner],
        defects=[{"where": "part 1", "what": "no boundary"}],
        failures=[failure],
        links=["https://files.example/a"],
        seals=["smime-signed"],
        attempts=3,
    )
    for row in (
        "  1. answer.pdf, application/octet-stream, 9 octets",
        "     its sender named it '../answer.pdf\\x1b[2J'",
        "     its octets look like application/pdf",
        "     it was packed in winmail.dat",
        "     beware: recognized, comments",
        "     text of 12 characters, read by pdfium 5:",
        "     | Gladly.",
        "     comment: who says so?",
        "Forwarded message in attachment 1, as its forwarder claims",
        "  Author: Bo <bo@x.example>",
        "Forwarded: Text, own words",
        "  Inside.",
        "  part 1: no boundary",
        "  2026-11-30 10:00:00 CET attempt 2, intake 1: ZeroDivisionError('ours') at reading.py:1 in read",
        "  https://files.example/a",
        "Seals:        smime-signed",
        "Attempts:     3",
    ):
        assert row in shown, row
    assert "\x1b" not in shown


def test_what_a_new_reading_changed_is_one_line_a_fact(capsys: pytest.CaptureFixture[str]) -> None:
    long = "a" * 200
    changes = (
        Change("status", "held", "filed"),
        Change("text", long + "old" + long, long + "new" + long),
        Change("late", None, False),
        Change("attachments[1].text", None, "evil\x1b[2J\nrow"),
    )
    print_replayed(7, changes, None)
    print_replayed(8, (), None)
    print_replayed(9, (), "ZeroDivisionError('ours')")
    head, *rows, failed = capsys.readouterr().out.splitlines()
    assert head == "Delivery 7"
    assert rows[0] == '  status: "held" -> "filed"'
    assert rows[1].startswith("  text: …aaaaaaaaaaaaaaaold")
    assert "(405 characters) -> …aaaaaaaaaaaaaaanew" in rows[1]
    assert rows[2] == "  late: nothing -> false"
    assert rows[3] == '  attachments[1].text: nothing -> "evil\\u001b[2J\\nrow"'
    assert failed == "Delivery 9: our software failed: ZeroDivisionError('ours')"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (1, 2, ("1", "2")),
        ("x" * 100, "x" * 100 + "y", ("…" + "x" * 15 + '" (102 characters)', "…" + "x" * 15 + 'y" (103 characters)')),
        (None, "é" * 100, ("nothing", '"' + "é" * 69 + "… (102 characters)")),
    ],
)
def test_values_are_cut_around_the_place_where_they_differ(before: Any, after: Any, shown: tuple[str, str]) -> None:
    assert excerpts(before, after) == shown
