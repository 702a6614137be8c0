"""What respondents say of their own mail: that they take it back, replace it, add to it, wish not to be named.

A sentence says so when it has a word of each list of a saying: verb and noun, in any form and order. Words
alone decide little; whoever asks looks at the thread and at the author as well.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from intake.text.folding import fold
from intake.vocabulary.consultation import UN_LANGUAGES

MAX_CHARACTERS = 20_000
"""Of a text that are looked through; people say such things on the first pages."""
MAX_SENTENCE_CHARACTERS = 600
"""A longer stretch is a list or a table, in which words stand together by chance."""

KEPT_TEXTS = 4
"""Every saying is looked for in the same one or two texts of a message."""
WHOLE_CHARACTERS = 3
"""Of an entry that is a word and no stem: no is not the beginning of nombre, nor not of note."""

_INSIDE_WORDS = frozenset({"ar", "zh"})
"""Languages in which a stem stands anywhere in a word, or words are not parted."""
_SENTENCE_ENDS = re.compile(r"[.!?؟。！？;؛；]+(?:\s|$)|[。！？；]|\n\s*\n|\n(?=\s*[-*•])")


class Saying(StrEnum):
    """What may be said."""

    WITHDRAWAL = "withdrawal"  # A response is taken back.
    CORRECTION = "correction"  # This one takes the place of an earlier one.
    SUPPLEMENT = "supplement"  # This one adds to an earlier one.
    ANONYMITY = "anonymity"  # The author is not to be named.
    IMPERSONATION = "impersonation"  # Something came in the author's name that is not theirs.
    ENQUIRY = "enquiry"  # The secretariat is asked something about the procedure.
    CONTINUATION = "continuation"  # The rest of the answers stands in a file.
    OFFER = "offer"  # Something is sold, to anybody.


@dataclass(frozen=True, slots=True)
class _Pattern:
    saying: Saying
    lists: tuple[re.Pattern[str], ...]


def said(saying: Saying, text: str) -> str | None:
    """The first sentence that says it, as it stands; None where none does."""
    patterns = [one for one in _patterns() if one.saying is saying]
    for sentence, folded in _sentences(text[:MAX_CHARACTERS]):
        if any(all(words.search(folded) for words in one.lists) for one in patterns):
            return " ".join(sentence.split())
    return None


def speaks_of(saying: Saying, text: str) -> bool:
    """Whether the words of a saying stand anywhere in a text, be it in different sentences."""
    folded = re.sub(r"[-'\u2019]", " ", fold(text[:MAX_CHARACTERS]))
    return any(all(words.search(folded) for words in one.lists) for one in _patterns() if one.saying is saying)


@lru_cache(maxsize=KEPT_TEXTS)
def _sentences(text: str) -> tuple[tuple[str, str], ...]:
    """As they stand, and folded."""
    short = (one for one in _SENTENCE_ENDS.split(text) if 0 < len(one) <= MAX_SENTENCE_CHARACTERS)
    return tuple((one, re.sub(r"[-'\u2019]", " ", fold(one))) for one in short)


@cache
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(
        _Pattern(Saying(name), tuple(_any_of(words, language) for words in lists))
        for language in UN_LANGUAGES
        for name, sayings in _read(language).items()
        for lists in sayings
    )


def _any_of(words: list[str], language: str) -> re.Pattern[str]:
    folded = (re.sub(r"[-'\u2019]", " ", fold(word)) for word in words)
    inside = language in _INSIDE_WORDS
    choices = "|".join(
        re.escape(word) + (r"(?!\w)" if len(word) <= WHOLE_CHARACTERS and not inside else "")
        for word in sorted(folded, key=len, reverse=True)
    )
    return re.compile(choices if inside else rf"(?<!\w)(?:{choices})")


def _read(language: str) -> dict[str, list[list[list[str]]]]:
    return tomllib.loads((files(__package__) / f"{language}.toml").read_text(encoding="utf-8"))
