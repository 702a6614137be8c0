"""The daily digest as plain text, for a terminal or a mail: 78 columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from digest.edition.model import DailyEdition, Reminder
from digest.formats.times import write_clock, write_date, write_moment
from intake.vocabulary.submission import Status

COLUMNS = 78
"""RFC 5322, 2.1.1: a line of mail should not be longer."""

# Not HTML, so nothing is escaped; control characters were removed by disclosure.
_environment = Environment(
    loader=PackageLoader("digest"),
    autoescape=False,  # noqa: S701
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def write_text(edition: DailyEdition) -> bytes:
    """The digest, UTF-8, ending in a line feed."""
    page = _environment.get_template("daily.txt.j2").render(
        edition=edition,
        columns=COLUMNS,
        statuses=tuple(Status),
        date=write_date,
        moment=lambda at: write_moment(at, edition.zone),
        clock=lambda at: write_clock(at, edition.zone),
        field=write_field,
        days=write_days,
        due=write_due,
    )
    return page.encode()


def write_field(label: str, value: str, indent: int = 4, width: int = 10) -> str:
    """``    From      Jane Doe``, wrapped under itself."""
    margin = " " * (indent + width)
    lines = list(wrap(value, COLUMNS - len(margin)))
    first = " " * indent + label.ljust(width) + lines[0]
    return "\n".join(line.rstrip() for line in (first, *(margin + line for line in lines[1:])))


def write_days(days: int) -> str:
    """How long until a date, or since it."""
    if days == 0:
        return "today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"in {count}" if days > 0 else f"overdue by {count}"


def write_due(reminder: Reminder) -> str:
    """The date of a reminder, with its time where it has one, in the consultation's zone."""
    due = reminder.due
    return write_moment(due, reminder.zone) if isinstance(due, datetime) else write_date(due)


def wrap(text: str, columns: int) -> Iterator[str]:
    """Lines of at most so many columns; ideographs take two, combining marks none."""
    line, width = "", 0
    for word in text.split(" "):
        for part in _pieces(word, columns):
            size = measure(part)
            if line and width + 1 + size > columns:
                yield line
                line, width = part, size
            else:
                line, width = (f"{line} {part}", width + 1 + size) if line else (part, size)
    yield line


def measure(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _pieces(word: str, columns: int) -> Iterator[str]:
    """A word longer than a line, cut into lines."""
    piece, width = "", 0
    for character in word:
        size = _columns(character)
        if piece and width + size > columns:
            yield piece
            piece, width = "", 0
        piece, width = piece + character, width + size
    yield piece
