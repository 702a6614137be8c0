"""A letter that somebody passes on: its author is who wrote it, as claimed by who forwards it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from intake.text.folding import fold
from intake.vocabulary.mail import Mailbox, ParsedMessage, Span, SpanKind

MAX_COVER_CHARACTERS = 1200
"""Of the forwarder's own words: who writes more says something of their own."""
MIN_LETTER_CHARACTERS = 80
"""Of a letter that is worth passing on."""
NEAR_LINES = 8
"""Within which the lines of a forwarded header stand."""

_LINE = re.compile(r"^[\s>*]*([^\W\d_][^:：\n]{0,30}?)\s*[:：]\s*(.*)$", re.MULTILINE)
_MAILBOX = re.compile(r"[\"'«“]?([^<\"'»”\[(]*)[\"'»”]?\s*[<\[(]?(?:mailto:)?([\w.+-]+@[\w-]+(?:\.[\w-]+)+)[>\])]?")


@dataclass(frozen=True, slots=True)
class _Words:
    prefixes: tuple[str, ...]
    author: frozenset[str]
    beside: frozenset[str]


def unfold(message: ParsedMessage) -> ParsedMessage:
    """The message as its real author wrote it; the same message where nobody forwards anything.

    Of a message that was attached, author and subject are its own, and the body is but a cover; of one that
    stands in the body, the author is who its header names, and what follows the header is theirs.
    """
    if len(message.own_text) > MAX_COVER_CHARACTERS and not _says_forward(message):
        return message
    told = [one for one in message.inner if len(one.text.strip()) >= MIN_LETTER_CHARACTERS and one.author]
    if len(told) == 1 and len(message.inner) == 1 and told[0].author is not None:
        cover = (Span(SpanKind.QUOTED, 0, len(message.text)),) if message.text else ()
        return replace(message, authors=(told[0].author,), subject=told[0].subject or message.subject, spans=cover)
    return _in_body(message) if _says_forward(message) else message


def _says_forward(message: ParsedMessage) -> bool:
    return fold(message.subject).startswith(_words().prefixes)


def _in_body(message: ParsedMessage) -> ParsedMessage:
    lines = list(_LINE.finditer(message.text))
    for at, line in enumerate(lines):
        if fold(line[1]) not in _words().author:
            continue
        near = [one for one in lines[at + 1 : at + 1 + NEAR_LINES] if fold(one[1]) in _words().beside]
        author = _MAILBOX.search(line[2])
        if author is None or not near or line.start() > MAX_COVER_CHARACTERS:
            continue
        start = message.text.find("\n", near[-1].end())
        letter = message.text[start:] if start >= 0 else ""
        if len(letter.strip()) < MIN_LETTER_CHARACTERS:
            continue
        kept = tuple(one for one in message.spans if one.kind is not SpanKind.QUOTED and one.start >= start)
        return replace(
            message,
            authors=(Mailbox(author[1].strip(" \t*"), author[2]),),
            spans=_theirs(start, len(message.text), kept),
        )
    return message


def _theirs(start: int, end: int, marked: tuple[Span, ...]) -> tuple[Span, ...]:
    """What follows the forwarded header is its author's, but for what was marked as signature or disclaimer."""
    spans, at = [Span(SpanKind.QUOTED, 0, start)], start
    for one in marked:
        if one.kind is SpanKind.OWN:
            continue
        if one.start > at:
            spans.append(Span(SpanKind.OWN, at, one.start))
        spans.append(one)
        at = one.end
    return (*spans, Span(SpanKind.OWN, at, end)) if at < end else tuple(spans)


@cache
def _words() -> _Words:
    table = tomllib.loads((files(__package__) / "forwards.toml").read_text(encoding="utf-8"))
    return _Words(
        prefixes=tuple(fold(one) for one in table["prefixes"]),
        author=frozenset(fold(one) for one in table["from"]),
        beside=frozenset(fold(one) for one in table["beside"]),
    )
