"""Lines joined to a text, and words that were divided at the end of a line put together.

A hyphen at the end of a line divides a word, or belongs to it («из-за»). Nothing in a PDF says which; how the rest of
the document writes the word does, and whether it divides words at all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MIN_DIVIDED = 4
"""Lines that end with a hyphen amid small letters, before a document is taken for one that divides words."""
MIN_SHARE = 0.03
"""Of all lines, those that do: set by a program that divides, a tenth."""

_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_HYPHENS = ("-", "\u2010", "\u00ad", "\x02", "\ufffe")
"""At the end of a line; PDFium puts the last two where it thinks that a word was divided."""
_SURE = ("\u00ad", "\u2010")
"""A soft hyphen, and the typographic one: nobody types it, and programs that divide words put it in."""
_EDGE = re.compile(r"^[^\w]+|[^\w]+$")


@dataclass(frozen=True, slots=True)
class Habit:
    """How a document writes: its words amid lines, in small letters; whether it divides words."""

    words: frozenset[str] = frozenset()
    divides: bool = False


def observe(lines: Sequence[str]) -> Habit:
    """Of all lines of a document."""
    words: set[str] = set()
    divided = 0
    for line in lines:
        words.update(_EDGE.sub("", word).lower() for word in line.split())
    for line, following in itertools.pairwise(lines):
        divided += line.endswith(_HYPHENS) and line[-2:-1].islower() and following[:1].islower()
    return Habit(frozenset(words), divided >= max(MIN_DIVIDED, MIN_SHARE * len(lines)))


def join(lines: Iterable[str], habit: Habit) -> str:
    """One text of the lines of a paragraph: a space between them, none between Chinese characters."""
    text = ""
    for line in map(str.strip, lines):
        if not text or not line:
            text += line
        elif text.endswith(_HYPHENS):
            text = _join_divided(text, line, habit)
        elif _HAN.match(line[0]) and _HAN.match(text[-1]):
            text += line
        else:
            text += " " + line
    return text


def _join_divided(text: str, line: str, habit: Habit) -> str:
    before, after = text[:-1].rpartition(" ")[2], line.partition(" ")[0]
    if not before[-1:].isalpha() or not after[:1].isalpha():
        return text[:-1] + "-" + line
    known = [_EDGE.sub("", before + between + after).lower() in habit.words for between in ("", "-")]
    together = text[-1] in _SURE or (known[0] if any(known) else habit.divides and after[0].islower())
    return text[:-1] + ("" if together else "-") + line
