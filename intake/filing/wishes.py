"""What the respondent asks of us: not to be named; and what is no response, but asks something of a person."""

from __future__ import annotations

from dataclasses import replace

from intake.filing.case import Case, answer
from intake.filing.phrases import contains_any, phrases
from intake.filing.sayings import Saying, said
from intake.text.folding import fold
from intake.vocabulary.answer import Answers
from intake.vocabulary.submission import Filing, Status

MAX_CHARACTERS = 200_000
"""Of a text that are looked through; a wish stands in a letter, not in the annexes."""
MAX_ENQUIRY_CHARACTERS = 1500
"""A longer letter says something of its own, whatever else it asks."""


def respect(case: Case, filing: Filing) -> Filing:
    """Mark a filed response whose author asks not to be named; hold what asks, or denies, instead of answering.

    A wish that is overlooked cannot be taken back once it is printed, so a phrase is enough; the
    secretariat can see which one it was.
    """
    if filing.status is not Status.FILED:
        return filing
    beside = spoken_beside(case, filing)
    phrase = contains_any(fold(f"{case.message.subject}\n{case.text[:MAX_CHARACTERS]}"), phrases().anonymity)
    wish = phrase or said(Saying.ANONYMITY, beside)
    finding = answer("anonymity", f"“{wish}”: asks not to be named" if wish else None, "no wish not to be named")
    filing = replace(filing, findings=(*filing.findings, finding), confidential=wish is not None)
    denied = said(Saying.IMPERSONATION, beside)
    finding = answer("impersonation", f"“{denied}”: a person must look" if denied else None, "it denies no other mail")
    filing = _hold(filing, finding.reason) if denied else filing
    filing = replace(filing, findings=(*filing.findings, finding))
    asks = None if filing.answers.given or not _is_short(case) else said(Saying.ENQUIRY, beside)
    finding = answer("enquiry", f"“{asks}”: asks the secretariat" if asks else None, "it asks nothing of procedure")
    filing = _hold(filing, finding.reason) if asks else filing
    return replace(filing, findings=(*filing.findings, finding))


def spoken_beside(case: Case, filing: Filing) -> str:
    """Subject and body without the answers: what a sender says of the mail itself, and not of its matter."""
    own = case.own_text
    if filing.answers.given:
        remarks = (one for one in filing.answers.remarks if one.source == "body")
        own = "\n".join(case.message.text[one.start : one.end] for one in remarks)
    return f"{case.message.subject}\n\n{own}"


def _is_short(case: Case) -> bool:
    files = any(not one.inline for one in case.message.attachments)
    return not files and len(case.own_text) <= MAX_ENQUIRY_CHARACTERS


def _hold(filing: Filing, why: str) -> Filing:
    """For a person; a sender who is not answered by a machine is answered by them."""
    return replace(filing, status=Status.HELD, reason=why, consultations=(), answers=Answers())
