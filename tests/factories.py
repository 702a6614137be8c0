"""Small things to test with: a letter, an arrival, a consultation, a case. Each takes only what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

from intake.capture import spool
from intake.decoding.message import decode
from intake.filing.case import Case
from intake.storage.session import Store
from intake.vocabulary.consultation import Consultation, Question
from intake.vocabulary.mail import Arrival, Delivery, Envelope, ParsedMessage, RawMessage, Transport
from intake.vocabulary.provenance import Agent
from intake.vocabulary.submission import Earlier

MORNING = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
AGENT = Agent("test", "1")
COMMON = "cwg-internet@consultations.example"
OTT = "cwg-internet+ott@consultations.example"
AUTHOR = "amina@labo.example"


def letter(
    body: str = "We answer the first question with yes.",
    *,
    sender: str = f"Amina Diallo <{AUTHOR}>",
    to: str = COMMON,
    subject: str = "Our response",
    message_id: str | None = "<1.test@labo.example>",
    more: Sequence[str] = (),
) -> bytes:
    """A plain message; ``more`` are further header lines."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", "Date: Mon, 30 Nov 2026 09:00:00 +0000"]
    lines += [f"Message-ID: {message_id}"] if message_id else []
    if not any(line.lower().startswith("content-type:") for line in more):
        lines.append("Content-Type: text/plain; charset=utf-8")
    return "\r\n".join([*lines, *more, "", body, ""]).encode()


def message(octets: bytes | None = None, **changes: Any) -> ParsedMessage:
    """What was read in a letter, with single fields replaced."""
    return replace(decode(letter() if octets is None else octets), **changes)


def arrival(octets: bytes | None = None, **changes: Any) -> Arrival:
    """One message at the door."""
    envelope = Envelope(mail_from=changes.pop("mail_from", AUTHOR), rcpt_to=changes.pop("rcpt_to", COMMON))
    standard: dict[str, Any] = {
        "envelope": envelope,
        "octets": letter() if octets is None else octets,
        "transport": Transport.SMTP,
        "captured_at": MORNING,
        "received_at": MORNING,
    }
    return Arrival(**{**standard, **changes})


def delivery(**changes: Any) -> Delivery:
    """A captured arrival that is in no store."""
    envelope = Envelope(mail_from=changes.pop("mail_from", AUTHOR), rcpt_to=changes.pop("rcpt_to", COMMON))
    standard: dict[str, Any] = {
        "id": 1,
        "envelope": envelope,
        "raw": RawMessage("ab" * 32, 100),
        "transport": Transport.SMTP,
        "captured_at": MORNING,
        "received_at": MORNING,
    }
    return Delivery(**{**standard, **changes})


def consultation(slug: str = "bees", **changes: Any) -> Consultation:
    """A round of our own invention, live on MORNING."""
    zone = ZoneInfo("Europe/Zurich")
    standard: dict[str, Any] = {
        "slug": slug,
        "code": slug.upper(),
        "symbol": f"TEST/{slug}",
        "zone": zone,
        "launched": datetime(2026, 10, 12, tzinfo=zone),
        "deadline": datetime(2027, 1, 9, 23, 59, 59, tzinfo=zone),
        "extended_from": None,
        "topic_set": date(2026, 10, 2),
        "compiled_by": date(2027, 1, 24),
        "physical": date(2027, 2, 8),
        "group_meeting": date(2027, 2, 10),
        "title": {language: f"Title of {slug} ({language})" for language in ("ar", "en", "es", "fr", "ru", "zh")},
        "names": (f"the matter of {slug}",),
        "questions": (Question(id="1", wording={"en": "Why?"}),),
        "addresses": (f"office+{slug}@desk.example",),
        "announcement": {},
        "announcement_ids": (f"<call-{slug}@desk.example>",),
    }
    return Consultation(**{**standard, **changes})


OVER: dict[str, Any] = {
    "launched": datetime(2016, 3, 4, tzinfo=UTC),
    "deadline": datetime(2016, 9, 11, tzinfo=UTC),
    "group_meeting": date(2016, 10, 13),
}
"""Changes that make a consultation one of long ago."""


def case(octets: bytes | None = None, **changes: Any) -> Case:
    """A delivery before the desk, with two live rounds, bees and wasps, and one that is over, moths."""
    envelope = Envelope(
        mail_from=changes.pop("mail_from", AUTHOR), rcpt_to=changes.pop("rcpt_to", "office@desk.example")
    )
    standard: dict[str, Any] = {
        "envelope": envelope,
        "received_at": MORNING,
        "message": message(octets),
        "raw_sha256": "ab" * 32,
        "consultations": (consultation("bees"), consultation("wasps"), consultation("moths", **OVER)),
    }
    return Case(**{**standard, **changes})


def earlier(number: int = 1, **changes: Any) -> Earlier:
    """A delivery registered before, by the same author, under bees."""
    standard: dict[str, Any] = {
        "delivery": number,
        "raw_sha256": f"{number:064x}",
        "message_id": f"<{number}.earlier@labo.example>",
        "content_sha256": f"{number + 1000:064x}",
        "author_address": AUTHOR,
        "consultations": ("bees",),
        "references": (f"TEST-2026-{number:06d}-A",),
    }
    return Earlier(**{**standard, **changes})


def captured(store: Store, *arrivals: Arrival) -> list[int]:
    """Capture, and give back the delivery ids."""
    with store.write() as connection:
        return [number for number in spool.capture(connection, arrivals, AGENT) if number is not None]


@dataclass
class ScriptedCarrier:
    """Answers each letter with the next item of the script: a sentence, or an exception to raise."""

    script: list[str | BaseException] = field(default_factory=list)
    handed: list[tuple[str, bytes]] = field(default_factory=list)

    def hand_over(self, rcpt_to: str, octets: bytes, name: str) -> str:
        self.handed.append((rcpt_to, octets))
        answer = self.script.pop(0) if self.script else f"took {name}"
        if isinstance(answer, BaseException):
            raise answer
        return answer


@dataclass
class SteppingClock:
    """A clock that goes on by a step each time it is asked."""

    moment: datetime = MORNING
    step: timedelta = timedelta(seconds=1)

    def __call__(self) -> datetime:
        self.moment += self.step
        return self.moment


Clock = Callable[[], datetime]


@dataclass
class FrozenMorning:
    """A clock that stands at MORNING until it is moved."""

    moment: datetime = MORNING

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


def with_files(*files: tuple[str, str, bytes], body: str = "We answer in the file.", **changes: Any) -> bytes:
    """A letter that carries files: name, media type, octets."""
    mail = EmailMessage()
    mail["From"] = changes.pop("sender", f"Amina Diallo <{AUTHOR}>")
    mail["To"] = changes.pop("to", OTT)
    mail["Subject"] = changes.pop("subject", "Our response")
    mail["Date"] = "Mon, 30 Nov 2026 09:00:00 +0000"
    mail["Message-ID"] = changes.pop("message_id", "<files@labo.example>")
    disposition = changes.pop("disposition", "attachment")
    mail.set_content(body)
    for name, kind, octets in files:
        main, _, sub = kind.partition("/")
        mail.add_attachment(octets, maintype=main, subtype=sub, filename=name, disposition=disposition)
    return mail.as_bytes()
