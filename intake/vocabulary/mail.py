"""Mail, as it arrives and as it is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Clock = Callable[[], datetime]
"""Says what time it is, with a zone; injected wherever time matters."""


def require_zone(moment: datetime, name: str) -> None:
    """Refuse a naive time: without a zone nobody can say whether it is late.

    Raises ValueError with ``name`` in it.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{name} must carry a time zone")


class Transport(StrEnum):
    """The door through which a message came."""

    SMTP = "smtp"  # Delivered to our listener (RFC 5321).
    LMTP = "lmtp"  # Delivered by a mail host of our own (RFC 2033).
    IMAP = "imap"  # Fetched from a mailbox (RFC 9051).
    FOLDER = "folder"  # Handed in as a file: import, replay, demo.


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the transport said (RFC 5321, 2.3.1), as opposed to what the header claims."""

    mail_from: str | None
    """Reverse-path; None is the null path ``<>`` (RFC 5321, 4.5.5) and is never answered."""
    rcpt_to: str


@dataclass(frozen=True, slots=True)
class RawMessage:
    """The octets, exactly as received; ``sha256`` (hexadecimal) is their name, ``size`` counts octets."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message at the door, for one recipient, not yet safe."""

    envelope: Envelope
    octets: bytes
    transport: Transport
    captured_at: datetime
    """When we had the last octet."""
    received_at: datetime
    """When it reached the published mailbox; decides whether it is late."""
    peer: str | None = None
    helo: str | None = None
    source_file: str | None = None
    arrival_key: str | None = None
    """Names this very arrival, where the door can: the same key is never captured twice."""

    def __post_init__(self) -> None:
        require_zone(self.captured_at, "captured_at")
        require_zone(self.received_at, "received_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One arrival for one recipient, captured: the unit of work."""

    id: int
    envelope: Envelope
    raw: RawMessage
    transport: Transport
    captured_at: datetime
    received_at: datetime
    peer: str | None = None
    source_file: str | None = None
    attempts: int = 0
    """How often a worker has taken it up, this time included."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name and an address (RFC 5322, 3.4); either may be empty."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The part after the last @, lower case; empty where there is none."""
        return self.address.rpartition("@")[2].lower() if "@" in self.address else ""


@dataclass(frozen=True, slots=True)
class Defect:
    """Something a reader of this message should know was wrong with it."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received line (RFC 5321, 4.4), newest first; times in UTC, None where unreadable."""

    by: str | None
    origin: str | None
    at: datetime | None


class SpanKind(StrEnum):
    """Whose words a stretch of a body is."""

    OWN = "own"  # The author's words in this message, answers between quoted lines among them.
    QUOTED = "quoted"  # Words of an earlier message, with the line that introduces them.
    SIGNATURE = "signature"  # Who writes: name, title, address, telephone.
    DISCLAIMER = "disclaimer"  # What a mail system adds below each message.


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of ``ParsedMessage.text``: from ``start`` up to, not with, ``end``, in characters."""

    kind: SpanKind
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A leaf part that is not the body, decoded."""

    name: str
    """Safe to show and to write: no path, no control character, never empty."""
    original_name: str = ""
    """As the sender's program wrote it, decoded; empty where it wrote none."""
    declared_type: str
    charset: str = ""
    """As the part declares it, for text alone; empty where it does not."""
    detected_type: str = ""
    """What its octets look like; empty where nothing is known by them."""
    octets: bytes
    """Empty where it came from another process: there, size and sha256 stand for them."""
    sha256: str
    inline: bool = False
    container: str = ""
    """The name of the attachment in which it was packed (winmail.dat, a message); empty for a part of the message."""
    size: int = -1
    """Octets after transfer decoding; counted where it is not said."""

    def __post_init__(self) -> None:
        if self.size < 0:
            object.__setattr__(self, "size", len(self.octets))


class Seal(StrEnum):
    """How a message is signed or locked, as its structure shows it; nothing is verified here."""

    SMIME_SIGNED = "smime-signed"  # RFC 8551, 3.5; the signed octets are kept as they are.
    SMIME_ENCRYPTED = "smime-encrypted"  # RFC 8551, 3.3: only its recipient can read it.
    PGP_SIGNED = "pgp-signed"  # RFC 3156, 5, or a clear-signed text.
    PGP_ENCRYPTED = "pgp-encrypted"  # RFC 3156, 4, or armour in the text.


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerMessage:
    """A message that was forwarded as one: what it says of itself, claimed by the forwarder."""

    attachment: int
    """Which of the attachments holds it, from 0."""
    author: Mailbox | None
    subject: str
    date: datetime | None
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMessage:
    """What we read in the octets: derived, recomputable, and carrying its defects."""

    message_id: str | None
    subject: str
    authors: tuple[Mailbox, ...]
    """Header From; more than one, or none, is possible and suspicious."""
    sender: Mailbox | None
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    date: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    """Message-IDs in angle brackets, oldest first, In-Reply-To not included."""
    text: str
    """The body as text, complete: quotations and signature included."""
    spans: tuple[Span, ...] = ()
    """Whose words they are; in order, without gap or overlap, over the whole text."""
    attachments: tuple[Attachment, ...]
    inner: tuple[InnerMessage, ...] = ()
    """Messages forwarded as attachments, in their order."""
    seals: tuple[Seal, ...] = ()
    links: tuple[str, ...] = ()
    """Addresses of files left with a cloud service in place of an attachment: never fetched."""
    headers: tuple[tuple[str, str], ...]
    """Every header field, decoded, in order; names as written."""
    content_type: str
    report_type: str | None
    """Of multipart/report (RFC 6522): delivery-status, disposition-notification …"""
    calendar_method: str | None
    """iTIP method of a text/calendar part (RFC 5546): REPLY, REQUEST …, upper case."""
    hops: tuple[Hop, ...]
    defects: tuple[Defect, ...]
    content_sha256: str
    """Same author, subject, and decoded parts give the same value, whatever the transport added."""

    @property
    def author(self) -> Mailbox | None:
        """The one author; None where From names none or several."""
        return self.authors[0] if len(self.authors) == 1 else None

    @property
    def own_text(self) -> str:
        """What the author wrote in this message; all of the text where nothing tells its words apart."""
        if not self.spans:
            return self.text
        return "".join(self.text[one.start : one.end] for one in self.spans if one.kind is SpanKind.OWN).strip()

    @property
    def auto_submitted(self) -> str | None:
        """What Auto-Submitted says, unless it says ``no`` (RFC 3834, 5); parameters and comments cut off."""
        words = (re.split(r"[;(\s]", value.strip(), maxsplit=1)[0].lower() for value in self.values("Auto-Submitted"))
        return next((word for word in words if word not in {"", "no"}), None)

    def values(self, name: str) -> tuple[str, ...]:
        """All values of one header field, by name without regard to case."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())

    def value(self, name: str) -> str:
        """The first value of one header field, or an empty string."""
        return next(iter(self.values(name)), "")
