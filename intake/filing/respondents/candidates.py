"""Every name in a mail that could be that of the body that speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from intake.filing.respondents.bodies import bodies, is_only_kind
from intake.filing.respondents.countries import city
from intake.filing.respondents.lookup import Lookup, Sign
from intake.filing.respondents.passages import Passages, sentences, split
from intake.filing.respondents.persons import as_person, is_of_domain
from intake.filing.respondents.phrasebook import Found
from intake.filing.respondents.tokens import has_han, is_han, tokenize
from intake.text.folding import fold
from intake.vocabulary.registers import WordKind
from intake.vocabulary.respondent import Place

ALIKE = 0.88
"""Of two spellings of one name, such as two cases of Russian."""
MIN_LETTERS = 3
"""Of a name: fewer are initials."""
MIN_HAN = 4
"""Characters of a name in Chinese: fewer are a person, or an abbreviation."""
MAX_PLAIN_WORDS = 9
"""Of a line in a letterhead, past which it is a sentence."""
MAX_WORDS = 12
"""Of a piece that is a name as a whole."""
MAX_OPENING_SENTENCES = 3
"""The salutation and what follows it."""
EARLY_CHARACTERS = 140
"""Of a sentence, within which who hands something in is named."""
MAX_WORDS_BEFORE_SUBJECT = 4
"""Of a sentence, before its subject: Hereby the Such and Such."""
MAX_SUBJECT_CHARACTERS = 60
"""Of what begins a sentence, and of what is said of it."""
MAX_WORDS_BEFORE_KIND = 2
"""Between "is a" and the word that says what."""
KNOWN_STRENGTH = 3
"""Of the name of a known body, whatever its words."""

_CONNECTORS = frozenset({"of", "de", "du", "del", "des", "d", "l", "la", "le", "the", "el", "at", "for", "chez", "en"})
"""Between an office and the body in which it is held."""
_FORM_END = re.compile(r"\b(?:S\.A|C\.V|Inc|Ltd|S\.L|S\.R\.L|Co|A\.C)$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that could be the respondent's."""

    name: str
    place: Place
    quote: str
    strength: int
    """Of its strongest word, see Words; 0 where it has none."""
    speaks: bool = True
    """Whether what stands around it says that it is who speaks."""
    introduced: bool = False
    """Whether it is the subject of such a sentence, or somebody says that they are of it, or write for it."""


def find_candidates(lookup: Lookup, passages: Passages, name: str | None) -> Iterator[Candidate]:
    """In the order of the places: header, From, signature, letterheads, text, subject."""
    if passages.organization_field.strip():
        yield from _whole(lookup, passages.organization_field, Place.ORGANIZATION, name)
    parts = split(passages.author.name)
    persons = [one for one in parts if as_person(lookup, one) and not is_of_domain(passages.author.address, one)]
    for part in parts if persons else dict.fromkeys((passages.author.name, *parts)):
        if part not in persons and not lookup.book(WordKind.ROBOT_NAME).is_all(part):
            yield from _whole(lookup, part, Place.FROM, name or "")
    for line in passages.signature:
        yield from _in_line(lookup, line, Place.SIGNATURE, name)
    for line in passages.letterheads:
        yield from _in_line(lookup, line, Place.LETTERHEAD, name)
    yield from _in_text(lookup, passages.opening, Place.TEXT, name)
    yield from _in_text(lookup, passages.subject, Place.SUBJECT, name)


def _in_line(lookup: Lookup, line: str, place: Place, name: str | None) -> Iterator[Candidate]:
    """The names in a line; where the line is no sentence, each of its pieces as a whole as well."""
    seen = False
    for found in bodies(lookup, line):
        text = line[found.start : found.end]
        if not text[0].islower() and not _is_excluded(lookup, text, name):
            seen = True
            yield Candidate(text, place, line, found.value.strength)
    if place is Place.LETTERHEAD and len(tokenize(line)) > MAX_PLAIN_WORDS:
        return
    for part in split(line):
        for piece in part.split() if any(is_han(word) for word in part.split()) else [part]:
            if not seen or fold(piece) in lookup.organizations:
                yield from _whole(lookup, piece, place, name)


def _whole(lookup: Lookup, text: str, place: Place, name: str | None) -> Iterator[Candidate]:
    """A piece that stands for itself, without the office before it."""
    text = _without_office(lookup, " ".join(text.split()))
    tokens = tokenize(text)
    if not tokens or len(tokens) > MAX_WORDS or _is_excluded(lookup, text, name):
        return
    known = lookup.organizations.get(fold(text))
    signs = [one.value.strength for one in lookup.signs.find(text)]
    capital = any(one.is_name for one in tokens) and not tokens[0].is_lower
    if known or (capital and not (place is Place.LETTERHEAD and not signs and tokens[-1].is_lower)):
        yield Candidate(text, place, text, KNOWN_STRENGTH if known else max(signs, default=0))


def _without_office(lookup: Lookup, text: str) -> str:
    tokens = tokenize(text)
    at = 0
    while at < len(tokens) and (found := lookup.book(WordKind.ROLE).at(tokens, at)):
        at += found[0]
    if at == 0:
        return text
    connected = at
    while at < len(tokens) and tokens[at].folded.strip("'’") in _CONNECTORS:
        at += 1
    if at == connected and at < len(tokens) and not lookup.signs.at(tokens, at):
        return ""  # Director Such and Such: what the office is about.
    return text[tokens[at].start :] if at < len(tokens) else ""


def _in_text(lookup: Lookup, text: str, place: Place, person: str | None) -> Iterator[Candidate]:
    """Names in running text; they count where their sentence is one of who hands something in."""
    for number, sentence in enumerate(sentences(text)):
        introduced = any(lookup.says(kind, sentence) for kind in (WordKind.INTRODUCTION, WordKind.BEHALF))
        submits = introduced or lookup.says(WordKind.SUBMIT, sentence) or lookup.says(WordKind.WE, sentence)
        begins = number < MAX_OPENING_SENTENCES and not lookup.says(WordKind.FIRST_PERSON, sentence)
        yield from _described(lookup, sentence, place, person)
        for found in bodies(lookup, sentence):
            name = sentence[found.start : found.end]
            subject = begins and _is_subject(lookup, sentence, found)
            if (name[0].islower() and not subject) or _is_excluded(lookup, name, None):
                continue
            speaks = found.start <= EARLY_CHARACTERS and (submits or subject)
            yield Candidate(name, place, sentence, found.value.strength, speaks, speaks and (introduced or begins))


def _is_subject(lookup: Lookup, sentence: str, found: Found[Sign]) -> bool:
    """Whether a sentence begins with a name, after few words, and does not say what its bearer should do.

    A number before it is that of an answer. In small letters it begins the sentence, but for an article.
    """
    before, after = sentence[: found.start], tokenize(sentence[found.end :])
    if after and lookup.book(WordKind.DUTY).at(after, 0):
        return False
    most = 1 if sentence[found.start].islower() else MAX_WORDS_BEFORE_SUBJECT
    return len(tokenize(before)) <= most and not any(character.isdigit() for character in before)


def _described(lookup: Lookup, sentence: str, place: Place, person: str | None) -> Iterator[Candidate]:
    """The capitals that begin a sentence, of which is said what they are: Such and Such is a small company."""
    found = lookup.book(WordKind.DESCRIBE).first(sentence)
    if found is None or not 0 < found.start <= MAX_SUBJECT_CHARACTERS:
        return
    name, kind = sentence[: found.start].strip(" ,"), sentence[found.end : found.end + MAX_SUBJECT_CHARACTERS]
    signs = [one.value.strength for one in lookup.signs.find(kind) if one.at <= MAX_WORDS_BEFORE_KIND]
    capitals = all(one.is_name and not one.broken for one in tokenize(name)[1:]) and not name[:1].islower()
    if name and signs and capitals and not _is_excluded(lookup, name, person or ""):
        yield Candidate(name, place, sentence, max(signs))


def _is_excluded(lookup: Lookup, text: str, name: str | None) -> bool:
    """What is no body: the writer, an office, a place, a greeting, ourselves, the kind of a body alone."""
    folded, letters = fold(text), sum(character.isalpha() for character in text)
    if folded in lookup.organizations:
        return False
    if letters < (MIN_HAN if has_han(text) else MIN_LETTERS) or sum(map(str.isdigit, text)) > letters / 2:
        return True
    if _is_person(lookup, text, name) or is_only_kind(lookup, text) or lookup.countries.is_all(text):
        return True
    if any(lookup.book(kind).is_all(text) for kind in (WordKind.ROLE, WordKind.ROBOT_NAME)) or city(lookup, text):
        return True
    return lookup.says(WordKind.CLOSING, text) or _is_us(lookup, text)


def _is_us(lookup: Lookup, text: str) -> bool:
    """Whether a name is one of ours: a phrase, an abbreviation, or a word that is all of it, as the Secretariat."""
    for found in lookup.book(WordKind.ADDRESSEE).find(text):
        words = text[found.start : found.end]
        if found.length > 1 or len(words) == len(text) or (words.isupper() and not text.isupper()):
            return True
        if has_han(words) and found.start == 0:
            return True
    return False


def _is_person(lookup: Lookup, text: str, name: str | None) -> bool:
    """Whether a text is the writer's name; where that is not known, whether it can be anybody's."""
    if name is None:
        return as_person(lookup, text) is not None
    if {one.folded for one in tokenize(text)} <= {one.folded for one in tokenize(name)}:
        return True
    return SequenceMatcher(None, fold(text), fold(name)).ratio() > ALIKE


def tidy(name: str) -> str:
    """On one line, without what does not belong to it."""
    text = " ".join(name.split()).strip(" ,;:.-–—*")
    if _FORM_END.search(text) and name.rstrip().endswith("."):
        text += "."
    return text.lstrip('«“"') if text.count("«") > text.count("»") and text.startswith("«") else text
