"""Header fields as people meant them (RFC 2047, RFC 2231, and what is sent instead)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, mktime_tz, parsedate_tz
from quopri import decodestring

from intake.decoding.charsets import decode_text
from intake.vocabulary.mail import Mailbox

MAX_VALUE_CHARACTERS = 64 * 1024
"""One header field is read up to 64 KiB; longer ones are attacks or faults, and are cut."""
MAX_MAILBOXES = 1000
"""Addresses read out of one header field."""

_WORD = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_ADDRESS = re.compile(r"(?<![^\s<>(),;:\"@])[^\s<>(),;:\"@]+@[^\s<>(),;:\"@]+")


def decode_value(value: str, charset: str | None = None) -> str:
    """A header value as text: folds undone, encoded words and raw 8-bit octets decoded.

    ``value`` is what compat32 gives: octets above 127 stand in it as lone surrogates. ``charset`` is
    the body's, which raw octets most likely share. Adjacent words of one charset are joined before
    they are decoded, since programs cut inside a character (against RFC 2047, 5).
    """
    value = value[:MAX_VALUE_CHARACTERS]
    value = _raw_octets(value, charset)
    value = re.sub(r"(?:\r?\n[ \t]*|\r)+", " ", value)
    value = _BETWEEN_WORDS.sub(r"\1\2", value)
    out: list[str] = []
    pending, pending_charset, end = b"", "", 0
    for match in _WORD.finditer(value):
        octets = _word_octets(match[2], match[3])
        if match.start() != end or match[1].lower() != pending_charset:
            out.append(decode_text(pending, pending_charset)[0] if pending else "")
            out.append(value[end : match.start()])
            pending, pending_charset = b"", match[1].lower()
        pending, end = pending + octets, match.end()
    out.append(decode_text(pending, pending_charset)[0] if pending else "")
    out.append(value[end:])
    text = re.sub(r"[\t\r\n]+", " ", "".join(out))  # An encoded word may hide a line break: a value is one line.
    return re.sub(r"[\x00-\x1f\x7f]", "", text).strip()


def _raw_octets(value: str, charset: str | None) -> str:
    try:
        octets = value.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return value  # Already text.
    if octets.isascii():
        return value
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return decode_text(octets, charset or "cp1252")[0]


def _word_octets(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        return decodestring(text.replace("_", " ").encode("utf-8", "surrogateescape"), header=False)
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text)
    try:
        return b64decode(letters + "=" * (-len(letters) % 4))
    except binascii.Error:  # One letter too many: the rest still tells.
        return b64decode(letters[: len(letters) // 4 * 4])


def read_mailboxes(values: list[str], charset: str | None = None) -> tuple[Mailbox, ...]:
    """The addresses of a header field; names decoded after splitting, so that a comma in one is no end."""
    boxes = []
    for name, address in _split([value[:MAX_VALUE_CHARACTERS] for value in values])[:MAX_MAILBOXES]:
        if name or address:
            boxes.append(Mailbox(decode_value(name, charset), decode_value(address, charset)))
    return tuple(boxes)


def _split(values: list[str]) -> list[tuple[str, str]]:
    try:
        return getaddresses(values)
    except (RecursionError, ValueError, IndexError):  # Comments in comments: what looks like an address still tells.
        return [("", address) for value in values for address in _ADDRESS.findall(value)]


def read_message_ids(values: list[str]) -> tuple[str, ...]:
    """Message-IDs in angle brackets, in order, whatever stands between them."""
    found = (match for value in values for match in _MESSAGE_ID.findall(value[:MAX_VALUE_CHARACTERS]))
    return tuple(dict.fromkeys(found))


def read_date(value: str) -> datetime | None:
    """A Date in UTC; None where no reading of it makes a date. Without a zone it is read as UTC."""
    parsed = parsedate_tz(value[:128])
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(mktime_tz(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def read_filename(part: Message, charset: str | None = None) -> str:
    """The name a part gives itself (RFC 2183, RFC 2231, encoded words, raw octets), or ''."""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        value = read_parameter(part, parameter, header=header, charset=charset)
        if value:
            return value
    return ""


def read_parameter(part: Message, name: str, *, header: str = "content-type", charset: str | None = None) -> str:
    """One parameter of a header field, decoded; '' where there is none, or none that can be read.

    compat32 replaces raw octets before it looks for parameters, so it is given one letter for each octet.
    """
    raw = next((str(value) for key, value in part.raw_items() if key.lower() == header), "")
    field = Message()
    field[header] = raw[:MAX_VALUE_CHARACTERS].encode("utf-8", "surrogateescape").decode("latin-1")
    try:
        value = field.get_param(name, header=header)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""  # compat32 stumbles over some broken parameters, such as name* beside name*0.
    if isinstance(value, tuple):
        return decode_value(decode_text(value[2].encode("latin-1", "replace"), value[0] or charset)[0])
    return decode_value((value or "").encode("latin-1", "replace").decode("ascii", "surrogateescape"), charset)
