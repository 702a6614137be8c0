"""The listening side: sockets, certificates, and a graceful end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from intake.arrival.gate import Gate
from intake.arrival.reception import Reception
from intake.arrival.smtp import Dialogue, LocalDialogue
from intake.errors import SettingsError

BACKLOG = 1024
"""Connections that the kernel keeps for us while we are busy; it cuts this to its own limit."""
DRAIN_SECONDS = 25.0
"""For messages that are being taken when the end is asked for: a child has 30 s before it is killed."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One listening socket, and how dialogues on it go."""

    socket: socket.socket
    lmtp: bool = False
    implicit_tls: bool = False
    proxied: bool = False
    """Each connection begins with a PROXY line (haproxy.org: proxy-protocol.txt), from our own proxy alone."""


def open_socket(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A listening TCP socket; port 0 takes a free one; ``shared`` lets others listen as well. Raises OSError.

    The protocol is named, since asyncio sets TCP_NODELAY only then.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    family, kind, proto, _, address = found[0]
    listener = socket.socket(family, kind, proto)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def open_sockets(host: str, port: int, processes: int) -> list[socket.socket]:
    """A listening TCP socket for each of our processes, all on one port. Raises OSError.

    The kernel deals connections out among them (SO_REUSEPORT, socket(7)). That nobody else listens there is
    seen first: what is shared would be shared with them too.
    """
    alone = open_socket(host, port)
    if processes == 1:
        return [alone]
    port = alone.getsockname()[1]
    alone.close()
    return [open_socket(host, port, shared=True) for _ in range(processes)]


def open_unix_socket(path: Path) -> socket.socket:
    """A listening Unix socket that our group may use; one left behind is replaced. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    os.chmod(path, 0o660)  # noqa: PTH101 - Path.chmod would follow a link
    listener.listen(BACKLOG)
    return listener


@dataclass(slots=True)
class Certificate:
    """A certificate and its key, read again when the files change: renewals need no restart."""

    certificate: Path
    key: Path
    _context: ssl.SSLContext = field(init=False)
    _seen: tuple[int, int] = field(init=False, default=(0, 0))

    def __post_init__(self) -> None:
        """Raises SettingsError when the files cannot be used."""
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._load()

    def context(self) -> ssl.SSLContext:
        """For the next connection. New files that cannot be used are logged, and the old ones kept."""
        try:
            changed = self._stamp() != self._seen
            if changed:
                self._load()
        except (OSError, SettingsError) as error:
            log.error("The new certificate cannot be used", action="certificate_failed", error=str(error))
        return self._context

    def _load(self) -> None:
        try:
            stamp = self._stamp()
            # Tried on the side first: half a renewal must not spoil the context that serves.
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(self.certificate, self.key)
            self._context.load_cert_chain(self.certificate, self.key)
            self._seen = stamp
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"intake.toml: smtp.tls_certificate {self.certificate} and smtp.tls_key {self.key} cannot be used "
                f"({error}); name a certificate chain and its key, in PEM."
            ) from error

    def _stamp(self) -> tuple[int, int]:
        return self.certificate.stat().st_mtime_ns, self.key.stat().st_mtime_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What all dialogues share."""

    hostname: str
    max_octets: int
    gate: Gate
    certificate: Certificate | None = None
    require_tls: bool = False
    proxy_seconds: float = 5.0
    """For the PROXY line: our proxy sends it at once."""


async def listen(
    doors: Sequence[tuple[Door, Reception]],
    house: House,
    stop: asyncio.Event,
    opened: Callable[[], None] = lambda: None,
) -> None:
    """Serve at all doors until ``stop`` is set; then take no new connection, and let messages end."""
    loop = asyncio.get_running_loop()
    inside: weakref.WeakSet[Dialogue] = weakref.WeakSet()
    servers = []
    for door, reception in doors:
        tls = house.certificate.context() if house.certificate and door.implicit_tls else None
        make = _factory(door, reception, house, inside, loop)
        open_server = loop.create_unix_server if door.socket.family == socket.AF_UNIX else loop.create_server
        servers.append(await open_server(make, sock=door.socket, ssl=tls))
    opened()
    await stop.wait()
    for server in servers:
        server.close()
    for dialogue in list(inside):
        dialogue.drain()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while any(dialogue.transport is not None for dialogue in inside):  # noqa: ASYNC110 - at the end only
                await asyncio.sleep(0.02)


def _factory(
    door: Door,
    reception: Reception,
    house: House,
    inside: weakref.WeakSet[Dialogue],
    loop: asyncio.AbstractEventLoop,
) -> Callable[[], Dialogue]:
    kind = LocalDialogue if door.lmtp else Dialogue
    certificate = None if door.implicit_tls else house.certificate
    model = kind(
        reception,
        house.gate,
        data_size_limit=house.max_octets,
        hostname=house.hostname,
        tls_context=certificate.context() if certificate else None,
        require_starttls=house.require_tls and not door.implicit_tls and not door.lmtp,
        proxy_protocol_timeout=house.proxy_seconds if door.proxied else None,
        loop=loop,
    )

    def dialogue() -> Dialogue:
        if house.certificate and door.implicit_tls:
            house.certificate.context()  # The server holds this one context; a new certificate goes into it.
        made = model.another(certificate.context() if certificate else None)
        inside.add(made)
        return made

    return dialogue
