"""What the rules may look at, and nothing they may change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from intake.text.folding import fold
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.document import Document
from intake.vocabulary.mail import Envelope, ParsedMessage, Span, SpanKind
from intake.vocabulary.submission import Earlier, Finding, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One delivery before the desk."""

    envelope: Envelope
    received_at: datetime
    message: ParsedMessage
    """As its real author wrote it: where somebody passes a letter on, see ``forwards.unfold``."""
    raw_sha256: str
    consultations: tuple[Consultation, ...]
    """All rounds, live or over."""
    documents: Mapping[str, Document] = field(default_factory=dict)
    """What was read in its files, by the sha256 of the attachment; one that was left alone has no text but a flag."""
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
    def own_text(self) -> str:
        """The author's words, in the body or in the message that was passed on."""
        inner = (_own(one.text, one.spans) for one in self.message.inner)
        return "\n\n".join(text for text in (self.message.own_text, *inner) if text)

    @property
    def text(self) -> str:
        """All of the body, and of the messages that were passed on."""
        return "\n\n".join((self.message.text, *(one.text for one in self.message.inner)))

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


def _own(text: str, spans: tuple[Span, ...]) -> str:
    if not spans:
        return text
    return "".join(text[one.start : one.end] for one in spans if one.kind is SpanKind.OWN).strip()
