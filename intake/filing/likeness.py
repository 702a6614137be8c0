"""What this message is to the earlier ones: the same again, a correction, or something new."""

from __future__ import annotations

from dataclasses import replace

from intake.filing.case import Case
from intake.filing.phrases import contains_any, phrases
from intake.text.folding import fold
from intake.vocabulary.submission import Earlier, Filing, Finding, Status

MAX_OPENING_CHARACTERS = 600
"""People say that they correct themselves in the subject or in the first lines."""


def relate(case: Case, filing: Filing) -> Filing:
    """Compare a placed message with the earlier ones; robots and such stay what they are.

    Duplicate: the same octets, or the same Message-ID with the same content, or the same author's
    same text and files again, as long as it is placed nowhere new. A Message-ID alone decides
    nothing: it is the sender's claim, and programs use one twice.
    """
    if filing.status not in {Status.FILED, Status.HELD}:
        return filing
    found, same = _duplicate(case, filing)
    findings = (*filing.findings, found)
    if same is not None:
        return replace(
            filing, status=Status.DUPLICATE, reason=found.reason, findings=findings, duplicate_of=same, consultations=()
        )
    if filing.status is Status.HELD:
        return replace(filing, findings=findings)
    found, older = _correction(case, filing)
    findings = (*findings, found)
    if older is not None:
        return replace(filing, findings=findings, supersedes=older)
    found, older = _supplement(case, filing)
    return replace(filing, findings=(*findings, found), supplements=older)


def _duplicate(case: Case, filing: Filing) -> tuple[Finding, Earlier | None]:
    says_something = bool(case.message.text.strip() or case.message.attachments)
    for older in case.earlier:
        if not set(filing.consultations) <= set(older.consultations):
            continue
        if older.raw_sha256 == case.raw_sha256:
            return _found("duplicate", f"the very octets of delivery {older.delivery}"), older
        if says_something and older.content_sha256 == case.message.content_sha256:
            same_id = older.message_id is not None and older.message_id == case.message.message_id
            what = "Message-ID and content" if same_id else "author, text and files"
            return _found("duplicate", f"{what} of delivery {older.delivery} again"), older
    return Finding(rule="duplicate", matched=False, reason="no earlier message says the same"), None


def _correction(case: Case, filing: Filing) -> tuple[Finding, Earlier | None]:
    return _later_word(case, filing, "supersedes", phrases().correction, "corrects or replaces")


def _supplement(case: Case, filing: Filing) -> tuple[Finding, Earlier | None]:
    return _later_word(case, filing, "supplements", phrases().supplement, "adds to")


def _later_word(
    case: Case, filing: Filing, rule: str, wanted: tuple[str, ...], verb: str
) -> tuple[Finding, Earlier | None]:
    """The author's newest earlier response under the same consultations, if this one says so."""
    opening = f"{case.message.subject}\n{case.message.text[:MAX_OPENING_CHARACTERS]}"
    said = contains_any(fold(opening), wanted)
    if said is None:
        return Finding(rule=rule, matched=False, reason=f"it does not say that it {verb} another"), None
    author = case.message.author.address.lower() if case.message.author else ""
    for older in reversed(case.earlier):
        if author and older.author_address.lower() == author and set(filing.consultations) & set(older.consultations):
            return _found(rule, f"“{said}”: it {verb} {', '.join(older.references)}"), older
    return Finding(rule=rule, matched=False, reason=f"“{said}”, but the author has no earlier response here"), None


def _found(rule: str, reason: str) -> Finding:
    return Finding(rule=rule, matched=True, reason=reason)
