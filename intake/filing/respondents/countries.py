"""Countries that a text names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.filing.respondents.lookup import Lookup
from intake.filing.respondents.tokens import Token, has_han, tokenize
from intake.text.folding import fold

_INTERNATIONAL = re.compile(r"(?:\+\s?|\b00)\(?(\d[\d\s().\-]{5,18}\d)")
_RIGHT_TO_LEFT = re.compile(r"([\d\s().-]{6,20}\d)\s?\+(?!\d)")
_ARABIC_OMAN = frozenset({"عمان"})
"""Oman and Amman, where the vowel signs are left out."""
_NEW = frozenset({"new", "nouveau", "nueva", "nuevo"})
MIN_CITY = 4
"""Letters of a city that is looked for in running text."""
MAX_TEXT_CHARACTERS = 2000
"""Of a passage that is looked through."""


def named(lookup: Lookup, text: str, *, adjectives: bool = False) -> dict[str, str]:
    """The countries that a text names: code, and the words that name it, in their order."""
    text = text[:MAX_TEXT_CHARACTERS]
    tokens = tokenize(text)
    found: dict[str, str] = {}
    for one in lookup.countries.find_in(tokens):
        words = text[one.start : one.end]
        if _is_proper(words) and not _is_part(tokens, one.at) and not _is_amman(words, text, one.start):
            found.setdefault(one.value, words)
    if adjectives:
        for one in lookup.adjectives.find_in(tokens):
            found.setdefault(one.value, text[one.start : one.end])
    return found


def city(lookup: Lookup, segment: str) -> str | None:
    """The country of the city that a piece of an address is, with or without its postal code."""
    words = re.sub(
        r"\b[A-Z]{0,2}-?\d[\w-]*\b|\bг\.|\b(?:cedex|CP|BP|city of|ville de|ciudad de|مدينة)\b\.?", " ", segment
    )
    words = words.strip(" .,-'")
    if not words or not _is_proper(words) or fold(words) in _ARABIC_OMAN:
        return None
    return lookup.cities.is_all(words)


def cities(lookup: Lookup, text: str) -> dict[str, str]:
    """The countries of the cities that running text names."""
    text = text[:MAX_TEXT_CHARACTERS]
    found: dict[str, str] = {}
    for one in lookup.cities.find(text):
        words = text[one.start : one.end]
        if has_han(words):  # Two characters are found by chance within other words.
            plain = one.start == 0 or text[one.end : one.end + 1] in {"市", "省"}
        else:
            plain = len(words) >= MIN_CITY and _is_proper(words) and fold(words) not in _ARABIC_OMAN
        if plain:
            found.setdefault(one.value, words)
    return found


def telephones(lookup: Lookup, text: str) -> dict[str, str]:
    """The countries of the telephone numbers that are written with their calling code."""
    numbers = [match[1] for match in _INTERNATIONAL.finditer(text)]
    numbers += [" ".join(reversed(match[1].split())) for match in _RIGHT_TO_LEFT.finditer(text)]
    found: dict[str, str] = {}
    for number in numbers:
        if code := lookup.country_of_number(re.sub(r"\D", "", number)):
            found.setdefault(code, number)
    return found


def _is_proper(words: str) -> bool:
    """No word in small letters is the name of a country."""
    return not words[0].islower()


def _is_part(tokens: Sequence[Token], at: int) -> bool:
    """New Jersey is not Jersey."""
    return at > 0 and tokens[at - 1].folded in _NEW and tokens[at - 1].is_name


def _is_amman(words: str, text: str, start: int) -> bool:
    """The Arabic name that Oman shares with Amman counts where its state is named before it."""
    return fold(words) in _ARABIC_OMAN and "سلطنه" not in fold(text[max(0, start - 8) : start])
