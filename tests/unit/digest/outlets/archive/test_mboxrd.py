from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from digest.outlets.archive.mboxrd import LineEnds, quote, restore, write_from_line

AT = datetime(2026, 11, 5, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("octets", "written", "line_ends", "final_newline"),
    [
        (b"a\r\nFrom b\r\n", b"a\n>From b\n", LineEnds.CRLF, True),
        (b"a\n>From b", b"a\n>>From b\n", LineEnds.LF, False),
        (b"From a\n\n", b">From a\n\n", LineEnds.LF, True),
        (b"a\r\nb\n", b"a\r\nb\n", LineEnds.MIXED, True),
        (b"a\rb\r\n", b"a\rb\r\n", LineEnds.MIXED, True),
        (b"a\r", b"a\r\n", LineEnds.MIXED, False),
        (b"", b"\n", LineEnds.LF, False),
        (b"Fromage\nfrom a\n", b"Fromage\nfrom a\n", LineEnds.LF, True),
    ],
)
def test_a_message_is_quoted_and_comes_back(
    octets: bytes, written: bytes, line_ends: LineEnds, final_newline: bool
) -> None:
    quoted = quote(octets)
    assert (quoted.octets, quoted.line_ends, quoted.final_newline) == (written, line_ends, final_newline)
    assert restore(quoted) == octets


def test_the_from_line_is_in_utc() -> None:
    local = AT.astimezone(timezone(timedelta(hours=9)))
    assert write_from_line("a@b.example", local) == b"From a@b.example Thu Nov  5 09:12:00 2026\n"
    assert write_from_line(None, AT).startswith(b"From MAILER-DAEMON Thu")


def test_a_sender_cannot_break_the_from_line() -> None:
    assert write_from_line("a\nFrom b@ü c", AT) == b"From a?From?b@??c Thu Nov  5 09:12:00 2026\n"
