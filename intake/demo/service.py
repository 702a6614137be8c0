"""The real service as a process of its own, on a simulated clock, to be killed and started again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized

from intake.demo.post import Post
from intake.errors import StoreError
from intake.log import configure_log
from intake.settings import Settings
from intake.supervisor import follow_parent, serve

START_SECONDS = 30.0
"""For the service to open its door; it takes two."""

_spawning = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class SimulatedClock:
    """A clock that all processes share and that stands still until it is set."""

    seconds: Synchronized[float]

    def __call__(self) -> datetime:
        """The moment that was set last."""
        return datetime.fromtimestamp(self.seconds.value, UTC)

    def set(self, moment: datetime) -> None:
        """Now it is this late, for everybody."""
        self.seconds.value = moment.timestamp()


def simulated_clock(moment: datetime) -> SimulatedClock:
    """A clock that shows this moment."""
    return SimulatedClock(_spawning.Value("d", moment.timestamp()))


class RunningService:
    """``intake serve`` and its children, in one process group."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        """Start, and return when the door is open. Raises StoreError when it does not open."""
        told, tell = _spawning.Pipe(duplex=False)
        self._process = _spawning.Process(target=_run, args=(settings, clock, tell), name="intake-serve")
        self._process.start()
        tell.close()
        if not told.poll(START_SECONDS):
            self.kill()
            raise StoreError("The service did not open its door; run `intake doctor`.")
        try:
            self.host, self.port = told.recv()
        except EOFError:
            self._process.join()
            raise StoreError("The service ended while it started; run `intake doctor`.") from None

    def send(self, post: Post) -> str:
        """Hand one mail over by SMTP, octet for octet; give back what was said to it."""
        with smtplib.SMTP(self.host, self.port, timeout=START_SECONDS) as client:
            client.ehlo("sender.example")
            client.mail(post.mail_from)
            client.rcpt(post.rcpt_to)
            code, said = client.data(post.octets)
        return f"{code} {said.decode('utf-8', 'replace')}"

    def kill(self) -> None:
        """Kill -9: the service and all its children at once, wherever they are."""
        if self._process.pid is not None and self._process.is_alive():
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.join()

    def end(self) -> None:
        """SIGTERM: what was begun is finished."""
        self._process.terminate()
        self._process.join()


def _run(settings: Settings, clock: Callable[[], datetime], tell: Connection) -> None:
    os.setsid()
    follow_parent()
    configure_log()
    log = os.open(settings.home / "service.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    serve(settings, clock, lambda host, port: tell.send((host, port)))
