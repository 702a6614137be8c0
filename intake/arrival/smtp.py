"""SMTP: the only door of aiosmtpd. 250 is said after capture has committed, never before."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

import structlog
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as SmtpEnvelope

from intake.arrival.times import witnessed
from intake.errors import IntakeError, StoreUnavailable
from intake.vocabulary.mail import Arrival, Clock, Envelope, Transport

Capture = Callable[[Sequence[Arrival]], Awaitable[Sequence[int | None]]]
"""Takes arrivals over; when it returns, they are safe. Raises IntakeError."""

MAX_LINE_OCTETS = 64 * 1024
"""64 KiB: RFC 5321 asks for 1,000 octets, and one real message in twenty has a longer line."""
MAX_RECIPIENTS = 100
"""RFC 5321, 4.5.3.1.8: at least 100; we have a handful of addresses."""
MAX_COMMANDS = 1000
"""Of one kind in one session; a client that needs more can open another."""

log = structlog.get_logger()


class Dialogue(SMTP):
    """aiosmtpd's protocol with our limits."""

    line_length_limit = MAX_LINE_OCTETS


class Reception:
    """Answers the commands of the dialogue (aiosmtpd's handler)."""

    def __init__(
        self,
        capture: Capture,
        *,
        addresses: Collection[str],
        clock: Clock,
        relay_hosts: Collection[str] = (),
        trusted_relays: Sequence[IPv4Network | IPv6Network] = (),
    ) -> None:
        """``addresses`` are ours, lower case; a plus-part may follow the local part of any of them.

        From a peer in ``trusted_relays``, the time in the topmost Received line counts, which that
        relay wrote by the name of one of ``relay_hosts``.
        """
        self._capture = capture
        self._addresses = frozenset(addresses)
        self._clock = clock
        self._relay_hosts = relay_hosts
        self._trusted_relays = trusted_relays

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: SmtpEnvelope, address: str, _options: list[str]
    ) -> str:
        """Ours, or 550."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not self._is_ours(address):
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: SmtpEnvelope
    ) -> str:
        """Capture, then 250. A client that hangs up meanwhile cancels us, not the capture."""
        arrivals = self._arrivals(session, envelope)
        try:
            ids = await asyncio.shield(asyncio.ensure_future(self._capture(arrivals)))
        except Exception as error:  # noqa: BLE001 - fate: the sender keeps it; the dialogue can go on.
            return await self.handle_exception(error)
        log.info("Captured", action="captured", deliveries=list(ids), octets=len(arrivals[0].octets))
        return f"250 2.6.0 Kept as {', '.join(str(number) for number in ids)}"

    async def handle_exception(self, error: Exception) -> str:
        """Our own fault is temporary, and its text stays here (RFC 5321, 4.2.1)."""
        log.error("Dialogue failed", action="smtp_failed", error=repr(error))
        return error.reply if isinstance(error, IntakeError) else StoreUnavailable.reply

    def _is_ours(self, address: str) -> bool:
        local, _, domain = address.lower().rpartition("@")
        return f"{local}@{domain}" in self._addresses or f"{local.partition('+')[0]}@{domain}" in self._addresses

    def _arrivals(self, session: Session, envelope: SmtpEnvelope) -> list[Arrival]:
        octets = envelope.original_content or b""
        now = self._clock()
        name: object = session.peer  # A tuple for TCP, text for a Unix socket.
        peer = str(name[0]) if isinstance(name, tuple) else None
        witness = witnessed(octets, self._relay_hosts, topmost=True) if self._trusts(peer) else None
        mail_from = envelope.mail_from if envelope.mail_from not in {"", "<>"} else None
        return [
            Arrival(
                envelope=Envelope(mail_from=mail_from, rcpt_to=rcpt_to),
                octets=octets,
                transport=Transport.SMTP,
                captured_at=now,
                received_at=min(witness or now, now),
                peer=peer,
                helo=session.host_name,
            )
            for rcpt_to in dict.fromkeys(envelope.rcpt_tos)
        ]

    def _trusts(self, peer: str | None) -> bool:
        return peer is not None and any(ip_address(peer) in network for network in self._trusted_relays)


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError.

    The protocol is named, since asyncio sets TCP_NODELAY only then.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    family, kind, proto, _, address = found[0]
    listener = socket.socket(family, kind, proto)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen(128)
    return listener


async def listen(
    listener: socket.socket, reception: Reception, *, hostname: str, max_octets: int, stop: asyncio.Event
) -> None:
    """Serve until ``stop`` is set; then take no new connection, and let open dialogues end."""
    loop = asyncio.get_running_loop()

    def dialogue() -> SMTP:
        return Dialogue(
            reception,
            data_size_limit=max_octets,
            enable_SMTPUTF8=True,
            decode_data=False,
            hostname=hostname,
            ident="ESMTP",
            command_call_limit=MAX_COMMANDS,
            loop=loop,
        )

    server = await loop.create_server(dialogue, sock=listener)
    async with server:
        await stop.wait()
