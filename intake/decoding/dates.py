"""Dates as people and programs write them in mail, and the chain of Received lines as a second witness."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import mktime_tz, parsedate_tz

from intake.vocabulary.mail import Hop

MAX_CHARACTERS = 200
"""Of a Date that are looked at; the longest real ones, with two comments, have 60."""
MAX_HOPS = 200
"""Received lines that are looked at; a message that made more than 50 hops is refused at the door."""
MAX_HOP_CHARACTERS = 4096
"""Of one Received line; the longest real ones have 1,000."""
CONTRADICTION = timedelta(days=2)
"""Clocks are wrong by hours; mail waits for a day. Past this, Date and the relays do not speak of one event."""
MAX_OFFSET = timedelta(hours=14)
"""No clock on earth is further from UTC."""

_COMMENT = re.compile(r"\([^()]*\)")
_BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})(?:[-/.]|\s*年\s*)(\d{1,2})(?:[-/.]|\s*月\s*)(\d{1,2})(?!\d)[日号]?T?")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:er|[.\s])*(?:de\s+)?([^\W\d_]{3,12})\.?,?\s+(?:de\s+|del\s+)?(\d{4})(?!\d)"
)
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_CLOCK = re.compile(
    r"(上午|下午|晚上)?\s*(\d{1,2})(?:[:.hH]|时|時)(\d{2})(?:[:.分](\d{2}))?[\d.,秒]*\s*([AaPpصم])?", re.ASCII
)
_ENGLISH = re.compile(r"[A-Za-z]{3}")
_HALVES = re.compile(r"(?i)\d\s*[ap]\.?m")
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})\s*$")
_SIGNED = re.compile(r"[+-]\d{4}")
_ZONE = re.compile(r"(?:GMT|UTC)\s*(?=[+-]\d)")
_SHORT_ZONE = re.compile(r"([+-])(\d)(\d{2})\s*$")
_SPREAD_ZONE = re.compile(r"([+-]\d{2}):(\d{2})\s*$")

_MONTHS: dict[str, int] = {
    stem: number
    for stems in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "янв фев мар апр мая июн июл авг сен окт ноя дек",
        "янв фев мар апр май июн июл авг сен окт ноя дек",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "janv févr mars avr mai juin juil août sept oct nov déc",
        "jan fev mar avr mai jui jul aou sep oct nov dec",
        "jan feb mär apr mai jun jul aug sep okt nov dez",
        "jan fev mar abr mai jun jul ago set out nov dez",
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
        "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    )
    for number, stem in enumerate(stems.split(), start=1)
}
_HALF = {"a": 0, "p": 12, "ص": 0, "م": 12, "上午": 0, "下午": 12, "晚上": 12}
"""Hours to be added to a clock of twelve."""
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

_BY = re.compile(r"(?:^|\s)by\s+([^\s;()]+)", re.IGNORECASE)
_FROM = re.compile(r"^\s*from\s+([^\s;()]+)", re.IGNORECASE)


def read_date(value: str, near: datetime | None = None) -> datetime | None:
    """A decoded Date in UTC; None where no reading of it makes a date. Without a zone it is read as UTC.

    ``near`` decides between day and month where a date in figures can be read in two ways.
    """
    text = _BIDI.sub("", value[:MAX_CHARACTERS]).translate(_DIGITS).strip()
    text = _COMMENT.sub(" ", text)
    text = _SPREAD_ZONE.sub(r"\1\2", _SHORT_ZONE.sub(r"\g<1>0\2\3", _ZONE.sub("", text.strip())))
    if (moment := _standard(text)) is not None:
        return moment
    ways = [way for day, end in _days(text) if (way := _at(day, text[end:])) is not None]
    return min(ways, key=lambda way: abs(way - near)) if ways and near else next(iter(ways), None)


def read_hop(value: str) -> Hop:
    """One decoded Received line: by whom, from whom, when (RFC 5321, 4.4)."""
    value = value[:MAX_HOP_CHARACTERS]
    said, _, date = value.rpartition(";")
    by, origin = _BY.search(said or value), _FROM.match(said or value)
    return Hop(by=by[1] if by else None, origin=origin[1] if origin else None, at=read_date(date) if said else None)


def weigh(date: datetime | None, hops: Sequence[Hop]) -> tuple[datetime | None, str | None]:
    """The date to go by, and what the Received lines say against it (None: nothing).

    The oldest line that can be read stands for the sending; where there is no date, it is the date.
    """
    sent = next((hop.at for hop in reversed(hops) if hop.at is not None), None)
    if sent is None:
        return date, None
    if date is None:
        return sent, "no readable Date; taken from the oldest Received line"
    if abs(date - sent) > CONTRADICTION:
        return date, f"Date and the oldest Received line are {abs(date - sent).days} days apart"
    return date, None


def _standard(text: str) -> datetime | None:
    """As RFC 5322, 3.3 and 4.3, has it, or the C library."""
    try:
        parsed = parsedate_tz(text) if _ENGLISH.search(text) and not _HALVES.search(text) else None
        if parsed is None or abs(parsed[9] or 0) > MAX_OFFSET.total_seconds():
            return None
        return datetime.fromtimestamp(mktime_tz(parsed), UTC)
    except (ValueError, OverflowError, OSError, IndexError, TypeError):
        return None


def _days(text: str) -> Iterator[tuple[datetime, int]]:
    """Each reading of a day, at midnight, and where in the text it ends."""
    for pattern, order in ((_YEAR_FIRST, (1, 2, 3)), (_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2))):
        for found in pattern.finditer(text):
            year, month, day = found.group(*order)
            yield from _day(year, month, day, found.end())
    for found in _FIGURES.finditer(text):
        yield from _day(found[3], found[2], found[1], found.end())
        yield from _day(found[3], found[1], found[2], found.end())


def _day(year: str, month: str, day: str, end: int) -> Iterator[tuple[datetime, int]]:
    number = int(month) if month.isdecimal() else _month(month)
    with contextlib.suppress(ValueError, OverflowError):
        if number:
            yield datetime(int(year), number, int(day), tzinfo=UTC), end


def _at(day: datetime, rest: str) -> datetime | None:
    """The day at the time that stands behind it; at midnight where none does."""
    clock, zone = _CLOCK.search(rest), _OFFSET.search(rest)
    hours, minutes, seconds = (int(clock[2]), int(clock[3]), int(clock[4] or 0)) if clock else (0, 0, 0)
    half = _HALF.get((clock[1] or clock[5] or "").lower()) if clock else None
    if half is not None:
        hours = hours % 12 + half
    offset = timedelta(hours=int(zone[2]), minutes=int(zone[3])) if zone else timedelta()
    if offset > MAX_OFFSET or (zone is None and _SIGNED.search(rest)):
        return None  # A zone that is nowhere: then the hour says nothing.
    try:
        moment = day + timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return moment + offset if zone and zone[1] == "-" else moment - offset
    except OverflowError:
        return None


def _month(word: str) -> int | None:
    """By its name, or by its first letters, of which three tell it apart, and four where French needs them."""
    word = word.lower()
    return _MONTHS.get(word) or _MONTHS.get(word[:4]) or _MONTHS.get(word[:3])
