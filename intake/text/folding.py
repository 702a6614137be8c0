"""One form for texts that people hold to be the same, whatever keyboard wrote them."""

from __future__ import annotations

import unicodedata

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
    if text.isascii():
        return " ".join(text.casefold().split())
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    text = text.translate(_DROPPED)
    if not text.isascii():  # What accents alone set apart from ASCII needs no more.
        text = unicodedata.normalize("NFKC", text).translate(_VARIANTS)
    return " ".join(text.split())
