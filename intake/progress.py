"""How a long run goes on: a bar on a terminal, a line now and then in a log, nothing when told so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

LINE_SECONDS = 10.0
"""Between two lines where there is no terminal: often enough to see that it lives."""
MEBI = 2**20

Seconds = Callable[[], float]
"""A clock that only goes forward."""


class Progress(Protocol):
    """What ``importing`` tells, shown in one way or another; a context manager."""

    def begin(self, octets: int) -> None:
        """So much is to be read."""
        ...

    def advance(self, messages: int, octets: int) -> None:
        """So much has been done since the last call."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None: ...


class _Count:
    """What has been done, and how quickly."""

    def __init__(self, seconds: Seconds) -> None:
        self._seconds, self._started = seconds, seconds()
        self.messages = self.octets = self.total = 0

    def add(self, messages: int, octets: int) -> None:
        self.messages += messages
        self.octets += octets

    def __str__(self) -> str:
        """``12,000 messages, 512/s, 80.1 MiB/s``."""
        spent = max(self._seconds() - self._started, 1e-3)
        return f"{self.messages:,} messages, {self.messages / spent:,.0f}/s, {self.octets / MEBI / spent:,.1f} MiB/s"

    @property
    def left(self) -> timedelta | None:
        """Until all is read, at the rate so far; None before there is one."""
        if not self.octets:
            return None
        spent = self._seconds() - self._started
        return timedelta(seconds=round(max(0, self.total - self.octets) * spent / self.octets))


class BarProgress:
    """A bar with rate and time left."""

    def __init__(self, stream: TextIO, seconds: Seconds) -> None:
        """``stream`` is a terminal."""
        self._count = _Count(seconds)
        columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %  {task.description}"), TimeRemainingColumn())
        self._bar = Bar(*columns, console=Console(file=stream), transient=True)
        self._task: TaskID | None = None

    def begin(self, octets: int) -> None:
        """Draw it."""
        self._count.total = octets
        self._task = self._bar.add_task("0 messages", total=octets or None)

    def advance(self, messages: int, octets: int) -> None:
        """Redraw it."""
        self._count.add(messages, octets)
        if self._task is not None:
            self._bar.update(self._task, advance=octets, description=str(self._count))

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._bar.stop()


class LineProgress:
    """A line every LINE_SECONDS."""

    def __init__(self, stream: TextIO, seconds: Seconds) -> None:
        """The first line comes after LINE_SECONDS: what is quicker needs none."""
        self._stream, self._seconds, self._count = stream, seconds, _Count(seconds)
        self._next = seconds() + LINE_SECONDS

    def begin(self, octets: int) -> None:
        """Nothing is said yet."""
        self._count.total = octets

    def advance(self, messages: int, octets: int) -> None:
        """Say it when it is time."""
        self._count.add(messages, octets)
        if self._seconds() >= self._next:
            left = self._count.left
            print(f"{self._count}{f', {left} left' if left is not None else ''}", file=self._stream, flush=True)
            self._next = self._seconds() + LINE_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        return None


class NoProgress:
    """Silence."""

    def begin(self, octets: int) -> None:
        """Say nothing."""

    def advance(self, messages: int, octets: int) -> None:
        """Say nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        return None


def show_on(stream: TextIO, seconds: Seconds, *, quiet: bool) -> Progress:
    """The way that suits this stream."""
    if quiet:
        return NoProgress()
    return BarProgress(stream, seconds) if stream.isatty() else LineProgress(stream, seconds)
