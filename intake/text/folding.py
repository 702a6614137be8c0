"""One form for texts that people hold to be the same, whatever keyboard wrote them."""

from __future__ import annotations

import re
import unicodedata

_ARABIC_VARIANTS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "«": '"', "»": '"', "‐": "-", "–": "-"})
_SPACE = re.compile(r"\s+")


def fold(text: str) -> str:
    """For comparing only: NFKC, case, accents, Arabic variants, quotation marks, white space folded.

    Bidi and other invisible controls are dropped (UAX 9): they change the look, not the words.
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    text = "".join(c for c in text if unicodedata.category(c) not in {"Mn", "Cf"})
    text = unicodedata.normalize("NFKC", text).translate(_ARABIC_VARIANTS).translate(_QUOTES)
    return _SPACE.sub(" ", text).strip()
