"""The beginning of a line, folded so that it can be compared, with the way back to the line."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from intake.text.folding import fold

HEAD_CHARACTERS = 160
"""Of a line that may name a question; longer labels are sentences."""
KEPT_HEADS = 1024
"""Lines are looked at for labels, and then for bare numbers."""

_BLANKS = {ord(character): " " for character in map(chr, range(128)) if character.isspace()}
_PLACES = tuple(range(HEAD_CHARACTERS + 1))


@dataclass(frozen=True, slots=True)
class Head:
    """``text`` is folded, with ASCII digits; ``places`` tells where each of its characters stood."""

    text: str
    places: tuple[int, ...]

    def place(self, at: int) -> int:
        """The place in the line of a character of the folded text; its end for the end."""
        return self.places[at]


def head_of(line: str) -> Head:
    """Fold the beginning of a line, character by character."""
    return _head(line[:HEAD_CHARACTERS])


@lru_cache(maxsize=KEPT_HEADS)
def _head(line: str) -> Head:
    characters = list(line.lower().translate(_BLANKS)) if line.isascii() else [_folded(character) for character in line]
    whole = "".join(characters)
    if len(whole) == len(characters) and "" not in characters and "  " not in whole and not whole.startswith(" "):
        return Head(whole, _PLACES[: len(whole) + 1])  # One for one, as in most lines.
    text: list[str] = []
    places: list[int] = []
    for place, folded in enumerate(characters):
        for one in folded:
            if one == " " and (not text or text[-1] == " "):
                continue
            text.append(one)
            places.append(place)
    places.append(len(characters))
    return Head("".join(text), tuple(places))


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character.isspace():
        return " "
    digit = unicodedata.digit(character, None) if character.isdigit() else None
    return str(digit) if digit is not None else fold(character)
