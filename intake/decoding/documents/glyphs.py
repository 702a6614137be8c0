"""Letters as they stand on a page, put into the order in which they are read.

A PDF says where each letter stands, not how the text runs. Where a page holds letters that run from right to left, the
order that its reader guesses is not to be relied on (words come reversed, marks come loose, and a ligature of lam and
alef comes as alef and lam), so lines are put together here from the places of the letters alone.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from intake.decoding.documents import arabic
from intake.decoding.documents.direction import (
    RIGHT_TO_LEFT,
    class_of,
    from_left,
    from_right,
    leans_right,
    mend_brackets,
)
from intake.decoding.documents.lines import Line

SAME_LINE = 0.45
"""Of the size of a letter: baselines that differ by less are one line. Marks raise and lower theirs a little."""
COLUMN_GAP = 2.0
"""Of the size of a letter: a gap that is wider parts two columns."""
NARROW_GAP = 0.7
"""Of the size of a letter: the narrowest gap between columns, wider than most between words."""
LARGE = 5
"""Letters: less may be part of a word that was set apart for the sake of its mark."""
SPACE_GAP = 0.14
"""Of the size of a letter: the narrowest space seen between Arabic words has 0.20, the widest gap in one 0.08."""

JOINED = 0.004
"""Of the size of a letter: by so much at least one that joins the next reaches past its own advance."""

_PRESENTATION = re.compile(r"[\ufb1d-\ufdff\ufe70-\ufefc]")
_LAM, _ALEFS = "\u0644", "\u0627\u0622\u0623\u0625\u0671"


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter on a page; places in points, from the left and from below."""

    letter: str
    left: float
    right: float
    origin: float
    """Where its advance begins: tails go further left."""
    baseline: float
    size: float

    @property
    def centre(self) -> float:
        """Across."""
        return (self.left + self.right) / 2


@dataclass(slots=True)
class _Cluster:
    """A letter with its marks."""

    base: Glyph
    marks: str = ""
    is_loose: bool = False
    """Its box is that of its mark: makers that note letter and mark as one do so, and how far it reaches is unknown."""

    @property
    def text(self) -> str:
        return self.base.letter + self.marks


def arrange(glyphs: Sequence[Glyph]) -> list[Line]:
    """The lines of a page, in the order in which its maker wrote them; each in reading order."""
    bases: list[Glyph] = []
    marks: list[Glyph] = []
    for glyph in glyphs:
        (marks if unicodedata.category(glyph.letter[0]) == "Mn" else bases).append(glyph)
    rows = [[_Cluster(glyph) for glyph in row] for row in _gather(_part_ligatures(bases))]
    _attach(marks, rows)
    page_is_right = leans_right("".join(one.letter for one in bases))
    return [_compose(row, page_is_right=page_is_right) for row in rows if any(one.base.letter.strip() for one in row)]


def _part_ligatures(bases: Sequence[Glyph]) -> list[Glyph]:
    """Letters of one ligature share one box; each gets a slice of it, the first rightmost.

    Their order in the list is that of the reader, which turned them round with the line or did not; lam and alef,
    whose order is known, tell which. Where there are none, they were turned round.
    """
    groups: list[list[Glyph]] = []
    for glyph in bases:
        if groups and _share_a_box(groups[-1][0], glyph):
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    turned = sum(1 if group[0].letter in _ALEFS else -1 for group in groups if _is_lam_alef(group)) >= 0
    return [glyph for group in groups for glyph in _part(group, turned=turned)]


def _part(group: list[Glyph], *, turned: bool) -> list[Glyph]:
    if len(group) == 1:
        return group
    if not RIGHT_TO_LEFT.search("".join(one.letter for one in group)):
        ordered = group[::-1]
    elif _is_lam_alef(group):
        ordered = sorted(group, key=lambda one: one.letter != _LAM)
    else:
        ordered = group[::-1] if turned else group
    right, width = group[0].right, (group[0].right - group[0].left) / len(group)
    return [
        replace(glyph, right=right - number * width, left=right - (number + 1) * width)
        for number, glyph in enumerate(ordered)
    ]


def _share_a_box(one: Glyph, other: Glyph) -> bool:
    return (
        one.left == other.left
        and one.right == other.right
        and one.baseline == other.baseline
        and bool(one.letter.strip() and other.letter.strip() and one.right > one.left)
    )


def _is_lam_alef(group: Sequence[Glyph]) -> bool:
    letters = [one.letter for one in group]
    return len(letters) == 2 and _LAM in letters and (letters[0] in _ALEFS or letters[1] in _ALEFS)  # noqa: PLR2004 - two


@dataclass(slots=True)
class _Row:
    """Letters on one baseline, near each other."""

    glyphs: list[Glyph]
    left: float
    right: float
    baseline: float
    size: float

    def takes(self, glyph: Glyph) -> bool:
        size = max(self.size, glyph.size)
        near = glyph.left <= self.right + COLUMN_GAP * size and glyph.right >= self.left - COLUMN_GAP * size
        return near and abs(glyph.baseline - self.baseline) <= SAME_LINE * size

    def add(self, glyphs: Iterable[Glyph]) -> None:
        for glyph in glyphs:
            self.glyphs.append(glyph)
            self.left, self.right = min(self.left, glyph.left), max(self.right, glyph.right)
            self.size = max(self.size, glyph.size)


def _gather(bases: Sequence[Glyph]) -> list[list[Glyph]]:
    """Rows of letters: first as they follow each other, then the pieces of one row put together.

    The largest pieces say where rows are; what stands a little higher or lower, as a letter with its mark does, joins
    them. A row stands where its largest piece stood.
    """
    pieces: list[_Row] = []
    for glyph in bases:
        if not pieces or not pieces[-1].takes(glyph):
            pieces.append(_Row([], glyph.left, glyph.right, glyph.baseline, glyph.size))
        pieces[-1].add([glyph])
    heights: list[float] = []
    bands: dict[float, list[int]] = {}
    for number in sorted(range(len(pieces)), key=lambda number: -len(pieces[number].glyphs)):
        one = pieces[number]
        at = bisect_left(heights, one.baseline)
        near = min(heights[max(0, at - 1) : at + 1], key=lambda height: abs(height - one.baseline), default=None)
        if near is None or abs(near - one.baseline) > SAME_LINE * max(one.size, pieces[bands[near][0]].size):
            near = one.baseline
            heights.insert(at, near)
        bands.setdefault(near, []).append(number)
    rows = [row for band in bands.values() for row in _columns(band, pieces)]
    return [glyphs for _, glyphs in sorted(rows, key=lambda row: row[0])]


def _columns(band: Sequence[int], pieces: Sequence[_Row]) -> list[tuple[int, list[Glyph]]]:
    """The pieces of one height, parted where a column ends; each row with the place of its largest piece.

    What is one line is written in one go; after a gap, what was written in another go is another column.
    """
    large = sorted(number for number in band if len(pieces[number].glyphs) >= LARGE)
    goes = {number: number - at for at, number in enumerate(large)}  # Equal for those that follow each other.
    rows: list[list[int]] = []
    right, go = 0.0, -1
    for number in sorted(band, key=lambda number: pieces[number].left):
        one = pieces[number]
        gap, own = one.left - right, goes.get(number, go)
        other = own != go and go >= 0 and gap > NARROW_GAP * one.size
        if rows and gap <= COLUMN_GAP * one.size and not other:
            rows[-1].append(number)
            right, go = max(right, one.right), own
        else:
            rows.append([number])
            right, go = one.right, own if number in goes else -1
    largest = [max(row, key=lambda number: len(pieces[number].glyphs)) for row in rows]
    letters = [[one for number in row for one in pieces[number].glyphs] for row in rows]
    return list(zip(largest, letters, strict=True))


def _attach(marks: Sequence[Glyph], rows: Sequence[Sequence[_Cluster]]) -> None:
    """Give each mark to the letter it stands on: the one that shares its origin, else the one around its middle."""
    places = sorted((one for row in rows for one in row if one.base.letter.strip()), key=lambda one: one.base.left)
    lefts = [one.base.left for one in places]
    widest = max((one.base.right - one.base.left for one in places), default=0.0)
    by_origin = {(one.base.origin, one.base.baseline): one for one in places}
    for mark in marks:
        owner = by_origin.get((mark.origin, mark.baseline))
        if owner is not None:
            owner.is_loose = True
        else:
            low = bisect_left(lefts, mark.centre - widest)
            near = places[low : bisect_left(lefts, mark.centre + mark.size / 4)]
            close = [one for one in near if abs(one.base.baseline - mark.baseline) < max(mark.size, one.base.size)]
            owner = min(close, key=lambda one: _distance(one.base, mark), default=None)
        if owner is not None:
            owner.marks += mark.letter


def _distance(base: Glyph, mark: Glyph) -> float:
    aside = max(0.0, base.left - mark.centre, mark.centre - base.right)
    return aside * 4 + abs(base.baseline - mark.baseline) + abs(base.centre - mark.centre) / 16


def _compose(row: list[_Cluster], *, page_is_right: bool) -> Line:
    row.sort(key=lambda one: (one.base.origin, one.base.centre))
    letters = "".join(one.base.letter[0] for one in row)
    texts, places = [], []
    for number, cluster in enumerate(row):
        if number and _is_apart(row[number - 1], cluster.base):
            texts.append(" ")
            places.append("N")
        texts.append(cluster.text)
        places.append(class_of(cluster.base.letter[0]))
    classes = "".join(places)
    runs_right = "R" in classes and (page_is_right or leans_right(letters))
    ordered = from_right(texts, classes) if runs_right else from_left(texts, classes)
    text = re.sub(r"\s+", " ", "".join(ordered)).strip()
    text = _PRESENTATION.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = arabic.part_words(text) if runs_right else text
    visible = [one.base for one in row if one.base.letter.strip()]
    sizes = sorted(one.size for one in visible)
    return Line(
        text=mend_brackets(text) if runs_right else text,
        left=min(one.left for one in visible),
        right=max(one.right for one in visible),
        baseline=visible[0].baseline,
        size=sizes[len(sizes) // 2],
        runs_right=runs_right,
    )


def _is_apart(cluster: _Cluster, right: Glyph) -> bool:
    left = cluster.base
    if not left.letter.strip() or not right.letter.strip():
        return False  # A space stands there already.
    if cluster.is_loose and arabic.joins_on(right.letter) and right.left < right.origin - JOINED * right.size:
        return False
    begin = right.origin if right.origin <= right.right else right.left
    return begin - left.right > SPACE_GAP * max(left.size, right.size)
