"""Octets to ParsedMessage.

parts.py takes the octets apart, contents.py says what the parts are, and here the header is read. What mail-parser
makes of it stands beside the record: see witness.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from intake.decoding import outlook
from intake.decoding.bodies import declared_charset, mark_spans
from intake.decoding.contents import Contents, Limits
from intake.decoding.dates import MAX_HOPS, read_date, read_hop, weigh
from intake.decoding.headers import decode_value, is_utf8, read_mailboxes, read_message_ids, read_parameter
from intake.decoding.links import cloud_links
from intake.decoding.parts import Part
from intake.decoding.splitter import read_parts
from intake.decoding.wire import tame_header
from intake.vocabulary.mail import Attachment, Defect, Hop, Mailbox, ParsedMessage

MAX_REFERENCES = 32
"""The newest Message-IDs of References that are looked at; more cost time and tell nothing."""


def decode(octets: bytes, known: tuple[str, ...] = ()) -> ParsedMessage:
    """Read a message. Never raises for anything a message can hold: defects are noted in it.

    ``known`` are texts of ours: the calls and what we answered. What repeats them is quoted, with or without marks.
    """
    return _decode(octets, Limits(), known)


def _decode(octets: bytes, limits: Limits, known: tuple[str, ...]) -> ParsedMessage:
    if octets.startswith(outlook.MAGIC):
        mail, defect = outlook.as_mail(octets)
        message = _decode(mail, limits, known)
        return replace(message, defects=(Defect("message", defect), *message.defects)) if defect else message
    octets, stray = tame_header(octets)
    tree = read_parts(octets)
    charset = _body_charset(tree)
    contents = Contents(limits, partial(_decode, known=known), charset)
    contents.walk(tree)
    contents.defects += [Defect("header", what) for what in (stray, _raw_octets(tree)) if what]
    text, authors = contents.text, read_mailboxes(tree.raw("From"), charset)
    subject = decode_value(next(iter(tree.raw("Subject")), ""), charset)
    hops = tuple(read_hop(decode_value(value, charset)) for value in tree.raw("Received")[:MAX_HOPS])
    date, doubt = _date(tree, hops, charset)
    if doubt:
        contents.defects.append(Defect("header", doubt))
    return ParsedMessage(
        message_id=next(iter(read_message_ids(tree.raw("Message-ID"))), None) or _bare_id(tree),
        subject=subject,
        authors=authors,
        sender=next(iter(read_mailboxes(tree.raw("Sender"), charset)), None),
        reply_to=read_mailboxes(tree.raw("Reply-To"), charset),
        to=read_mailboxes(tree.raw("To"), charset),
        cc=read_mailboxes(tree.raw("Cc"), charset),
        date=date,
        in_reply_to=read_message_ids(tree.raw("In-Reply-To")),
        references=read_message_ids(tree.raw("References"))[-MAX_REFERENCES:],
        text=text,
        spans=mark_spans(text, known, subject=subject, writer=authors[0].name if authors else ""),
        attachments=tuple(contents.attachments),
        inner=tuple(contents.inner),
        seals=tuple(dict.fromkeys(contents.seals)),
        links=cloud_links(contents.sources),
        headers=tuple((name, decode_value(value, charset)) for name, value in tree.fields),
        content_type=tree.content_type,
        report_type=_report_type(tree),
        calendar_method=contents.calendar_method,
        hops=hops,
        defects=tuple(contents.defects),
        content_sha256=_content_sha256(authors, text, contents.attachments),
    )


def _raw_octets(tree: Part) -> str | None:
    """Raw octets in a header are UTF-8 (RFC 6532), or a guess of ours; in which fields they are the latter."""
    names = [name for name, value in tree.fields if not value.isascii() and not is_utf8(value)]
    return f"octets that are no UTF-8 in {', '.join(dict.fromkeys(names))}" if names else None


def _bare_id(tree: Part) -> str | None:
    value = decode_value(next(iter(tree.raw("Message-ID")), "")).strip()
    return f"<{value}>" if value else None


def _body_charset(tree: Part) -> str | None:
    return next((charset for part in _texts(tree) if (charset := declared_charset(part))), None)


def _texts(part: Part) -> Iterator[Part]:
    """Parts of text, those of the message before those of deeper levels."""
    level = [part]
    while level:
        yield from (one for one in level if one.maintype == "text")
        level = [child for one in level for child in one.children]


def _report_type(tree: Part) -> str | None:
    if tree.content_type != "multipart/report":
        return None
    return read_parameter(tree, "report-type").lower() or "unknown"


def _date(tree: Part, hops: tuple[Hop, ...], charset: str | None) -> tuple[datetime | None, str | None]:
    """By the first Date that can be read, with the relays as witnesses, and what they say against it."""
    near = next((hop.at for hop in reversed(hops) if hop.at), None)
    dates = (read_date(decode_value(value, charset), near) for value in tree.raw("Date"))
    return weigh(next(filter(None, dates), None), hops)


def _content_sha256(authors: tuple[Mailbox, ...], text: str, attachments: list[Attachment]) -> str:
    """Author, words and files: what stays the same when somebody sends the same again.

    Subject, dates, Message-ID and layout are left out, since a resend changes them; inline pictures
    too, since programs re-encode logos; and what lies in another file, which counts as a whole.
    """
    said = [box.address.lower() for box in authors]
    said.append(" ".join(text.split()))
    said += sorted(attachment.sha256 for attachment in attachments if not (attachment.inline or attachment.container))
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogateescape")).hexdigest()
