"""Answers: what of a response stands under which question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """By what an answer was known to belong to its question; the first is the surest."""

    FIELD = "field"  # A field of our own form, which carries the question's id.
    WORDING = "wording"  # The question itself stands above it, in one of its languages.
    LABEL = "label"  # A label names it: Question 3, السؤال الثالث, 问题三.
    NUMBER = "number"  # It is numbered as the questions are, and nothing else is numbered so.
    MENTION = "mention"  # The text says once which question it speaks to.

    @property
    def confidence(self) -> float:
        """From 0 to 1: how often such a sign is right, as judged on the sample."""
        return {Sign.FIELD: 1.0, Sign.WORDING: 0.95, Sign.LABEL: 0.95, Sign.NUMBER: 0.8, Sign.MENTION: 0.6}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Where a stretch of an answer stands: characters of the body, of an inner message, or of a document's text."""

    source: str
    """``body``, ``inner:N``, or the sha256 of an attachment."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a response says to one question."""

    consultation: str
    question: str
    text: str
    sign: Sign
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A response, taken apart; nothing of the author's own words is in neither."""

    given: tuple[Answer, ...] = ()
    remarks: tuple[Passage, ...] = ()
    """What fits no question: general remarks."""
