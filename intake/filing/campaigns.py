"""The same letter from many: recognised by MinHash, its common text and each writer's own words told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from rensa import RMinHash

from intake.text.folding import fold
from intake.vocabulary.campaign import PERMUTATIONS, Signature

MIN_SHINGLES = 40
"""A shorter text says so little that many write it by themselves: please find attached our contribution."""
MAX_CHARACTERS = 20_000
"""Of a text that are compared: a campaign letter has two pages, and a book is none."""
_SEED = 1336
_WORDS = re.compile(r"[^\W_]+")
_WIDE = re.compile(r"[\u3400-\u9fff]")
_SHINGLE_WORDS, _SHINGLE_CHARACTERS = 3, 6
_SENTENCE = re.compile(r"[^.!?؟。！？\n]+(?:[.!?؟。！？]+|\n|$)")


def sign(text: str) -> Signature | None:
    """The signature of a text; None for one that is too short to be a letter of its own."""
    shingles = set(_shingles(text[:MAX_CHARACTERS]))
    if len(shingles) < MIN_SHINGLES:
        return None
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    sketch.update(list(shingles))
    return Signature(tuple(sketch.digest()))


def _shingles(text: str) -> Iterator[str]:
    folded = fold(text)
    if len(_WIDE.findall(folded)) * 2 > len(folded):
        letters = "".join(_WORDS.findall(folded))
        yield from (letters[at : at + _SHINGLE_CHARACTERS] for at in range(len(letters) - _SHINGLE_CHARACTERS + 1))
        return
    words = _WORDS.findall(folded)
    yield from map(" ".join, zip(*(words[at:] for at in range(_SHINGLE_WORDS)), strict=False))


def common_sentences(texts: Sequence[str]) -> frozenset[str]:
    """The sentences, folded, that at least half of these letters have: the text of the campaign."""
    counted = Counter(chain.from_iterable({folded for _, folded in sentences(text)} for text in texts))
    return frozenset(sentence for sentence, times in counted.items() if 2 * times >= len(texts))


def own_words(text: str, common: frozenset[str]) -> str:
    """What a writer added to the text of the campaign: the sentences that are not in it, as they stand."""
    return "\n".join(shown for shown, folded in sentences(text) if folded not in common)


def sentences(text: str) -> Iterator[tuple[str, str]]:
    """Each sentence as it stands and folded; lines that were wrapped are joined first."""
    joined = re.sub(r"(?<=[^\n])\n(?=[^\n])", " ", text[:MAX_CHARACTERS].replace("\r", ""))
    for found in _SENTENCE.finditer(joined):
        shown = found[0].strip()
        folded = " ".join(_WORDS.findall(fold(shown)))
        if folded:
            yield shown, folded
