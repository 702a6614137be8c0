"""Letters in the order in which they stand, left to right, put into the order in which they are read.

The inverse of what a program does to show a line (UAX 9): there is no one answer, since two texts can look the same;
this gives the one that people mean.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Hebrew, Arabic, Syriac and their presentation forms."""

_CLASSES = {"L": "L", "R": "R", "AL": "R", "EN": "E", "AN": "E", "CS": "C", "ES": "S", "ET": "T"}
"""Bidirectional classes (UAX 9, 3.2), as far as lines need them; all others are neutral."""
_LEFT_RUN = re.compile(r"L(?:[^R]*[LE])?T*|T*E(?:[CS]?E)*T*")
"""Seen from the left: words with all between them; numbers with their separators, each by itself."""
_RIGHT_RUN = re.compile(r"R(?:[^L]*R)?")


def class_of(letter: str) -> str:
    """One letter for its direction: L and R; E for digits, C, S and T for what numbers hold; N for the rest."""
    return _CLASSES.get(unicodedata.bidirectional(letter), "N")


def leans_right(text: str) -> bool:
    """Whether most letters run from the right."""
    return len(RIGHT_TO_LEFT.findall(text)) * 2 > sum(map(str.isalpha, text))


def from_right(texts: Sequence[str], classes: str) -> list[str]:
    """Visual order to reading order where the line runs from the right: all turned round but words that do not."""
    pieces, at = [], 0
    for run in _LEFT_RUN.finditer(classes):
        pieces += list(texts[at : run.start()])
        pieces.append("".join(texts[run.start() : run.end()]))
        at = run.end()
    pieces += list(texts[at:])
    return pieces[::-1]


def from_left(texts: Sequence[str], classes: str) -> list[str]:
    """The same where the line runs from the left: only what runs from the right is turned round."""
    pieces, at = [], 0
    for run in _RIGHT_RUN.finditer(classes):
        pieces += list(texts[at : run.start()])
        pieces += from_right(texts[run.start() : run.end()], run[0])
        at = run.end()
    return [*pieces, *texts[at:]]


_PAIRS = {"(": ")", "[": "]", "{": "}", "«": "»"}
_TURN = str.maketrans("()[]{}«»", ")(][}{»«")


def mend_brackets(text: str) -> str:
    """Brackets as they are meant: makers of PDF write what they look like, or what they are, and do not say which."""
    turned = text.translate(_TURN)
    return turned if _misfits(turned) < _misfits(text) else text


def _misfits(text: str) -> int:
    expected: list[str] = []
    wrong = 0
    for letter in text:
        if letter in _PAIRS:
            expected.append(_PAIRS[letter])
        elif letter in _PAIRS.values():
            if expected and expected[-1] == letter:
                expected.pop()
            else:
                wrong += 1
    return wrong + len(expected)
