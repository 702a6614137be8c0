"""Group commit: deliveries that arrive together share one fsync."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import structlog

from intake.capture.spool import capture
from intake.errors import IntakeError, StoreUnavailable
from intake.storage.session import Store
from intake.vocabulary.mail import Arrival
from intake.vocabulary.provenance import Agent

MAX_GROUP = 100
"""Messages in one commit: beyond this the wait of the first outweighs the fsync saved for the last."""
GATHER_SECONDS = 0.0005
"""A commit costs 1 to 2 ms, however few share it: senders that answer at once come within that time."""
GATHER_LOOKS = 6
"""So that no message waits longer for company than its commit takes."""
SLOW_SECONDS = 1.0
"""A message that cannot be stored fails within milliseconds; a locked database, after session.BUSY_SECONDS."""


log = structlog.get_logger()

_Ids = list[int | None]


@dataclass(frozen=True, slots=True)
class _Request:
    arrivals: Sequence[Arrival]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[_Ids]
    """Belongs to the loop: nothing but ``cancelled`` may be asked of it in another thread."""


class Committer:
    """One thread that commits what has gathered while it committed the group before."""

    def __init__(self, store: Store, agent: Agent, captured: Callable[[int], object] = lambda _: None) -> None:
        """Starts at once; ``close`` ends it. ``captured`` is told the octets of each commit."""
        self._store = store
        self._agent = agent
        self._captured = captured
        self._queue: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    async def capture(self, arrivals: Sequence[Arrival]) -> list[int | None]:
        """Return when the arrivals are committed. Raises StoreUnavailable when they are not."""
        loop = asyncio.get_running_loop()
        request = _Request(arrivals, loop, loop.create_future())
        self._queue.put(request)
        return await request.done

    def close(self) -> None:
        """Commit what has been handed in, then end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going, group = True, list[_Request]()
        while going:
            request = self._queue.get()
            self._gather(len(group))
            group = []
            while request is not None:
                group.append(request)
                if len(group) >= MAX_GROUP or self._queue.empty():
                    break
                request = self._queue.get()
            going = request is not None
            if group:
                self._settle(group)

    def _gather(self, before: int) -> None:
        """Where several came together the last time, give the next as many a moment to come; nobody waits alone."""
        for _ in range(GATHER_LOOKS):
            if self._queue.qsize() + 1 >= before:
                return
            time.sleep(GATHER_SECONDS)

    def _settle(self, group: list[_Request]) -> None:
        """Commit in one go; what one message breaks the others need not suffer, so by halves where that fails.

        Where failing takes long it is the store that fails, and all are told at once: each of them has waited once.
        """
        parts = deque([group])
        while parts:
            part = parts.popleft()
            started = time.monotonic()
            failure = self._commit(part)
            if failure is None:
                continue
            if time.monotonic() - started > SLOW_SECONDS:
                part.extend(request for other in parts for request in other)
                parts.clear()
            elif len(part) > 1:
                half = len(part) // 2
                parts.extendleft((part[half:], part[:half]))
                continue
            _tell([(request, failure) for request in part])

    def _commit(self, group: list[_Request]) -> IntakeError | None:
        """Commit all of these; or give back why not one of them is kept."""
        arrivals = [arrival for request in group for arrival in request.arrivals]
        try:
            raws = self._store.vaults.secure([arrival.octets for arrival in arrivals])
            with self._store.write() as connection:
                ids = capture(connection, arrivals, self._agent, raws)
        except Exception as error:  # noqa: BLE001 - fate: not kept, and its sender is told so; the thread goes on.
            return error if isinstance(error, IntakeError) else StoreUnavailable(repr(error))
        given = iter(ids)
        _tell([(request, list(islice(given, len(request.arrivals)))) for request in group])
        octets = sum(len(one.octets) for one in arrivals)
        self._captured(octets)
        log.info("Captured", action="captured", deliveries=ids, octets=octets)
        return None


def _tell(told: Sequence[tuple[_Request, _Ids | IntakeError]]) -> None:
    """Wake who waits: once for each loop, since every wake-up is a system call."""
    for loop in {request.loop for request, _ in told}:
        with contextlib.suppress(RuntimeError):  # The loop has ended, and with it who asked.
            loop.call_soon_threadsafe(_wake, [(one.done, outcome) for one, outcome in told if one.loop is loop])


def _wake(told: Sequence[tuple[asyncio.Future[_Ids], _Ids | IntakeError]]) -> None:
    for done, outcome in told:
        if done.done():
            continue  # The client hung up; the message is kept all the same.
        if isinstance(outcome, IntakeError):
            done.set_exception(outcome)
        else:
            done.set_result(outcome)
