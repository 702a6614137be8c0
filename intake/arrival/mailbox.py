"""What lay in a mailbox, as an arrival: its name, its envelope, its time; and in which portions it is fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.arrival.envelopes import read_header, recipient, reverse_path
from intake.arrival.imap import Fetched
from intake.arrival.times import witnessed
from intake.vocabulary.mail import Arrival, Envelope, Transport

MAX_BATCH = 200
"""Messages in one command and one commit: past this number neither round trip nor fsync is what one waits for."""
MAX_BATCH_OCTETS = 16 * 2**20
"""16 MiB in memory at once, or one message that is larger; for each folder."""
JUNK_NAMES = frozenset({"junk", "spam"})
"""Names by which people ask for the folder that the server calls by its attribute (RFC 6154, 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder as it was opened."""

    account: str
    host: str
    folder: str
    uidvalidity: int

    def key(self, uid: int, sha256: str | None = None) -> str:
        """Names a message in it; with its sha256 where the server named two messages alike."""
        parts = ["imap", self.account, self.folder, str(self.uidvalidity), str(uid), *([sha256] if sha256 else [])]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What is ours in an envelope: addresses (lower case), the one in want of another, hosts that tell the time."""

    addresses: Collection[str]
    default_address: str
    trusted_hosts: Collection[str]


def arrive(fetched: Fetched, octets: bytes, place: Place, ours: Ours, now: datetime, key: str) -> Arrival:
    """A fetched message at the door.

    It reached the mailbox when a trusted host's Received line says, else when INTERNALDATE says, else
    now: the caller notes that. An outage of ours makes nobody late.
    """
    header = read_header(octets)
    said = witnessed(octets, ours.trusted_hosts) or fetched.internal_date or now
    return Arrival(
        envelope=Envelope(
            mail_from=reverse_path(header), rcpt_to=recipient(header, ours.addresses) or ours.default_address
        ),
        octets=octets,
        transport=Transport.IMAP,
        captured_at=now,
        received_at=min(said, now),
        peer=place.host,
        source_file=f"{place.account}/{place.folder}/{fetched.uid}",
        arrival_key=key,
    )


def batches(sizes: Mapping[int, int], most: int = MAX_BATCH) -> Iterator[list[int]]:
    """UIDs in ascending order, in portions of so many messages and MAX_BATCH_OCTETS at the most."""
    batch: list[int] = []
    octets = 0
    for uid, size in sorted(sizes.items()):
        if batch and (len(batch) >= most or octets + size > MAX_BATCH_OCTETS):
            yield batch
            batch, octets = [], 0
        batch.append(uid)
        octets += size
    if batch:
        yield batch


def find_folder(wanted: str, folders: Mapping[str, frozenset[str]]) -> str | None:
    """The folder of this name, or the server's junk folder where that is what is wanted; None where neither is."""
    if wanted in folders:
        return wanted
    for name, attributes in folders.items():
        if name.upper() == wanted.upper() == "INBOX":
            return name
        if wanted.lower() in JUNK_NAMES and "\\junk" in attributes:
            return name
    return None
