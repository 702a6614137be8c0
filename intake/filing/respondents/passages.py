"""Where in a mail its author speaks of themselves: signature, opening, letterheads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.filing.respondents.tokens import COMPANY_FORM
from intake.vocabulary.document import BlockKind, Document
from intake.vocabulary.mail import InnerMessage, Mailbox, ParsedMessage, Span, SpanKind
from intake.vocabulary.respondent import Place

MAX_OPENING_CHARACTERS = 1200
"""Of a letter, within which a writer says who writes."""
MAX_BODY_CHARACTERS = 16_000
"""Of a letter that are looked through at all: five pages; who speaks, says so at the beginning or at the end."""
MAX_FIELD_CHARACTERS = 400
"""Of a subject or a name in the header: several times the longest that people write."""
MAX_LINE_CHARACTERS = 140
"""Of a line in a signature or a letterhead; a longer one is prose."""
MAX_SIGNATURE_LINES = 14
"""Of a signature; what follows is advertising."""
MAX_LETTERHEAD_BLOCKS = 6
"""Of a document, from its beginning."""
MAX_BLOCK_CHARACTERS = 600
"""Of a block in which an address may stand."""
MAX_CLOSING_BLOCKS = 5
"""Of a document, at its end."""
MAX_DOCUMENTS = 6
"""Of one mail; letterheads of the rest are those of annexes."""
MAX_SEGMENTS = 60
"""Of a mail: more is a list of something."""

_PROSE_END = re.compile(r"[.?!。？！]\s*$")
_ABBREVIATED = re.compile(r"\b\w{1,3}\.\s*$")
_SENTENCE_END = re.compile(r"(?<=[.!?؟])(?<!\b[^\W\d_]\.)(?<!\b[^\W\d_]{2}\.)\s+|(?<=[。！？])|\n")
_SEPARATOR = re.compile(
    r"\s*(?:,(?!\s*" + COMPANY_FORM + r")|[;|/•\t()،؛，；、（）：]|:\s|\s[-–—−·]+\s|[–—]|\s{3,})\s*"
)
_ADDRESS = re.compile(r"(?:mailto:|https?://|www\.)?[\w.+-]+@[\w.-]+|(?:https?://|www\.)\S+")
_QUESTION = re.compile(r"\?|？|؟")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line that stands for itself: a name, an office, a body, a city."""

    text: str
    line: int
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """What the facts are looked for in."""

    author: Mailbox
    organization_field: str
    subject: str
    opening: str
    """The first sentences of the author's own words."""
    body: str
    """All of the author's own words."""
    signature: tuple[str, ...]
    """Lines below the letter, with or without a mark before them."""
    letterheads: tuple[str, ...]
    """The first and the last blocks of documents, without questions and answers."""
    documents: tuple[str, ...]
    """Whole texts."""

    def segments(self) -> Iterator[Segment]:
        """The pieces of the signature, then those of the letterheads."""
        count = 0
        for number, line in enumerate(self.signature):
            for text in split(line):
                count += 1
                if count > MAX_SEGMENTS:
                    return
                yield Segment(text, number, Place.SIGNATURE)

    def heads(self) -> Iterator[Segment]:
        """The pieces of the letterheads."""
        for number, line in enumerate(self.letterheads):
            for text in split(line):
                yield Segment(text, number, Place.LETTERHEAD)


def split(line: str) -> list[str]:
    """A line at its commas, bars and dashes; addresses of mail and web left out."""
    return [one for one in (part.strip(" .*_") for part in _SEPARATOR.split(_ADDRESS.sub(" ", line))) if one]


def sentences(text: str) -> list[str]:
    """A text at the ends of its sentences and lines."""
    return [one for one in _SENTENCE_END.split(text) if one.strip()]


def gather(message: ParsedMessage, documents: Sequence[Document]) -> Passages:
    """Cut a message, and what it carries, into the passages that matter."""
    own, signature = _own(message.text, message.spans)
    if not own.strip() and message.inner:
        own, signature = _inner(message.inner)
    own = _ends(own)
    tail, own_without = _tail(own)
    writer = message.author or message.sender or Mailbox("", "")
    lines = [line.strip() for line in (*tail, *signature) if line.strip() and line.strip() != "--"]
    return Passages(
        author=Mailbox(writer.name[:MAX_FIELD_CHARACTERS], writer.address[:MAX_FIELD_CHARACTERS]),
        organization_field=(message.value("Organization") or message.value("Organisation"))[:MAX_FIELD_CHARACTERS],
        subject=message.subject[:MAX_FIELD_CHARACTERS],
        opening=_opening(own_without),
        body=own,
        signature=tuple(line for line in lines if len(line) <= MAX_LINE_CHARACTERS)[:MAX_SIGNATURE_LINES],
        letterheads=tuple(line for one in documents[:MAX_DOCUMENTS] for line in _letterhead(one)),
        documents=tuple(_ends(one.text) for one in documents[:MAX_DOCUMENTS]),
    )


def _ends(text: str) -> str:
    """A text; of a very long one the first half of what is looked through, and the last."""
    half = MAX_BODY_CHARACTERS // 2
    return text if len(text) <= MAX_BODY_CHARACTERS else f"{text[:half]}\n{text[-half:]}"


def _own(text: str, spans: tuple[Span, ...]) -> tuple[str, list[str]]:
    """The author's words, and the lines of the signatures after them; of the last one where they stand within."""
    if not spans:
        return text, []
    own = "".join(text[one.start : one.end] for one in spans if one.kind is SpanKind.OWN)
    last = max((one.end for one in spans if one.kind is SpanKind.OWN), default=0)
    signatures = [one for one in spans if one.kind is SpanKind.SIGNATURE]
    final = [one for one in signatures if one.start >= last] or signatures[-1:]
    return own, [line for one in final for line in text[one.start : one.end].splitlines()]


def _inner(inner: tuple[InnerMessage, ...]) -> tuple[str, list[str]]:
    return _own(inner[0].text, inner[0].spans)


def _tail(own: str) -> tuple[list[str], str]:
    """Short lines that end a letter where nothing marks them as its signature; and the letter without them."""
    lines = own.rstrip().splitlines()
    start = len(lines)
    while start > 0 and len(lines) - start < MAX_SIGNATURE_LINES:
        line = lines[start - 1].strip()
        if line and not _is_short(line):
            break
        start -= 1
    while start < len(lines) and start > 0 and lines[start - 1].strip():  # Not the last line of a paragraph.
        start += 1
    return lines[start:], "\n".join(lines[:start])


def _is_short(line: str) -> bool:
    prose = bool(_PROSE_END.search(line)) and not _ABBREVIATED.search(line)
    if len(line) > MAX_LINE_CHARACTERS:
        return False
    most = MAX_LINE_CHARACTERS if len(split(line)) > 2 else MAX_LINE_CHARACTERS // 2  # noqa: PLR2004 - a name and a city
    return len(line) <= most and not prose and not line.startswith((">", "|"))


def _opening(own: str) -> str:
    """Paragraphs joined, lines within them run on; a line that is a heading keeps its end."""
    paragraphs = re.split(r"\n\s*\n", own.strip()[: 2 * MAX_OPENING_CHARACTERS])
    return "\n".join(" ".join(one.split()) for one in paragraphs)[:MAX_OPENING_CHARACTERS]


def _letterhead(document: Document) -> list[str]:
    blocks = [one for one in document.blocks if one.text.strip()]
    first = [one.text for one in blocks[:MAX_LETTERHEAD_BLOCKS] if one.kind is not BlockKind.CELL]
    last = [one.text for one in blocks[MAX_LETTERHEAD_BLOCKS:][-MAX_CLOSING_BLOCKS:] if one.kind is not BlockKind.CELL]
    texts = (text[:MAX_BLOCK_CHARACTERS] for text in (*first, *last))
    lines = [" ".join(line.split()) for text in texts for line in text.splitlines()]
    return [line for line in lines if 0 < len(line) <= 2 * MAX_LINE_CHARACTERS and not _QUESTION.search(line)]
