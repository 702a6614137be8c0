"""Outlook's winmail.dat opened (MS-OXTNEF): the text of the mail and its files.

Read here, since the library for it goes on for ever over a count that lies, and cuts the zeros off the end of files.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.decoding.charsets import decode_text
from intake.decoding.rtf import decompress

SIGNATURE = 0x223E9F78
MAX_FILES = 1000
"""As many as parts of a message are read."""
MAX_PROPERTIES = 10_000
"""Of one message or file; Outlook writes about a hundred."""

_OBJECT = struct.Struct("<BHHI")
_MESSAGE_BODY, _FILE_TITLE, _FILE_DATA, _FILE_BEGINS = 0x800C, 0x8010, 0x800F, 0x9002
_MESSAGE_PROPERTIES, _FILE_PROPERTIES, _CODEPAGE = 0x9003, 0x9005, 0x9007
_OF_FILE = 2

_BODY, _RTF, _HTML, _INTERNET_CODEPAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_DATA, _SHORT_NAME, _NAME, _DISPLAY_NAME, _KIND = 0x3701, 0x3704, 0x3707, 0x3001, 0x370E
_MULTIPLE, _NAMED = 0x1000, 0x8000
_STRING, _WIDE, _BINARY, _OBJECT_TYPE = 0x1E, 0x1F, 0x102, 0x0D
_SIZES = {0x02: 4, 0x0B: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
"""Of values of a fixed size, in octets, padding included (2.1.3.1.1)."""
_MESSAGE_ID = bytes.fromhex("0703020000000000c000000000000046")
"""IID_IMessage: before a message inside (2.1.3.3.8)."""


@dataclass(slots=True)
class PackedFile:
    """A file in it; ``is_message`` where its octets are again TNEF."""

    name: str = ""
    kind: str = ""
    octets: bytes = b""
    is_message: bool = False


@dataclass(slots=True)
class Opened:
    """What lay in it. Of its text, the one that is there counts: plain, else HTML, else RTF."""

    text: str = ""
    html: str = ""
    rtf: bytes = b""
    files: list[PackedFile] = field(default_factory=list)
    defect: str | None = None


def open_tnef(octets: bytes) -> Opened:
    """Read what can be read. Never raises: what breaks off is noted, and what came before it is kept."""
    opened = Opened()
    if len(octets) < 6 or int.from_bytes(octets[:4], "little") != SIGNATURE:  # noqa: PLR2004 - signature and key.
        opened.defect = "no TNEF"
        return opened
    codepage = 1252
    try:
        for level, name, data in _objects(octets):
            if name == _CODEPAGE:
                codepage = int.from_bytes(data[:4], "little")
            elif level == _OF_FILE:
                _take_file(opened, name, data, codepage)
            elif name == _MESSAGE_BODY:
                opened.text = _narrow(data, codepage) or opened.text
            elif name == _MESSAGE_PROPERTIES:
                _take_message(opened, data, codepage)
    except (struct.error, ValueError) as error:
        opened.defect = f"TNEF breaks off: {error}"
    return opened


def _objects(octets: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 6
    while at + _OBJECT.size <= len(octets):
        level, name, _, length = _OBJECT.unpack_from(octets, at)
        start = at + _OBJECT.size
        if level not in {1, _OF_FILE} or start + length > len(octets):
            if level in {1, _OF_FILE}:
                yield level, name, octets[start:]
            raise ValueError("an object is longer than the file")
        yield level, name, octets[start : start + length]
        at = start + length + 2  # A checksum, which tells nothing about what is read.


def _take_file(opened: Opened, name: int, data: bytes, codepage: int) -> None:
    if name == _FILE_BEGINS:
        if len(opened.files) == MAX_FILES:
            raise ValueError(f"more than {MAX_FILES} files")
        opened.files.append(PackedFile())
    if not opened.files:
        return
    file = opened.files[-1]
    if name == _FILE_TITLE:
        file.name = file.name or _narrow(data, codepage)
    elif name == _FILE_DATA:
        file.octets = data
    elif name == _FILE_PROPERTIES:
        said = _properties(data, codepage)
        names = (said.get(tag) for tag in (_NAME, _SHORT_NAME, _DISPLAY_NAME))
        file.name = next((one for one in names if isinstance(one, str) and one), file.name)
        kind, inside = said.get(_KIND), said.get(_DATA)
        file.kind = kind if isinstance(kind, str) else ""
        if isinstance(inside, bytes):
            file.is_message = inside.startswith(_MESSAGE_ID)
            file.octets = inside[len(_MESSAGE_ID) :] if file.is_message else file.octets or inside


def _take_message(opened: Opened, data: bytes, codepage: int) -> None:
    said = _properties(data, codepage)
    said_page = said.get(_INTERNET_CODEPAGE)
    text, html, rtf = said.get(_BODY), said.get(_HTML), said.get(_RTF)
    if text:
        opened.text = text if isinstance(text, str) else _narrow(text, codepage)
    if html:
        page = int.from_bytes(said_page, "little") if isinstance(said_page, bytes) else codepage
        opened.html = html if isinstance(html, str) else _narrow(html, page)
    if isinstance(rtf, bytes) and rtf:
        opened.rtf = decompress(rtf)


def _properties(data: bytes, codepage: int) -> dict[int, bytes | str]:
    """By tag, the first value of each; those with a name of their own are passed over (2.1.3.1)."""
    said: dict[int, bytes | str] = {}
    (count,), at = struct.unpack_from("<I", data), 4
    for _ in range(min(count, MAX_PROPERTIES)):
        if at + 4 > len(data):
            break
        kind, tag = struct.unpack_from("<HH", data, at)
        at += 4
        if tag >= _NAMED:
            named, length = struct.unpack_from("<16xII", data, at)
            at += 24 + (_padded(length) if named else 0)
        plain = kind & ~_MULTIPLE
        values = 1
        if kind & _MULTIPLE or plain in {_STRING, _WIDE, _BINARY, _OBJECT_TYPE}:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        for _ in range(values):
            size, begins = _SIZES.get(plain), at
            if size is None:
                if plain not in {_STRING, _WIDE, _BINARY, _OBJECT_TYPE}:
                    raise ValueError(f"a property of type {plain:#x}")
                (length,) = struct.unpack_from("<I", data, at)
                begins, size = at + 4, _padded(length)
            else:
                length = size
            if begins + length > len(data):
                raise ValueError("a property is longer than its object")
            said.setdefault(tag, _value(data[begins : begins + length], plain, codepage))
            at = begins + size
    return said


def _value(octets: bytes, kind: int, codepage: int) -> bytes | str:
    if kind == _WIDE:
        return octets.decode("utf-16-le", "replace").rstrip("\0")
    return _narrow(octets, codepage) if kind == _STRING else octets


def _narrow(octets: bytes, codepage: int) -> str:
    names = {65001: "utf-8", 20866: "koi8-r", 28591: "iso-8859-1", 20127: "us-ascii", 50220: "iso-2022-jp"}
    return decode_text(octets.rstrip(b"\0"), names.get(codepage, f"cp{codepage}"))[0]


def _padded(length: int) -> int:
    return length + -length % 4
