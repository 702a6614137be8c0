"""How an import goes on: a bar for a person, lines for a log, nothing for whoever wants nothing."""

from __future__ import annotations

import io

import pytest

from intake.progress import LINE_SECONDS, BarProgress, LineProgress, NoProgress, show_on


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("stream", "quiet", "way"),
    [
        (Terminal(), False, BarProgress),
        (io.StringIO(), False, LineProgress),
        (Terminal(), True, NoProgress),
        (io.StringIO(), True, NoProgress),
    ],
)
def test_the_way_suits_the_stream(stream: io.StringIO, quiet: bool, way: type) -> None:
    assert isinstance(show_on(stream, Seconds(), quiet=quiet), way)


def test_a_log_has_a_line_now_and_then_with_rate_and_time_left() -> None:
    stream, seconds = io.StringIO(), Seconds()
    with LineProgress(stream, seconds) as progress:
        progress.begin(40 * 2**20)
        seconds.now += LINE_SECONDS - 1
        progress.advance(900, 9 * 2**20)
        assert stream.getvalue() == ""
        seconds.now += 1
        progress.advance(100, 2**20)
        assert stream.getvalue() == "1,000 messages, 100/s, 1.0 MiB/s, 0:00:30 left\n"
        seconds.now += 1
        progress.advance(1, 1)
    assert stream.getvalue().count("\n") == 1


def test_before_anything_is_read_no_time_is_promised() -> None:
    stream, seconds = io.StringIO(), Seconds()
    with LineProgress(stream, seconds) as progress:
        progress.begin(10)
        seconds.now += LINE_SECONDS
        progress.advance(0, 0)
    assert "left" not in stream.getvalue()


def test_a_terminal_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream, seconds = Terminal(), Seconds()
    with BarProgress(stream, seconds) as progress:
        progress.advance(0, 0)
        progress.begin(100)
        seconds.now += 2
        progress.advance(10, 50)
    assert "10 messages, 5/s" in stream.getvalue()
    assert "50 %" in stream.getvalue()


def test_quiet_is_quiet() -> None:
    with NoProgress() as progress:
        progress.begin(1)
        progress.advance(1, 1)
