"""``intake serve``: one parent, which owns the socket and keeps its children alive.

The listener and the worker are processes of their own, so that a message that kills the parser never
stops the door; the socket outlives both, so that no connection is refused while one restarts.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess

import structlog

from intake.arrival.smtp import Reception, listen, open_socket
from intake.capture.commit import Committer
from intake.errors import SettingsError
from intake.log import configure_log
from intake.settings import Settings
from intake.vocabulary.mail import Clock
from intake.worker import SOFTWARE, carrier_of, open_desk, work

DRAIN_SECONDS = 30.0
"""How long the children may take to end what they began; then they are killed, and nothing is lost."""
RESTART_SECONDS = 1.0
"""Before a child that ended is started again, so that a fault at its start does not spin."""

log = structlog.get_logger()


def serve(settings: Settings, clock: Clock, ready: Callable[[str, int], None] | None = None) -> None:
    """Run until SIGTERM or SIGINT, then drain. ``ready`` is told the address once mail can come in.

    Raises StoreError and SettingsError before anything is started.
    """
    open_desk(settings, clock).store.close()
    carrier_of(settings)
    try:
        listener = open_socket(settings.smtp.host, settings.smtp.port)
    except OSError as error:
        raise SettingsError(
            f"intake.toml: cannot listen on smtp.host {settings.smtp.host}, smtp.port {settings.smtp.port} "
            f"({error.strerror}); name a free one."
        ) from error
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    host, port = listener.getsockname()[:2]
    children: dict[str, Callable[[], BaseProcess]] = {
        "listener": lambda: _spawn("listener", run_listener, settings, clock, listener),
        "worker": lambda: _spawn("worker", run_worker, settings, clock),
    }
    running = {name: start() for name, start in children.items()}
    log.info("Listening", action="listening", host=host, port=port)
    if ready:
        ready(host, port)
    while not stop.wait(RESTART_SECONDS):
        for name, process in running.items():
            if not process.is_alive():
                log.error("A child ended and is started again", action="restarted", child=name, code=process.exitcode)
                running[name] = children[name]()
    _end(running)
    listener.close()


def _spawn(name: str, target: Callable[..., None], *args: object) -> BaseProcess:
    process = multiprocessing.get_context("spawn").Process(target=target, args=args, name=f"intake-{name}")
    process.start()
    return process


def _end(running: dict[str, BaseProcess]) -> None:
    deadline = time.monotonic() + DRAIN_SECONDS
    for process in running.values():
        process.terminate()
    for process in running.values():
        process.join(max(0.0, deadline - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
    log.info("Ended", action="ended")


def run_listener(settings: Settings, clock: Clock, listener: socket.socket) -> None:
    """The child that answers at the door."""
    configure_log()
    _follow_parent()
    desk = open_desk(settings, clock)
    committer = Committer(desk.store, SOFTWARE)
    reception = Reception(
        committer.capture,
        addresses=settings.addresses,
        clock=clock,
        relay_hosts=settings.imports.trusted_hosts,
        trusted_relays=settings.smtp.trusted_relays,
    )
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(_listen(settings, reception, listener))
    committer.close()
    desk.store.close()


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop where it is installed: it does not exist for Windows."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    return new_event_loop


async def _listen(settings: Settings, reception: Reception, listener: socket.socket) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await listen(listener, reception, hostname=settings.smtp.hostname, max_octets=settings.smtp.max_octets, stop=stop)


def run_worker(settings: Settings, clock: Clock) -> None:
    """The child that reads, places, registers and sends."""
    configure_log()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _follow_parent()
    desk = open_desk(settings, clock)
    work(desk, carrier_of(settings), stop)
    desk.store.close()


def _follow_parent() -> None:
    """End as on SIGTERM when the parent is gone, however it went: no orphan holds the door."""
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, name="follow-parent", daemon=True).start()
