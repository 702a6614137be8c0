"""Octets to ParsedMessage: the only door of mail-parser.

The stdlib's compat32 tree is read through a tolerant layer; mail-parser's hops and defects stand beside it.
compat32, never ``policy.default``: on hostile headers the latter raises, and takes seconds and
hundreds of megabytes for a 200 KiB field.
"""

from __future__ import annotations

import email
import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.errors import NoBoundaryInMultipartDefect, StartBoundaryNotFoundDefect
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

import mailparser

from intake.decoding import outlook
from intake.decoding.attachments import make_attachment
from intake.decoding.bodies import declared_charset, read_text
from intake.decoding.bulk import Bulk, take_out
from intake.decoding.headers import (
    decode_value,
    read_date,
    read_filename,
    read_mailboxes,
    read_message_ids,
    read_parameter,
)
from intake.decoding.wire import MAX_HEADER_OCTETS, tame_header
from intake.vocabulary.mail import Attachment, Defect, Hop, Mailbox, ParsedMessage

MAX_PARTS = 1000
"""Parts read one by one; real messages stay below 100. What is beyond lies in the octets."""
MAX_DEPTH = 50
"""Levels of multipart inside multipart."""
MAX_REFERENCES = 32
"""The newest Message-IDs of References that are looked at; more cost time and tell nothing."""

_UNFENCED = (NoBoundaryInMultipartDefect, StartBoundaryNotFoundDefect)
"""A multipart in which no part can be found: what stands there is most likely the letter itself."""

_VERBATIM = compat32.clone(mangle_from_=False)
logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # It logs header values: names, addresses.


@dataclass(slots=True)
class _Reading:
    """What the walk through the parts has gathered; lives inside ``decode`` alone."""

    bulk: Bulk = field(default_factory=Bulk)
    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    calendar_method: str | None = None
    parts: int = 0


def decode(octets: bytes) -> ParsedMessage:
    """Read a message. Never raises for anything a message can hold: defects are noted in it."""
    if octets.startswith(outlook.MAGIC):
        mail, defect = outlook.as_mail(octets)
        message = decode(mail)
        return replace(message, defects=(Defect("message", defect), *message.defects)) if defect else message
    octets, stray = tame_header(octets)
    tree, charset, reading = _read(octets)
    if stray:
        reading.defects.append(Defect("header", stray))
    text = "\n\n".join(text.strip("\n") for text in reading.texts if text.strip())
    authors = read_mailboxes(_raw(tree, "From"), charset)
    hops, defects = _witness(octets)
    return ParsedMessage(
        message_id=next(iter(read_message_ids(_raw(tree, "Message-ID"))), None) or _bare_id(tree),
        subject=decode_value(next(iter(_raw(tree, "Subject")), ""), charset),
        authors=authors,
        sender=next(iter(read_mailboxes(_raw(tree, "Sender"), charset)), None),
        reply_to=read_mailboxes(_raw(tree, "Reply-To"), charset),
        to=read_mailboxes(_raw(tree, "To"), charset),
        cc=read_mailboxes(_raw(tree, "Cc"), charset),
        date=next((date for value in _raw(tree, "Date") if (date := read_date(value))), None),
        in_reply_to=read_message_ids(_raw(tree, "In-Reply-To")),
        references=read_message_ids(_raw(tree, "References"))[-MAX_REFERENCES:],
        text=text,
        attachments=tuple(reading.attachments),
        headers=tuple((name, decode_value(value, charset)) for name, value in tree.raw_items()),
        content_type=tree.get_content_type(),
        report_type=_report_type(tree),
        calendar_method=reading.calendar_method,
        hops=hops,
        defects=(*reading.defects, *defects),
        content_sha256=_content_sha256(authors, text, reading.attachments),
    )


def _read(octets: bytes) -> tuple[Message, str | None, _Reading]:
    """The tree of parts, its charset, and what it says.

    Where the parser gives up (levels by the hundred, parameters that contradict themselves), what
    follows the header is kept as one part.
    """
    try:
        light, bulk = take_out(octets)
        tree = email.message_from_bytes(light, policy=_VERBATIM)
        bulk.settle(tree)
        reading = _Reading(bulk=bulk)
        charset = _body_charset(tree)
        _walk(tree, "1", 0, charset, reading)
    except (RecursionError, ValueError, TypeError, LookupError, AttributeError) as error:
        tree = BytesParser(policy=_VERBATIM).parsebytes(octets, headersonly=True)
        charset = declared_charset(tree)
        reading = _Reading(defects=[Defect("message", f"its parts cannot be told apart: {type(error).__name__}")])
        _walk(tree, "1", 0, charset, reading)
    return tree, charset, reading


def _raw(tree: Message, name: str) -> list[str]:
    return [str(value) for key, value in tree.raw_items() if key.lower() == name.lower()]


def _bare_id(tree: Message) -> str | None:
    value = decode_value(next(iter(_raw(tree, "Message-ID")), "")).strip()
    return f"<{value}>" if value else None


def _body_charset(tree: Message) -> str | None:
    for part in _leaves(tree):
        if part.get_content_maintype() == "text" and (charset := declared_charset(part)):
            return charset
    return None


def _leaves(tree: Message) -> Iterator[Message]:
    waiting, seen = [tree], 0
    while waiting and seen < MAX_PARTS:
        part, seen = waiting.pop(0), seen + 1
        if part.is_multipart():
            waiting.extend(child for child in part.get_payload() if isinstance(child, Message))
        else:
            yield part


def _report_type(tree: Message) -> str | None:
    if tree.get_content_type() != "multipart/report":
        return None
    return read_parameter(tree, "report-type").lower() or "unknown"


def _walk(part: Message, position: str, depth: int, charset: str | None, reading: _Reading) -> None:
    """Depth first; the recursion is bounded by MAX_DEPTH, the number of parts by MAX_PARTS."""
    reading.parts += 1
    if reading.parts > MAX_PARTS or depth > MAX_DEPTH:
        limit = f"more than {MAX_PARTS} parts" if reading.parts > MAX_PARTS else f"nested deeper than {MAX_DEPTH}"
        if not any(defect.what.startswith(limit) for defect in reading.defects):
            reading.defects.append(Defect(f"part {position}", f"{limit}; the rest is in the octets"))
        return
    reading.defects += [Defect(f"part {position}", type(defect).__name__) for defect in part.defects]
    kind = part.get_content_type()
    if kind == "message/rfc822" or (part.is_multipart() and part.get_content_maintype() == "message"):
        _keep(part, reading.bulk.restore(_nested_octets(part)), position, charset, reading)
    elif kind == "multipart/alternative" and part.is_multipart():
        _walk_alternative(_children(part), position, depth, charset, reading)
    elif part.is_multipart():
        for number, child in enumerate(_children(part), start=1):
            _walk(child, f"{position}.{number}", depth + 1, charset, reading)
    else:
        _read_leaf(part, position, charset, reading)


def _children(part: Message) -> list[Message]:
    return [child for child in part.get_payload() if isinstance(child, Message)]


def _walk_alternative(
    children: list[Message], position: str, depth: int, charset: str | None, reading: _Reading
) -> None:
    """One text, several dresses (RFC 2046, 5.1.4): plain text if it says anything, else the last.

    The files that an unchosen dress holds are files all the same.
    """
    readings = []
    for number, child in enumerate(children, start=1):
        if reading.parts > MAX_PARTS:
            break
        own = _Reading(parts=reading.parts, bulk=reading.bulk)
        _walk(child, f"{position}.{number}", depth + 1, charset, own)
        reading.parts = own.parts
        readings.append((child.get_content_type(), own))
        reading.attachments += own.attachments
        reading.defects += [defect for defect in own.defects if defect not in reading.defects]
        reading.calendar_method = reading.calendar_method or own.calendar_method
    speaking = [(kind, own.texts) for kind, own in readings if any(text.strip() for text in own.texts)]
    plain = [texts for kind, texts in speaking if kind == "text/plain"]
    reading.texts += plain[0] if plain else speaking[-1][1] if speaking else []


def _read_leaf(part: Message, position: str, charset: str | None, reading: _Reading) -> None:
    noted = len(part.defects)
    taken_out = reading.bulk.decoded(part)
    octets = _payload(part) if taken_out is None else taken_out  # compat32 sees what is wrong with base64 only now.
    reading.defects += [Defect(f"part {position}", type(defect).__name__) for defect in part.defects[noted:]]
    kind = part.get_content_type()
    if kind == "text/calendar":
        said = read_parameter(part, "method")
        found = re.search(rb"(?im)^METHOD:(\w+)", octets[:65536])
        reading.calendar_method = (said or (found[1].decode() if found else "")).upper() or None
    is_text = kind in {"text/plain", "text/html", "text/enriched"} or (
        part.get_content_maintype() == "text" and kind != "text/calendar" and part.get_content_disposition() is None
    )
    is_text = is_text or any(isinstance(defect, _UNFENCED) for defect in part.defects)
    if is_text and part.get_content_disposition() != "attachment" and not read_filename(part, charset):
        text, defect = read_text(part, octets)
        reading.texts.append(text)
        if defect:
            reading.defects.append(Defect(f"part {position}", defect))
    else:
        _keep(part, octets, position, charset, reading)


def _keep(part: Message, octets: bytes, position: str, charset: str | None, reading: _Reading) -> None:
    reading.attachments.append(
        make_attachment(
            octets=octets,
            declared_type=part.get_content_type(),
            given_name=read_filename(part, charset),
            position=position,
            inline=part.get_content_disposition() == "inline" or part.get("Content-ID") is not None,
        )
    )


def _payload(part: Message) -> bytes:
    """Transfer-decoded octets. compat32 decodes what it can of broken base64, and notes a defect."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, UnicodeError, AttributeError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _nested_octets(part: Message) -> bytes:
    inner = _children(part) if part.is_multipart() else []
    if not inner:
        return _payload(part)
    try:
        return b"\r\n".join(child.as_bytes(policy=_VERBATIM) for child in inner)
    except (ValueError, LookupError, UnicodeError, AttributeError, TypeError):
        return "\n".join(str(child) for child in inner).encode("utf-8", "surrogateescape")


def _content_sha256(authors: tuple[Mailbox, ...], text: str, attachments: list[Attachment]) -> str:
    """Author, words and files: what stays the same when somebody sends the same again.

    Subject, dates, Message-ID and layout are left out, since a resend changes them; inline pictures
    too, since programs re-encode logos.
    """
    said = [box.address.lower() for box in authors]
    said.append(" ".join(text.split()))
    said += sorted(attachment.sha256 for attachment in attachments if not attachment.inline)
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogateescape")).hexdigest()


def _witness(octets: bytes) -> tuple[tuple[Hop, ...], list[Defect]]:
    """mail-parser's reading of the header block: Received hops, and defects it noticed.

    It is a witness beside the record: whatever it raises is a defect of the message, no more.
    """
    block = re.split(rb"\r?\n\r?\n", octets[:MAX_HEADER_OCTETS], maxsplit=1)[0] + b"\r\n\r\n"
    try:
        mail = mailparser.parse_from_bytes(block)
        received = [hop for hop in mail.received if isinstance(hop, dict)]
        defects = [
            Defect(str(item.get("header", "header")), str(item.get("reason") or item.get("message") or item))
            for name in ("date_header_defects", "address_header_defects")
            for item in getattr(mail, name, None) or []
            if isinstance(item, dict)
        ]
    except Exception as error:  # noqa: BLE001 - fate: mail-parser raises outside its own tree; the message stands without it.
        return (), [Defect("header", f"mail-parser: {type(error).__name__}")]
    return tuple(_hop(hop) for hop in reversed(received)), defects


def _hop(said: dict[str, object]) -> Hop:
    at = said.get("date_utc")
    try:
        moment = datetime.fromisoformat(str(at)).replace(tzinfo=UTC) if at else None
    except ValueError:
        moment = None
    return Hop(by=_text(said.get("by")), origin=_text(said.get("from")), at=moment)


def _text(value: object) -> str | None:
    return str(value) if value else None
