"""Which of the numbers at the beginnings of lines number the answers, and which the items of some list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from intake.filing.answering.labels import Number

Numbered = tuple[int, Number]
"""A line, and the number with which it begins."""


def outermost(found: Sequence[Numbered], apart: Callable[[int, int], bool]) -> list[Numbered]:
    """The numbers of the outermost list, of the longest where there are several. ``apart``: lines do not touch."""
    best: list[Numbered] = []
    for style in dict.fromkeys(bare.style for _, bare in found):
        chosen = list(_top_level([one for one in found if one[1].style == style], apart))
        if len(chosen) > len(best):
            best = chosen
    return best


def _top_level(found: Sequence[Numbered], apart: Callable[[int, int], bool]) -> Iterator[Numbered]:
    """Leave out lists that begin again at 1 while others are counted, and numbers that were there before."""
    seen = set[int]()
    inside = 0
    for position, (line, bare) in enumerate(found):
        before = found[position - 1][0] if position else -1
        if bare.number == inside + 1 and inside and not (apart(before, line) and bare.number not in seen):
            inside = bare.number
            continue
        if (
            bare.number == 1
            and seen
            and not (apart(before, line) and 1 not in seen and _stands_alone(position, found, apart))
        ):
            inside = 1
            continue
        if bare.number in seen:
            continue
        inside = 0
        seen.add(bare.number)
        yield line, bare


def _stands_alone(position: int, found: Sequence[Numbered], apart: Callable[[int, int], bool]) -> bool:
    """Whether a 1 is not followed at once by a 2, as in a list."""
    line = found[position][0]
    following = next(iter(found[position + 1 : position + 2]), None)
    return following is None or following[1].number != 2 or apart(line, following[0])  # noqa: PLR2004
