"""The questions themselves, recognised in whatever language they are repeated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from intake.text.folding import fold, fold_all
from intake.vocabulary.consultation import Consultation

MIN_PAIRS = 4
"""Pairs of words that a line must share with a question to be taken for it: fewer, and any prose does."""
SHARE = 0.72
"""Of the pairs of a line that must be the question's: the rest are numbers, bullets and small changes."""
MAX_CHARACTERS = 3000
"""Of a line that are looked at: no question is longer."""

_WORDS = re.compile(r"[^\W_]+")
_WIDE = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]")
_ENDS = re.compile(r"[?؟？]\s*|[:：.。]\s+")


@dataclass(frozen=True, slots=True)
class _Wording:
    question: str
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A question that a line repeats, at its beginning."""

    question: str
    end: int
    """Where what follows it begins, in characters of the line."""


class Wordings:
    """The questions of one consultation, in all their languages."""

    def __init__(self, questions: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Of each question its id and its wordings. Use ``wordings_of``: making it takes longer than asking it."""
        self._known = [
            _Wording(question, frozenset(words), frozenset(pairwise(words)))
            for question, wordings in questions
            for text in wordings
            if (words := _words(text))
        ]
        self._all_pairs = frozenset(pair for one in self._known for pair in one.pairs)

    def worth_asking(self, lines: Sequence[str]) -> set[int]:
        """The lines that may begin with a question; folded together, which costs a fifth of one by one."""
        shared = (sum(map(self._all_pairs.__contains__, pairwise(_parted(one)))) for one in fold_all(lines))
        return {at for at, pairs in enumerate(shared) if pairs >= MIN_PAIRS - 1}  # A label cuts one pair in two.

    def begins(self, line: str) -> Repeated | None:
        """The question that stands at the beginning of a line: all of it, or up to the end of a sentence."""
        if not self._known:
            return None
        line = line[:MAX_CHARACTERS]
        for end in (len(line), *(match.end() for match in reversed(list(_ENDS.finditer(line))))):
            if (question := self._is(line[:end])) is not None:
                return Repeated(question, end)
        return None

    def goes_on(self, question: str, line: str) -> bool:
        """Whether a line holds nothing but words of this question, as the next line of one that was wrapped does."""
        words = _words(line[:MAX_CHARACTERS])
        return bool(words) and any(
            one.question == question and sum(word in one.words for word in words) >= 0.9 * len(words)
            for one in self._known
        )

    def _is(self, text: str) -> str | None:
        words = _words(text)
        pairs = list(pairwise(words))
        if sum(pair in self._all_pairs for pair in pairs) < max(MIN_PAIRS, SHARE * len(pairs)):
            return None
        best, question = 0.0, None
        for one in self._known:
            shared = sum(pair in one.pairs for pair in pairs)
            enough = min(MIN_PAIRS, max(2, len(one.pairs) // 2))
            if shared >= enough and shared / len(pairs) >= SHARE and shared > best:
                best, question = shared, one.question
        return question


NO_WORDINGS = Wordings(())


def wordings_of(consultation: Consultation) -> Wordings:
    """The questions of a consultation, made ready once."""
    return _made(tuple((one.id, tuple(sorted(one.wording.values()))) for one in consultation.questions))


@lru_cache(maxsize=64)
def _made(questions: tuple[tuple[str, tuple[str, ...]], ...]) -> Wordings:
    return Wordings(questions)


def _words(text: str) -> list[str]:
    """Folded words; of Chinese, single characters, since nothing parts its words."""
    return _parted(fold(text))


def _parted(folded: str) -> list[str]:
    if not _WIDE.search(folded):
        return _WORDS.findall(folded)
    found: list[str] = []
    for word in _WORDS.findall(folded):
        found += list(word) if _WIDE.search(word) else [word]
    return found
