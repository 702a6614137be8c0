"""Header fields as people meant them (RFC 2047, RFC 2231, and what is sent instead)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from email.utils import getaddresses
from quopri import decodestring

from intake.decoding.charsets import decode_text
from intake.decoding.parameters import parse_parameters
from intake.decoding.parts import Part
from intake.vocabulary.mail import Mailbox

MAX_VALUE_CHARACTERS = 64 * 1024
"""One header field is read up to 64 KiB; longer ones are attacks or faults, and are cut."""
MAX_MAILBOXES = 1000
"""Addresses read out of one header field."""

_WORD = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_FOLDS = re.compile(r"(?:\r?\n[ \t]*|\r)+")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_UNQUOTED = re.compile(r"((?:\A|>\s{0,100},)\s{0,100})([^\s<>\"@;:][^<>\"@;:,]*,[^<>\"@;:]*?)\s*<")
_ADDRESS = re.compile(r"(?<![^\s<>(),;:\"@])[^\s<>(),;:\"@]+@[^\s<>(),;:\"@]+")


def decode_value(value: str, charset: str | None = None) -> str:
    """A header value as text: folds undone, encoded words and raw 8-bit octets decoded.

    ``value`` is what compat32 gives: octets above 127 stand in it as lone surrogates. ``charset`` is
    the body's, which raw octets most likely share. Adjacent words of one charset are joined before
    they are decoded, since programs cut inside a character (against RFC 2047, 5).
    """
    value = value[:MAX_VALUE_CHARACTERS]
    if value.isascii() and value.isprintable() and "=?" not in value:
        return value.strip()  # As most are.
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


def is_utf8(value: str) -> bool:
    """Whether the octets of a raw value are UTF-8."""
    try:
        value.encode("ascii", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return False
    return True


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
    """The addresses of a header field; names decoded after splitting, so that a comma in one is no end.

    A name with a comma that nobody quoted is one name: ``Diallo, Amina <a@x.example>``.
    """
    boxes = []
    for value in values:
        text = _whole(value[:MAX_VALUE_CHARACTERS])
        if "=?" in text and "@" not in text:  # A name that was encoded, and no address.
            boxes.append(Mailbox(decode_value(text.replace("<>", ""), charset), ""))
            continue
        pairs = _split([text])[: MAX_MAILBOXES - len(boxes)]
        boxes += [Mailbox(decode_value(name, charset), decode_value(address, charset)) for name, address in pairs]
    return tuple(box for box in boxes if box.name or box.address)


def _whole(value: str) -> str:
    """With its address, where both were encoded; and with quotes where a name needs them."""
    if "=?" in value and "@" not in value and _ADDRESS.search(text := decode_value(value)):
        value = text
    return _UNQUOTED.sub(r'\1"\2" <', value) if "," in value and "<" in value else value


def _split(values: list[str]) -> list[tuple[str, str]]:
    try:
        return getaddresses(values)
    except (RecursionError, ValueError, IndexError):  # Comments in comments: what looks like an address still tells.
        return [("", address) for value in values for address in _ADDRESS.findall(value)]


def read_message_ids(values: list[str]) -> tuple[str, ...]:
    """Message-IDs in angle brackets, in order, whatever stands between them."""
    found = (match for value in values for match in _MESSAGE_ID.findall(value[:MAX_VALUE_CHARACTERS]))
    return tuple(dict.fromkeys(found))


def read_filename(part: Part, charset: str | None = None) -> str:
    """The name a part gives itself (RFC 2183, RFC 2231, encoded words, raw octets), or ''."""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        value = read_parameter(part, parameter, header=header, charset=charset)
        if value:
            return value
    return ""


def read_parameter(part: Part, name: str, *, header: str = "content-type", charset: str | None = None) -> str:
    """One parameter of a header field, decoded; '' where there is none.

    ``charset`` is the body's, which raw octets most likely share.
    """
    raw = next(iter(part.raw(header)), "")
    said = parse_parameters(raw).get(name) if name in raw.lower() else None
    if said is None:
        return ""
    if said.charset is None:
        return decode_value(said.raw, charset)
    octets = said.raw.encode("ascii", "surrogateescape")
    return decode_value(decode_text(octets, said.charset or charset)[0])
