"""Who must not be answered: one table, one reason each (RFC 3834, 2).

An answer to a robot makes a loop; an answer to an address that did not write makes us a nuisance
to a stranger. In doubt nothing is sent: the record has the message all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from intake.vocabulary.mail import Delivery, ParsedMessage
from intake.vocabulary.submission import Filing, Status

_ROBOTS = re.compile(
    r"(mailer[-_.]?daemon|post[-_]?master|no[-_.]?reply|do[-_.]?not[-_.]?reply|bounces?([+=-].*)?|owner-.*"
    r"|.*-(request|owner|bounces)|listserv|majordomo)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
"""An address that needs no quoting and no SMTPUTF8 (RFC 5321, 4.1.2; RFC 6531, 3)."""
_AUTOREPLY_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Failed-Recipients", "X-Loop")
_PRECEDENCE = frozenset({"bulk", "list", "junk", "auto_reply"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the guards may look at."""

    delivery: Delivery
    message: ParsedMessage
    ours: Collection[str]
    """Our own addresses, lower case."""
    max_age: timedelta


Guard = Callable[[Question], bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to acknowledge; None until a person has decided about the message itself."""

    acknowledge: bool | None
    reason: str


def _header(*names: str) -> Guard:
    return lambda question: any(question.message.values(name) for name in names)


def _null_sender(question: Question) -> bool:
    return question.delivery.envelope.mail_from is None or question.message.value("Return-Path").strip() == "<>"


def _precedence(question: Question) -> bool:
    return question.message.value("Precedence").strip().lower() in _PRECEDENCE


def _list(question: Question) -> bool:
    names = {name.lower() for name, _ in question.message.headers}
    return "mailing-list" in names or any(name.startswith("list-") for name in names)


def _suppressed(question: Question) -> bool:
    said = {word.strip().lower() for word in question.message.value("X-Auto-Response-Suppress").split(",")}
    return bool(said & {"all", "autoreply"})


def _report(question: Question) -> bool:
    return question.message.content_type in {
        "multipart/report",
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
    }


def _no_author(question: Question) -> bool:
    return question.message.author is None or not _ADDRESS.fullmatch(question.message.author.address)


def _robot(question: Question) -> bool:
    author = question.message.author.address if question.message.author else ""
    senders = (author, question.delivery.envelope.mail_from or "")
    return any(_ROBOTS.fullmatch(address.partition("@")[0]) for address in senders)


def _ourselves(question: Question) -> bool:
    author = question.message.author
    return author is not None and author.address.lower() in question.ours


def _another_sender(question: Question) -> bool:
    """Until we can tell who may write for an address, only the envelope's own word is believed."""
    author = question.message.author
    sender = question.delivery.envelope.mail_from
    return author is not None and sender is not None and author.address.lower() != sender.lower()


def _stale(question: Question) -> bool:
    date = question.message.date
    return date is not None and question.delivery.received_at - date > question.max_age


def _undisclosed(question: Question) -> bool:
    """In blind copy we were not spoken to (RFC 3834, 2); a plus-address was given to nobody else."""
    named = {box.address.lower() for box in (*question.message.to, *question.message.cc)}
    return not named & set(question.ours) and "+" not in question.delivery.envelope.rcpt_to


GUARDS: tuple[tuple[Guard, str], ...] = (
    (_null_sender, "the envelope sender is empty"),
    (lambda question: question.message.auto_submitted is not None, "it was submitted automatically"),
    (_precedence, "its Precedence marks mass or list mail"),
    (_list, "it comes through a mailing list"),
    (_suppressed, "the sender asks for no automatic answer"),
    (_header(*_AUTOREPLY_HEADERS), "it bears a header of an answering machine"),
    (_report, "it is a report"),
    (_no_author, "From holds no single address that every mail host can take"),
    (_robot, "a robot's address sent it"),
    (_ourselves, "it claims to come from ourselves"),
    (_another_sender, "From is not the envelope sender"),
    (_stale, "it was written long before it arrived"),
    (_undisclosed, "we are not among its recipients"),
)


def judge(question: Question, filing: Filing) -> Verdict:
    """Acknowledge what is filed, unless a guard objects; what is held waits for a person."""
    if filing.status is Status.HELD:
        if any(one.rule == "unsolicited" and one.matched for one in filing.findings):
            return Verdict(False, "it seems to be sent to anybody")
        return Verdict(None, "a person decides first")
    if filing.status is not Status.FILED:
        return Verdict(False, f"nothing is said about {filing.status.value} mail")
    for guard, reason in GUARDS:
        if guard(question):
            return Verdict(False, reason)
    return Verdict(True, "no rule forbids it")
