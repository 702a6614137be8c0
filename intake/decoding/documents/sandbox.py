"""The sandbox from outside: octets go in, octets come out, whatever the document does in between."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import intake
from intake.decoding.documents import confinement, landlock
from intake.decoding.documents.limits import Limits
from intake.decoding.documents.warden import EXIT_MEMORY, EXIT_REFUSED, MAX_REQUEST_OCTETS, READY
from intake.errors import SandboxUnavailable

START_SECONDS = 30.0
"""For the libraries to be loaded; it takes half a second."""
GRACE_SECONDS = 2.0
"""For the warden to end a reader whose time is up, before we end both."""
STARVED = 0.75
"""Of the memory it may have: who crashed with so much in hand wanted more, and did not say so."""
_PIPE_OCTETS = 2**20
_PROGRAM = (
    "import sys,socket; sys.path[:]=sys.argv[3:]; from intake.decoding.documents.warden import main; "
    "main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2].split(':'))"
)


class Ending(StrEnum):
    """How a reader ended."""

    DONE = "done"  # It answered.
    MEMORY = "memory"  # It wanted more memory than a document may have.
    EXPIRED = "expired"  # Its time was up.
    OVERFLOW = "overflow"  # It answered more than a document may say.
    FAILED = "failed"  # It raised, crashed, or was ended by the system.


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out. ``answer`` is empty unless it is done; ``peak_octets`` is the memory it really held."""

    ending: Ending
    answer: bytes = b""
    peak_octets: int = 0


class Sandbox:
    """A warden and, one at a time, its readers. Started when first needed; safe between threads and after a fork."""

    def __init__(self, *, bwrap: str | None = None, readable: Sequence[Path] = ()) -> None:
        """``bwrap`` is where bubblewrap is; without it Landlock alone hides files from a reader.

        ``readable`` are files and folders that it may read beside programs and their data.
        """
        self._bwrap, self._readable = bwrap, (*confinement.readable(), *readable)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0

    @property
    def is_wrapped(self) -> bool:
        """Whether bubblewrap is around it."""
        return self._bwrap is not None

    def perform(self, task: Mapping[str, Any], octets: bytes, limits: Limits) -> Outcome:
        """Let a task of inside.py be done. Raises SandboxUnavailable where no sandbox can be started."""
        request = {"task": dict(task), "cpu_seconds": limits.cpu_seconds, "wall_seconds": limits.wall_seconds}
        return self._run(request, octets, limits)

    def run(self, program: Sequence[str], octets: bytes, limits: Limits, cpu_seconds: int | None = None) -> Outcome:
        """Let a program read the octets from its standard input, for so many seconds of the processor."""
        seconds = limits.cpu_seconds if cpu_seconds is None else cpu_seconds
        request = {"program": list(program), "cpu_seconds": seconds, "wall_seconds": limits.wall_seconds + seconds}
        return self._run(request, octets, limits)

    def start(self) -> None:
        """Start it now. Raises SandboxUnavailable."""
        with self._lock:
            self._connect()

    def close(self) -> None:
        """End it; it starts again when it is needed again."""
        with self._lock:
            self._end()

    def _run(self, request: dict[str, Any], octets: bytes, limits: Limits) -> Outcome:
        message = json.dumps({**request, "limits": asdict(limits)}).encode()
        if len(message) > MAX_REQUEST_OCTETS:
            raise ValueError("the request is too long")
        seconds = request["wall_seconds"] + GRACE_SECONDS
        with self._lock:
            outcome = self._ask(message, octets, limits, seconds)
            if outcome is None:  # The warden ended, by no fault of this document; perhaps. Once more.
                outcome = self._ask(message, octets, limits, seconds)
            return outcome or Outcome(Ending.FAILED)

    def _ask(self, message: bytes, octets: bytes, limits: Limits, seconds: float) -> Outcome | None:
        """What came of it; None where the warden ended over it."""
        ours, theirs = os.pipe()
        try:
            self._send(message, octets, theirs)
        finally:
            os.close(theirs)
        try:
            return self._receive(ours, limits, seconds)
        finally:
            os.close(ours)

    def _send(self, message: bytes, octets: bytes, answer: int) -> None:
        document = os.memfd_create("document")
        try:
            with open(document, "wb", closefd=False) as file:
                file.write(octets)
            os.lseek(document, 0, os.SEEK_SET)
            try:
                socket.send_fds(self._connect(), [message], [document, answer])
            except OSError:  # It ended since it was last used.
                self._end()
                socket.send_fds(self._connect(), [message], [document, answer])
        except OSError as error:
            self._end()
            raise SandboxUnavailable(f"no sandbox for documents: {error}") from error
        finally:
            os.close(document)

    def _receive(self, pipe: int, limits: Limits, seconds: float) -> Outcome | None:
        deadline = time.monotonic() + seconds
        answer = bytearray()
        while len(answer) <= limits.answer_octets:
            if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
                self._end()
                return Outcome(Ending.EXPIRED)
            if not (piece := os.read(pipe, _PIPE_OCTETS)):
                break
            answer += piece
        else:
            self._end()
            return Outcome(Ending.OVERFLOW)
        return self._judge(bytes(answer), limits, deadline)

    def _judge(self, answer: bytes, limits: Limits, deadline: float) -> Outcome | None:
        control = self._connect()
        control.settimeout(max(0.1, deadline - time.monotonic()))
        try:
            report = json.loads(control.recv(MAX_REQUEST_OCTETS))
        except (OSError, ValueError):
            self._end()
            return None
        status, peak = report["status"], report["peak_octets"]
        if status == EXIT_REFUSED:
            raise SandboxUnavailable("a reader of documents could not be confined, so it did not read")
        if status == 0:
            return Outcome(Ending.DONE, answer, peak)
        if report["expired"] or status in {-signal.SIGXCPU, -signal.SIGKILL}:
            return Outcome(Ending.EXPIRED, b"", peak)
        starved = status == EXIT_MEMORY or peak > STARVED * limits.memory_octets
        return Outcome(Ending.MEMORY if starved else Ending.FAILED, b"", peak)

    def _connect(self) -> socket.socket:
        if self._control is not None and self._owner == os.getpid():
            return self._control
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        paths = [str(Path(*intake.__path__).parent), *filter(None, sys.path)]
        command = [confinement.interpreter(), "-I", "-S", "-B", "-c", _PROGRAM]
        command += [str(theirs.fileno()), ":".join(map(str, self._readable)), *paths]
        if self._bwrap is not None:
            command = confinement.wrapped(command, self._bwrap, self._readable)
        try:
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own program.
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    env={},
                    start_new_session=True,
                )
            self._control, self._owner = ours, os.getpid()
            ours.settimeout(START_SECONDS)
            _await_ready(ours)
        except OSError as error:
            ours.close()
            self._end()
            raise SandboxUnavailable(f"no sandbox for documents: {error}") from error
        ours.settimeout(None)
        return ours

    def _end(self) -> None:
        control, process = self._control, self._process
        self._control = self._process = None
        if control is not None:
            control.close()
        if process is not None and self._owner == os.getpid():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await_ready(control: socket.socket) -> None:
    if control.recv(len(READY)) != READY:
        raise OSError("its process ended while it started")


_shared: Sandbox | None = None
_shared_lock = threading.Lock()


def shared_sandbox() -> Sandbox:
    """The one of this process: in bubblewrap where that is installed and works; else without, which the log says once.

    Raises SandboxUnavailable where neither can be started.
    """
    global _shared  # noqa: PLW0603 - its start takes half a second, so that a process has one.
    with _shared_lock:
        if _shared is None:
            _shared = _open_sandbox(confinement.bubblewrap())
            atexit.register(_shared.close)
        return _shared


def _open_sandbox(bwrap: str | None) -> Sandbox:
    import structlog  # Here, since the warden loads this package, too, and has nothing to say.

    log = structlog.get_logger()
    if bwrap is not None:
        sandbox = Sandbox(bwrap=bwrap)
        try:
            sandbox.start()
        except SandboxUnavailable as error:
            log.warning("bubblewrap does not work here", action="documents", error=str(error))
        else:
            return sandbox
    instead = "Landlock hides files from them" if landlock.is_known() else "nothing hides files from them"
    log.warning("documents are read without bubblewrap", action="documents", instead=instead)
    sandbox = Sandbox()
    sandbox.start()
    return sandbox
