"""What a message says, against where its envelope placed it: of another round too, of another instead, of none."""

from __future__ import annotations

from dataclasses import replace

from intake.filing.answers import find_answers
from intake.filing.case import Case, answer
from intake.filing.rules import carries, names
from intake.filing.sayings import Saying, speaks_of
from intake.text.folding import fold
from intake.vocabulary.answer import Answers
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.submission import Filing, Finding, Status

MAX_CHARACTERS = 200_000
"""Of a text that are looked through for names of rounds."""
ASSUMED = frozenset({"thread", "subject"})
"""Rules whose sign a program may have carried over from another letter: people answer the only mail they find."""


def weigh(case: Case, filing: Filing) -> Filing:
    """Compare a placing with what is said; then take the answers of what stays filed."""
    if filing.status is Status.HELD and not any(one.matched for one in filing.findings):
        return _unsolicited(case, filing)
    if filing.status is not Status.FILED:
        return filing
    placed = [one for one in case.consultations if one.slug in filing.consultations]
    spoken = [one for one in case.live if one in placed or _is_named(case, one)]
    if len(spoken) > len(placed):
        answers = find_answers(case.message, case.documents, spoken)
        answered = {one.consultation for one in answers.given}
        if answered > set(filing.consultations):
            also = [one.slug for one in spoken if one.slug in answered and one not in placed]
            finding = Finding(
                rule="several",
                matched=True,
                reason=f"it answers {' and '.join(also)} as well",
                consultations=tuple(also),
            )
            slugs = tuple(one.slug for one in spoken if one.slug in answered)
            return replace(filing, consultations=slugs, answers=answers, findings=(*filing.findings, finding))
    finding = _contradiction(case, filing, placed, spoken)
    if finding.matched:
        return replace(
            filing, status=Status.HELD, reason=finding.reason, consultations=(), findings=(*filing.findings, finding)
        )
    return replace(filing, answers=answers_under(case, filing), findings=(*filing.findings, finding))


def answers_under(case: Case, filing: Filing) -> Answers:
    """What a filed response says to the questions of the rounds under which it was placed, by whomsoever."""
    rounds = [one for one in case.consultations if one.slug in filing.consultations]
    if filing.status is not Status.FILED or not rounds:
        return Answers()
    return find_answers(case.message, case.documents, rounds)


def _contradiction(case: Case, filing: Filing, placed: list[Consultation], spoken: list[Consultation]) -> Finding:
    """The thread or the subject says one round, the text names only another."""
    others = [one.slug for one in spoken if one not in placed]
    doubtful = filing.findings and filing.findings[-1].rule in ASSUMED and others
    silent = not any(_is_named(case, one) for one in placed)
    reason = (
        f"the {filing.findings[-1].rule} says {' and '.join(filing.consultations)}, "
        f"but the text speaks of {' and '.join(others)}"
        if doubtful and silent
        else None
    )
    return answer("contradiction", reason, "its text speaks of no other round instead", *others)


def _is_named(case: Case, consultation: Consultation) -> bool:
    own = case.own_text[:MAX_CHARACTERS]
    return names(consultation, fold(own)) or carries(consultation.code, own)


def _unsolicited(case: Case, filing: Filing) -> Filing:
    """Nothing places it, and it sells something: a person still sees it, but nobody is answered."""
    sells = speaks_of(Saying.OFFER, f"{case.message.subject}\n{case.own_text}")
    reason = "it speaks of no round and offers something" if sells else None
    finding = answer(
        "unsolicited", "it speaks of no round and offers something" if sells else None, "it offers nothing"
    )
    return replace(filing, reason=reason or filing.reason, findings=(*filing.findings, finding))
