"""What the listener answers to whom: knows our addresses, counts hops, hands arrivals to capture."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, Protocol

import structlog

from intake.arrival.gate import Limits
from intake.arrival.times import MAX_HEADER_OCTETS, witnessed
from intake.errors import IntakeError, StoreUnavailable
from intake.vocabulary.mail import Arrival, Clock, Envelope, Transport

Capture = Callable[[Sequence[Arrival]], Awaitable[Sequence[int | None]]]
"""Takes arrivals over; when it returns, they are safe. Raises IntakeError."""
Pressure = Callable[[], str | None]
"""Says why no more mail can be taken now, or None."""

_RECEIVED = re.compile(rb"^Received:", re.IGNORECASE | re.MULTILINE)

log = structlog.get_logger()


class SessionState(Protocol):
    """What we read of aiosmtpd's session."""

    peer: Any
    host_name: str | None


class EnvelopeState(Protocol):
    """What we read and write of aiosmtpd's envelope."""

    mail_from: str | None
    mail_options: list[str]
    rcpt_tos: list[str]
    original_content: bytes | None


class ProxyState(Protocol):
    """What we read of a PROXY line."""

    src_addr: Any
    src_port: int | None


class Introduced(Protocol):
    """A dialogue whose real peer becomes known after it began."""

    async def introduce(self, peer: str) -> bool:
        """Let the real peer pass the gate; False where it is turned away, with the reason said."""
        ...


class Reception:
    """Answers the commands of a dialogue: aiosmtpd's handler, one for all sessions of a listener."""

    def __init__(
        self,
        capture: Capture,
        *,
        transport: Transport,
        addresses: Collection[str],
        clock: Clock,
        limits: Limits,
        pressure: Pressure = lambda: None,
        relay_hosts: Collection[str] = (),
        trusted_relays: Sequence[IPv4Network | IPv6Network] = (),
    ) -> None:
        """``addresses`` are ours, lower case; a plus-part may follow the local part of any of them.

        From a peer in ``trusted_relays``, the time in the topmost Received line counts, which that
        relay wrote by the name of one of ``relay_hosts``.
        """
        self._capture = capture
        self._transport = transport
        self._addresses = frozenset(addresses)
        self._clock = clock
        self._limits = limits
        self._pressure = pressure
        self._relay_hosts = relay_hosts
        self._trusted_relays = trusted_relays

    async def handle_PROXY(  # noqa: N802 - aiosmtpd's name
        self, server: Introduced, session: SessionState, _envelope: object, said: ProxyState
    ) -> bool:
        """Believe our own proxy who is behind it; anybody else is turned away."""
        if not self._trusts(_host(session)) or said.src_addr is None:
            return False
        session.peer = (str(said.src_addr), said.src_port or 0)
        return await server.introduce(str(said.src_addr))

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: object, session: SessionState, _envelope: object, hostname: str, replies: list[str]
    ) -> list[str]:
        """Offer what we do: pipelining (RFC 2920) works; there is nothing to log in to, and no help."""
        session.host_name = hostname
        offers = [reply[4:] for reply in replies if not reply[4:].startswith(("AUTH", "HELP"))]
        offers.append("PIPELINING")
        lines = [f"250-{offer}" for offer in offers[:-1]] + [f"250 {offers[-1]}"]
        return ["\r\n".join(lines)]  # One write: aiosmtpd sends each entry by itself.

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: EnvelopeState, address: str, options: list[str]
    ) -> str:
        """Begin a message, unless we are full: then the sender keeps it and comes again."""
        if (why := self._pressure()) is not None:
            log.warning("No mail is taken for now", action="back_pressure", reason=why)
            return "452 4.3.1 Cannot take mail now, please try again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: EnvelopeState, address: str, _options: list[str]
    ) -> str:
        """Ours, or 550."""
        if len(envelope.rcpt_tos) >= self._limits.recipients:
            return "452 4.5.3 Too many recipients"
        if not self._is_ours(address):
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: object, session: SessionState, envelope: EnvelopeState
    ) -> str:
        """Capture, then 250. A client that hangs up meanwhile cancels us, not the capture."""
        octets = envelope.original_content or b""
        if hops(octets) > self._limits.hops:
            return "554 5.4.6 Too many hops: this message goes in a circle"
        try:
            ids = await self._capture(self._arrivals(session, envelope, octets))
        except Exception as error:  # noqa: BLE001 - fate: the sender keeps it; the dialogue can go on.
            return self.fail(error)
        return f"250 2.6.0 Kept as {', '.join(str(number) for number in ids)}"

    def fail(self, error: Exception) -> str:
        """Our own fault is temporary, and its text stays here (RFC 5321, 4.2.1)."""
        log.error("Dialogue failed", action="dialogue_failed", error=repr(error))
        return error.reply if isinstance(error, IntakeError) else StoreUnavailable.reply

    def _is_ours(self, address: str) -> bool:
        local, _, domain = address.lower().rpartition("@")
        return f"{local}@{domain}" in self._addresses or f"{local.partition('+')[0]}@{domain}" in self._addresses

    def _arrivals(self, session: SessionState, envelope: EnvelopeState, octets: bytes) -> list[Arrival]:
        now = self._clock()
        peer = _host(session)
        witness = witnessed(octets, self._relay_hosts, topmost=True) if self._trusts(peer) else None
        mail_from = envelope.mail_from if envelope.mail_from not in {"", "<>"} else None
        return [
            Arrival(
                envelope=Envelope(mail_from=mail_from, rcpt_to=rcpt_to),
                octets=octets,
                transport=self._transport,
                captured_at=now,
                received_at=min(witness or now, now),
                peer=peer,
                helo=session.host_name,
            )
            for rcpt_to in dict.fromkeys(envelope.rcpt_tos)
        ]

    def _trusts(self, peer: str | None) -> bool:
        if peer is None:
            return self._transport is Transport.LMTP  # A Unix socket is opened by a mail host of this machine.
        return any(ip_address(peer) in network for network in self._trusted_relays)


def _host(session: SessionState) -> str | None:
    return str(session.peer[0]) if isinstance(session.peer, tuple) and session.peer else None


def hops(octets: bytes) -> int:
    """How many Received lines the header has (RFC 5321, 6.3)."""
    block = re.split(rb"\r?\n\r?\n", octets[:MAX_HEADER_OCTETS], maxsplit=1)[0]
    return len(_RECEIVED.findall(block))
