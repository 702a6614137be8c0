"""One form for texts that people hold to be the same, whatever keyboard wrote them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

MANY_MARKS = 16
"""Different marks in one text: so many are cut out one after the other, more of them together."""
LONG_CHARACTERS = 500
"""A text of this length is folded by several rules in a row, and by each anew were it not kept a moment."""
KEPT_TEXTS = 8

_APART = "\0"
"""What folding keeps, and hardly a text holds."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_ARABIC_VARIANTS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "«": '"', "»": '"', "‐": "-", "–": "-"})
_VARIANTS = {**_ARABIC_VARIANTS, **_QUOTES}


class _Dropped(dict[int, int | None]):
    """For ``str.translate``: marks and invisible controls are dropped; each character is looked up once."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code)) in {"Mn", "Cf"} else code
        return self[code]


_DROPPED = _Dropped()


def fold(text: str) -> str:
    """For comparing only: NFKC, case, accents, Arabic variants, quotation marks, white space folded.

    Bidi and other invisible controls are dropped (UAX 9): they change the look, not the words.
    """
    return _fold_long(text) if len(text) >= LONG_CHARACTERS else _fold(text)


def fold_all(texts: Sequence[str]) -> list[str]:
    """Each of many short texts, as ``fold`` gives it: folded together, they cost a fifth of one by one."""
    folded = _fold(_APART.join(texts)).split(_APART) if texts else []
    if len(folded) != len(texts):  # Somebody wrote our mark.
        return [fold(text) for text in texts]
    return [one.strip(" ") for one in folded]


def _fold(text: str) -> str:
    if text.isascii():
        return " ".join(text.casefold().split())
    text = _without_marks(unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()))
    if not text.isascii():  # What accents alone set apart from ASCII needs no more.
        text = unicodedata.normalize("NFKC", text).translate(_VARIANTS)
    return " ".join(text.split())


_fold_long = lru_cache(maxsize=KEPT_TEXTS)(_fold)


def _without_marks(text: str) -> str:
    """Most texts hold three or four different marks: each is cut out in a tenth of the time of ``translate``."""
    others = set("".join(_NOT_ASCII.findall(text)))
    marks = [character for character in others if _DROPPED[ord(character)] is None]
    if len(marks) > MANY_MARKS:
        return text.translate(_DROPPED)
    for mark in marks:
        text = text.replace(mark, "")
    return text
