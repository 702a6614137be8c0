"""Signatures and locks, as the structure of a message shows them; and what an opaque signature encloses.

Nothing is verified and nothing decrypted here. What was signed is kept octet for octet in ``Part.exact``.
"""

from __future__ import annotations

import re

from intake.decoding.headers import read_parameter
from intake.decoding.parts import Part
from intake.vocabulary.mail import Seal

MAX_CMS_LEVELS = 8
"""Of a CMS structure on the way to what it encloses: there are five."""

SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ARMOUR = (
    (re.compile(r"(?m)^-----BEGIN PGP MESSAGE-----\s*$"), Seal.PGP_ENCRYPTED),
    (re.compile(r"(?m)^-----BEGIN PGP SIGNED MESSAGE-----\s*$"), Seal.PGP_SIGNED),
)

# Object identifiers in DER, without tag and length (RFC 5652, RFC 5083).
_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENVELOPED = bytes.fromhex("2a864886f70d010703")
_AUTH_ENVELOPED = bytes.fromhex("2a864886f70d0109100117")
_SEQUENCE, _OCTETS, _CONSTRUCTED, _CONTENT = 0x30, 0x04, 0x20, 0xA0


def seal_of(part: Part) -> Seal | None:
    """How this part itself is signed or locked."""
    if part.content_type in {"multipart/signed", "multipart/encrypted"}:
        is_smime = "pkcs7" in read_parameter(part, "protocol").lower()
        if part.content_type == "multipart/encrypted":
            return Seal.SMIME_ENCRYPTED if is_smime else Seal.PGP_ENCRYPTED
        return Seal.SMIME_SIGNED if is_smime else Seal.PGP_SIGNED
    if part.content_type in SMIME_TYPES:
        return seal_of_cms(part.octets, read_parameter(part, "smime-type").lower())
    return None


def seal_of_cms(octets: bytes, said: str = "") -> Seal | None:
    """Of a CMS structure: by its type identifier, else by what ``smime-type`` says (RFC 8551, 3.2.2)."""
    head = octets[:64]
    if _SIGNED in head:
        return Seal.SMIME_SIGNED
    if _ENVELOPED in head or _AUTH_ENVELOPED in head:
        return Seal.SMIME_ENCRYPTED
    return {"signed-data": Seal.SMIME_SIGNED, "certs-only": None}.get(said, Seal.SMIME_ENCRYPTED)


def seals_of_text(text: str) -> tuple[Seal, ...]:
    """Of armour in a text (RFC 9580, 6.2 and 7)."""
    return tuple(seal for armour, seal in _ARMOUR if "-----BEGIN PGP" in text and armour.search(text))


def enclosed(octets: bytes) -> bytes | None:
    """The entity that an opaque signature encloses (RFC 5652, 5.2); None where there is none that can be read."""
    try:
        kind, content = _explicit(octets, 0, len(octets))
        if kind != _SIGNED or content is None:
            return None
        start, end, _ = _value(octets, *content)  # SignedData: version, digestAlgorithms, encapContentInfo.
        for _ in range(2):
            start = _value(octets, start, end)[2]
        _, inner = _explicit(octets, start, end)
        return None if inner is None else _joined(octets, *inner, MAX_CMS_LEVELS)
    except (IndexError, RecursionError):
        return None


def _explicit(octets: bytes, at: int, end: int) -> tuple[bytes, tuple[int, int] | None]:
    """Of ``SEQUENCE { type, [0] content }``: the type, and where the content lies."""
    if octets[at] != _SEQUENCE:
        raise IndexError("no sequence")
    start, end, _ = _value(octets, at, end)
    first, last, behind = _value(octets, start, end)
    if behind >= end or octets[behind] != _CONTENT:
        return octets[first:last], None
    return octets[first:last], _value(octets, behind, end)[:2]


def _value(octets: bytes, at: int, end: int, levels: int = MAX_CMS_LEVELS) -> tuple[int, int, int]:
    """Where the value of an element (X.690, 8.1) begins and ends, and where the next element begins.

    Of an indefinite length the end is looked for, unless the levels are used up. Raises IndexError.
    """
    length, start = octets[at + 1], at + 2
    if length == 0x80:  # noqa: PLR2004 - X.690, 8.1.3.6
        position = start
        while octets[position : position + 2] != b"\0\0":
            if levels == 0 or position >= end:
                raise IndexError("no end")
            position = _value(octets, position, end, levels - 1)[2]
        return start, position, position + 2
    if length > 0x80:  # noqa: PLR2004 - X.690, 8.1.3.5
        start += length & 0x7F
        length = int.from_bytes(octets[at + 2 : start], "big")
    stop = min(start + length, end)
    return start, stop, stop


def _joined(octets: bytes, at: int, end: int, levels: int) -> bytes:
    """An OCTET STRING, whole or in pieces (X.690, 8.7)."""
    if levels == 0 or octets[at] & ~_CONSTRUCTED != _OCTETS:
        raise IndexError("no octets")
    start, stop, _ = _value(octets, at, end)
    if not octets[at] & _CONSTRUCTED:
        return octets[start:stop]
    pieces = []
    while start < stop:
        pieces.append(_joined(octets, start, stop, levels - 1))
        start = _value(octets, start, stop)[2]
    return b"".join(pieces)
