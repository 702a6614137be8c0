"""An account with a mail provider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where a mailbox is, and how to get in."""

    name: str
    host: str
    port: int
    encryption: str
    """``tls``, ``starttls`` or ``none``."""
    user: str
    secret: Callable[[], str]
    """The password, or a fresh token; asked for at each connection. Raises LoginRefused."""
    token: bool = False
    """Whether the secret is a token."""
