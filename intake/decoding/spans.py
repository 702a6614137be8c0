"""Whose words a body is: own, quoted, signature, disclaimer. Nothing is cut, all is marked."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

from intake.decoding.disclaimers import mark_additions
from intake.decoding.known import known_lines
from intake.decoding.lines import TextLine, split_lines
from intake.decoding.quotations import find_earlier, is_forward, mark_introductions
from intake.decoding.signatures import mark_signature
from intake.vocabulary.mail import Span, SpanKind

MAX_MARKED_CHARACTERS = 4 * 2**20
"""Of a text that are looked at; the rest counts as the author's own."""
MAX_MARKED_LINES = 20_000
"""As many as filing looks for answers in: 400 pages."""


def mark_spans(text: str, known: tuple[str, ...] = (), *, subject: str = "", writer: str = "") -> tuple[Span, ...]:
    """Spans in order, without gap or overlap, over the whole text; none of an empty text.

    ``known`` are texts of ours, the call and what we answered: quoted without any mark they are quoted all the
    same, and what stands between their lines is the author's own.

    A forwarded message is what its sender brings us: the block of its header is quoted, its words are read as a
    letter of their own, with what that quotes and how it is signed. By ``subject`` it is told where, as in Outlook,
    nothing else tells; and where nothing else stands in the message, it is taken for one. ``writer`` is the name
    of the author, which may stand alone below the text.
    """
    lines = split_lines(text[:MAX_MARKED_CHARACTERS], MAX_MARKED_LINES)
    if not lines:
        return ()
    kinds = [SpanKind.QUOTED if line.is_marked else SpanKind.OWN for line in lines]
    ours = [at for at, is_ours in enumerate(known_lines([line.raw for line in lines], known)) if is_ours]
    for at in ours:
        kinds[at] = SpanKind.QUOTED
    for at in mark_introductions(lines):
        kinds[at] = SpanKind.QUOTED
    mark_additions(lines, kinds)
    for start, end in _letters(lines, kinds, last_of_ours=ours[-1] if ours else -1, forwards=is_forward(subject)):
        _sign(lines, kinds, start, end, writer)
    return _spans(lines, kinds, len(text))


def _letters(
    lines: Sequence[TextLine], kinds: MutableSequence[SpanKind], *, last_of_ours: int, forwards: bool
) -> list[tuple[int, int]]:
    """Stretches that each have one writer; earlier messages that are only quoted are marked on the way."""
    letters: list[tuple[int, int]] = []
    start, said = 0, False
    while (earlier := find_earlier(lines, start)) is not None:
        letters.append((start, earlier.start))
        own = (kinds[at] is SpanKind.OWN and not lines[at].is_blank for at in range(start, earlier.start))
        said = said or any(own)
        start = earlier.body
        kinds[earlier.start : start] = [SpanKind.QUOTED] * (start - earlier.start)
        if said and not earlier.is_forwarded and not forwards and last_of_ours < start:
            kinds[start:] = [SpanKind.QUOTED] * (len(lines) - start)
            return letters
        forwards = False
    letters.append((start, len(lines)))
    return letters


def _sign(lines: Sequence[TextLine], kinds: MutableSequence[SpanKind], start: int, end: int, writer: str) -> None:
    """The signature stands at the end of the last stretch that is the writer's own."""
    while end > start and (lines[end - 1].is_blank or kinds[end - 1] is not SpanKind.OWN):
        end -= 1
    first = end
    while first > start and (lines[first - 1].is_blank or kinds[first - 1] is SpanKind.OWN):
        first -= 1
    if first < end:
        said = any(kinds[at] is SpanKind.OWN and not lines[at].is_blank for at in range(start, first))
        mark_signature(lines, kinds, first, end, writer=writer, said=said)


def _spans(lines: Sequence[TextLine], kinds: MutableSequence[SpanKind], length: int) -> tuple[Span, ...]:
    """Blank lines go with what is above them, those at the head with what is below."""
    first = next((at for at, line in enumerate(lines) if not line.is_blank), 0)
    spans: list[Span] = []
    kind = kinds[first]
    for at, line in enumerate(lines):
        if not line.is_blank and at >= first:
            kind = kinds[at]
        if spans and spans[-1].kind is kind:
            spans[-1] = Span(kind, spans[-1].start, line.end)
        elif line.end > line.start:
            spans.append(Span(kind, line.start, line.end))
    if lines[-1].end < length:
        behind = spans.pop().start if spans and spans[-1].kind is SpanKind.OWN else lines[-1].end
        spans.append(Span(SpanKind.OWN, behind, length))
    return tuple(spans)
