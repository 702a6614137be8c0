"""Processes that read messages, so that no octets of a stranger's bring down the one that writes the record.

Each has a line of its own and answers in order: where one ends, the first that it has not answered is the
message that ended it. The others that waited there are given to a new process.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import signal
import threading
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Self

from intake.errors import IntakeError, StoreUnavailable
from intake.log import configure_log
from intake.reading import SOFTWARE, Software, knowing, read
from intake.settings import Settings
from intake.storage.session import Store, open_record
from intake.vocabulary.mail import Delivery
from intake.vocabulary.reading import Reading

READ_SECONDS = 240.0
"""For one message and its files, to which reading.py gives less; longer than that, its process is ended."""


END_SECONDS = 10.0
"""For an idle process to end."""

_OURS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a message could not be read."""

    failure: str
    temporary: bool
    place: str = ""
    """Where in our code; empty where the process just ended."""


def unread(error: Exception) -> Unread:
    """What an exception says, and the innermost place of our own code that it went through."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if _OURS in Path(frame.filename).parents]
    place = f"{Path(ours[-1].filename).relative_to(_OURS)}:{ours[-1].lineno} in {ours[-1].name}" if ours else ""
    return Unread(repr(error), temporary=isinstance(error, IntakeError) and error.temporary, place=place)


class Readers:
    """So many reading processes; a context manager."""

    def __init__(self, settings: Settings, processes: int, software: Software = SOFTWARE) -> None:
        """They start when the first message is handed in."""
        self._settings, self._processes = settings, processes
        self._software = knowing(settings.consultations, software)
        self._readers: list[_Reader] = []
        self._answers: queue.SimpleQueue[tuple[_Reader, _Answer | None]] = queue.SimpleQueue()
        self._outcomes: dict[int, Reading | Unread] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for reader in self._readers:
            reader.end()
        self._readers.clear()

    def hand_in(self, deliveries: Sequence[Delivery]) -> None:
        """Let these be read; their outcomes are asked for with ``outcomes``."""
        for delivery in deliveries:
            if len(self._readers) < self._processes:
                self._readers.append(_Reader(self._settings, self._software, self._answers))
            min(self._readers, key=lambda one: len(one.waiting)).give(delivery)

    def outcomes(self, deliveries: Sequence[Delivery]) -> Iterator[tuple[Delivery, Reading | Unread]]:
        """What became of deliveries that were handed in, in their order."""
        for delivery in deliveries:
            while delivery.id not in self._outcomes:
                self._take_answer(delivery)
            yield delivery, self._outcomes.pop(delivery.id)

    def _take_answer(self, awaited: Delivery) -> None:
        try:
            reader, answer = self._answers.get(timeout=READ_SECONDS)
        except queue.Empty:
            for reader in self._readers:
                if awaited in reader.waiting:
                    reader.process.kill()  # Its end is an answer.
            return
        if isinstance(answer, _Ready):
            reader.ready = True
        elif answer is not None:
            self._outcomes[reader.waiting.popleft().id] = answer
        elif not reader.ready:
            raise StoreUnavailable(f"a reading process could not start ({reader.process.exitcode}); see the log above")
        elif reader in self._readers:
            self._readers.remove(reader)
            reader.end()
            if reader.waiting:
                culprit = reader.waiting.popleft()
                failure = f"the process that read it ended ({reader.process.exitcode})"
                self._outcomes[culprit.id] = Unread(failure, temporary=False)
            self.hand_in(tuple(reader.waiting))


class _Ready:
    """Said once by a process that can begin: one that ends before is no fault of a message."""


_Answer = Reading | Unread | _Ready


@dataclass(eq=False)
class _Reader:
    """One process, seen from the one that writes."""

    settings: Settings
    software: Software
    answers: queue.SimpleQueue[tuple[_Reader, _Answer | None]]
    waiting: deque[Delivery] = field(default_factory=deque)
    """Handed in and not answered, oldest first."""
    ready: bool = False

    def __post_init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=run_reader, args=(self.settings, theirs, self.software), name="intake-reader", daemon=True
        )
        self.process.start()
        theirs.close()
        self._listener = threading.Thread(target=self._listen, name="reader-answers", daemon=True)
        self._listener.start()

    def give(self, delivery: Delivery) -> None:
        """Hand one in; where the process is gone already, its end is on the way as an answer."""
        self.waiting.append(delivery)
        with contextlib.suppress(OSError):
            self._line.send(delivery)

    def end(self) -> None:
        """Let go of it: idle, it ends at the end of its line; for what it still reads nobody waits any more."""
        if self.waiting:
            self.process.kill()
        with contextlib.suppress(OSError):
            self._line.send(None)
        self.process.join(END_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self._listener.join()
        self._line.close()

    def _listen(self) -> None:
        """Take answers at once, so that the process never waits for us."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                self.answers.put((self, self._line.recv()))
        self.answers.put((self, None))


def run_reader(settings: Settings, line: Connection, software: Software) -> None:
    """A process that reads what it is handed, until it is handed None or nobody is there any more."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # Whoever writes the record says when it is enough.
    configure_log()
    store = open_record(settings)
    line.send(_Ready())
    with contextlib.suppress(EOFError, BrokenPipeError):
        while (delivery := line.recv()) is not None:
            line.send(_answer(delivery, store, settings.home, software))
    store.close()


def _answer(delivery: Delivery, store: Store, home: Path, software: Software) -> Reading | Unread:
    try:
        reading = read(delivery, store, home, software)
    except Exception as error:  # noqa: BLE001 - fate: kept and tried again; after MAX_ATTEMPTS shunted, never lost.
        return unread(error)
    light = tuple(replace(one, octets=b"") for one in reading.message.attachments)
    return replace(reading, message=replace(reading.message, attachments=light))
