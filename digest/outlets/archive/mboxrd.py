"""One message in mboxrd: quoted so that every octet comes back (RFC 4155; LoC fdd000385)."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_UNSAFE = re.compile(r"[^\x21-\x7e]")
NOBODY = "MAILER-DAEMON"
"""Stands in a From_ line for the null reverse-path."""


class LineEnds(StrEnum):
    """How the lines of a message end, before it was written to the mbox."""

    LF = "lf"  # Written as they are.
    CRLF = "crlf"  # All of them; written as LF, so that independent tools read the mbox.
    MIXED = "mixed"  # Written as they are.


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message as it stands in the mbox, and what is needed to take it out again."""

    octets: bytes
    line_ends: LineEnds
    final_newline: bool


def name_line_ends(octets: bytes) -> LineEnds:
    """Uniformly CRLF, without any CR, or neither."""
    pairs = octets.count(b"\r\n")
    if pairs == octets.count(b"\r") == octets.count(b"\n") and pairs:
        return LineEnds.CRLF
    return LineEnds.MIXED if b"\r" in octets else LineEnds.LF


def quote(octets: bytes) -> Quoted:
    """Put a message into the form in which an mbox holds it."""
    line_ends = name_line_ends(octets)
    if line_ends is LineEnds.CRLF:
        octets = octets.replace(b"\r\n", b"\n")
    final_newline = octets.endswith(b"\n")
    if not final_newline:
        octets += b"\n"
    return Quoted(_FROM.sub(rb">\1", octets), line_ends, final_newline)


def restore(quoted: Quoted) -> bytes:
    """The message as it was, octet for octet."""
    octets = _QUOTED.sub(rb"\1", quoted.octets)
    if not quoted.final_newline:
        octets = octets[:-1]
    return octets.replace(b"\n", b"\r\n") if quoted.line_ends is LineEnds.CRLF else octets


def write_from_line(mail_from: str | None, received_at: datetime) -> bytes:
    """``From a@b.example Wed Nov 25 09:12:00 2026``, in UTC; what would break the line is a ``?``."""
    sender = _UNSAFE.sub("?", mail_from) if mail_from else NOBODY
    return f"From {sender} {time.asctime(received_at.astimezone(UTC).timetuple())}\n".encode()
