"""Group commit: deliveries that arrive together share one fsync."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy.exc import SQLAlchemyError

from intake.capture.spool import capture
from intake.errors import IntakeError, StoreUnavailable
from intake.storage.session import Store
from intake.vocabulary.mail import Arrival
from intake.vocabulary.provenance import Agent

MAX_GROUP = 100
"""Messages in one commit: beyond this the wait of the first outweighs the fsync saved for the last."""


@dataclass(frozen=True, slots=True)
class _Request:
    arrivals: Sequence[Arrival]
    done: Future[list[int | None]] = field(default_factory=Future)


class Committer:
    """One thread that commits what has gathered while it committed the group before."""

    def __init__(self, store: Store, agent: Agent) -> None:
        """Starts at once; ``close`` ends it."""
        self._store = store
        self._agent = agent
        self._queue: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    async def capture(self, arrivals: Sequence[Arrival]) -> list[int | None]:
        """Return when the arrivals are committed. Raises StoreUnavailable when they are not."""
        request = _Request(arrivals)
        self._queue.put(request)
        return await asyncio.wrap_future(request.done)

    def close(self) -> None:
        """Commit what has been handed in, then end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            group: list[_Request] = []
            request = self._queue.get()
            while request is not None:
                if request.done.set_running_or_notify_cancel():  # From here on nobody can call it off.
                    group.append(request)
                if len(group) >= MAX_GROUP or self._queue.empty():
                    break
                request = self._queue.get()
            going = request is not None
            if len(group) > 1 and self._commit(group):
                continue
            for single in group:  # What one message breaks, the others need not suffer.
                self._commit([single])

    def _commit(self, group: list[_Request]) -> bool:
        """Commit the group in one go; a group of one that fails tells its sender so."""
        arrivals = [arrival for request in group for arrival in request.arrivals]
        try:
            with self._store.write() as connection:
                ids = iter(capture(connection, arrivals, self._agent))
        except (IntakeError, SQLAlchemyError, ValueError, OSError) as error:
            if len(group) == 1:
                failure = error if isinstance(error, IntakeError) else StoreUnavailable(repr(error))
                group[0].done.set_exception(failure)
            return False
        for request in group:
            request.done.set_result(list(islice(ids, len(request.arrivals))))
        return True
