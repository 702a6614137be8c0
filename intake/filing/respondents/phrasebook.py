"""Phrases looked up in a text, whatever their number: each place costs a few look-ups in a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from intake.filing.respondents.tokens import KEPT_TEXTS, Token, bare, has_han, stem, tokenize
from intake.text.folding import fold

V = TypeVar("V")

STEM_CHARACTERS = 3
"""Under which phrases with open endings are filed; none is shorter."""


@dataclass(frozen=True, slots=True)
class Found(Generic[V]):
    """A phrase in a text: characters ``start`` to ``end``, and tokens ``at`` and following; its value."""

    start: int
    end: int
    at: int
    length: int
    value: V


class Phrasebook(Generic[V]):
    """Phrases and what each stands for.

    A word that ends in ``*`` is found with any ending; one in capitals is found in capitals alone.
    ``inflected``: Russian words are found in every case. phrases are found within words, as that script has no spaces.
    """

    def __init__(self, phrases: Iterable[tuple[str, V]], *, inflected: bool = False) -> None:
        self._inflected = inflected
        self._exact: dict[tuple[str, ...], V] = {}
        self._open: dict[str, list[tuple[tuple[str, ...], V]]] = {}
        self._capitals: set[tuple[str, ...]] = set()
        self._lengths: dict[str, list[int]] = {}
        self._longest = 1
        han: dict[str, V] = {}
        for phrase, value in phrases:
            if has_han(phrase):
                han.setdefault(fold(phrase), value)
            elif "*" in phrase:
                self._add_open(phrase, value)
            else:
                words = tuple(self._form(one.folded) for one in tokenize(phrase))
                self._longest = max(self._longest, len(words))
                if words:
                    self._exact.setdefault(words, value)
                    known = self._lengths.setdefault(words[0], [])
                    known[:] = sorted({*known, len(words)}, reverse=True)
                if len(words) == 1 and phrase.isupper():
                    self._capitals.add(words)
        self._han = han
        longest_first = sorted(han, key=len, reverse=True)
        self._han_pattern = re.compile("|".join(map(re.escape, longest_first))) if han else None

    def _add_open(self, phrase: str, value: V) -> None:
        words = tuple(fold(one).replace("ё", "е") for one in phrase.split())
        self._longest = max(self._longest, len(words))
        self._open.setdefault(words[0][:STEM_CHARACTERS], []).append((words, value))

    def _form(self, word: str) -> str:
        return stem(word) if self._inflected else word

    def _may_hold(self, text: str) -> bool:
        """Whether any word of a text begins any phrase: it seldom does, and that is seen at once."""
        words, stems, wide = _beginnings(text, self._inflected)
        known = not self._lengths.keys().isdisjoint(words) or not self._open.keys().isdisjoint(stems)
        return known or (wide and self._han_pattern is not None)

    def at(self, tokens: Sequence[Token], place: int) -> tuple[int, V] | None:
        """The longest phrase that begins at a token: how many tokens it has, and its value; else None."""
        best: tuple[int, V] | None = None
        for first in bare(tokens[place].folded):
            lengths, opened = self._lengths.get(self._form(first), ()), self._open.get(first[:STEM_CHARACTERS], ())
            if not lengths and not opened:
                continue
            words = [first, *(one.folded for one in tokens[place + 1 : place + self._longest])]
            for length in lengths:
                key = tuple(self._form(one) for one in words[:length])
                whole = len(key) == length and (best is None or length > best[0])
                if whole and key in self._exact and self._is_written(key, tokens[place]):
                    best = (length, self._exact[key])
            for pattern, value in opened:
                if (best is None or len(pattern) > best[0]) and _fits(pattern, words):
                    best = (len(pattern), value)
        return best

    def _is_written(self, key: tuple[str, ...], token: Token) -> bool:
        return key not in self._capitals or token.text.isupper()

    def find(self, text: str) -> Iterator[Found[V]]:
        """All phrases in a text, from left to right, the longest at each place, none within another."""
        if self._may_hold(text):
            yield from self.find_in(tokenize(text))

    def find_in(self, tokens: Sequence[Token]) -> Iterator[Found[V]]:
        """The same, for a text that is in words already."""
        place = 0
        while place < len(tokens):
            token = tokens[place]
            if self._han_pattern is not None and has_han(token.text):
                for match in self._han_pattern.finditer(token.folded):
                    start = token.start + match.start()
                    yield Found(start, token.start + match.end(), place, 1, self._han[match[0]])
            found = self.at(tokens, place)
            if found is None:
                place += 1
                continue
            length, value = found
            yield Found(token.start, tokens[place + length - 1].end, place, length, value)
            place += length

    def first(self, text: str) -> Found[V] | None:
        """The first phrase in a text."""
        return next(self.find(text), None)

    def is_all(self, text: str) -> V | None:
        """What the whole of a text stands for, if it is one phrase; else None."""
        tokens = tokenize(text)
        if not tokens:
            return None
        if len(tokens) == 1 and has_han(tokens[0].text):
            return self._han.get(fold(tokens[0].text))
        found = self.at(tokens, 0)
        return found[1] if found and found[0] == len(tokens) else None


@lru_cache(maxsize=KEPT_TEXTS)
def _beginnings(text: str, inflected: bool) -> tuple[frozenset[str], frozenset[str], bool]:
    """The words of a text as phrases may begin with them, their first characters, and whether one is Chinese."""
    forms = [form for token in tokenize(text) for form in bare(token.folded)]
    words = frozenset(map(stem, forms) if inflected else forms)
    return words, frozenset(form[:STEM_CHARACTERS] for form in forms), has_han(text)


def _fits(pattern: Sequence[str], words: Sequence[str]) -> bool:
    if len(pattern) > len(words):
        return False
    return all(
        word.startswith(part[:-1]) if part.endswith("*") else word == part
        for part, word in zip(pattern, words, strict=False)
    )
