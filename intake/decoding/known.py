"""What of a text is ours: our call and our acknowledgements, quoted with or without marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from intake.text.folding import fold

SHINGLE_WORDS = 4
"""Words in a row that are compared; a Han letter counts as a word."""
KNOWN_SHARE = 0.8
"""Of the words of a line that are ours, in a row of four or more: then the line is ours."""
MIN_WORDS = 15
"""Of lines of ours in a row; fewer, such as the title of the call, are an author's heading too."""
MIN_QUESTION_WORDS = 5
"""Of a question of ours, which stands alone above its answer."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_QUESTION_MARKS = ("?", "？", "؟")


def known_lines(lines: Sequence[str], known: tuple[str, ...]) -> list[bool]:
    """For each line whether it is ours, be it wrapped otherwise than we wrote it, numbered, or in other letters."""
    ours = _shingles(known)
    if not ours:
        return [False] * len(lines)
    words: list[str] = []
    starts = [0]
    for line in lines:
        words += _words(line)
        starts.append(len(words))
    covered = bytearray(len(words))
    for at in range(len(words) - SHINGLE_WORDS + 1):
        if tuple(words[at : at + SHINGLE_WORDS]) in ours:
            covered[at : at + SHINGLE_WORDS] = b"\1" * SHINGLE_WORDS
    counts = [end - start for start, end in pairwise(starts)]
    hits = [sum(covered[start:end]) for start, end in pairwise(starts)]
    alike = [count > 0 and hit >= KNOWN_SHARE * count for count, hit in zip(counts, hits, strict=True)]
    return _in_rows(lines, alike, counts)


def _in_rows(lines: Sequence[str], alike: list[bool], counts: list[int]) -> list[bool]:
    """Rows of lines, over blank ones, that together are long enough; or that end as a question."""
    given = [False] * len(lines)
    at = 0
    while at < len(lines):
        row: list[int] = []
        while at < len(lines) and (alike[at] or not counts[at]):
            row += [at] * alike[at]
            at += 1
        size = sum(counts[one] for one in row)
        asks = size >= MIN_QUESTION_WORDS and lines[row[-1]].rstrip().endswith(_QUESTION_MARKS)
        if row and (size >= MIN_WORDS or asks):
            for one in row:
                given[one] = True
        at += 1
    return given


def _words(line: str) -> list[str]:
    return _WORD.findall(fold(line))


@lru_cache(maxsize=8)
def _shingles(known: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for text in known:
        words = _words(text)
        found.update(tuple(words[at : at + SHINGLE_WORDS]) for at in range(len(words) - SHINGLE_WORDS + 1))
    return frozenset(found)
