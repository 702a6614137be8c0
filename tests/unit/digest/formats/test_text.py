from __future__ import annotations

from typing import Any

import pytest

from digest.formats.text import COLUMNS, measure, wrap, write_days
from intake.vocabulary.submission import Status


@pytest.mark.parametrize("text", ["word " * 60, "x" * 300, "女" * 100, "", "a" + "\u0301" * 200])
def test_no_line_is_wider_than_asked(text: str) -> None:
    lines = list(wrap(text, 40))
    assert all(measure(line) <= 40 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_days_read_as_words() -> None:
    assert [write_days(days) for days in (0, 1, 12, -2)] == ["today", "in 1 day", "in 12 days", "overdue by 2 days"]


def test_a_digest_is_legible_in_78_columns(record: Any, run: Any) -> None:
    record.respond(subject="long " * 60, name="Ольга " * 20)
    record.decide(record.receive(subject="女" * 90, name=None), Status.HELD)
    text = run("daily").out.decode()
    assert max(measure(line) for line in text.splitlines()) <= COLUMNS
    assert not any(line != line.rstrip() for line in text.splitlines())
    assert "UTC+01:00" in text


def test_a_subject_cannot_command_the_terminal(record: Any, run: Any) -> None:
    record.receive(subject="\x1b[2J\x1b]0;title\x07 hello\r\nForged: line", name="\u202eevil")
    out = run("daily").out.decode()
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "\nForged" not in out
    assert "\u202e" not in out
