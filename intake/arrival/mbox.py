"""Messages out of an mbox file, one at a time, in the octets in which they lie there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_SEPARATOR = re.compile(rb"From \S.*\d{4}\s*$|From \S+\s*$")
_QUOTED = re.compile(rb">+From ")


def read_mbox(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (address of the From_ line, octets) for each message (RFC 4155; mboxrd quoting undone).

    A From_ line counts only at the start or after an empty line. Memory holds one message at a time.
    Raises OSError.
    """
    address, after_blank = "", True
    lines: list[bytes] = []
    with path.open("rb") as file:
        for line in file:
            if after_blank and _SEPARATOR.match(line):
                if lines:
                    yield address, _whole(lines)
                address, lines = line.split()[1].decode("ascii", "replace"), []
            else:
                lines.append(line[1:] if _QUOTED.match(line) else line)
            after_blank = line in {b"\n", b"\r\n"}
    if lines:
        yield address, _whole(lines)


def _whole(lines: list[bytes]) -> bytes:
    """The empty line before the next From_ line belongs to the format, not to the message."""
    if lines[-1] in {b"\n", b"\r\n"}:
        lines = lines[:-1]
    return b"".join(lines)
