"""Dates as people write them, in six languages and by every program; and what the relays say against them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from intake.decoding.dates import CONTRADICTION, read_date, read_hop, weigh
from intake.vocabulary.mail import Hop

NINE = datetime(2026, 11, 30, 9, tzinfo=UTC)
TEN = datetime(2026, 11, 30, 10, tzinfo=UTC)
AFTERNOON = datetime(2026, 11, 30, 15, 5, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Mon, 30 Nov 2026 10:00:00 +0100", NINE),
        ("Mon, 30 Nov 2026 10:00:00 +0100 (CET)", NINE),
        ("Mon, 30 Nov 2026 10:00:00 +01:00", NINE),
        ("Mon, 30 Nov 2026 10:00:00 GMT+0100 (Central European Time)", NINE),
        ("Mon Nov 30 2026 10:00:00 GMT+0100", NINE),
        ("Mon, 30 Nov 2026 10:00:00 -0000", TEN),
        ("Mon, 30 Nov 2026 04:00:00 -600", TEN),
        ("Mon,30 Nov 2026 10:00:00 +0100", NINE),
        ("Xyz, 30 Nov 2026 10:00:00 +0100", NINE),
        ("Mon, 30 Nov 2026 10.00.00 +0100", NINE),
        ("30 Nov 2026 10:00 GMT", TEN),
        ("30 Nov 26 10:00 GMT", TEN),
        ("Mon Nov 30 10:00:00 2026", TEN),
        ("30-Nov-2026 10:00:00 +0100", NINE),
        ("2026-11-30T10:00:00Z", TEN),
        ("2026-11-30T10:00:00.123+01:00", NINE),
        ("2026-11-30 10:00:00 +0100", NINE),
        ("2026-11-30", MIDNIGHT),
        ("30/11/2026 10:00", TEN),
        ("11/30/2026 3:05 PM", AFTERNOON),
        ("30.11.2026 10:00:00 +0100", NINE),
        ("Monday, November 30, 2026 3:05 PM", AFTERNOON),
        ("November 30th, 2026 10:00 AM", TEN),
        ("November 30, 2026 12:00 AM", MIDNIGHT),
        ("lun., 30 nov. 2026 10:00:00 +0100", NINE),
        ("lundi 30 novembre 2026 à 10h00", TEN),
        ("1er juin 2026 10:00", datetime(2026, 6, 1, 10, tzinfo=UTC)),
        ("mar., 1 déc. 2026 09:00:00 +0100", datetime(2026, 12, 1, 8, tzinfo=UTC)),
        ("lunes, 30 de noviembre de 2026 10:00", TEN),
        ("3 de março de 2026", datetime(2026, 3, 3, tzinfo=UTC)),
        ("Montag, 30. November 2026 10:00", TEN),
        ("Пн, 30 ноя 2026 13:00:00 +0300", TEN),
        ("30 ноября 2026 г., 10:00", TEN),
        ("2026年11月30日 10:00:00", TEN),
        ("2026年11月30日(星期一) 下午3:05", AFTERNOON),
        ("2026/11/30 (周一) 10:00", TEN),
        ("٣٠ نوفمبر ٢٠٢٦ ١٠:٠٠", TEN),
        ("الاثنين، 30 نوفمبر 2026 3:05 م", AFTERNOON),
        ("\u200f30 نوفمبر 2026\u200f 10:00", TEN),
        ("Mon, 30 Nov 99999 10:00:00 +0000", None),
        ("Mon, 99 Nov 2026 10:00:00 +99999999999", None),
        ("Mon, 30 Nov 2026 10:00:00 +9999", None),
        ("Mon, 30 Foo 2026 10:00", None),
        ("2026-13-45", None),
        ("yesterday", None),
        ("", None),
        (",", None),
        ("x" * 100_000, None),
        ("9" * 100_000, None),
        ("1 1 " * 100_000, None),
    ],
)
def test_a_date_is_read_in_utc_or_not_at_all(value: str, moment: datetime | None) -> None:
    assert read_date(value) == moment


def test_a_date_without_zone_does_not_depend_on_the_zone_of_our_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        monkeypatch.setenv("TZ", "Pacific/Fiji")
        time.tzset()
        assert read_date("Mon, 30 Nov 2026 10:00:00") == TEN
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(("near", "month"), [((2026, 3, 6), 3), ((2026, 6, 2), 6), (None, 3)])
def test_a_date_in_figures_is_read_as_the_relays_suggest(near: tuple[int, int, int] | None, month: int) -> None:
    """05/03 and 03/05 are both dates; without a relay the day comes first, as in most of the world."""
    other = {3: 6, 6: 3}[month]
    moment = read_date("06/03/2026 10:00", datetime(*near, tzinfo=UTC) if near else None)
    assert moment == datetime(2026, month, other, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "hop"),
    [
        (
            "from a.example (a.example [192.0.2.1]) by mx.desk.example (Postfix) with ESMTPS id 4; Mon, 30 Nov 2026 10:00:00 +0000",
            Hop("mx.desk.example", "a.example", TEN),
        ),
        (
            "by 2002:a05:6512:b0 with SMTP id x; Mon, 30 Nov 2026 02:00:00 -0800 (PST)",
            Hop("2002:a05:6512:b0", None, TEN),
        ),
        ("from a.example by b.example; not a date", Hop("b.example", "a.example", None)),
        ("(qmail 1234 invoked by uid 89); 30 Nov 2026 10:00:00 -0000", Hop("uid", None, TEN)),
        ("from a.example by b.example", Hop("b.example", "a.example", None)),
        ("", Hop(None, None, None)),
    ],
)
def test_a_received_line_says_by_whom_from_whom_and_when(value: str, hop: Hop) -> None:
    assert read_hop(value) == hop


def hops(*moments: datetime | None) -> list[Hop]:
    return [Hop("b", "a", moment) for moment in moments]


def test_the_oldest_readable_line_stands_for_a_date_that_is_missing() -> None:
    moment, doubt = weigh(None, hops(TEN, NINE, None))
    assert (moment, doubt) == (NINE, "no readable Date; taken from the oldest Received line")


@pytest.mark.parametrize(("apart", "doubtful"), [(CONTRADICTION, False), (CONTRADICTION + timedelta(seconds=1), True)])
def test_a_date_far_from_the_relays_stands_and_is_doubted(apart: timedelta, doubtful: bool) -> None:
    moment, doubt = weigh(NINE - apart, hops(TEN, NINE))
    assert moment == NINE - apart
    assert (doubt is not None) is doubtful


def test_without_relays_nothing_is_said_against_a_date() -> None:
    assert weigh(NINE, hops(None)) == (NINE, None)
    assert weigh(None, []) == (None, None)
