"""Lines of a page, put together to paragraphs, headings and items."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.decoding.documents.hyphenation import Habit, join, observe
from intake.vocabulary.document import Block, BlockKind

HEADING_SIZE = 1.15
"""Of the size of most letters: what is larger is a heading."""
MAX_HEADING_LETTERS = 250
SAME_SIZE = 0.1
"""Of the size of a letter: sizes that differ by less are one."""
PITCH = 1.25
"""Of the usual distance between lines: what is further down begins a paragraph."""
LEAST_PITCH = 1.5
"""Of the size of a letter: what is less far down belongs to the same paragraph, however tight others are set."""
NEIGHBOURS = 10
"""Lines before and behind that tell how wide a column is."""
MAX_MARK_LETTERS = 8
"""Of a bullet or a number by itself."""
MARK_GAP = 4.0
"""Of the size of a letter: how far behind its bullet a line may begin."""
INDENT = 3.0
"""Of the size of a letter: lines of one column begin so near each other."""

MARK = re.compile(
    r"(?:[•●○◦▪■□▸►‣⁃∙·*➢✓\uf0b7\uf0a7]|[-–—](?=\s)|\d{1,2}(?:\.\d{1,2}){1,4}\.?(?=\s)"
    r"|\(?(?:\d{1,3}|[٠-٩]{1,3}|[A-Za-zА-Яа-яء-ي]|[ivxIVX]{1,5}|[一二三四五六七八九十]{1,3})[.)）、．](?!\d))\s*"
)
"""How an item begins: a bullet, a number, a letter."""

_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page, in reading order; places in points, from the left and from below."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    runs_right: bool = False


def compose(pages: Sequence[Sequence[Line]]) -> list[list[Block]]:
    """The blocks of each page; sizes are compared over all of them."""
    pages = [_join_marks(page) for page in pages]
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    larger = sorted((size for size in sizes if size > body * HEADING_SIZE), reverse=True)
    levels = {size: min(number, 6) for number, size in enumerate(larger, start=1)}
    habit = observe([line.text for page in pages for line in page])
    return [_page(page, levels, habit) for page in pages]


def _join_marks(lines: Sequence[Line]) -> list[Line]:
    """Bullets and numbers that were drawn by themselves, put before the lines that they stand before."""
    kept: list[Line | None] = list(lines)
    alone = [number for number, line in enumerate(lines) if _is_mark(line)]
    heights = sorted((line.baseline, number) for number, line in enumerate(lines) if not _is_mark(line))
    for at in alone:
        mark = lines[at]
        low, high = (bisect_left(heights, (mark.baseline + side * mark.size / 2, 0)) for side in (-1, 1))
        near = [
            number for _, number in heights[low:high] if 0 <= lines[number].left - mark.right <= MARK_GAP * mark.size
        ]
        number = min(near, key=lambda one: lines[one].left, default=None)
        if number is not None and (line := kept[number]) is not None:
            kept[number] = replace(line, text=f"{mark.text} {line.text}", left=mark.left)
            kept[at] = None
    return [line for line in kept if line is not None]


def _is_mark(line: Line) -> bool:
    return len(line.text) <= MAX_MARK_LETTERS and MARK.fullmatch(line.text + " ") is not None


def _page(lines: Sequence[Line], levels: dict[float, int], habit: Habit) -> list[Block]:
    blocks: list[Block] = []
    pitch = max(LEAST_PITCH, _usual_pitch(lines) * PITCH)
    group: list[Line] = []
    for number, line in enumerate(lines):
        if group and _begins(line, group[-1], pitch, _room(lines, number - 1)):
            blocks.append(_block(group, levels, habit))
            group = []
        group.append(line)
    if group:
        blocks.append(_block(group, levels, habit))
    return blocks


def _usual_pitch(lines: Sequence[Line]) -> float:
    """The commonest distance between lines that follow each other, in sizes of their letters."""
    steps: Counter[float] = Counter()
    for above, below in itertools.pairwise(lines):
        step = (above.baseline - below.baseline) / max(below.size, 0.1)
        if 0.8 < step < 3:  # noqa: PLR2004 - lines further apart are none of one paragraph
            steps[round(step, 1)] += 1
    return min((step for step, count in steps.items() if count * 2 >= max(steps.values())), default=1.2)


def _room(lines: Sequence[Line], number: int) -> float:
    """What is free at the end of a line, as far as its column goes."""
    line = lines[number]
    around = lines[max(0, number - NEIGHBOURS) : number + NEIGHBOURS]
    near = [one for one in around if abs(one.size - line.size) <= SAME_SIZE * line.size]
    reach = INDENT * line.size
    if line.runs_right:
        return line.left - min((one.left for one in near if abs(one.right - line.right) <= reach), default=line.left)
    return max((one.right for one in near if abs(one.left - line.left) <= reach), default=line.right) - line.right


def _begins(line: Line, above: Line, pitch: float, room: float) -> bool:
    """Whether a line begins a block of its own: its first word had found room in the line above, for one."""
    if abs(line.size - above.size) > SAME_SIZE * above.size or MARK.match(line.text):
        return True
    step = (above.baseline - line.baseline) / max(line.size, 0.1)
    if step <= 0 or step > pitch:
        return True  # Another column, or a gap.
    word = 1 if _HAN.match(line.text) else len(line.text.partition(" ")[0])
    letter = (line.right - line.left) / len(line.text)
    return room > (word * 1.3 + 3) * letter


def _block(group: Sequence[Line], levels: dict[float, int], habit: Habit) -> Block:
    text = join((line.text for line in group), habit)
    level = levels.get(round(group[0].size, 1), 0)
    if level and len(text) <= MAX_HEADING_LETTERS:
        return Block(BlockKind.HEADING, text, level=level)
    if MARK.match(text):
        return Block(BlockKind.ITEM, text, level=1)
    return Block(BlockKind.PARAGRAPH, text)
