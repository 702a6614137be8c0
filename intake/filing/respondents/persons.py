"""The name of the person who writes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.filing.respondents.lookup import Lookup
from intake.filing.respondents.passages import Passages, Segment, sentences, split
from intake.filing.respondents.tokens import is_han, tokenize
from intake.text.folding import fold
from intake.vocabulary.registers import WordKind
from intake.vocabulary.respondent import Certainty, Evidence, Fact, Place

MAX_WORDS = 6
"""Of a person's name."""
MAX_HALF = 3
"""Words before or after the comma of a name that is turned."""
MIN_ECHO = 4
"""Letters of a name that an address repeats: Li and Ana stand in many."""
MAX_HAN = 4
"""Characters of a name in Chinese."""
_QUOTES = re.compile(r"[\"“”„«»]|^'|'$")
_REVERSED = re.compile(r"^([^,]+),\s*([^,]+)$")
_PARTICLES = frozenset(
    {
        "al",
        "el",
        "bin",
        "bint",
        "ibn",
        "ben",
        "ould",
        "abu",
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "du",
        "la",
        "le",
        "las",
        "los",
        "van",
        "von",
        "der",
        "den",
        "ten",
        "ter",
        "y",
        "e",
        "i",
        "o",
        "ap",
        "af",
        "zu",
    }
)


def find_name(lookup: Lookup, passages: Passages) -> Evidence | None:
    """Who writes: as From says, unless that names an office or a body; then as the signature says."""
    written = _QUOTES.sub("", passages.author.name).strip()
    turned = _REVERSED.match(written)
    if turned and _is_turned(lookup, turned[1], turned[2]):
        return _evidence(f"{turned[2].strip()} {turned[1].strip()}", Place.FROM, written, Certainty.SURE)
    signed = _signed(lookup, passages)
    for part in split(written):
        name = as_person(lookup, part)
        if name and not is_of_domain(passages.author.address, name) and not _is_another(passages, name, signed):
            return _evidence(_as_signed(lookup, passages, name), Place.FROM, written, Certainty.SURE)
    return signed or _introduced(lookup, passages)


def _is_another(passages: Passages, name: str, signed: Evidence | None) -> bool:
    """Whether From names nobody of the signature, in an address that is not made from it: some office's mailbox."""
    if signed is None or _echoes(passages.author.address, name):
        return False
    below = {token.folded for line in passages.signature for token in tokenize(line)}
    return not below & {token.folded for token in tokenize(name)}


def is_of_domain(address: str, name: str) -> bool:
    """Whether what looks like a name is that of the domain, and so of a body."""
    domain = re.sub(r"[^a-z0-9]", "", fold(address.rpartition("@")[2]))
    words = [token.folded for token in tokenize(name) if len(token.folded) >= MIN_ECHO]
    return len(words) > 1 and sum(word in domain for word in words) > 1 and not _echoes(address, name)


def as_person(lookup: Lookup, text: str) -> str | None:
    """The name of a person, without titles; None where a text is not one."""
    text = _without_titles(lookup, _QUOTES.sub("", text).strip())
    if not text or any(character.isdigit() or character in "@_#" for character in text):
        return None
    if lookup.book(WordKind.ROBOT_NAME).is_all(text) or fold(text) in lookup.organizations:
        return None
    if is_han(text.replace(" ", "")):
        return _han_name(lookup, text.replace(" ", ""))
    is_name = _has_form(text) and not _means_something(lookup, text)
    return text if is_name else None


def _has_form(text: str) -> bool:
    """Some words, each as names are written, one of them more than an initial."""
    tokens = tokenize(text)
    if not 1 < len(tokens) <= MAX_WORDS or any(token.broken for token in tokens[1:]):
        return False
    if not all(token.is_name or token.folded.strip("'") in _PARTICLES for token in tokens):
        return False
    return any(len(token.folded) > 1 and "." not in token.folded for token in tokens)


def _means_something(lookup: Lookup, text: str) -> bool:
    """Whether words of a body, an office, a greeting are in it, or it is a place."""
    if lookup.book(WordKind.ROBOT_NAME).at(tokenize(text), 0):
        return True
    kinds = (WordKind.ROLE, WordKind.UNIT, WordKind.CLOSING, WordKind.ADDRESSEE)
    if lookup.signs.first(text) or any(lookup.says(kind, text) for kind in kinds):
        return True
    return lookup.countries.is_all(text) is not None or lookup.cities.is_all(text) is not None


def _han_name(lookup: Lookup, text: str) -> str | None:
    if not 1 < len(text) <= MAX_HAN:
        return None
    surnames = lookup.book(WordKind.SURNAME)
    begins = any(surnames.is_all(text[:length]) for length in (2, 1))
    wrong = lookup.signs.first(text) or lookup.book(WordKind.ROLE).first(text) or lookup.countries.first(text)
    return text if begins and not wrong and not lookup.book(WordKind.CLOSING).first(text) else None


def _without_titles(lookup: Lookup, text: str) -> str:
    titles = lookup.book(WordKind.TITLE)
    if is_han(text.replace(" ", "")):
        return re.sub(r"(?:博士|先生|女士|小姐|教授|老师|老師|副教授|律师|律師)$", "", text).strip()
    tokens = tokenize(text)
    start, end = 0, len(tokens)
    while end - start > 2 and (found := titles.at(tokens[:end], start)) and end - start - found[0] > 1:  # noqa: PLR2004
        start += found[0]
    while end - start > 2 and titles.at(tokens[:end], end - 1):  # noqa: PLR2004 - a name has two words
        end -= 1
    return text[tokens[start].start : tokens[end - 1].end] if tokens else ""


def _is_turned(lookup: Lookup, last: str, first: str) -> bool:
    """``Bako, Halima``: both halves short, together a name."""
    both = f"{first.strip()} {last.strip()}"
    short = all(0 < len(tokenize(part)) <= MAX_HALF for part in (last, first))
    return short and as_person(lookup, both) is not None


def _signed(lookup: Lookup, passages: Passages) -> Evidence | None:
    """The first piece of the signature that can be a name; one that an office stands beside goes first."""
    segments = list(passages.segments())
    likely: str | None = None
    for number, segment in enumerate(segments):
        for text in _pieces(lookup, segment.text):
            name = as_person(lookup, text)
            if name is None:
                continue
            if _beside_role(lookup, segments, number) or _echoes(passages.author.address, name):
                return _evidence(name, Place.SIGNATURE, segment.text, Certainty.SURE)
            likely = likely or name
    return _evidence(likely, Place.SIGNATURE, likely, Certainty.LIKELY) if likely else None


def _as_signed(lookup: Lookup, passages: Passages, name: str) -> str:
    """A name as it is written below the letter, if its words are the same: neither SURNAME first nor small."""
    words = sorted(token.folded for token in tokenize(name))
    if is_han(name):
        return name
    signed = (as_person(lookup, piece) for one in passages.segments() for piece in _pieces(lookup, one.text))
    return next((one for one in signed if one and sorted(token.folded for token in tokenize(one)) == words), name)


def _introduced(lookup: Lookup, passages: Passages) -> Evidence | None:
    """I am Such and Such: the longest row of words that can be a name."""
    for sentence in sentences(passages.opening):
        for found in lookup.book(WordKind.INTRODUCTION).find(sentence):
            after = tokenize(sentence[found.end :])
            for length in range(min(MAX_WORDS, len(after)), 1, -1):
                text = sentence[found.end + after[0].start : found.end + after[length - 1].end]
                if not after[length - 1].is_lower and (name := as_person(lookup, text)):
                    return _evidence(name, Place.TEXT, sentence, Certainty.SURE)
    return None


def _pieces(lookup: Lookup, text: str) -> list[str]:
    """A piece as it is; and without the office that stands before it, or its words where it is in Chinese."""
    if any(is_han(part) for part in text.split()):
        return [re.sub(r"^[:：]", "", part) for part in text.split()]
    tokens = tokenize(text)
    found = lookup.book(WordKind.ROLE).at(tokens, 0) if tokens else None
    rest = text[tokens[found[0]].start :] if found and found[0] < len(tokens) else ""
    return [text, rest] if rest else [text]


def _beside_role(lookup: Lookup, segments: Sequence[Segment], number: int) -> bool:
    line = segments[number].line
    near = [one for one in segments if abs(one.line - line) <= 1]
    return any(lookup.says(WordKind.ROLE, one.text) for one in near)


def _echoes(address: str, name: str) -> bool:
    """Whether the address is made from the name."""
    local = fold(address.rpartition("@")[0])
    return any(len(token.folded) >= MIN_ECHO and token.folded in local for token in tokenize(name))


def _evidence(value: str, place: Place, quote: str, certainty: Certainty) -> Evidence:
    return Evidence(Fact.NAME, " ".join(value.split()), place, quote, certainty)
