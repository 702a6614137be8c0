"""Writes small files of TNEF (MS-OXTNEF), so that tests need none of anybody else's."""

from __future__ import annotations

import struct

SIGNATURE = 0x223E9F78
TEXT, HTML, NAME, DATA, KIND, CODEPAGE = 0x1000, 0x1013, 0x3707, 0x3701, 0x370E, 0x3FDE


def tnef(*objects: bytes) -> bytes:
    return struct.pack("<IH", SIGNATURE, 1) + b"".join(objects)


def an_object(name: int, data: bytes, level: int = 1) -> bytes:
    return struct.pack("<BHHI", level, name, 0, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*values: bytes) -> bytes:
    return struct.pack("<I", len(values)) + b"".join(values)


def value(tag: int, octets: bytes, kind: int = 0x102) -> bytes:
    return struct.pack("<HHII", kind, tag, 1, len(octets)) + octets + bytes(-len(octets) % 4)


def wide(tag: int, text: str) -> bytes:
    return value(tag, (text + "\0").encode("utf-16-le"), 0x1F)


def file(name: str, octets: bytes, *more: bytes) -> bytes:
    said = properties(wide(NAME, name), value(DATA, octets), *more)
    return an_object(0x9002, bytes(14), level=2) + an_object(0x9005, said, level=2)
