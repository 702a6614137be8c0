"""Letters that we send, and how they fare."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class LetterState(StrEnum):
    """Where an outgoing letter stands."""

    QUEUED = "queued"  # Waits to be handed over, or to be tried again.
    SENDING = "sending"  # Being handed over; what stays so after a crash becomes uncertain.
    SENT = "sent"  # The next host, or the folder, has it.
    REFUSED = "refused"  # The next host will not take it, ever.
    UNCERTAIN = "uncertain"  # The peer went silent after the final dot: perhaps sent, so never sent again by itself.


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one address; its envelope sender is always null (RFC 3834, 3.3)."""

    cause: str
    """Why it is sent; the same cause never gives a second letter."""
    delivery: int | None
    rcpt_to: str
    octets: bytes


class LetterRefused(Exception):
    """The next host answered 5xx: final."""


class LetterUncertain(Exception):
    """The connection ended between the final dot and the answer (RFC 5321, 4.1.1.4)."""


class Carrier(Protocol):
    """Hands a letter to the next host or to a folder."""

    def hand_over(self, rcpt_to: str, octets: bytes, name: str) -> str:
        """Give back what the other side said.

        Raises LetterRefused, LetterUncertain, or OutboxError to be tried again.
        """
        ...
