"""Robots: what no person wrote to us is recorded, never counted, never answered (RFC 3834)."""

from __future__ import annotations

import re

from intake.filing.case import Case, answer
from intake.filing.phrases import phrases, starts_with_any
from intake.vocabulary.submission import Finding

_REPORTS = frozenset({"multipart/report", "message/delivery-status", "message/disposition-notification"})
_BULK = frozenset({"bulk", "junk", "auto_reply", "auto-reply"})
_AUTOREPLY_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Failed-Recipients", "X-Auto-Reply")
_DAEMONS = re.compile(r"(mailer[-_.]?daemon|post[-_]?master)", re.IGNORECASE)
_DIGEST = re.compile(r"digest, vol(ume)?\b")


def null_sender(case: Case) -> Finding:
    """The null reverse-path is for notifications (RFC 5321, 4.5.5)."""
    return answer(
        "null-sender",
        "the envelope sender is empty" if case.envelope.mail_from is None else None,
        "the envelope has a sender",
    )


def auto_submitted(case: Case) -> Finding:
    """Auto-Submitted says anything but ``no`` (RFC 3834, 5)."""
    word = case.message.auto_submitted
    return answer("auto-submitted", f"Auto-Submitted is {word}" if word else None, "no Auto-Submitted other than no")


def report(case: Case) -> Finding:
    """Bounces and read receipts (RFC 6522, RFC 8098)."""
    kind = case.message.content_type
    said = case.message.report_type or kind
    return answer("report", f"it is a report: {said}" if kind in _REPORTS else None, f"its type is {kind}")


def calendar(case: Case) -> Finding:
    """An answer by a calendar program (RFC 5546, 3.2.3); an invitation may come with a real text."""
    method = case.message.calendar_method
    return answer(
        "calendar",
        f"a calendar answers: METHOD:{method}" if method in {"REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"} else None,
        "no calendar answers in it",
    )


def auto_reply_header(case: Case) -> Finding:
    """Header fields that only answering machines set."""
    name = next((name for name in _AUTOREPLY_HEADERS if case.message.values(name)), None)
    return answer("auto-reply-header", f"{name} is present" if name else None, "no header of an answering machine")


def bulk(case: Case) -> Finding:
    """Precedence: bulk or junk. ``list`` does not count: a person may write through a list."""
    word = case.message.value("Precedence").strip().lower()
    return answer("bulk", f"Precedence is {word}" if word in _BULK else None, "not sent in bulk")


def list_digest(case: Case) -> Finding:
    """Many messages of a mailing list in one (RFC 2046, 5.1.5)."""
    kinds = {case.message.content_type, *(value.split(";")[0].strip() for value in case.message.values("Content-Type"))}
    digest = "multipart/digest" in kinds or (bool(case.message.values("List-Id")) and _DIGEST.search(case.subject))
    return answer(
        "list-digest", "it is the digest of a mailing list" if digest else None, "no digest of a mailing list"
    )


def daemon(case: Case) -> Finding:
    """A mail system speaks for itself (RFC 5321, 4.5.1)."""
    names = [box.address.partition("@")[0] for box in case.message.authors]
    name = next((name for name in names if _DAEMONS.fullmatch(name)), None)
    return answer("daemon", f"{name} wrote it" if name else None, "no mail system wrote it")


def automatic_subject(case: Case) -> Finding:
    """The subject begins as answering machines and mail systems begin it, in any of the languages."""
    known = phrases()
    found = starts_with_any(case.subject, (*known.automatic_subjects, *known.bounce_subjects))
    return answer(
        "automatic-subject",
        f"the subject begins with “{found}”" if found else None,
        "the subject is none of an answering machine",
    )
