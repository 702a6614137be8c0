"""Where a text turns to a question, and by which sign that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from intake.filing.answering.folded import head_of
from intake.filing.answering.labels import Number, Phrases, label, mentions, number, refuses
from intake.filing.answering.lines import Line
from intake.filing.answering.numbers import outermost
from intake.filing.answering.wordings import NO_WORDINGS, Wordings
from intake.text.folding import fold
from intake.vocabulary.answer import Sign

MAX_ITEM_CHARACTERS = 400
"""Of a line that may be an item of a list inside an answer; an answer to a question is mostly longer."""


@dataclass(frozen=True, slots=True)
class Marker:
    """The text turns to these questions at a line; what follows on the line begins at ``rest``."""

    line: int
    questions: tuple[str, ...]
    sign: Sign
    rest: int
    cells: tuple[str, ...] = ()
    """Of a table row: the cells that answer."""
    last: int = -1
    """The last line that the question itself takes up."""


def markers(lines: Sequence[Line], ids: Sequence[str], wordings: Wordings, words: Phrases) -> list[Marker]:
    """All places, in order. Bare numbers count only where nothing plainer is there: else they number other things."""
    plain = list(_plain(lines, ids, wordings, words))
    if len(plain) > 1:
        return plain
    numbered = list(_numbered(lines, ids, words))
    if len(numbered) <= len(plain):
        return plain
    taken = {marker.line for marker in numbered}
    refused = [one for one in plain if one.line not in taken and refuses(lines[one.line].text[one.rest :], words)]
    return sorted([*numbered, *refused], key=lambda one: one.line)


def _plain(lines: Sequence[Line], ids: Sequence[str], wordings: Wordings, words: Phrases) -> Iterator[Marker]:
    behind = -1
    worth = wordings.worth_asking([line.text for line in lines])
    for at, line in enumerate(lines):
        if at <= behind or not line.text.strip():
            continue
        repeated = wordings if at in worth else NO_WORDINGS
        found = _row(at, line, ids, repeated, words) if line.cells else None
        found = found or _line(at, line, ids, repeated, words)
        if found is None or (found.sign is Sign.WORDING and at and _runs_on(lines[at - 1], line)):
            continue
        behind = found.last if found.cells else _to_its_end(found, lines, wordings)
        yield Marker(found.line, found.questions, found.sign, found.rest, found.cells, behind)


def _runs_on(before: Line, line: Line) -> bool:
    """The middle of a sentence, which speaks of a question and does not turn to it."""
    ended = before.text.rstrip()
    return line.text.lstrip()[:1].islower() and ended[-1:].isalnum() and not line.quoted and not line.cells


def _line(at: int, line: Line, ids: Sequence[str], wordings: Wordings, words: Phrases) -> Marker | None:
    if line.tag:
        return _tagged(at, line, ids)
    head = head_of(line.text)
    named, bare = label(head, words), number(head)
    start = named.end if named else bare.end if bare else 0
    repeated = wordings.begins(line.text[start:]) or (wordings.begins(line.text) if start else None)
    if repeated is not None:
        # The number before a question is the respondent's; the words of the question are ours, and go before.
        return Marker(at, (repeated.question,), Sign.WORDING, start + repeated.end, last=at)
    if named is not None and (known := _known(named.numbers, ids)):
        return Marker(at, known, Sign.LABEL, named.end, last=at)
    return None


def _tagged(at: int, line: Line, ids: Sequence[str]) -> Marker | None:
    known = _known((line.tag.rpartition(":")[2],), ids)
    return Marker(at, known, Sign.FIELD, 0, last=at) if known else None


def _row(at: int, line: Line, ids: Sequence[str], wordings: Wordings, words: Phrases) -> Marker | None:
    """A row of a table: one cell says which question, the others answer it."""
    asked: tuple[str, ...] = ()
    sign, answering = Sign.NUMBER, list[str]()
    for cell in line.cells:
        head = head_of(cell)
        named, bare = label(head, words), number(head)
        start = named.end if named else bare.end if bare else 0
        repeated = wordings.begins(cell[start:]) or wordings.begins(cell)
        alone = not cell[start:].strip()
        if repeated is not None:
            asked, sign = (repeated.question,), Sign.WORDING
        elif named and alone and not asked:
            asked, sign = _known(named.numbers, ids), Sign.LABEL
        elif bare and alone and not asked and not answering:
            asked = _known((str(bare.number),), ids)
        else:
            answering.append(cell)
    return Marker(at, asked, sign, 0, tuple(answering), at) if asked and answering else None


def _to_its_end(found: Marker, lines: Sequence[Line], wordings: Wordings) -> int:
    """The last line of a question that was wrapped, or whose words follow its label."""
    at = found.line
    if lines[at].text[found.rest :].strip() and found.sign is not Sign.WORDING:
        return at
    if found.sign is Sign.WORDING and lines[at].text[found.rest :].strip():
        return at
    for nearby in range(at + 1, min(at + 12, len(lines))):
        text = lines[nearby].text
        if not text.strip():
            if found.sign is Sign.WORDING:
                return nearby - 1
            continue  # A label, an empty line, and then the question.
        repeated = wordings.begins(text)
        whole = repeated is not None and repeated.question in found.questions and not text[repeated.end :].strip()
        if not (whole or any(wordings.goes_on(question, text) for question in found.questions)):
            return nearby - 1 if found.sign is Sign.WORDING else at
        at = nearby
        if found.sign is not Sign.WORDING and whole:
            found = Marker(found.line, found.questions, Sign.WORDING, found.rest)
    return at


def _numbered(lines: Sequence[Line], ids: Sequence[str], words: Phrases) -> Iterator[Marker]:
    """The numbers of one list, the outermost: those of lists inside answers are left to their answers.

    One number alone is a date, a house, a sum, unless the text says that it speaks to that question.
    """
    found: list[tuple[int, Number]] = []
    for at, line in enumerate(lines):
        if line.own and (bare := number(head_of(line.text))) and _known((str(bare.number),), ids):
            found.append((at, bare))
    chosen = outermost(found, _apart(lines))
    if len(chosen) == 1:
        said = mentions(fold("\n".join(line.text for line in lines if line.own)), words)
        chosen = [one for one in chosen if str(one[1].number) in said]
    for at, bare in chosen:
        yield Marker(at, _known((str(bare.number),), ids), Sign.NUMBER, bare.end, last=at)


def _apart(lines: Sequence[Line]) -> Callable[[int, int], bool]:
    """Whether two lines stand apart, as answers do and the items of a list do not."""

    def apart(one: int, other: int) -> bool:
        between = lines[one + 1 : other]
        return any(not line.text.strip() for line in between) or len(lines[one].text) > MAX_ITEM_CHARACTERS

    return apart


def _known(numbers: Sequence[str], ids: Sequence[str]) -> tuple[str, ...]:
    """Ids of questions; a part of a question that has no id of its own belongs to the whole."""
    by_fold = {one.casefold(): one for one in ids}
    wanted = (by_fold.get(one) or by_fold.get(one.rstrip("abcdefgh")) for one in numbers)
    return tuple(dict.fromkeys(one for one in wanted if one is not None))
