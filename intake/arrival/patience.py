"""How long a client may take: one timer for all the limits of a session."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable


class Patience:
    """Says when something that was awaited did not come.

    The timer mostly finds that its deadline has moved meanwhile, and looks again then: setting one for each
    command would cost more than the command.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, session_seconds: float, over: Callable[[], object]) -> None:
        """``over`` is called once, when time is up; after ``session_seconds`` at the latest."""
        self._loop = loop
        self._over = over
        self._session_end = loop.time() + session_seconds
        self._deadline = self._looks_at = math.inf
        self._timer: asyncio.TimerHandle | None = None

    def allow(self, seconds: float, until: float = math.inf) -> None:
        """Something must come within so many seconds, and before ``until`` by the clock of the loop."""
        self._deadline = min(self._loop.time() + seconds, until, self._session_end)
        if self._deadline < self._looks_at:
            self._look_later()

    def end(self) -> None:
        """Nothing is awaited any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        if self._loop.time() >= self._deadline:
            self._over()
        else:
            self._look_later()

    def _look_later(self) -> None:
        self.end()
        self._looks_at = self._deadline
        self._timer = self._loop.call_at(self._deadline, self._look)
