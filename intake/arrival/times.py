"""When a message reached the published mailbox, where another host than ours witnessed it."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz

MAX_HEADER_OCTETS = 256 * 1024
"""256 KiB of header block are looked at: real ones stay below 50 KiB."""

_FOLD = re.compile(rb"\r?\n[ \t]+")
_ZONE = re.compile(r"[+-]\d{4}\b|\b(?:UTC?|GMT|[ECMP][SD]T)\b", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([^\s;()]+)", re.IGNORECASE)


def witnessed(octets: bytes, hosts: Collection[str], *, topmost: bool = False) -> datetime | None:
    """The time in the newest Received line whose ``by`` names one of these hosts, in UTC.

    ``topmost`` looks at the first Received line alone: behind a relay, only the line that this relay
    wrote is no claim of the sender's (RFC 5321, 4.4). None where there is no such line, or no date in it.
    """
    trusted = {host.lower() for host in hosts}
    block = re.split(rb"\r?\n\r?\n", octets[:MAX_HEADER_OCTETS], maxsplit=1)[0]
    for line in _FOLD.sub(b" ", block).splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() != b"received":
            continue
        said = value.decode("ascii", "replace")
        by = _BY.search(said)
        if by and by[1].lower().rstrip(".") in trusted:
            return _date(said.rpartition(";")[2])
        if topmost:
            return None
    return None


def _date(text: str) -> datetime | None:
    parsed = parsedate_tz(text.strip())
    if parsed is None or parsed[9] is None or not _ZONE.search(text):
        return None  # RFC 5322, 3.3: without a zone it is no witness, though the stdlib then says UTC.
    try:
        return datetime.fromtimestamp(mktime_tz(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
