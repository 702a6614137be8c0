"""Who may come in, and how much: the limits of the listener, each with its reason."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one listener process bears. Times in seconds."""

    connections: int = 2000
    """At once: 2,000 dialogues take some 40 MiB, and file descriptors are left for the store."""
    peer_connections: int = 50
    """At once from one address: a large mail host opens 20; whoever opens thousands means no good."""
    peer_rate: int = 600
    """New connections from one address within PEER_RATE_SECONDS: ten a second, for as long as it likes."""
    recipients: int = 100
    """RFC 5321, 4.5.3.1.8: at least 100; we have a handful of addresses."""
    messages: int = 500
    """In one session; then the client connects again, so that no session goes on for ever."""
    errors: int = 50
    """Refused commands in one session: a client that errs so often is guessing addresses."""
    command_seconds: float = 300.0
    """Idle between two commands (RFC 5321, 4.5.3.2.7: at least 5 minutes)."""
    block_seconds: float = 180.0
    """Idle within a message (RFC 5321, 4.5.3.2.5: 3 minutes between two data blocks)."""
    data_seconds: float = 1800.0
    """For one whole message: 50 MiB at 30 kB/s, as over a satellite."""
    session_seconds: float = 7200.0
    """For one whole session: four of the slowest messages."""
    hops: int = 50
    """Received lines: a message that passed so many hosts goes in a circle (RFC 5321, 6.3)."""


PEER_RATE_SECONDS = 60.0
"""The window of ``peer_rate``."""
MAX_REMEMBERED_PEERS = 100_000
"""Peers whose rate is remembered; past that the oldest are forgotten, some 20 MiB."""


@dataclass(slots=True)
class Gate:
    """Counts who is in. One for each listener process; not for several threads."""

    limits: Limits
    clock: Callable[[], float]
    """Seconds that never go backwards (time.monotonic)."""
    trusted: Sequence[IPv4Network | IPv6Network] = ()
    """Relays of our own, to which the limits on one peer do not apply."""
    _inside: Counter[str] = field(default_factory=Counter)
    _recent: dict[str, deque[float]] = field(default_factory=dict)

    def enter(self, peer: str) -> str | None:
        """Let a peer in, or give the reply that turns it away; after None, ``leave`` must follow."""
        if self._inside.total() >= self.limits.connections:
            return "421 4.3.2 Too many connections, please try again later"
        if not self._trusts(peer):
            if self._inside[peer] >= self.limits.peer_connections:
                return "421 4.7.0 Too many connections from your address, please try again later"
            if self._too_often(peer):
                return "421 4.7.0 Too many new connections from your address, please try again later"
        self._inside[peer] += 1
        return None

    def leave(self, peer: str) -> None:
        """The connection has ended."""
        self._inside[peer] -= 1
        if self._inside[peer] <= 0:
            del self._inside[peer]

    def _trusts(self, peer: str) -> bool:
        if not self.trusted:
            return False
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.trusted)

    def _too_often(self, peer: str) -> bool:
        now = self.clock()
        times = self._recent.pop(peer, None) or deque()
        while times and times[0] <= now - PEER_RATE_SECONDS:
            times.popleft()
        refused = len(times) >= self.limits.peer_rate
        if not refused:
            times.append(now)
        self._recent[peer] = times  # The one seen last stands last.
        while len(self._recent) > MAX_REMEMBERED_PEERS:
            del self._recent[next(iter(self._recent))]
        return refused


def host_of(name: object) -> str:
    """The peer's address; a Unix socket has none, and counts as one peer."""
    return str(name[0]) if isinstance(name, tuple) and name else "local"
