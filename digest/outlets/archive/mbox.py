"""Writes an export: one mbox, an index with a line a message, and a manifest. Memory holds one message."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from digest.outlets.archive.mboxrd import quote, write_from_line
from digest.outlets.manifest import MANIFEST, hash_file, write_manifest

MESSAGES, INDEX = "messages.mbox", "index.csv"
COLUMNS = (
    "delivery",
    "references",
    "status",
    "mail_from",
    "rcpt_to",
    "received_at",
    "captured_at",
    "raw_sha256",
    "size",
    "offset",
    "length",
    "line_ends",
    "final_newline",
)
"""``size`` is that of the raw message; ``offset`` and ``length`` are octets in the mbox, after its From_ line."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Audience(StrEnum):
    """For whom an export is made."""

    RESTRICTED = "restricted"  # Archivists under seal: raw octets, with everything personal in them.


class ExportFormat(StrEnum):
    """The form of an export."""

    MBOXRD = "mboxrd"  # application/mbox (RFC 4155), quoted reversibly.


class Message(Protocol):
    """What an export needs to know of a message."""

    @property
    def delivery(self) -> int:
        """Our number of its arrival."""

    @property
    def references(self) -> Sequence[str]:
        """Under which it was registered."""

    @property
    def status(self) -> str:
        """What became of it."""

    @property
    def mail_from(self) -> str | None:
        """None is the null reverse-path."""

    @property
    def rcpt_to(self) -> str:
        """To whom it came."""

    @property
    def received_at(self) -> datetime:
        """When it reached the published mailbox."""

    @property
    def captured_at(self) -> datetime:
        """When we had its last octet."""

    @property
    def raw_sha256(self) -> str:
        """Names its octets."""

    @property
    def octets(self) -> bytes:
        """As received."""


@dataclass(frozen=True, slots=True)
class Export:
    """What was written."""

    messages: int
    manifest_sha256: str


def write_mbox(messages: Iterable[Message], folder: Path) -> Export:
    """Write an export into an empty folder."""
    count = offset = 0
    with (
        (folder / MESSAGES).open("xb") as mbox,
        (folder / INDEX).open("x", encoding="utf-8", errors="backslashreplace", newline="") as index,
    ):
        # All quoted: the writer would leave a lone CR bare, and readers end the line there.
        table = csv.writer(index, quoting=csv.QUOTE_ALL, lineterminator="\n")
        table.writerow(COLUMNS)
        for message in messages:
            quoted = quote(message.octets)
            opening = write_from_line(message.mail_from, message.received_at)
            mbox.write(opening + quoted.octets + b"\n")
            offset += len(opening)
            ends = (quoted.line_ends.value, "yes" if quoted.final_newline else "no")
            table.writerow((*_describe(message), offset, len(quoted.octets), *ends))
            offset += len(quoted.octets) + 1
            count += 1
    hashes = {name: hash_file(folder / name) for name in (MESSAGES, INDEX)}
    (folder / MANIFEST).write_bytes(write_manifest(hashes))
    return Export(count, hash_file(folder / MANIFEST))


def _describe(message: Message) -> tuple[str | int, ...]:
    return (
        message.delivery,
        " ".join(message.references),
        str(message.status),
        _cell(message.mail_from or ""),
        _cell(message.rcpt_to),
        _instant(message.received_at),
        _instant(message.captured_at),
        message.raw_sha256,
        len(message.octets),
    )


def _cell(foreign: str) -> str:
    """A spreadsheet would compute what begins like a formula; an apostrophe keeps it text."""
    return f"'{foreign}" if foreign.startswith(_FORMULA) else foreign


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
