"""Text made fit to print: what cannot be seen is removed, what turns the reading order is closed again.

For printing only; the record keeps every character.
"""

from __future__ import annotations

import re

LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""All that ``str.splitlines`` takes for the end of a line."""
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb]")
"""Control characters but line feed and tab: a terminal would obey them; and marks without a glyph."""
BROKEN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
"""Half surrogates and non-characters, which UTF-8 or XML cannot carry."""

# --- reading order (Unicode Standard Annex 9) ---------------------------------------------------

EMBEDDINGS = "\u202a\u202b"
POP_EMBEDDING = "\u202c"
OVERRIDES = "\u202d\u202e"
"""They show letters in another order than they have: of use to forgers only."""
ISOLATES = "\u2066\u2067\u2068"
POP_ISOLATE = "\u2069"
BIDI_CONTROLS = EMBEDDINGS + POP_EMBEDDING + OVERRIDES + ISOLATES + POP_ISOLATE
_BIDI = re.compile(f"[{BIDI_CONTROLS}]")
MAX_DEPTH = 60
"""Levels kept open at once; renderers stop at 125 (UAX 9, BD2), honest text needs two or three."""


def strip_controls(text: str) -> str:
    """Line ends as line feeds, control characters removed, broken characters as U+FFFD."""
    return BROKEN.sub("\ufffd", UNPRINTABLE.sub("", LINE_ENDS.sub("\n", text)))


def balance(text: str) -> str:
    """Close in each line what it opens, drop closers of nothing and all overrides."""
    if not _BIDI.search(text):
        return text
    return "\n".join(_balance_line(line) for line in text.split("\n"))


def one_line(text: str) -> str:
    """A name or subject on one line, its white space single."""
    return balance(" ".join(strip_controls(text).split()))


def _balance_line(line: str) -> str:
    out: list[str] = []
    owed: list[str] = []
    skipped = 0
    for character in line:
        if character in EMBEDDINGS or character in ISOLATES:
            if len(owed) >= MAX_DEPTH:
                skipped += 1
                continue
            owed.append(POP_EMBEDDING if character in EMBEDDINGS else POP_ISOLATE)
        elif character in (POP_EMBEDDING, POP_ISOLATE):
            if skipped:
                skipped -= 1
                continue
            if not owed or owed[-1] != character:
                continue
            owed.pop()
        elif character in OVERRIDES:
            continue
        out.append(character)
    return "".join(out) + "".join(reversed(owed))
