"""Text as a row of words, by which names are found and cut out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from intake.text.folding import fold_all

_WORD = re.compile(
    r"(?:[dlnsjmtc]|qu)['’ʼ](?=\w)"  # An elided article: l’Autorité is two words.
    r"|[\u3400-\u9fff·]+(?:[（(][\u3400-\u9fff][）)])?"  # With the one character that tells two of a name apart.
    r"|(?:(?![\u3400-\u9fff·_])\w)+(?:['’ʼ&.\-‐](?:(?![\u3400-\u9fff·_])\w)+)*(?:['’](?=\s))?",
    re.IGNORECASE,
)
_HARD = re.compile(r"[;:!?()\[\]{}|\n\t/•،؛؟。，、；：（）【】《》|=<>@*]|\.(?!\S)|\s[-–—−·]+\s|[–—]")
COMPANY_FORM = r"(?:S\.|SA\b|Inc\b|Ltd|LLC|L\.L\.C|A\.C\b|GmbH|Lda|SARL|SAS\b|PLC|Corp)"
"""What may follow a comma within the name of a company."""
_COMMA = re.compile(r",(?!\s*" + COMPANY_FORM + ")")
_ENDING = re.compile(
    r"(?:(?<=[нкв])(?:ая|ои|ую|ого|ому|ое|ые|ыи|ых|ыми)|(?<=к)(?:ии|их|ие|им|ими)|ами|ями|ах|ях|ом|ем|ои|еи|[аеиоуыэюяь])$"
)
"""Folded, so that й is written и."""
_HAN = re.compile(r"[\u3400-\u9fff·]+")


MAX_ABBREVIATION = 3
"""Characters of a word whose full stop ends no sentence: St., Dr., SA."""
KEPT_TEXTS = 4096
"""Texts whose words are kept: the lines and sentences of one mail."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word; ``start`` and ``end`` are characters of the text it stands in."""

    start: int
    end: int
    text: str
    folded: str
    broken: bool
    """Whether punctuation or the beginning of the text sets it apart from the word before."""

    @property
    def is_name(self) -> bool:
        """Whether it begins as names do: with a capital or a digit, or in a script that has no capitals."""
        first = self.text[0]
        return first.isupper() or first.isdigit() or not (first.islower() or first.isupper())

    @property
    def is_lower(self) -> bool:
        """Whether it begins with a small letter."""
        return self.text[0].islower()


@lru_cache(maxsize=KEPT_TEXTS)
def tokenize(text: str) -> tuple[Token, ...]:
    """The words of a text, in order; kept a moment, as many questions are asked of the same line."""
    tokens: list[Token] = []
    behind = 0
    words = list(_WORD.finditer(text))
    for word, shown in zip(words, fold_all([word[0] for word in words]), strict=True):
        between = text[behind : word.start()]
        short = bool(tokens) and len(tokens[-1].text) <= MAX_ABBREVIATION and between == ". "
        comma = "," in between and _COMMA.search(text, behind, word.end() + MAX_ABBREVIATION) is not None
        broken = not tokens or ((comma or bool(_HARD.search(between))) and not short)
        folded = shown.replace("ё", "е").strip("'")
        tokens.append(Token(word.start(), word.end(), word[0], folded, broken))
        behind = word.end()
    return tuple(tokens)


def is_han(text: str) -> bool:
    """Whether a text is in Chinese characters alone."""
    return bool(_HAN.fullmatch(text))


def has_han(text: str) -> bool:
    """Whether a text holds Chinese characters."""
    return bool(_HAN.search(text))


def stem(word: str) -> str:
    """A Russian noun or adjective without its ending; any other word as it is. Folded before.

    One ending alone is taken off: Nigeria and Niger differ in no more than that.
    """
    if not word or not ("а" <= word[-1] <= "я"):
        return word
    short = _ENDING.sub("", word)
    return short if len(short) >= MIN_STEM else word


MIN_STEM = 3
"""Letters of a stem: what is shorter is an abbreviation, or has no endings."""


def bare(word: str) -> tuple[str, ...]:
    """An Arabic word without what may be written together with it: and, in, for, the; else the word alone. Folded."""
    if not word or not ("\u0621" <= word[0] <= "\u064a"):
        return (word,)
    forms = [word]
    if word.startswith("لل"):
        forms += ["ال" + word[2:], word[2:]]
    if word[0] in "وبلفك" and len(word) > MIN_ARABIC_WORD:
        forms.append(word[1:])
        if word[1:].startswith("ال"):
            forms.append(word[3:])
    if word.startswith("ال") and len(word) > MIN_ARABIC_WORD:
        forms.append(word[2:])
    return tuple(forms)


MIN_ARABIC_WORD = 4
"""Letters of a word whose first may be a particle."""
