"""Fields of forms in a .doc (MS-DOC, 2.9.78): what they are called, and what is in them."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from intake.decoding.documents.pieces import CHECKED, UNCHECKED

MAX_CHOICES = 255
"""Of a list; Word allows 25."""

_TEXT, _BOX = 0, 1
_USUAL = 25
"""A result that says: as it was at first."""
_MARK = b"\xff\xff\xff\xff"
_STRINGS_BETWEEN = 5
"""Format, help, status, two macros."""


@dataclass(frozen=True, slots=True)
class OldField:
    """Of a text, ``text`` is None: it stands in the document."""

    name: str
    text: str | None


def read_field(data: bytes, place: int) -> OldField | None:
    """A field of the stream Data; None where there is none at this place, or it is damaged."""
    try:
        (header,) = struct.unpack_from("<H", data, place + 4)
        at = place + header
        if data[at : at + 4] != _MARK:
            return None
        (bits,) = struct.unpack_from("<H", data, at + 4)
        name, at = _string(data, at + 10)
        kind, result = bits & 3, bits >> 2 & 31
        if kind == _TEXT:
            return OldField(name, None)
        (usual,) = struct.unpack_from("<H", data, at)
        chosen = usual if result == _USUAL else result
        if kind == _BOX:
            return OldField(name, CHECKED if chosen == 1 else UNCHECKED)
        at += 2
        for _ in range(_STRINGS_BETWEEN):
            _, at = _string(data, at)
        return OldField(name, _choice(data, at, chosen))
    except struct.error:
        return None


def _string(data: bytes, at: int) -> tuple[str, int]:
    """Counted, and closed by a NUL that is not counted."""
    (count,) = struct.unpack_from("<H", data, at)
    end = at + 2 + 2 * count
    return data[at + 2 : end].decode("utf-16-le", "replace"), end + 2


def _choice(data: bytes, at: int, chosen: int) -> str:
    _, count, extra = struct.unpack_from("<HHH", data, at)
    at += 6
    for index in range(min(count, MAX_CHOICES)):
        (size,) = struct.unpack_from("<H", data, at)
        if index == chosen:
            return data[at + 2 : at + 2 + 2 * size].decode("utf-16-le", "replace")
        at += 2 + 2 * size + extra
    return ""
