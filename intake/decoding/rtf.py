"""Compressed RTF, as Outlook keeps the text of a message (MS-OXRTFCP)."""

from __future__ import annotations

import struct

MAX_OCTETS = 16 * 2**20
"""16 MiB of text with its layout; what goes on behind is cut off."""
DICTIONARY_OCTETS = 4096

_HEADER = struct.Struct("<IIII")
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_PRESET = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What both sides know beforehand (2.1.2.1)."""


def decompress(octets: bytes) -> bytes:
    """The RTF; as it is where it is not compressed. Raises ValueError for anything else."""
    if len(octets) < _HEADER.size:
        raise ValueError("no compressed RTF")
    _, size, kind, _ = _HEADER.unpack_from(octets)
    if kind == _PLAIN:
        return octets[_HEADER.size : _HEADER.size + size]
    if kind != _COMPRESSED:
        raise ValueError("no compressed RTF")
    return _unpack(octets[_HEADER.size :], min(size, MAX_OCTETS))


def _unpack(octets: bytes, most: int) -> bytes:
    dictionary, write = bytearray(_PRESET.ljust(DICTIONARY_OCTETS, b"\0")), len(_PRESET)
    out, at = bytearray(), 0
    while at < len(octets) and len(out) < most:
        control, at = octets[at], at + 1
        for bit in range(8):
            is_reference = control >> bit & 1
            if at + is_reference >= len(octets):
                return bytes(out)
            start, length = write, 1
            if is_reference:
                reference, at = octets[at] << 8 | octets[at + 1], at + 2
                start, length = reference >> 4, (reference & 15) + 2
                if start == write % DICTIONARY_OCTETS:
                    return bytes(out)  # The mark of the end (2.2.2).
            else:
                dictionary[write % DICTIONARY_OCTETS], at = octets[at], at + 1
            for step in range(length):  # It may refer to what it is about to write.
                one = dictionary[(start + step) % DICTIONARY_OCTETS]
                dictionary[write % DICTIONARY_OCTETS] = one
                write += 1
                out.append(one)
    return bytes(out)
