"""Content-Transfer-Encoding undone (RFC 2045, 6), also where it was done badly."""

from __future__ import annotations

import binascii
import re
from quopri import decodestring

import pybase64

CLEAR_OCTETS = 4096
"""At the beginning of what is called base64, that tell whether it is."""
MAX_UU_FILES = 100
"""Uuencoded files in one text."""

_BLANKS = b" \t\r\n\f\v"
_LETTERS = re.compile(rb"[A-Za-z0-9+/]+")
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]|\S[ \t]+\S")
_WORDS = re.compile(rb"\S[ \t]+\S")
_PURE = re.compile(rb"[A-Za-z0-9+/]{20,}={0,2}|[A-Za-z0-9+/]*={1,2}")
_UU_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]*)\r?\n")
_UU_ENCODINGS = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})


def transfer_decode(octets: bytes, encoding: str) -> tuple[bytes, tuple[str, ...]]:
    """What was meant, and what was wrong with it. ``encoding`` is in lower case. Never raises.

    What names no encoding that we know is returned as it is.
    """
    if encoding == "base64":
        return _base64(octets)
    if encoding == "quoted-printable":
        return decodestring(octets), ()
    if encoding in _UU_ENCODINGS:
        return _uuencoded(octets)
    return octets, ()


def strict_base64(lines: bytes) -> bytes | None:
    """What whole lines of base64 stand for; None where anything else is among them."""
    # Line ends cost more than all the rest, and are cut out quickest so.
    plain = lines.translate(None, b"\r\n") if b"\r" in lines else lines.replace(b"\n", b"")
    try:
        return pybase64.b64decode(plain, validate=True)
    except (ValueError, binascii.Error):
        return None


def _base64(octets: bytes) -> tuple[bytes, tuple[str, ...]]:
    decoded = strict_base64(octets)
    if decoded is not None:
        return decoded, ()
    try:
        return pybase64.b64decode(octets.translate(None, _BLANKS), validate=True), ()
    except (ValueError, binascii.Error):
        return _broken_base64(octets)


def _is_clear(octets: bytes) -> bool:
    """Whether it is text that was only called base64: no line is, and most have words."""
    lines = [line for line in octets[:CLEAR_OCTETS].splitlines() if line.strip()]
    wordy = sum(bool(_WORDS.search(line)) for line in lines)
    return wordy * 2 > len(lines) and not any(_PURE.fullmatch(line.strip()) for line in lines)


def _broken_base64(octets: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Whatever decodes: pieces that were each padded are each decoded; strange characters are passed over.

    Lines behind the padding that are plainly no base64 are what a mailing list or a filter added in clear.
    """
    if _is_clear(octets):
        return octets, ("called base64, and is text in clear",)
    defects = ["Base64 with characters, or an end, that it cannot have"]
    padded = re.search(rb"=[ \t]*(?:\r?\n|\r|$)", octets)
    if padded:
        lines = octets[padded.end() :].splitlines(keepends=True)
        length = padded.end()
        for line in lines:
            if _FOREIGN.search(line):
                defects.append(f"Base64 with {len(octets) - length} octets in clear behind it")
                octets = octets[:length]
                break
            length += len(line)
    out = []
    for piece in re.split(rb"=+", octets.translate(None, _BLANKS)):
        letters = b"".join(_LETTERS.findall(piece))
        whole = letters[: len(letters) // 4 * 4]
        left = letters[len(whole) :]
        out.append(pybase64.b64decode(whole + left + b"=" * (4 - len(left)) if len(left) > 1 else whole))
    return b"".join(out), tuple(defects)


def _uuencoded(octets: bytes) -> tuple[bytes, tuple[str, ...]]:
    begin = _UU_BEGIN.search(octets)
    if begin is None:
        return octets, ("uuencoded without a beginning",)
    decoded, end, defects = uu_lines(octets, begin.end())
    return (decoded, defects) if end else (octets, ("uuencoded, and cannot be read",))


def take_uuencoded(octets: bytes) -> tuple[bytes, list[tuple[str, bytes]], str | None]:
    """A text without the uuencoded files that stand in it, these with their names, and what was wrong with them.

    Only what decodes to its end is taken out; anything else may be a letter that begins a line with ``begin``.
    """
    kept: list[bytes] = []
    files: list[tuple[str, bytes]] = []
    behind = 0
    for begin in _UU_BEGIN.finditer(octets):
        if begin.start() < behind or len(files) == MAX_UU_FILES:
            continue
        decoded, end, defects = uu_lines(octets, begin.end())
        if end and decoded and not defects:
            kept.append(octets[behind : begin.start()])
            files.append((begin[1].strip().decode("utf-8", "replace"), decoded))
            behind = end
    if not files:
        return octets, [], None
    return b"".join((*kept, octets[behind:])), files, "uuencoded files stood in the text"


def uu_lines(octets: bytes, start: int) -> tuple[bytes, int, tuple[str, ...]]:
    """The file in uuencoded lines, where they end (0: these are none), and what was wrong (POSIX, uuencode)."""
    out: list[bytes] = []
    at = start
    while at < len(octets):
        next_line = octets.find(b"\n", at) + 1 or len(octets)
        line = octets[at:next_line].rstrip(b"\r\n")
        if line in {b"end", b"`", b" ", b""}:
            if line == b"end":
                return b"".join(out), next_line, ()
            at = next_line
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = ((line[0] - 32 & 63) * 4 + 5) // 3  # Some encoders write a letter too many.
            try:
                out.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                return b"".join(out), at if out else 0, ("uuencoded, and breaks off",)
        at = next_line
    return b"".join(out), at if out else 0, ("uuencoded without an end",)
