"""UTF-16 without a mark of order: Windows programs write it, and nothing declares it."""

from __future__ import annotations

import unicodedata

MAX_OCTETS = 4096
"""That are looked at."""

_NO_TEXT = frozenset({"Cc", "Cn", "Co", "Cs"})
_LAYOUT = frozenset("\t\n\r\f\v")


def wide_charset(octets: bytes) -> str | None:
    """The charset, where some octets are NUL and all of them together make text; else None.

    High halves are NUL in Latin letters, blanks and digits; low ones in a few others, as in 一.
    """
    head = octets[:MAX_OCTETS]
    big, little = head[::2].count(0), head[1::2].count(0)
    if big == little == 0 or len(head) % 2:
        return None
    names = ("utf-16-be", "utf-16-le") if big > little else ("utf-16-le", "utf-16-be")
    likely = names if big and little else names[:1]
    return next((name for name in likely if _is_text(head, name)), None)


def _is_text(head: bytes, name: str) -> bool:
    text = head.decode(name, "replace")
    # The head may end amid a character.
    replaced = text.count("\ufffd")
    return replaced <= 1 and all(one in _LAYOUT or unicodedata.category(one) not in _NO_TEXT for one in text)
