"""In which script a text is written, and where one ends and the next begins (UAX 24, as far as it tells languages)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum


class Script(StrEnum):
    """Scripts that tell a language apart, alone or with a model."""

    ARABIC = "arabic"  # Arabic, and with letters of their own Persian and Urdu.
    CYRILLIC = "cyrillic"  # Russian, and with letters of their own its neighbours.
    HAN = "han"  # Chinese, and with kana among them Japanese.
    LATIN = "latin"  # English, French, Spanish and most others.
    OTHER = "other"  # Each of these has few languages, which a model tells.


PATTERNS: Mapping[Script, re.Pattern[str]] = {
    Script.ARABIC: re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdfb\ufe70-\ufefc]"),
    Script.CYRILLIC: re.compile(r"[\u0400-\u052f]"),
    Script.HAN: re.compile(r"[\u3005\u3400-\u9fff\uf900-\ufaff]"),
    Script.LATIN: re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]"),
}
"""A letter of each."""

KANA = re.compile(r"[\u3040-\u30ff]")
NOT_ARABIC = re.compile(r"[\u067e\u0686\u0698\u06af\u06a9\u06cc\u06c1\u06d2\u0679\u0688\u0691\u06be]")
"""Letters of Persian and Urdu; their keyboards write kaf and yeh otherwise too."""
NOT_RUSSIAN = re.compile(r"[^\u0401\u0410-\u044f\u0451]")
"""What is no letter of Russian, to be looked for among Cyrillic letters."""

_LETTER = re.compile(r"[^\W\d_]")
_RUNS = re.compile(
    r"(?P<arabic>[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc][^A-Za-z\u00c0-\u024f\u0400-\u052f\u3040-\u9fff]*)"
    r"|(?P<cyrillic>[\u0400-\u052f][^A-Za-z\u00c0-\u024f\u0600-\u06ff\u3040-\u9fff]*)"
    r"|(?P<han>[\u3040-\u9fff][^A-Za-z\u00c0-\u024f\u0400-\u052f\u0600-\u06ff]*)"
    r"|(?P<latin>[A-Za-z\u00c0-\u024f\u1e00-\u1eff][^\u0400-\u052f\u0600-\u06ff\u3040-\u9fff]*)"
    r"|(?P<other>[^A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0400-\u052f\u0600-\u06ff\u3040-\u9fff]+)"
)


def count_letters(text: str) -> dict[Script, int]:
    """Letters of each script."""
    if text.isascii():
        counts = dict.fromkeys(Script, 0)
        counts[Script.LATIN] = sum(map(str.isalpha, text))
        return counts
    counts = {script: len(pattern.findall(text)) for script, pattern in PATTERNS.items()}
    counts[Script.OTHER] = len(_LETTER.findall(text)) - sum(counts.values())
    return counts


def script_runs(text: str) -> Iterator[tuple[Script, str]]:
    """Stretches of one script, with the digits, marks and blanks that follow its letters."""
    for run in _RUNS.finditer(text):
        yield Script(run.lastgroup or Script.OTHER), run[0]
