"""A text and its translation are one response: the original is the author's word, the translation a courtesy."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.filing.answering.labels import Phrases
from intake.filing.answering.lines import Line, Source
from intake.text.folding import fold
from intake.text.language import detect

MAX_HEADING_CHARACTERS = 100
"""A longer line that speaks of a translation is prose."""
HAN_WEIGHT = 3
"""Letters of other scripts that say what one Chinese character says."""
MAX_RATIO = 2.0
"""Of the lengths of a text and its translation."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]")
_STOPS = (".", "。", "؟", "?", ";", "؛")


def part(source: Source, words: Phrases) -> tuple[Sequence[Line], Sequence[Line]]:
    """The lines of the original, and those of the translation: what follows its heading, or a file so named."""
    lines = source.lines
    if _speaks(re.sub(r"[_.-]+", " ", source.title), words.translations):
        return (), lines
    translation = _heading(lines, words.translations)
    if translation is None:
        return lines, ()
    original = _heading(lines, words.originals, translation + 1)
    if original is None:
        return lines[:translation], lines[translation:]
    return (*lines[:translation], *lines[original:]), lines[translation:original]


def _heading(lines: Sequence[Line], phrases: tuple[str, ...], start: int = 0) -> int | None:
    if not _speaks("\n".join(line.text for line in lines[start:]), phrases):
        return None  # As in most texts, of which each line need not be asked then.
    for at in range(start, len(lines)):
        text = lines[at].text.strip()
        heads = lines[at].own and 0 < len(text) <= MAX_HEADING_CHARACTERS and not text.endswith(_STOPS)
        if heads and _speaks(text, phrases):
            return at
    return None


def _speaks(text: str, phrases: tuple[str, ...]) -> bool:
    folded = fold(text)
    return any(phrase in folded for phrase in phrases)


def is_translation(one: str, other: str) -> bool:
    """Whether two answers to one question say the same in two languages, as far as length and language tell."""
    lengths = sorted(len(_LETTERS.findall(text)) + (HAN_WEIGHT - 1) * len(_HAN.findall(text)) for text in (one, other))
    if not lengths[0] or lengths[1] > MAX_RATIO * lengths[0]:
        return False
    first, second = detect(one), detect(other)
    return first is not None and second is not None and first != second
