"""Who signs below a letter: marked only where that is sure, since a lost answer is worse than a kept name."""

from __future__ import annotations

import re
from collections.abc import MutableSequence, Sequence

from intake.decoding.disclaimers import is_disclaiming, mark_disclaimers
from intake.decoding.lines import TextLine, paragraph_end, paragraph_start, trim
from intake.decoding.wording import wording
from intake.text.folding import fold
from intake.vocabulary.mail import SpanKind

MAX_SIGNATURE_LINES = 15
"""Below a closing or a separator; what is longer is more than a signature."""
MAX_SIGNATURE_CHARACTERS = 1500
"""Of all lines of a signature."""
MAX_NAME_CHARACTERS = 120
"""Of one line of a signature."""
MAX_CLOSING_CHARACTERS = 70
"""Of a line that closes a letter with a formula."""
MAX_SENTENCE_CHARACTERS = 400
"""Of a sentence that closes a letter."""
MAX_CLOSING_WORDS = 3
"""Behind a formula that has several words; and of a formula in a language that we do not know."""
MIN_SENTENCE_WORDS = 6
"""That, with a full stop behind them, are a sentence and no address."""

_SEPARATORS = frozenset({"-- ", "--", "- -- ", "- --"})
_STRIPPED = " .,،;:!。！，、*_~-–—"
_MARKER = re.compile(r"^\W{0,3}(?:\d{1,2}|[a-z]|[ivx]{1,4}|[一二三四五六七八九十]{1,3})\s?[.)、:-](?!\d)|^[*•·○▪-]\s")
_NAME = re.compile(
    r"[^\W\d_a-zа-я][\w'’.-]*(?: (?:[^\W\d_a-zа-я][\w'’.-]*|d[aeo]s?|del|du|l[ae]|van|von|der|bin|ibn|al|el|y|e)){1,5}"
)
_PHONE = re.compile(
    r"(?<![\w.\[])\+\d[\d ()./-]{6,20}\d"
    r"|(?:\b(?:tel|tél|phone|fax|mob|cell?|тел|моб|факс)\w{0,9}|هاتف|جوال|تلفون|فاكس|电话|電話|手机|手機|传真|傳真)\W{0,4}[+(]?\d",
    re.IGNORECASE,
)
_QUESTION_ENDS = ("?", "？", "؟")
_SENTENCE_ENDS = (".", "。", "!", "！", *_QUESTION_ENDS)


def mark_signature(
    lines: Sequence[TextLine],
    kinds: MutableSequence[SpanKind],
    start: int,
    end: int,
    *,
    writer: str = "",
    said: bool = False,
) -> None:
    """Mark signature and disclaimers at the end of a letter's own words, lines ``start`` up to ``end``.

    ``writer`` is the name under which it was sent: without any formula, a last paragraph that begins with it signs.
    Unless more was ``said`` before, a formula that stands first closes nothing.
    """
    end = trim(lines, start, end)
    below = end
    separator = _separator(lines, start, end)
    if separator is not None:
        kinds[separator:end] = [SpanKind.SIGNATURE] * (end - separator)
        mark_disclaimers(lines, kinds, separator + 1, end, signed=True)
        end = trim(lines, start, separator)
    end = mark_disclaimers(lines, kinds, start, end, signed=separator is not None or below != end)
    closing = _closing(lines, start, end)
    if closing is not None and not said and all(line.is_blank for line in lines[start:closing]):
        return
    if closing is None and separator is None:
        closing = _contact(lines, start, end, writer)
    if closing is not None:
        stop = _postscript(lines, closing, end)
        mark_disclaimers(lines, kinds, closing + 1, stop, signed=True)
        for at in range(closing, stop):
            if kinds[at] is SpanKind.OWN:
                kinds[at] = SpanKind.SIGNATURE
    else:
        _mark_inner_closing(lines, kinds, start, end)


def _separator(lines: Sequence[TextLine], start: int, end: int) -> int | None:
    """The last separator (RFC 3676, 4.3), where what is below it may be a signature."""
    for at in range(end - 1, max(start - 1, end - 2 * MAX_SIGNATURE_LINES - 10), -1):
        if lines[at].raw in _SEPARATORS:
            return at if _may_sign(lines, at + 1, end, separated=True) else None
    return None


def _may_sign(lines: Sequence[TextLine], start: int, end: int, *, separated: bool = False) -> bool:
    """Whether these lines may be names, titles and addresses, or what a mail system adds below them."""
    told = [line for line in lines[start:end] if not line.is_blank]
    named = [line for line in told if not separated or not is_disclaiming(line.folded, signed=True)]
    if len(told) > 2 * MAX_SIGNATURE_LINES or len(named) > MAX_SIGNATURE_LINES + 10 * separated:
        return False
    if separated:
        return all(len(line.raw) <= 3 * MAX_NAME_CHARACTERS and not line.raw.rstrip().endswith("?") for line in named)
    if sum(len(line.raw) for line in named) > MAX_SIGNATURE_CHARACTERS or not all(map(_may_name, named)):
        return False
    first = next((at for at in range(start, end) if not lines[at].is_blank), end)
    return not any(map(_is_prose, lines[paragraph_end(lines, first, end) : end]))


def _may_name(line: TextLine) -> bool:
    raw = line.raw.strip()
    if len(raw) > MAX_NAME_CHARACTERS or raw.endswith(_QUESTION_ENDS):
        return False
    return not _MARKER.match(line.folded) and not wording().numbered.match(line.folded)


def _is_prose(line: TextLine) -> bool:
    """Below the paragraph of the name, a whole sentence is no part of a signature."""
    return line.raw.rstrip().endswith((*_SENTENCE_ENDS, ":", "：")) and len(line.folded.split()) >= MIN_SENTENCE_WORDS


def _is_closing(line: TextLine) -> bool:
    raw = line.raw.strip()
    if not raw or len(raw) > MAX_CLOSING_CHARACTERS:
        return False
    words, bare = wording(), line.folded.strip(_STRIPPED)
    if bare in words.closings:
        return True
    pieces = bare.split()
    for number in range(min(len(pieces) - 1, 6), 0, -1):
        head = " ".join(pieces[:number])
        formula = head.rstrip(_STRIPPED)
        if formula not in words.closings:
            continue
        rest = len(pieces) - number
        return head != formula or (number > 1 and rest <= MAX_CLOSING_WORDS)
    return False


def _is_closing_sentence(lines: Sequence[TextLine], at: int, end: int) -> bool:
    line = lines[at]
    if len(line.raw) > MAX_SENTENCE_CHARACTERS or not line.folded.startswith(wording().closing_sentences):
        return False
    stop = paragraph_end(lines, at, end)
    return at == 0 or lines[at - 1].is_blank or stop - at < 6  # noqa: PLR2004 - a sentence and a name.


def _closing(lines: Sequence[TextLine], start: int, end: int) -> int | None:
    """The first line of the closing behind which stand only names."""
    found, seen = None, 0
    for at in range(end - 1, start - 1, -1):
        line = lines[at]
        if line.is_blank:
            continue
        seen += 1
        if seen > MAX_SIGNATURE_LINES + 2:
            break
        stop = _postscript(lines, at, end)
        if _is_closing(line) or _is_unknown_closing(lines, at, end):
            rest = at + 1
        elif _is_closing_sentence(lines, at, end):
            rest = _sentence_end(lines, at, stop)
        else:
            continue
        if _may_sign(lines, rest, _before_additions(lines, rest, stop)):
            found = at
    return found


def _sentence_end(lines: Sequence[TextLine], at: int, end: int) -> int:
    """Behind the line in which a sentence that closes a letter ends."""
    for number in range(at, min(at + 6, end)):
        if lines[number].raw.rstrip().endswith((".", ",", "،", "。", "，")) or lines[number].is_blank:
            return number + 1
    return at + 1


def _before_additions(lines: Sequence[TextLine], start: int, end: int) -> int:
    marked = [SpanKind.OWN] * len(lines)
    return mark_disclaimers(lines, marked, start, end, signed=True)


def _is_unknown_closing(lines: Sequence[TextLine], at: int, end: int) -> bool:
    """A few words with a comma behind them, and then a name: how letters close in any language."""
    words = lines[at].raw.strip()
    if (
        not words.endswith((",", "،", "，"))
        or len(words.split()) > MAX_CLOSING_WORDS
        or _MARKER.match(lines[at].folded)
    ):
        return False
    below = next((number for number in range(at + 1, min(at + 3, end)) if not lines[number].is_blank), None)
    alone = at > 0 and lines[at - 1].is_blank
    if below is None or not alone or _is_closing(lines[below]) or not _NAME.fullmatch(lines[below].raw.strip(" ,*")):
        return False
    return all(not line.raw.rstrip().endswith(_SENTENCE_ENDS) for line in lines[below : end - 1])


def _contact(lines: Sequence[TextLine], start: int, end: int, writer: str) -> int | None:
    """A last paragraph of short lines that says where its writer is reached, or begins with the writer's name."""
    first = paragraph_start(lines, end, start)
    paragraph = lines[first:end]
    if not 0 < len(paragraph) <= MAX_SIGNATURE_LINES // 2 or first == start:
        return None
    if not all(_may_name(line) and not line.raw.rstrip().endswith(_SENTENCE_ENDS) for line in paragraph):
        return None
    return first if any(_PHONE.search(line.raw) for line in paragraph) or _is_named(paragraph[0], writer) else None


def _is_named(line: TextLine, writer: str) -> bool:
    """Whether a short line holds a name whole: two words of it, or one of two letters where words have no spaces."""
    words = fold(writer).replace(",", " ").split()
    if not words or len(line.raw) > MAX_CLOSING_CHARACTERS:
        return False
    if len(words) == 1:
        return (
            len(words[0]) > 1
            and not words[0].isascii()
            and "\u3400" <= words[0][0] <= "\u9fff"
            and words[0] in line.folded
        )
    return set(words) <= set(line.folded.replace(",", " ").split())


def _mark_inner_closing(lines: Sequence[TextLine], kinds: MutableSequence[SpanKind], start: int, end: int) -> None:
    """A letter that ends before its annex: the formula and the one paragraph of names below it."""
    for at in range(start, end):
        if kinds[at] is not SpanKind.OWN or not _is_closing(lines[at]):
            continue
        first = at + 1
        while first < end and lines[first].is_blank:
            first += 1
        stop = paragraph_end(lines, first, end)
        names = lines[first:stop]
        if not 0 < len(names) <= MAX_SIGNATURE_LINES // 2:
            continue
        if all(_may_name(line) and not line.raw.rstrip().endswith((*_SENTENCE_ENDS, ":", "：")) for line in names):
            for number in range(at, stop):
                if kinds[number] is SpanKind.OWN:
                    kinds[number] = SpanKind.SIGNATURE


def _postscript(lines: Sequence[TextLine], start: int, end: int) -> int:
    """Where a postscript begins; it is no part of the signature."""
    for at in range(start + 1, end):
        head, colon, _ = lines[at].folded[:20].replace(" ", ":", 1).partition(":")
        if colon and head.rstrip(".:") in wording().postscripts:
            return at
    return end
