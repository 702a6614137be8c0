"""Where an earlier message begins in a text: the block of its header, or the line that introduces it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intake.decoding.lines import TextLine
from intake.decoding.wording import wording
from intake.text.folding import fold

MAX_HEADER_LINES = 30
"""Of a header block; a list of recipients goes on for many."""
MAX_STRAY_LINES = 4
"""Lines without a label of their own in a row, on which a list of recipients goes on."""
MIN_LABELS = 3
"""That make a header block; two do below a drawn line or a line that announces it."""
MAX_LABEL_CHARACTERS = 40
"""Up to the colon, with what surrounds the label."""
MAX_ATTRIBUTION_LINES = 4
"""Over which an introduction is wrapped."""
MAX_ATTRIBUTION_CHARACTERS = 400
"""Of an introduction; a name and an address have less than two hundred."""

_RULE = re.compile(r"[-_=*~─—\s]{5,}")
_EDGES = " \t-_=*~─—:>|#.<"
_TIME = re.compile(r"\d{1,2}\s?(?:[:.h٫]|ч|时|時|點|点)\s?\d{2}|(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ADDRESS = re.compile(r"[^\s@<>()\[\]]{1,64}@[^\s@<>()\[\],:;]{1,255}")
_ADDRESS_LAST = re.compile(r"@[^\s@<>:]{1,255}[>)\]]{1,3} ?:$")
_TOLD = frozenset({"sent", "to", "subject"})
_GENERIC_LABEL = re.compile(r"[^:：]{1,25}[:：]\s?\S")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier message in a text, by numbers of lines."""

    start: int
    """Of what introduces it: drawn line, announcement, header block."""
    body: int
    is_forwarded: bool
    """Whether it says so itself; Outlook's never do."""


def find_earlier(lines: Sequence[TextLine], start: int) -> Earlier | None:
    """The next earlier message that is not marked line by line."""
    for at in range(start, len(lines)):
        line = lines[at]
        if line.is_blank or line.is_marked or line.is_long:
            continue
        found = _announced(lines, at) or _headed(lines, at, at) or _introduced(lines, at)
        if found:
            return found
    return None


def mark_introductions(lines: Sequence[TextLine]) -> list[int]:
    """Lines that introduce the marked quotation below them."""
    found: list[int] = []
    behind: int | None = None
    for at, line in enumerate(lines):
        if line.is_blank:
            continue
        if line.is_marked and behind is not None:
            found += _introduction(lines, behind, below_is_marked=True)
        behind = None if line.is_marked else at
    return found


def is_attribution(line: str) -> bool:
    """Whether a line introduces the quotation that follows it."""
    return _introduces(fold(line[:MAX_ATTRIBUTION_CHARACTERS]), below_is_marked=True)


def is_forward(subject: str) -> bool:
    """Whether a subject begins as that of a forwarded message does."""
    prefix, colon, _ = fold(subject[:40]).partition(":")
    return bool(colon) and prefix.strip(" []") in wording().forward_subjects


def is_rule(line: TextLine) -> bool:
    """Whether it is a line that is drawn."""
    return bool(_RULE.fullmatch(line.raw)) and not line.is_blank


def _announced(lines: Sequence[TextLine], at: int) -> Earlier | None:
    """``-----Original Message-----`` and its like, or a drawn line above a header block."""
    line = lines[at]
    if is_rule(line):
        below = _next_line(lines, at + 1)
        if below is None:
            return None
        if is_rule(lines[below]):
            return None
        headed = _headed(lines, below, at, announced=True)
        announced = None if headed else _announced(lines, below)
        found = headed or announced
        return Earlier(at, found.body, found.is_forwarded) if found else None
    words, bare = wording(), line.folded.strip(_EDGES)
    forwarded = bare in words.forwarded or (line.folded[:2] == "--" and bare.startswith(words.forwarded))
    if not forwarded and bare not in words.original:
        return None
    below = _next_line(lines, at + 1)
    headed = _headed(lines, below, at, announced=True) if below is not None else None
    if headed:
        return Earlier(at, headed.body, forwarded)
    drawn = line.folded[:2] in {"--", "__", "==", "**", "> "} or line.folded[-1:] in {"-", ":"}
    return Earlier(at, at + 1, forwarded) if drawn and line.folded[:2] in {"--", "__", "=="} else None


def _headed(lines: Sequence[TextLine], at: int, start: int, *, announced: bool = False) -> Earlier | None:
    """A header block that begins in line ``at``."""
    if not _kinds_of(lines[at]):
        return _headed_somehow(lines, at, start) if announced else None
    kinds: list[frozenset[str]] = []
    end = at
    for number in range(at, min(at + MAX_HEADER_LINES, len(lines))):
        line, strays = lines[number], number - end
        if kind := _kinds_of(line):
            kinds.append(kind)
            end = number + 1
        elif strays > MAX_STRAY_LINES or (line.is_blank and strays) or not (line.is_blank or _goes_on(line)):
            break
        elif "@" in line.raw:
            end = number + 1
    least = MIN_LABELS - 1 if announced else MIN_LABELS
    if len(kinds) < least or not any("from" in one for one in kinds[:3]) or not any(one & _TOLD for one in kinds):
        return None
    return Earlier(start, end, is_forwarded=False)


def _headed_somehow(lines: Sequence[TextLine], at: int, start: int) -> Earlier | None:
    """Below an announcement, any labels make a header block, whatever their language."""
    end = at
    while end < len(lines) and not lines[end].is_long and _GENERIC_LABEL.match(lines[end].folded[:60]):
        end += 1
    if end - at < MIN_LABELS or not any("@" in one.raw for one in lines[at:end]):
        return None
    return Earlier(start, end, is_forwarded=False)


def _kinds_of(line: TextLine) -> frozenset[str]:
    """Which kinds of label a line begins with; none where it does not, or says nothing behind it."""
    if ":" not in line.folded and "\t" not in line.raw and "|" not in line.raw:
        return frozenset()
    head = fold(line.raw[: 2 * MAX_LABEL_CHARACTERS].replace("\t", ":").replace("|", ":")).lstrip(": *_>")
    label, colon, _ = head.partition(":")
    if not colon or len(label) > MAX_LABEL_CHARACTERS:
        return frozenset()
    label = label.strip(" *_")
    labels = wording().labels
    return labels.get(label) or labels.get(label.replace(" ", "")) or frozenset()


def _goes_on(line: TextLine) -> bool:
    return not line.is_long and ("@" in line.raw or line.raw.rstrip().endswith((";", ",")) or line.raw[:1] in " \t")


def _introduced(lines: Sequence[TextLine], at: int) -> Earlier | None:
    """Words of an introduction, and below them no marks: all that follows is quoted."""
    last, end = at, min(at + MAX_ATTRIBUTION_LINES, len(lines))
    while not _ends_introduction(lines[last]):
        last += 1
        if last == end or lines[last].is_blank or lines[last].is_marked:
            return None
    below = _next_line(lines, last + 1)
    if below is None or lines[below].is_marked:
        return None
    found = _introduction(lines, last, below_is_marked=False)
    return Earlier(found[0], last + 1, is_forwarded=False) if found and found[0] == at else None


def _ends_introduction(line: TextLine) -> bool:
    return line.folded.endswith(":") and not line.is_long


def _introduction(lines: Sequence[TextLine], last: int, *, below_is_marked: bool) -> list[int]:
    """The fewest lines up to ``last`` that make an introduction."""
    joined = ""
    for first in range(last, max(-1, last - MAX_ATTRIBUTION_LINES), -1):
        line = lines[first]
        if line.is_blank or line.is_marked or line.is_long:
            break
        joined = f"{line.folded} {joined}".strip()
        if len(joined) > MAX_ATTRIBUTION_CHARACTERS:
            break
        if _introduces(joined, below_is_marked=False):
            return list(range(first, last + 1))
    if below_is_marked and _introduces(lines[last].folded, below_is_marked=True):
        return [last]
    return []


def _introduces(folded: str, *, below_is_marked: bool) -> bool:
    if len(folded) > MAX_ATTRIBUTION_CHARACTERS:
        return False
    wrote = wording().wrote.search(folded)
    ends = folded.endswith(":") or bool(wrote and wrote.end() >= len(folded) - 2)
    if not ends:
        return False
    if below_is_marked:
        return bool(wrote or _ADDRESS.search(folded))
    if wrote and _TIME.search(folded):
        return bool(_ADDRESS.search(folded)) or (folded.endswith(":") and len(_TIME.findall(folded)) > 1)
    return bool(_ADDRESS_LAST.search(folded) and _YEAR.search(folded) and len(_TIME.findall(folded)) > 1)


def _next_line(lines: Sequence[TextLine], start: int) -> int | None:
    return next((at for at in range(start, min(start + 3, len(lines))) if not lines[at].is_blank), None)
