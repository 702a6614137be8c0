"""Outlook's .msg as mail: the only door of olefile.

A .msg (MS-OXMSG) is a small file system of MAPI properties. What was a mail is written here as one again,
header and parts, and then read like any other; the octets that are kept stay the .msg.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
from base64 import b64encode, encodebytes
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import olefile

from intake.decoding.rtf import decompress

MAGIC = bytes(olefile.MAGIC)
"""How an OLE file begins (MS-CFB, 2.2)."""
MEDIA_TYPE = "application/vnd.ms-outlook"
MAX_DEPTH = 8
"""Messages inside messages; what lies deeper is named, and not read."""
MAX_ENTRIES = 1000
"""Recipients, and attachments, of one message: as many as parts of a mail are read."""
MAX_HEADER_CHARACTERS = 256 * 1024
"""Of the header that a transport left in the file."""

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MIME_FIELDS = re.compile(r"(?im)^(?:content-[!-9;-~]*|mime-version)[ \t]*:.*\n?(?:[ \t].*\n?)*")
_FIELD = re.compile(r"(?m)^([!-9;-~]+)[ \t]*:")
_CHARSETS = {20127: "us-ascii", 28591: "iso-8859-1", 50220: "iso-2022-jp", 65001: "utf-8", 1200: "utf-16-le"}
_EMBEDDED = 5
_RECIPIENT_FIELDS = {1: "To", 2: "Cc"}

# Property tags (MS-OXPROPS).
_SUBJECT, _TRANSPORT, _BODY, _HTML, _RTF = 0x0037, 0x007D, 0x1000, 0x1013, 0x1009
_SUBMITTED, _DELIVERED, _INTERNET_CODEPAGE, _CODEPAGE = 0x0039, 0x0E06, 0x3FDE, 0x3FFD
_MESSAGE_ID, _REFERENCES, _IN_REPLY_TO = 0x1035, 0x1039, 0x1042
_AUTHOR = ((0x0042, 0x5D02, 0x0065), (0x0C1A, 0x5D01, 0x0C1F))
"""Name, SMTP address, address of any kind: of whom the message is from, then of who sent it."""
_CREATOR, _CREATOR_ADDRESS = 0x3FF8, 0x5D0A
_NAME, _SMTP_ADDRESS, _ADDRESS, _RECIPIENT_TYPE = 0x3001, 0x39FE, 0x3003, 0x0C15
_DATA, _METHOD, _FILE_NAME, _LONG_FILE_NAME, _MIME_TAG, _CONTENT_ID = 0x3701, 0x3705, 0x3704, 0x3707, 0x370E, 0x3712


def as_mail(octets: bytes) -> tuple[bytes, str | None]:
    """The message as RFC 5322 has it, and what was wrong with the file (None: nothing). Never raises.

    A file that is no message, or damaged, becomes the one attachment of a message without a header.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(octets)) as ole:
            return _mail(_Storage(ole, ()), hashlib.sha256(octets).hexdigest()[:24], 0), None
    except Exception as error:  # noqa: BLE001 - fate: whatever a damaged file raises, its octets are kept and shown as a file.
        part = _part(MEDIA_TYPE, octets, name="message.msg")
        return b"MIME-Version: 1.0\r\n" + part, f"Outlook file cannot be read: {type(error).__name__}"


def header_of(octets: bytes) -> bytes:
    """The header block alone; empty where the file cannot be read. Never raises."""
    try:
        with olefile.OleFileIO(io.BytesIO(octets)) as ole:
            return _header(_Storage(ole, ())) + b"\r\n"
    except Exception:  # noqa: BLE001 - fate: without an envelope of its own the message goes to our common address.
        return b""


class _Storage:
    """A message, recipient or attachment: the properties below one path of the file."""

    def __init__(self, ole: olefile.OleFileIO, path: tuple[str, ...]) -> None:
        """Raises KeyError where the fixed properties of a whole message are missing."""
        self.ole, self.path = ole, path
        self.fixed: dict[int, bytes] = {}
        stream = self._read("__properties_version1.0")
        if stream is None:
            raise KeyError("no properties: not a message")
        head = 8 if path and path[-1].startswith(("__recip", "__attach")) else 24 if path else 32
        for at in range(head, len(stream) - 15, 16):
            _kind, tag = struct.unpack_from("<HH", stream, at)
            self.fixed[tag] = stream[at + 8 : at + 16]

    def _read(self, name: str) -> bytes | None:
        path = [*self.path, name]
        return bytes(self.ole.openstream(path).read()) if self.ole.get_type(path) == olefile.STGTY_STREAM else None

    def binary(self, tag: int) -> bytes | None:
        return self._read(f"__substg1.0_{tag:04X}0102")

    def text(self, tag: int) -> str:
        """A text property, wide or in the code page; '' where there is none."""
        wide = self._read(f"__substg1.0_{tag:04X}001F")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self._read(f"__substg1.0_{tag:04X}001E") or b""
        for name in (self.charset(), "utf-8", "cp1252"):
            try:
                return narrow.decode(name).rstrip("\0")
            except (LookupError, UnicodeError):
                continue
        return narrow.decode("latin-1").rstrip("\0")

    def charset(self) -> str:
        page = self.integer(_INTERNET_CODEPAGE) or self.integer(_CODEPAGE) or 1252
        return _CHARSETS.get(page, f"cp{page}")

    def integer(self, tag: int) -> int | None:
        value = self.fixed.get(tag)
        return struct.unpack_from("<I", value)[0] if value else None

    def moment(self, tag: int) -> datetime | None:
        """A FILETIME: tenths of microseconds since 1601, UTC."""
        value = self.fixed.get(tag)
        try:
            return _EPOCH + timedelta(microseconds=struct.unpack("<Q", value)[0] // 10) if value else None
        except OverflowError:
            return None

    def below(self, prefix: str) -> Iterator[_Storage]:
        """Storages of this name, in the order of their numbers."""
        depth = len(self.path)
        paths = (tuple(path) for path in self.ole.listdir(streams=False, storages=True) if len(path) == depth + 1)
        names = sorted(path[-1] for path in paths if path[:-1] == self.path and path[-1].startswith(prefix))
        for name in names[:MAX_ENTRIES]:
            yield _Storage(self.ole, (*self.path, name))


def _mail(storage: _Storage, boundary: str, depth: int) -> bytes:
    parts = [*_bodies(storage), *_attachments(storage, boundary, depth)]
    fence = f"=_{boundary}_{depth}"
    kind = f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{fence}"\r\n\r\n'.encode()
    opening = f"--{fence}\r\n".encode()
    whole = b"".join(opening + part + b"\r\n" for part in parts)
    return _header(storage) + kind + whole + f"--{fence}--\r\n".encode()


def _header(storage: _Storage) -> bytes:
    """What the transport left, without its MIME fields; the fields that are not there from the properties."""
    left = storage.text(_TRANSPORT)[:MAX_HEADER_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    left = re.split(r"\n[ \t]*\n", left, maxsplit=1)[0]
    start = _FIELD.search(left)  # Some versions write a line of their own before the first field.
    left = _MIME_FIELDS.sub("", left[start.start() :]).strip("\n") if start else ""
    there = {name.lower() for name in _FIELD.findall(left)}
    lines = left.split("\n") if left else []
    lines += [f"{name}: {value}" for name, value in _fields(storage) if value and name.lower() not in there]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")


def _fields(storage: _Storage) -> Iterator[tuple[str, str]]:
    yield "From", _author(storage)
    people: dict[str, list[str]] = {"To": [], "Cc": []}
    for one in storage.below("__recip_version1.0_#"):
        field = _RECIPIENT_FIELDS.get(one.integer(_RECIPIENT_TYPE) or 1)
        if field:
            people[field].append(_mailbox(one.text(_NAME), one.text(_SMTP_ADDRESS) or one.text(_ADDRESS)))
    for field, boxes in people.items():
        yield field, ", ".join(boxes)
    yield "Subject", _encoded(storage.text(_SUBJECT))
    moment = storage.moment(_SUBMITTED) or storage.moment(_DELIVERED)
    yield "Date", format_datetime(moment) if moment else ""
    for field, tag in (("Message-ID", _MESSAGE_ID), ("In-Reply-To", _IN_REPLY_TO), ("References", _REFERENCES)):
        yield field, " ".join(storage.text(tag).split())


def _author(storage: _Storage) -> str:
    """Whom the message is from; inside one Exchange system the address may be none that mail knows."""
    names = [storage.text(name) for name, _, _ in _AUTHOR]
    addresses = [storage.text(tag) for _, smtp, other in _AUTHOR for tag in (smtp, other)]
    name = next(filter(None, names), "")
    if name and name == storage.text(_CREATOR):
        addresses.append(storage.text(_CREATOR_ADDRESS))
    address = next((one for one in addresses if "@" in one and " " not in one), "")
    return _mailbox(name, address) if name or address else ""


def _mailbox(name: str, address: str) -> str:
    address = "".join(c for c in address if c.isprintable() and c not in " <>,;") if "@" in address else ""
    return f"{_encoded(name)} <{address}>" if name and name != address else f"<{address}>"


def _encoded(text: str) -> str:
    """One encoded word (RFC 2047), longer than a transport would take, since it never travels."""
    text = text.encode("utf-8", "replace").decode()
    return f"=?utf-8?b?{b64encode(text.encode()).decode()}?=" if text else ""


def _bodies(storage: _Storage) -> Iterator[bytes]:
    """Plain text where there is some, else HTML, else RTF as a file."""
    plain, html = storage.text(_BODY), storage.binary(_HTML) or storage.text(_HTML).encode("utf-8", "replace")
    if plain.strip():
        yield _part("text/plain; charset=utf-8", plain.encode("utf-8", "replace"))
    elif html.strip():
        yield _part(f"text/html; charset={storage.charset() if storage.binary(_HTML) else 'utf-8'}", html)
    elif rtf := storage.binary(_RTF):
        yield _part("application/rtf", decompress(rtf), name="message.rtf")


def _attachments(storage: _Storage, boundary: str, depth: int) -> Iterator[bytes]:
    for number, one in enumerate(storage.below("__attach_version1.0_#"), start=1):
        name = one.text(_LONG_FILE_NAME) or one.text(_FILE_NAME) or one.text(_NAME)
        inside = (*one.path, f"__substg1.0_{_DATA:04X}000D")
        if one.integer(_METHOD) == _EMBEDDED and one.ole.get_type(list(inside)) == olefile.STGTY_STORAGE:
            if depth < MAX_DEPTH:
                nested = _mail(_Storage(one.ole, inside), f"{boundary}.{number}", depth + 1)
                yield b"Content-Type: message/rfc822\r\n" + _disposition(name) + b"\r\n" + nested
            continue
        kind = one.text(_MIME_TAG).strip().lower()
        kind = kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind, re.ASCII) else "application/octet-stream"
        identity = "".join(c for c in one.text(_CONTENT_ID) if c.isprintable() and c != " ")
        yield _part(kind, one.binary(_DATA) or b"", name=name or "attachment", identity=identity)


def _part(kind: str, octets: bytes, *, name: str = "", identity: str = "") -> bytes:
    head = f"Content-Type: {kind}\r\n".encode() + (_disposition(name) if name else b"")
    head += f"Content-ID: <{identity.strip('<>')}>\r\n".encode() if identity else b""
    return head + b"Content-Transfer-Encoding: base64\r\n\r\n" + encodebytes(octets).replace(b"\n", b"\r\n")


def _disposition(name: str) -> bytes:
    return f'Content-Disposition: attachment; filename="{_encoded(name)}"\r\n'.encode()
