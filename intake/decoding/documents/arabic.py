"""What Arabic spelling settles where the places of letters do not."""

from __future__ import annotations

import re

_MARKS = "\u064b-\u065f\u0670"
_LETTER = "[\u0621-\u064a\u0671]"
_ENDS = re.compile(rf"((?:ة[{_MARKS}]*|\u064b\u0651?[اى]|\u064b(?![اى])|[\u064c\u064d]\u0651?))(?={_LETTER})")
"""What ends a word, and a letter behind it: ta marbuta, and the endings with nunation."""
_CANNOT_BEGIN = re.compile(rf"(?<={_LETTER}) +(?=ة)")
_BREAKS = frozenset("ءآأؤإاةدذرزوىٱ")
"""They join no letter that follows (Unicode, joining types R and U)."""

_ALEF_LAM = re.compile(r"\b([وفبكل]{0,2})ا([أإآا])ل")
_LONE_AL = re.compile(r"\b(و?)ال\b")


def joins_on(letter: str) -> bool:
    """Whether a letter joins the one that follows it in a word."""
    return "\u0620" <= letter[0] <= "\u064a" and letter[0] not in _BREAKS


def part_words(text: str) -> str:
    """Put in a space where a word must have ended, and take one out where none can begin."""
    return _CANNOT_BEGIN.sub("", _ENDS.sub(r"\1 ", text))


def mend_articles(text: str) -> str:
    """Lam and alef that changed places, as far as the beginning of a word shows it; amid words it does not show."""
    return _LONE_AL.sub(r"\1لا", _ALEF_LAM.sub(r"\1ال\2", text))
