"""What the respondent asks of us: so far, not to be named."""

from __future__ import annotations

from dataclasses import replace

from intake.filing.case import Case, answer
from intake.filing.phrases import contains_any, phrases
from intake.text.folding import fold
from intake.vocabulary.submission import Filing, Status

MAX_CHARACTERS = 200_000
"""Of a text that are looked through; a wish stands in a letter, not in the annexes."""


def respect(case: Case, filing: Filing) -> Filing:
    """Mark a filed response whose author asks not to be named.

    A wish that is overlooked cannot be taken back once it is printed, so a phrase is enough; the
    secretariat can see which one it was.
    """
    if filing.status is not Status.FILED:
        return filing
    said = contains_any(fold(f"{case.message.subject}\n{case.message.text[:MAX_CHARACTERS]}"), phrases().anonymity)
    finding = answer("anonymity", f"“{said}”: asks not to be named" if said else None, "no wish not to be named")
    return replace(filing, findings=(*filing.findings, finding), confidential=said is not None)
