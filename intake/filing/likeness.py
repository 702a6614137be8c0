"""What this message is to the earlier ones: the same again, a correction, or something new."""

from __future__ import annotations

from dataclasses import replace

from intake.filing.case import Case
from intake.filing.phrases import contains_any, phrases
from intake.filing.sayings import Saying, said
from intake.filing.wishes import spoken_beside
from intake.text.folding import fold
from intake.vocabulary.answer import Answers
from intake.vocabulary.submission import Earlier, Filing, Finding, Status

MAX_OPENING_CHARACTERS = 600
"""People say that they correct themselves in the subject or in the first lines."""
MAX_NOTE_CHARACTERS = 600
"""Of a mail that says something of another and nothing itself; a longer one is a letter, and says so at its start."""


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
            filing,
            status=Status.DUPLICATE,
            reason=found.reason,
            findings=findings,
            duplicate_of=same,
            consultations=(),
            answers=Answers(),
        )
    if filing.status is Status.HELD:
        return replace(filing, findings=findings)
    beside = spoken_beside(case, filing)
    if not _brings_something(case, filing):
        return _taken_back(case, replace(filing, findings=findings), beside)
    found, older = _later_word(case, filing, Saying.CORRECTION, beside)
    findings = (*findings, found)
    if older is not None:
        return replace(filing, findings=findings, supersedes=older)
    found, older = _withdrawal(case, filing, beside)
    findings = (*findings, found)
    if found.matched:
        return _held(filing, found, findings, older)
    found, older = _later_word(case, filing, Saying.SUPPLEMENT, beside)
    return replace(filing, findings=(*findings, found), supplements=older)


def _taken_back(case: Case, filing: Filing, beside: str) -> Filing:
    """What brings no answer can take one back, and add a word to it; it cannot replace one."""
    found, older = _withdrawal(case, filing, beside)
    findings = (*filing.findings, found)
    if found.matched:
        return _held(filing, found, findings, older)
    found, corrected = _later_word(case, filing, Saying.CORRECTION, beside)
    findings = (*findings, found)
    if corrected is not None:
        return _held(filing, found, findings, None)
    found, older = _later_word(case, filing, Saying.SUPPLEMENT, beside)
    return replace(filing, findings=(*findings, found), supplements=older)


def _held(filing: Filing, found: Finding, findings: tuple[Finding, ...], withdraws: Earlier | None) -> Filing:
    return replace(
        filing, status=Status.HELD, reason=found.reason, findings=findings, withdraws=withdraws, consultations=()
    )


def _brings_something(case: Case, filing: Filing) -> bool:
    files = any(not one.inline for one in case.message.attachments)
    return bool(filing.answers.given) or files or len(case.own_text) > MAX_NOTE_CHARACTERS


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


_RULES = {Saying.CORRECTION: "supersedes", Saying.SUPPLEMENT: "supplements"}
_VERBS = {Saying.CORRECTION: "corrects or replaces", Saying.SUPPLEMENT: "adds to"}


def _later_word(case: Case, filing: Filing, saying: Saying, beside: str) -> tuple[Finding, Earlier | None]:
    """The earlier response of which this one speaks, if it says so and there is one."""
    rule, verb = _RULES[saying], _VERBS[saying]
    fixed = phrases().correction if saying is Saying.CORRECTION else phrases().supplement
    opening = fold(beside[:MAX_OPENING_CHARACTERS])
    word = contains_any(opening, fixed) or said(saying, beside)
    if word is None:
        return Finding(rule=rule, matched=False, reason=f"it does not say that it {verb} another"), None
    older, how = _spoken_of(case, filing.consultations)
    if older is None:
        return Finding(rule=rule, matched=False, reason=f"“{word}”, but no earlier response is known"), None
    return _found(rule, f"“{word}”: it {verb} {', '.join(older.references)}, {how}"), older


def _withdrawal(case: Case, filing: Filing, beside: str) -> tuple[Finding, Earlier | None]:
    """A letter that takes a response back and answers nothing: never done without a person."""
    word = None if filing.answers.given else said(Saying.WITHDRAWAL, beside[:MAX_NOTE_CHARACTERS])
    if word is None or said(Saying.ANONYMITY, word):  # A name is to be removed, not a response.
        return Finding(rule="withdraws", matched=False, reason="it takes nothing back"), None
    older, how = _spoken_of(case, filing.consultations)
    which = f"{', '.join(older.references)}, {how}" if older else "a response that is not known"
    return _found("withdraws", f"“{word}”: asks to take back {which}; a person confirms it"), older


def _spoken_of(case: Case, consultations: tuple[str, ...]) -> tuple[Earlier | None, str]:
    """The response that is answered or named, else the author's newest under the same consultations."""
    parents = {*case.message.in_reply_to, *case.message.references}
    text = f"{case.message.subject}\n{case.message.text}"
    author = case.message.author.address.lower() if case.message.author else ""
    here = [one for one in reversed(case.earlier) if not consultations or set(consultations) & set(one.consultations)]
    for older in here:
        if any(reference in text for reference in older.references):
            return older, "by its reference"
        if older.message_id in parents or any(
            f"receipt.{one}@" in parent for one in older.references for parent in parents
        ):
            return older, "which it answers"
    for older in here:
        if author and older.author_address.lower() == author:
            return older, "of the same author"
    return None, ""


def _found(rule: str, reason: str) -> Finding:
    return Finding(rule=rule, matched=True, reason=reason)
