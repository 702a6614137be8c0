"""Own text to answers: which words of a response stand under which question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from intake.filing.answering.folded import head_of
from intake.filing.answering.labels import Phrases, mentions, phrases, refuses, reply_lead
from intake.filing.answering.lines import Line, Source, sources
from intake.filing.answering.markers import Marker, markers
from intake.filing.answering.translations import is_translation, part
from intake.filing.answering.wordings import wordings_of
from intake.filing.sayings import Saying, said
from intake.text.folding import fold
from intake.vocabulary.answer import Answer, Answers, Passage, Sign
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.document import Document
from intake.vocabulary.mail import ParsedMessage

MAX_HEADING_CHARACTERS = 200
"""A line that names a consultation, or ends the answers, is a heading; a longer one is prose."""
MAX_POSTSCRIPT_CHARACTERS = 200
"""Of a last paragraph that speaks of the letter and not of its matter."""
_NUMBERED_HEADING = re.compile(r"\s*(?:\d{1,2}|[ivx]{1,4}|[a-h])(?:\s*[:.)–-].*)?")
MAX_PASSAGES = 20
"""Of one answer, gathered from a response; whoever turns to a question more often gets the rest among the remarks."""
SAME = 0.8
"""Of the words of a shorter answer that stand in another: then both are one answer, sent in two forms."""


def find_answers(
    message: ParsedMessage,
    documents: Mapping[str, Document],
    consultations: Sequence[Consultation],
) -> Answers:
    """What a response says to the questions of the consultations under which it is filed.

    The body comes before the files, the original before its translation, and of two forms of one answer the
    first counts.
    """
    words = phrases()
    found: dict[tuple[str, str], Answer] = {}
    remarks: list[Passage] = []
    translated: list[tuple[Source, Sequence[Line]]] = []
    for source in sources(message, documents):
        original, translation = part(source, words)
        if translation:
            translated.append((source, translation))
        for answer in _of_lines(source, original, consultations, words, remarks):
            key = answer.consultation, answer.question
            found[key] = _together(found[key], answer, remarks) if key in found else answer
    original_answers = frozenset(found)
    for source, lines in translated:
        for answer in _of_lines(source, lines, consultations, words, remarks):
            key = answer.consultation, answer.question
            if key in original_answers:
                remarks.extend(answer.passages)
            else:
                found[key] = _together(found[key], answer, remarks) if key in found else answer
    if not found and len(consultations) == 1:
        found = {(one.consultation, one.question): one for one in _mentioned(message, consultations[0], words)}
        remarks = [] if found else remarks
    order = {
        (one.slug, question.id): (i, j)
        for i, one in enumerate(consultations)
        for j, question in enumerate(one.questions)
    }
    given = tuple(found[key] for key in sorted(found, key=lambda key: order[key]))
    return Answers(given=given, remarks=tuple(remarks))


def _of_lines(
    source: Source,
    given: Sequence[Line],
    consultations: Sequence[Consultation],
    words: Phrases,
    remarks: list[Passage],
) -> Iterator[Answer]:
    parts = list(_parts(given, consultations))
    before = given[: len(given) - sum(len(lines) for _, lines in parts)]
    remarks.extend(_passage(source, line) for line in before if line.own and line.text.strip())
    for consultation, lines in parts:
        ids = [question.id for question in consultation.questions]
        yield from _read(
            source, lines, markers(lines, ids, wordings_of(consultation), words), consultation, words, remarks
        )


def _passage(source: Source, line: Line) -> Passage:
    return Passage(source=source.name, start=line.start, end=line.end)


def _parts(
    lines: Sequence[Line], consultations: Sequence[Consultation]
) -> Iterator[tuple[Consultation, Sequence[Line]]]:
    """Where one mail answers several consultations, what stands under the heading, or a question, of each."""
    if len(consultations) == 1:
        yield consultations[0], lines
        return
    turns: list[tuple[int, Consultation]] = []
    for at, line in enumerate(lines):
        named = [one for one in consultations if (line.own and _names(line, one)) or _asks(line, one)]
        if len(named) == 1 and (not turns or turns[-1][1] is not named[0]):
            turns.append((at, named[0]))
    ends = [*(at for at, _ in turns[1:]), len(lines)] if turns else []
    for (start, consultation), end in zip(turns, ends, strict=True):
        yield consultation, lines[start:end]


def _asks(line: Line, consultation: Consultation) -> bool:
    return wordings_of(consultation).begins(line.text) is not None


def _names(line: Line, consultation: Consultation) -> bool:
    if not 0 < len(line.text.strip()) <= MAX_HEADING_CHARACTERS or line.text.rstrip().endswith((".", "。", "؟", "?")):
        return False
    folded = f" {fold(line.text)} "
    titles = (*consultation.title.values(), *consultation.names)
    return any(fold(title) in folded for title in titles) or f" {consultation.code} " in f" {line.text} "


@dataclass(slots=True)
class _Open:
    """An answer that is being gathered."""

    marker: Marker
    pieces: list[tuple[str, int, int]] = field(default_factory=list)
    """Text, and where it stands."""

    def text(self) -> str:
        return "\n".join(piece for piece, _, _ in self.pieces).strip()


def _read(
    source: Source,
    lines: Sequence[Line],
    turns: Sequence[Marker],
    consultation: Consultation,
    words: Phrases,
    remarks: list[Passage],
) -> Iterator[Answer]:
    """From marker to marker; what stands before the first, and after an end, goes to the remarks."""
    by_line = {marker.line: marker for marker in turns}
    several = _several_quoted(lines, turns)
    current: _Open | None = None
    skip = -1
    for at, line in enumerate(lines):
        marker = by_line.get(at)
        if marker is not None:
            yield from _close(current, source, consultation, words, remarks)
            current, skip = _Open(marker), marker.last
            if marker.cells:
                yield from _close(_row(marker, line), source, consultation, words, remarks)
                current = None
            elif line.text[marker.rest :].strip() and (line.own or marker.sign is Sign.FIELD):
                current.pieces.append(_said(line, marker.rest, words))
            continue
        if at <= skip:
            continue
        if current is not None and _ends(line, words, several):
            yield from _close(current, source, consultation, words, remarks)
            current = None
        if not line.own:
            continue
        if current is not None:
            current.pieces.append(_said(line, 0, words) if not current.text() else (line.text, line.start, line.end))
        elif line.text.strip():
            remarks.append(_passage(source, line))
    yield from _close(current, source, consultation, words, remarks)


def _said(line: Line, start: int, words: Phrases) -> tuple[str, int, int]:
    """The beginning of an answer, without the word “Answer:” that may stand before it."""
    start += reply_lead(head_of(line.text[start:]), words)
    return line.text[start:], line.start + start, line.end


def _row(marker: Marker, line: Line) -> _Open:
    return _Open(marker, [(cell, line.start, line.end) for cell in marker.cells])


def _several_quoted(lines: Sequence[Line], turns: Sequence[Marker]) -> bool:
    """Answers between quoted questions: then a quoted line that is no question ends an answer."""
    return sum(lines[marker.line].quoted for marker in turns) > 1


def _ends(line: Line, words: Phrases, interleaved: bool) -> bool:
    text = line.text.strip()
    if not text:
        return False
    if line.quoted and interleaved:
        return any(letter.isalpha() for letter in text)
    if len(text) > MAX_HEADING_CHARACTERS:
        return False
    folded = head_of(text).text.strip(" *#:_=-.،,")
    if line.own and any(folded.startswith(one) and _heads(folded[len(one) :], line) for one in words.ends):
        return True
    return any(folded == one or (folded.startswith(one) and len(folded) < len(one) + 40) for one in words.closings)


def _heads(rest: str, line: Line) -> bool:
    """What follows the first word of a heading: nothing, a number, a number and a title."""
    return not rest or line.heading or _NUMBERED_HEADING.fullmatch(rest) is not None


def _postscript(pieces: Sequence[tuple[str, int, int]]) -> int:
    """Where the last paragraph begins, if it says where the rest stands, or that the author is not to be named."""
    end = len(pieces)
    while end and not pieces[end - 1][0].strip():
        end -= 1
    start = end
    while start and pieces[start - 1][0].strip():
        start -= 1
    paragraph = "\n".join(text for text, _, _ in pieces[start:end])
    speaks = start and any(said(saying, paragraph) for saying in (Saying.CONTINUATION, Saying.ANONYMITY))
    return start if speaks and len(paragraph) <= MAX_POSTSCRIPT_CHARACTERS else len(pieces)


def _close(
    current: _Open | None, source: Source, consultation: Consultation, words: Phrases, remarks: list[Passage]
) -> Iterator[Answer]:
    if current is None:
        return
    at = _postscript(current.pieces)
    remarks.extend(Passage(source=source.name, start=start, end=end) for _, start, end in current.pieces[at:])
    del current.pieces[at:]
    if not (text := current.text()) or refuses(text, words):
        return
    start = min(start for _, start, _ in current.pieces)
    end = max(end for _, _, end in current.pieces)
    for question in current.marker.questions:
        yield Answer(
            consultation=consultation.slug,
            question=question,
            text=text,
            sign=current.marker.sign,
            passages=(Passage(source=source.name, start=start, end=end),),
        )


def _together(first: Answer, second: Answer, remarks: list[Passage]) -> Answer:
    """Two answers to one question: the same in two forms or two languages, or one that goes on elsewhere."""
    if len(first.passages) >= MAX_PASSAGES:
        remarks.extend(second.passages)
        return first
    have, more = set(fold(first.text).split()), set(fold(second.text).split())
    if len(have & more) >= SAME * min(len(have), len(more)):
        return first
    if is_translation(first.text, second.text):
        remarks.extend(second.passages)
        return first
    return Answer(
        consultation=first.consultation,
        question=first.question,
        text=f"{first.text}\n\n{second.text}",
        sign=max(first.sign, second.sign, key=lambda sign: -sign.confidence),
        passages=(*first.passages, *second.passages),
    )


def _mentioned(message: ParsedMessage, consultation: Consultation, words: Phrases) -> Iterator[Answer]:
    """A letter that names one question in passing and speaks to nothing else."""
    own = message.own_text
    named = mentions(fold(own), words) & {question.id for question in consultation.questions}
    if len(named) == 1 and own.strip():
        yield Answer(
            consultation=consultation.slug,
            question=named.pop(),
            text=own.strip(),
            sign=Sign.MENTION,
            passages=(Passage(source="body", start=0, end=len(message.text)),),
        )
