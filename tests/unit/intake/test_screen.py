"""The register on a terminal: complete, summed, and safe to look at."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from factories import AGENT, OTT, FrozenMorning, arrival, captured, letter

from intake.capture import spool
from intake.ledger import listing
from intake.pipeline import Desk, handle
from intake.screen import closing_sum, letter_text, moment, print_list, print_one, printable
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
        print_one(connection, next(listing.rows(connection, only=1)), ZURICH)
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
