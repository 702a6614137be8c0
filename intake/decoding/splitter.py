"""The fast way through a regular message: cut at its boundaries, without going through it line by line.

Nothing irregular is understood here: at the first line that leaves a choice, the message is left to ``read_tree``,
whose ``Part`` this gives for all others. Most mail is regular, and most of its octets are files, which are
looked through once for boundaries and decoded in one go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.decoding.parameters import first_word, parse_parameters
from intake.decoding.parts import Part, cap_fields, read_tree
from intake.decoding.tolerant import MAX_DEPTH, MAX_PARTS, content_type
from intake.decoding.transfer import transfer_decode

_FIELD = re.compile(rb"([!-9;-~]+):[ \t]*([^\n]*\n(?:[ \t][^\n]*\n)*)")
_HEADER_END = re.compile(rb"\n\r?\n")
_BOUNDARY_END = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_UNENCODED = frozenset({"7bit", "8bit", "binary"})
"""All that a multipart may be (RFC 2045, 6.4)."""


class _Irregular(Exception):
    """A line that the patient reader must look at."""


def read_parts(octets: bytes) -> Part:
    """Take a message apart, the fast way where it can be gone. Never raises."""
    return split(octets) or read_tree(octets)


def split(octets: bytes) -> Part | None:
    """What ``read_tree`` would give; None for a message that is not regular in every respect."""
    try:
        return _Splitter(octets).part(0, len(octets))
    except _Irregular:
        return None


class _Splitter:
    """One message on its way."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._parts = 0

    def part(self, start: int, end: int, depth: int = 1, *, signed: bool = False) -> Part:
        """The part that these octets are, the line end before a boundary left out; raises _Irregular."""
        self._parts += 1
        if self._parts > MAX_PARTS or depth > MAX_DEPTH:
            raise _Irregular
        exact = self._octets[start:end] if signed else b""
        fields, start = self._header(start, end)
        kept, cut = cap_fields(fields)
        kind = content_type(_first(fields, "content-type"))
        encoding = _first(fields, "content-transfer-encoding")
        if not kind.startswith("multipart/"):
            octets, wrong = transfer_decode(self._octets[start:end], first_word(encoding or ""))
            return Part(fields=kept, content_type=kind, octets=octets, exact=exact, defects=(*cut, *wrong))
        if kind == "multipart/digest" or ("8bit" if encoding is None else encoding).lower() not in _UNENCODED:
            raise _Irregular  # In a digest a part that says nothing is a message.
        *inner, behind = self._cuts(start, end, _boundary(_first(fields, "content-type")))
        children = tuple(
            self.part(*one, depth + 1, signed=kind == "multipart/signed" and number == 0)
            for number, one in enumerate(inner)
        )
        epilogue = self._octets[behind[0] : end].strip()
        return Part(fields=kept, content_type=kind, children=children, exact=exact, epilogue=epilogue, defects=cut)

    def _header(self, start: int, end: int) -> tuple[list[tuple[str, str]], int]:
        """The fields, and where the body begins."""
        for line_end in (b"\n", b"\r\n"):
            if self._octets.startswith(line_end, start, end):
                return [], start + len(line_end)
        found = _HEADER_END.search(self._octets, start, end)
        if found is None:
            raise _Irregular
        block = self._octets[start : found.start() + 1]
        if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
            raise _Irregular
        fields, at = [], 0
        while at < len(block):
            field = _FIELD.match(block, at)
            if field is None:
                raise _Irregular
            fields.append((field[1].decode("ascii"), field[2].rstrip(b"\r\n").decode("ascii", "surrogateescape")))
            at = field.end()
        return fields, found.end()

    def _cuts(self, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
        """Where each part begins and ends, and at last what is left behind the closing boundary."""
        begun, at = -1, start
        while True:
            at = self._octets.find(boundary, at, end)
            if at < 0:
                raise _Irregular
            before = self._octets[at - 1 : at]
            if at > start and before != b"\n":
                if before == b"\r":
                    raise _Irregular
                at += len(boundary)
                continue
            found = _BOUNDARY_END.match(self._octets, at + len(boundary), end)
            if found is None or begun == at:
                raise _Irregular
            if begun >= 0:
                yield begun, _without_line_end(self._octets, begun, at)
            elif found[1]:
                raise _Irregular
            begun = at = found.end()
            if found[1]:
                yield at, end
                return


def _without_line_end(octets: bytes, start: int, end: int) -> int:
    """The line end before a boundary belongs to it (RFC 2046, 5.1.1)."""
    end -= octets.endswith(b"\n", start, end)
    return end - octets.endswith(b"\r", start, end)


def _first(fields: list[tuple[str, str]], name: str) -> str | None:
    return next((value for key, value in fields if key.lower() == name), None)


def _boundary(value: str | None) -> bytes:
    said = parse_parameters(value or "").get("boundary")
    boundary = said.raw.rstrip() if said else ""
    if not boundary or "\n" in boundary or "\r" in boundary:
        raise _Irregular
    return b"--" + boundary.encode("ascii", "surrogateescape")
