"""Whether a text reads like the language it is in: a file can show one thing and say another.

A PDF that lacks the table from glyphs to letters, or has a wrong one, looks right and reads as nonsense. Counts of
letters and of word shapes see that; the figures are those of real texts and of every damage seen.
"""

from __future__ import annotations

import re
import unicodedata

MIN_WORDS = 40
"""Below, shares say nothing; only letters without meaning count."""
MAX_UNREADABLE = 0.02
"""Of letters: replaced, private, unassigned or control characters."""
MAX_BROKEN_ARABIC = 0.03
"""Of Arabic words. Real texts have 0.00 of each shape below; swapped or reversed ones 0.06 and more."""
MIN_ARTICLES = 0.12
"""Of Arabic words, those with the article: real texts have 0.25 to 0.50, reversed ones almost none."""
VOWELS = {"Latin": (0.29, 0.60), "Cyrillic": (0.30, 0.60)}
"""Of letters, least and most: real texts have 0.36 to 0.48. What was shifted in the alphabet has less or more."""
MAX_MIXED = 0.05
"""Of words, those with letters of two alphabets."""
WORD_LETTERS = (2.2, 16.0)
"""Least and most, on average: below, words are torn apart; above, they run together."""
MIN_COMMON_HAN = 0.05
"""Of Chinese characters, those that every text repeats: real texts have 0.10 to 0.25."""

_WORD = re.compile(r"[^\W\d_]+")
_ARABIC = re.compile(r"[\u0621-\u064a]+")
_SWAPPED = re.compile(r"[وفبك]{0,2}ا[أإآا]ل|و?ال\b")
"""Lam and alef in each other's place: «اإلنترنت» for «الإنترنت», «ال» for «لا»."""
_REVERSED = re.compile(r"[ةى]\w|\w*لا$(?<=\w\w\w\w)")
"""What stands at the end of a word alone, at its beginning; the article at the end."""
_ARTICLE = re.compile(r"[وفبك]{0,2}(?:ال|لل)\w\w")
_LATIN = re.compile(r"[a-zà-öø-ÿœ]")
_CYRILLIC = re.compile(r"[а-яёіїєґ]")
_VOWEL = {"Latin": re.compile(r"[aeiouyà-æè-ïò-öø-ýÿœ]"), "Cyrillic": re.compile(r"[аеёиоуыэюяіїє]")}
_ALPHABETIC = re.compile(r"[a-zà-öø-ÿœа-яёіїєґ\u0621-\u064a]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_COMMON_HAN = re.compile(r"[的一是不了在有和为以与及这中国人我们对于等其个会]")


def doubt(text: str) -> float:
    """How far a text is from what it should be: below 1 it is plausible; of two readings, the lesser is better."""
    letters = [one for one in text if not one.isspace()]
    if not letters:
        return 0.0
    found = [sum(map(_is_unreadable, letters)) / len(letters) / MAX_UNREADABLE]
    words = _WORD.findall(_bare(text).lower())
    alphabetic = [word for word in words if _ALPHABETIC.match(word)]
    if len("".join(alphabetic)) >= MIN_WORDS * 5:
        found += _shapes(alphabetic)
    arabic = [word for word in alphabetic if _ARABIC.fullmatch(word)]
    if len(arabic) >= MIN_WORDS:
        found += _doubt_arabic(arabic)
    found += _doubt_vowels("".join(alphabetic))
    han = _HAN.findall(text)
    if len(han) >= MIN_WORDS * 3:
        found.append(MIN_COMMON_HAN / max(len(_COMMON_HAN.findall(text)) / len(han), 1e-3))
    return max(found)


def is_plausible(text: str) -> bool:
    """Whether a person need not look at the original for the sake of the letters alone."""
    return doubt(text) < 1


def _is_unreadable(letter: str) -> bool:
    return letter == "\ufffd" or unicodedata.category(letter) in {"Cc", "Co", "Cn", "Cs"}


def _bare(text: str) -> str:
    """Without Arabic vowels and stretching, which stand amid words."""
    return re.sub(r"[\u0640\u064b-\u065f\u0670]", "", text)


def _shapes(words: list[str]) -> list[float]:
    mean = sum(map(len, words)) / len(words)
    least, most = WORD_LETTERS
    mixed = sum(1 for word in words if _LATIN.search(word) and _CYRILLIC.search(word)) / len(words)
    return [least / mean, mean / most, mixed / MAX_MIXED]


def _doubt_arabic(words: list[str]) -> list[float]:
    share = {
        pattern: sum(1 for word in words if pattern.match(word)) / len(words)
        for pattern in (_SWAPPED, _REVERSED, _ARTICLE)
    }
    return [
        share[_SWAPPED] / MAX_BROKEN_ARABIC,
        share[_REVERSED] / MAX_BROKEN_ARABIC,
        MIN_ARTICLES / max(share[_ARTICLE], 1e-3),
    ]


def _doubt_vowels(letters: str) -> list[float]:
    found = []
    for name, alphabet in (("Latin", _LATIN), ("Cyrillic", _CYRILLIC)):
        own = alphabet.findall(letters)
        if len(own) >= MIN_WORDS * 5:
            share = sum(1 for one in own if _VOWEL[name].match(one)) / len(own)
            least, most = VOWELS[name]
            found += [least / max(share, 1e-3), share / most]
    return found
