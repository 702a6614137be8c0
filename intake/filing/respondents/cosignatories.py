"""Who signed with the respondent: the list that a joint response gives."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.filing.respondents.lookup import Lookup
from intake.text.folding import fold
from intake.vocabulary.mail import Mailbox
from intake.vocabulary.registers import WordKind

MAX_SIGNATORIES = 500
"""Of one response; the largest open letters to a consultation have fewer bodies."""
MAX_LINE_CHARACTERS = 160
"""Of a line that names a signatory."""
MIN_SIGNATORIES = 2
MIN_WORD_LETTERS = 3
"""Of a word of a name that a domain would hold."""
SAME_LETTERS = 5
"""At the beginning of two words that are taken for one: domains cut names short."""
MAX_HEADING_CHARACTERS = 200
"""Of the line that says that signatories follow."""

_NUMBERED = re.compile(
    r"^\s*(?:[(\[]?(?:\d{1,3}|[a-zа-я٠-٩一二三四五六七八九十]{1,3})[.)\]、:]|[-–—•*·▪●○])\s*(?=\S)", re.IGNORECASE
)
_PROSE = re.compile(r"[.?!。？！؟]\s*$")
_ABBREVIATION = re.compile(r"\b(?:Ltd|Inc|S\.A|C\.V|A\.C|Co|e\.V|etc|Dr|S\.L)\.\s*$")
_INLINE = re.compile(r"[;；、]|,(?!\s*(?:Inc|Ltd|S\.A|LLC))|،|，|\s(?:and|et|y|e|и|و|和|及|與|与)\s(?!\S+\s*$)?")


_HAN = re.compile(r"[\u3400-\u9fff]{2,}")


def find_cosignatories(lookup: Lookup, texts: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The signatories as they are listed, and the line that announces them; both empty where there is no list."""
    for text in texts:
        if not lookup.says(WordKind.UNDERSIGNED, text):
            continue  # As in most texts, of which each line need not be asked then.
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if len(line) > MAX_HEADING_CHARACTERS or not lookup.says(WordKind.UNDERSIGNED, line):
                continue
            listed = _below(lines[number + 1 :]) or _beside(line)
            if len(listed) >= MIN_SIGNATORIES:
                return tuple(listed[:MAX_SIGNATORIES]), line.strip()
    return (), ""


def is_of(name: str, author: Mailbox) -> bool:
    """Whether a listed name is the author's own, by their domain or their name: nobody signs with themselves."""
    words = [word for word in re.findall(r"[^\W_]+", fold(name)) if len(word) >= MIN_WORD_LETTERS]
    labels = re.findall(r"[^\W_]+", fold(author.domain.rpartition(".")[0]))
    met = sum(any(word[:SAME_LETTERS] == label[:SAME_LETTERS] for label in labels) for word in words)
    if words and met >= min(len(words), 2):
        return True
    own = re.findall(r"[^\W_]+", fold(author.name))
    return any(one in words for one in own if len(one) > MIN_WORD_LETTERS) or any(
        one in fold(name) for one in own if _HAN.fullmatch(one)
    )


def without(text: str, signatories: Sequence[str]) -> str:
    """A text without the lines that list its signatories: they are not its author's signature."""
    if not signatories:
        return text
    names = frozenset(signatories)
    return "\n".join(line for line in text.splitlines() if _named(line) not in names)


def _below(lines: Sequence[str]) -> list[str]:
    """The lines of the list; its form is that of its first line: all numbered, or all without."""
    listed: list[str] = []
    numbered: bool | None = None
    gap = False
    for line in lines:
        if not line.strip():
            gap = bool(listed)
            continue
        marked = _NUMBERED.match(line) is not None
        if numbered is None:
            numbered = marked
        prose = len(line) > MAX_LINE_CHARACTERS or (
            _PROSE.search(line) and not _ABBREVIATION.search(line) and not marked
        )
        if marked is not numbered or prose or (gap and not marked) or len(listed) == MAX_SIGNATORIES:
            break
        listed.append(_named(line))
    return listed


def _beside(line: str) -> list[str]:
    """A list that follows a colon on the same line."""
    _, colon, rest = line.replace("：", ":").partition(":")
    return [one.strip(" .") for one in _INLINE.split(rest) if one.strip(" .")] if colon else []


def _named(line: str) -> str:
    return " ".join(_NUMBERED.sub("", line).split()).strip(" ;,.；，")
