"""``intake serve``: one parent, which owns the sockets and keeps its children alive.

Listeners and the worker are processes of their own, so that a message that kills the parser never
stops the door; the sockets outlive them, so that no connection is refused while one restarts.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.process import BaseProcess

import structlog

from intake.arrival.gate import Gate, Limits
from intake.arrival.listener import Certificate, Door, House, listen, open_sockets, open_unix_socket
from intake.arrival.reception import Reception
from intake.capture.commit import Committer
from intake.capture.pressure import Pressure
from intake.collecting import collect
from intake.errors import SettingsError
from intake.log import configure_log
from intake.settings import Settings
from intake.storage.checkpoints import Checkpoints
from intake.vocabulary.mail import Clock, Transport
from intake.worker import SOFTWARE, carrier_of, open_desk, work

DRAIN_SECONDS = 30.0
"""How long the children may take to end what they began; then they are killed, and nothing is lost."""
RESTART_SECONDS = 1.0
"""Before a child that ended is started again, so that a fault at its start does not spin."""
SWITCH_SECONDS = 0.0005
"""After which the committing thread lets the dialogues go on; Python's own 5 ms are half of what an answer takes."""

log = structlog.get_logger()


def serve(settings: Settings, clock: Clock, ready: Callable[[str, int], None] | None = None) -> None:
    """Run until SIGTERM or SIGINT, then drain. ``ready`` is told the address once mail can come in.

    Raises StoreError and SettingsError before anything is started.
    """
    open_desk(settings, clock).store.close()
    carrier_of(settings)
    certificate_of(settings)
    doors = open_doors(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    children: dict[str, Callable[[], BaseProcess]] = {"worker": lambda: _spawn("worker", run_worker, settings, clock)}
    for place, own in enumerate(doors, start=1):
        name = f"listener-{place}"
        children[name] = partial(_spawn, name, run_listener, settings, clock, own)
    if settings.mailboxes:
        children["imap"] = partial(_spawn, "imap", run_mailboxes, settings, clock)
    running = {name: start() for name, start in children.items()}
    host, port = doors[0][0].socket.getsockname()[:2]
    log.info("Listening", action="listening", host=host, port=port)
    if ready:
        ready(host, port)
    while not stop.wait(RESTART_SECONDS):
        for name, process in running.items():
            if not process.is_alive():
                log.error("A child ended and is started again", action="restarted", child=name, code=process.exitcode)
                running[name] = children[name]()
    _end(running)
    for own in doors:
        for door in own:
            door.socket.close()


def open_doors(settings: Settings) -> list[list[Door]]:
    """Every door that the configuration names, once for each listener; SMTP comes first. Raises SettingsError."""
    smtp = settings.smtp
    many = [[Door(socket=one, proxied=smtp.proxy_protocol) for one in _bind(settings, "smtp.port", smtp.port)]]
    if smtp.tls_port:
        many.append([Door(socket=one, implicit_tls=True) for one in _bind(settings, "smtp.tls_port", smtp.tls_port)])
    if smtp.lmtp_port:
        many.append([Door(socket=one, lmtp=True) for one in _bind(settings, "smtp.lmtp_port", smtp.lmtp_port)])
    if smtp.lmtp_socket:
        path = settings.home / smtp.lmtp_socket
        try:
            many.append([Door(socket=open_unix_socket(path), lmtp=True)] * smtp.processes)
        except OSError as error:
            raise SettingsError(f"intake.toml: smtp.lmtp_socket {path} cannot be made ({error.strerror}).") from error
    return [list(doors) for doors in zip(*many, strict=True)]


def _bind(settings: Settings, key: str, port: int) -> list[socket.socket]:
    try:
        return open_sockets(settings.smtp.host, port, settings.smtp.processes)
    except OSError as error:
        raise SettingsError(
            f"intake.toml: cannot listen on smtp.host {settings.smtp.host}, {key} {port} "
            f"({error.strerror}); name a free one."
        ) from error


def certificate_of(settings: Settings) -> Certificate | None:
    """The certificate that the configuration names, if any. Raises SettingsError."""
    smtp = settings.smtp
    if bool(smtp.tls_certificate) != bool(smtp.tls_key):
        raise SettingsError("intake.toml: smtp.tls_certificate and smtp.tls_key go together; name both or none.")
    if smtp.tls_certificate:
        return Certificate(settings.home / smtp.tls_certificate, settings.home / smtp.tls_key)
    if smtp.require_tls or smtp.tls_port:
        raise SettingsError("intake.toml: smtp.tls_certificate is empty; TLS needs a certificate and its smtp.tls_key.")
    return None


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


def run_listener(settings: Settings, clock: Clock, doors: Sequence[Door]) -> None:
    """A child that answers at the doors."""
    sys.setswitchinterval(SWITCH_SECONDS)
    configure_log()
    follow_parent()
    desk = open_desk(settings, clock)
    checkpoints = Checkpoints(desk.store)
    committer = Committer(desk.store, SOFTWARE, captured=checkpoints.add)
    limits = Limits(**settings.limits.model_dump())
    gate = Gate(limits, time.monotonic, settings.smtp.trusted_relays)
    pressure = Pressure(desk.store, settings)
    house = House(
        hostname=settings.smtp.hostname,
        max_octets=settings.smtp.max_octets,
        gate=gate,
        certificate=certificate_of(settings),
        require_tls=settings.smtp.require_tls,
    )
    reception = {
        lmtp: Reception(
            committer.capture,
            transport=Transport.LMTP if lmtp else Transport.SMTP,
            addresses=settings.addresses,
            clock=clock,
            limits=limits,
            pressure=pressure,
            relay_hosts=settings.imports.trusted_hosts,
            trusted_relays=settings.smtp.trusted_relays,
        )
        for lmtp in (False, True)
    }
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(_listen([(door, reception[door.lmtp]) for door in doors], house))
    committer.close()
    checkpoints.close()
    desk.store.close()


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop where it is installed: it does not exist for Windows."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    return new_event_loop


async def _listen(doors: Sequence[tuple[Door, Reception]], house: House) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await listen(doors, house, stop)


def run_worker(settings: Settings, clock: Clock) -> None:
    """The child that reads, places, registers and sends."""
    configure_log()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    follow_parent()
    desk = open_desk(settings, clock)
    work(desk, carrier_of(settings), stop)
    desk.store.close()


def run_mailboxes(settings: Settings, clock: Clock) -> None:
    """The child that watches mailboxes."""
    configure_log()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    follow_parent()
    desk = open_desk(settings, clock)
    collect(desk, stop)
    desk.store.close()


def follow_parent() -> None:
    """End as on SIGTERM when the parent is gone, however it went: no orphan holds the door."""
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, name="follow-parent", daemon=True).start()
