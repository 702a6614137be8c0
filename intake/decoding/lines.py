"""A text as lines that can be compared: bidi controls and other invisible letters dropped, offsets kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from intake.text.folding import fold_all

MAX_COMPARED_CHARACTERS = 600
"""Of a line that are looked at: labels, introductions and names are short."""

_MARKS = re.compile(r"^[ \t\u200e\u200f\u202a-\u202e\u2066-\u2069]{0,4}(?:[A-ZА-Я]{2,3}>|>|＞)")


class TextLine(NamedTuple):
    """One line: from ``start`` up to, not with, ``end``, its line end included."""

    raw: str
    start: int
    end: int
    folded: str
    """Its beginning as ``fold`` gives it."""
    is_marked: bool
    """Whether it begins with the mark of a quotation (RFC 3676, 4.5), or with initials before one."""

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing that can be seen."""
        return not self.folded

    @property
    def is_long(self) -> bool:
        """Whether it is longer than what is compared."""
        return len(self.raw) > MAX_COMPARED_CHARACTERS


def split_lines(text: str, limit: int) -> list[TextLine]:
    """The first lines of a text, without gap or overlap; line ends are LF."""
    if not text:
        return []
    lines, start = [], 0
    raws = text.split("\n", limit)[:limit]
    for raw, folded in zip(raws, fold_all([raw[:MAX_COMPARED_CHARACTERS] for raw in raws]), strict=True):
        end = min(start + len(raw) + 1, len(text))
        lines.append(TextLine(raw, start, end, folded, bool(_MARKS.match(raw))))
        start = end
    return lines


def trim(lines: Sequence[TextLine], start: int, end: int) -> int:
    """Where lines ``start`` up to ``end`` end without the blank ones at their end."""
    while end > start and lines[end - 1].is_blank:
        end -= 1
    return end


def paragraph_end(lines: Sequence[TextLine], start: int, limit: int) -> int:
    """The next blank line, at most ``limit``."""
    while start < limit and not lines[start].is_blank:
        start += 1
    return start


def paragraph_start(lines: Sequence[TextLine], end: int, limit: int) -> int:
    """Where the paragraph begins that ends before line ``end``, at least ``limit``."""
    while end > limit and not lines[end - 1].is_blank:
        end -= 1
    return end
