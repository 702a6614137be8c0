"""Where octets are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from intake.vocabulary.mail import RawMessage


class Place(StrEnum):
    """Where the octets of a message lie; their row says which."""

    DATABASE = "database"  # In the row itself: one transaction, one backup.
    DISK = "disk"  # Files below a folder, named by sha256.
    OBJECT_STORE = "object-store"  # S3, or what speaks like it.


class Vault(Protocol):
    """Write-once octets in one place, each named by its SHA-256."""

    def keep_all(self, many: Sequence[bytes]) -> list[RawMessage]:
        """Keep octets, durably, and give back their names in order; those that are there already change nothing.

        Raises StoreUnavailable: then some may be there, and none is promised.
        """
        ...

    def read(self, sha256: str) -> bytes:
        """What lies under this name, unchecked. Raises UnknownDelivery, StoreUnavailable."""
        ...

    def names(self) -> Iterator[str]:
        """Every name that is there, in no order. Raises StoreUnavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a look at every message of the vault found; names are sha256."""

    sound: int
    damaged: tuple[str, ...]
    """Octets that do not match their name."""
    missing: tuple[str, ...]
    """Named by a row, and not there."""
    orphans: int
    """There, and named by no row: something ended between octets and row, before anybody was told 250."""


def name(octets: bytes) -> RawMessage:
    """The name under which these octets are kept."""
    return RawMessage(hashlib.sha256(octets).hexdigest(), len(octets))


def name_all(many: Sequence[bytes]) -> list[RawMessage]:
    """The names of many; one message for several recipients is read once."""
    once = {id(octets): octets for octets in many}
    names = {key: name(octets) for key, octets in once.items()}
    return [names[id(octets)] for octets in many]
