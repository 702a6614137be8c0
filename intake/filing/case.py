"""What the rules may look at, and nothing they may change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from intake.text.folding import fold
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.mail import Envelope, ParsedMessage
from intake.vocabulary.submission import Earlier, Finding, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One delivery before the desk."""

    envelope: Envelope
    received_at: datetime
    message: ParsedMessage
    raw_sha256: str
    consultations: tuple[Consultation, ...]
    """All rounds, live or over."""
    earlier: tuple[Earlier, ...] = ()
    """Deliveries that share octets, Message-ID, content or author with this one, oldest first."""

    @property
    def live(self) -> tuple[Consultation, ...]:
        """Rounds to which an answer is expected at this moment."""
        return tuple(one for one in self.consultations if one.is_live(self.received_at))

    @property
    def over(self) -> tuple[Consultation, ...]:
        """Rounds that a message may only belong to when it plainly says so."""
        return tuple(one for one in self.consultations if not one.is_live(self.received_at))

    @property
    def subject(self) -> str:
        """The subject, folded for comparing."""
        return fold(self.message.subject)


Rule = Callable[[Case], Finding]


@dataclass(frozen=True, slots=True)
class Link:
    """A rule, and the status that follows when it matches."""

    rule: Rule
    then: Status


def answer(rule: str, reason: str | None, otherwise: str, *slugs: str) -> Finding:
    """A Finding: matched, with ``reason``, unless that is None; then ``otherwise`` says why not."""
    return Finding(
        rule=rule, matched=reason is not None, reason=reason or otherwise, consultations=slugs if reason else ()
    )
