"""What lies between the wire and the parser: line ends as SMTP means them."""

from __future__ import annotations

import re

MAX_HEADER_OCTETS = 256 * 1024
"""Of header block that are looked at; beyond it no header counts anyway."""

_STRAY = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_ABOVE = re.compile(rb"(?:[ \t]*\r?\n|>From [^\r\n]*\r?\n){1,20}")
"""What archives and relays leave above a header: empty lines, the quoted first line of an mbox."""
_FIELD = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
_LINE = re.compile(rb"\r?\n|\r")


def tame_header(octets: bytes) -> tuple[bytes, str | None]:
    """The octets to be parsed, and a defect where a header line held a bare CR or LF.

    In a message whose lines end in CRLF, a bare LF or CR is no line end (RFC 5321, 2.3.8); the parser
    would make a header of what follows it, and so would let a sender put in what a relay never saw. It
    becomes a space. A message whose first line ends otherwise came from a file, and is left alone.
    """
    octets = _from_first_field(octets.removeprefix(b"\xef\xbb\xbf"))
    first = _LINE.search(octets, 0, MAX_HEADER_OCTETS)
    if first is None or first[0] != b"\r\n":
        return octets, None
    end = octets.find(b"\r\n\r\n", 0, MAX_HEADER_OCTETS)
    block = octets[: max(end, 0)]
    if not block or b"\n\n" in block:  # Lines of both kinds: where the header ends is anybody's guess.
        return octets, None
    tamed, strays = _STRAY.subn(b" ", block)
    return (tamed + octets[end:], "a bare CR or LF stood in the header") if strays else (octets, None)


def _from_first_field(octets: bytes) -> bytes:
    """Without what stands above the header; words without any header get an empty one, so that they are a body."""
    above = _ABOVE.match(octets)
    if above and _FIELD.match(octets, above.end()) and _FIELD.match(octets, _next_line(octets, above.end())):
        return octets[above.end() :]
    if octets[:1] in {b" ", b"\t"} and not _FIELD.match(octets, _next_line(octets, 0)):
        return b"\r\n" + octets
    return octets


def _next_line(octets: bytes, at: int) -> int:
    found = _LINE.search(octets, at, MAX_HEADER_OCTETS)
    return found.end() if found else len(octets)
