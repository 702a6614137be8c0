"""Answers to FETCH in the form that servers mostly give them; for any other form there is imapclient's parser.

That parser goes through them octet by octet, and costs more time than network and disk together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

Answer = Sequence[bytes | tuple[bytes, bytes] | None]
"""What imaplib gives back: a line, or a line that ends in the length of a literal, with the literal."""

_SIZE = re.compile(rb"\d+ \((?:UID (\d+) RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+) UID (\d+))\)")
_HEAD = re.compile(rb'\d+ \(UID (\d+) INTERNALDATE "([^"\\]*)" BODY\[\] \{(\d+)\}')


def read_sizes(answer: Answer) -> dict[int, int] | None:
    """RFC822.SIZE by UID; None where a line has another form."""
    sizes: dict[int, int] = {}
    for line in answer:
        found = _SIZE.fullmatch(line) if isinstance(line, bytes) else None
        if found is None:
            return None
        uid, size = (found[1], found[2]) if found[1] else (found[4], found[3])
        sizes[int(uid)] = int(size)
    return sizes


def read_messages(answer: Answer) -> list[tuple[int, bytes, bytes]] | None:
    """(UID, INTERNALDATE, octets) of each message; None where one has another form, or is not whole."""
    if len(answer) % 2:
        return None
    messages: list[tuple[int, bytes, bytes]] = []
    for part, end in zip(answer[::2], answer[1::2], strict=True):
        if not isinstance(part, tuple) or end != b")":
            return None
        head, octets = part
        found = _HEAD.fullmatch(head)
        if found is None or int(found[3]) != len(octets):
            return None
        messages.append((int(found[1]), found[2], octets))
    return messages


def in_utc(value: datetime | None) -> datetime | None:
    """The same moment; None where a zone is missing, or none of this world."""
    try:
        return value.astimezone(UTC) if value is not None and value.utcoffset() is not None else None
    except (OverflowError, ValueError):
        return None
