"""Large base64 bodies are taken out of a message before it is parsed, and put in where a part is read.

The standard library's parser goes through a message line by line, and most lines of mail are base64 of
files, which say nothing about its structure: in such a line stands no colon, no space and no hyphen, so it
is neither header field nor boundary. One line of our own of the same kind takes the place of all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message

from intake.decoding.transfer import strict_base64

MIN_OCTETS = 4096
"""Smaller bodies are parsed in less time than it takes to look for them."""
MAX_STRETCHES = 1000
"""As many as parts of a message are read."""
MAX_HEADER_OCTETS = 16 * 1024
"""Of a part's header behind its Content-Transfer-Encoding."""
MAX_FIELD_OCTETS = 200
"""Of a line before the word base64."""
WINDOW_OCTETS = 8 * 1024
"""Looked through at once."""

_NAME = b"base64"
_FIELD = re.compile(rb"content-transfer-encoding[ \t]*:[ \t]*[\"']?")
_HEADER_END = re.compile(rb"\r?\n(?:\r?\n)+")
_MARK = "=bulk={:d}="
"""Begins and ends with =, which in base64 only ends; looked for before it is used."""
_MARKS = re.compile(r"=bulk=(\d{1,4})=")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole lines of base64 that were taken out."""

    encoded: bytes
    """As they stood there, the last line end left out."""
    decoded: bytes


@dataclass(frozen=True, slots=True)
class Bulk:
    """What was taken out of a message, by mark."""

    stretches: Mapping[str, Stretch] = field(default_factory=dict)

    def settle(self, tree: Message) -> None:
        """Put back every stretch that is not the whole of a base64 part."""
        for part in tree.walk() if self.stretches else ():
            payload = part.get_payload()
            if isinstance(payload, str) and "=bulk=" in payload and self.decoded(part) is None:
                part.set_payload(_MARKS.sub(self._encoded, payload))

    def restore(self, octets: bytes) -> bytes:
        """A slice of the message without its large bodies, as it stood."""
        if not self.stretches or b"=bulk=" not in octets:
            return octets
        return _MARKS.sub(self._encoded, octets.decode("latin-1")).encode("latin-1")

    def decoded(self, part: Message) -> bytes | None:
        """What a part holds, where it is one stretch of base64 and nothing else."""
        payload = part.get_payload()
        if not isinstance(payload, str) or str(part.get("content-transfer-encoding", "")).lower() != "base64":
            return None
        stretch = self.stretches.get(payload.strip("\r\n"))
        return stretch.decoded if stretch else None

    def _encoded(self, mark: re.Match[str]) -> str:
        stretch = self.stretches.get(mark[0])
        return stretch.encoded.decode("ascii") if stretch else mark[0]


def take_out(octets: bytes) -> tuple[bytes, Bulk]:
    """The message without its large base64 bodies, and these.

    Only what decodes strictly is taken out: letters of the alphabet, line ends, padding at the end. A
    message that holds our mark itself is left alone.
    """
    if len(octets) < MIN_OCTETS or b"=bulk=" in octets:
        return octets, Bulk()
    pieces: list[bytes] = []
    stretches: dict[str, Stretch] = {}
    behind = 0
    while len(stretches) < MAX_STRETCHES and (at := _next_field(octets, behind)) >= 0:
        header_end = _HEADER_END.search(octets, at, at + MAX_HEADER_OCTETS)
        start = header_end.end() if header_end else at
        end = octets.find(b"-", start)  # Base64 has no hyphen, and a boundary begins with one.
        body = octets[start : end if end >= 0 else len(octets)].rstrip(b"\r\n")
        whole_lines = end < 0 or octets[end - 1 : end] == b"\n"
        decoded = strict_base64(body) if header_end and whole_lines and len(body) >= MIN_OCTETS else None
        if decoded is None:
            pieces.append(octets[behind:start])
            behind = start
            continue
        mark = _MARK.format(len(stretches))
        stretches[mark] = Stretch(body, decoded)
        pieces += [octets[behind:start], mark.encode()]
        behind = start + len(body)
    if not stretches:
        return octets, Bulk()
    return b"".join((*pieces, octets[behind:])), Bulk(stretches)


def _next_field(octets: bytes, start: int) -> int:
    """Behind the next Content-Transfer-Encoding that says base64; -1 where there is none."""
    while start < len(octets):
        window = octets[start : start + WINDOW_OCTETS].lower()  # Bit by bit: what is taken out is never looked through.
        at = window.find(_NAME)
        while at >= 0:
            line = max(window.rfind(b"\n", max(0, at - MAX_FIELD_OCTETS), at) + 1, 0)
            if _FIELD.fullmatch(window, line, at):
                return start + at + len(_NAME)
            at = window.find(_NAME, at + 1)
        start += WINDOW_OCTETS - MAX_FIELD_OCTETS
    return -1
