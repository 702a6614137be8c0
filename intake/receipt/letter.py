"""The acknowledgement: what it says, and the octets that say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime as rfc5322_date
from functools import cache

from babel.dates import format_date, get_timezone_name
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from intake.text.catalog import spoken, translations
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.letter import Letter
from intake.vocabulary.mail import Delivery, ParsedMessage
from intake.vocabulary.submission import Earlier, Submission

MAX_REFERENCES = 20
"""Message-IDs in References of our answer: enough for any client to find the thread."""
MAX_ID_CHARACTERS = 250
"""RFC 5536 has Message-IDs of up to 250 octets; a longer one would need a line that relays cut."""

_WIRE = compat32.clone(linesep="\r\n")
"""compat32, since policy.SMTP of Python 3.11 loses the space between two encoded words of a long subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who writes."""

    group: str
    sender: str


def write_letter(
    *,
    head: Letterhead,
    delivery: Delivery,
    message: ParsedMessage,
    language: str | None,
    registered: Sequence[tuple[Submission, Consultation]],
    replaces: Earlier | None,
    now: datetime,
) -> Letter:
    """Acknowledge one delivery, in the sender's language where we speak it.

    Nothing of the message's body or files is repeated, so that nobody can make us carry it to a
    third person. The message must have exactly one author.
    """
    if message.author is None or not registered:
        raise ValueError("only a registered message of one author is acknowledged")
    tongue = spoken(language)
    submission, consultation = registered[0]
    zone = consultation.zone

    def moment(at: datetime) -> str:
        local = at.astimezone(zone)
        day, name = format_date(local, "long", tongue), get_timezone_name(local, locale=tongue)
        return f"{day}, {local:%H:%M:%S} ({name})"

    text = _template(tongue).render(
        head=head,
        registered=[(one.reference, round_.title_in(tongue)) for one, round_ in registered],
        received=moment(delivery.received_at),
        deadline=moment(consultation.deadline),
        late=submission.late,
        replaces=", ".join(replaces.references) if replaces else None,
        attachments=sum(not attachment.inline for attachment in message.attachments),
        sha256=delivery.raw.sha256,
    )
    subject = translations(tongue).gettext("Received: %(reference)s - %(title)s")
    letter = MIMEText(text, "plain", "utf-8")
    letter["From"] = head.sender
    letter["To"] = message.author.address
    said = subject % {"reference": submission.reference, "title": consultation.title_in(tongue)}
    letter["Subject"] = Header(said, "utf-8", header_name="Subject").encode()
    letter["Date"] = rfc5322_date(now)
    letter["Message-ID"] = f"<receipt.{submission.reference}@{head.sender.partition('@')[2]}>"
    if message.message_id and _sayable(message.message_id):
        thread = [one for one in (*message.references, *message.in_reply_to, message.message_id) if _sayable(one)]
        letter["In-Reply-To"] = message.message_id
        letter["References"] = "\n ".join(dict.fromkeys(thread[-MAX_REFERENCES:]))
    letter["Auto-Submitted"] = "auto-replied"  # RFC 3834, 5
    letter["X-Auto-Response-Suppress"] = "All"
    letter["Content-Language"] = tongue
    return Letter(
        cause=f"receipt:{delivery.id}",
        delivery=delivery.id,
        rcpt_to=message.author.address,
        octets=letter.as_bytes(policy=_WIRE),
    )


def _sayable(message_id: str) -> bool:
    """Whether it can stand on a header line of ours; the sender may have made it up."""
    return message_id.isascii() and message_id.isprintable() and len(message_id) <= MAX_ID_CHARACTERS


@cache
def _template(language: str) -> Template:
    environment = Environment(
        loader=PackageLoader("intake.receipt"),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - plain text, and none of it the sender's
    )
    catalog = translations(language)
    environment.install_gettext_callables(catalog.gettext, catalog.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment.get_template("receipt.txt.j2")
