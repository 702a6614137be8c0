"""Names of bodies, cut out of running text around the word that makes them one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from intake.filing.respondents.lookup import Lookup, Sign
from intake.filing.respondents.phrasebook import Found
from intake.filing.respondents.tokens import Token, has_han, tokenize
from intake.text.folding import fold
from intake.vocabulary.registers import WordKind

MAX_WORDS = 14
"""Of the name of a body."""
MAX_ARABIC_WORDS = 8
MAX_HAN = 25
"""Characters of a name in Chinese."""
MIN_HAN = 4

_ARTICLES = frozenset(
    {
        "the",
        "la",
        "le",
        "les",
        "l",
        "el",
        "los",
        "las",
        "un",
        "une",
        "una",
        "a",
        "an",
        "our",
        "notre",
        "nuestra",
        "nuestro",
    }
)
_JOINTS = frozenset(
    {
        "of",
        "for",
        "and",
        "the",
        "de",
        "du",
        "des",
        "d",
        "l",
        "la",
        "le",
        "les",
        "del",
        "los",
        "las",
        "y",
        "e",
        "et",
        "en",
        "in",
        "on",
        "pour",
        "para",
        "por",
        "&",
        "dos",
        "da",
        "do",
        "das",
        "und",
        "fur",
        "при",
        "по",
        "и",
        "im",
        "au",
        "aux",
    }
)
_ROMANCE = frozenset({"de", "du", "des", "d", "del", "pour", "para", "y", "et"})
_INTO = frozenset({"en", "sobre"})
"""Ends a name, but before a capital: Derechos en Línea."""
_WHERE = frozenset({"in", "en", "au", "aux", "из", "в", "from", "em", "aus"})
"""Before a place, which belongs to the name no more."""
_ENGLISH = frozenset({"of", "the", "and", "for"})
_BACK = frozenset({"&", "de", "du", "des", "del", "d", "da", "dos", "of", "for", "and"})
_ABBREVIATION = re.compile(r"\b(?:(?:[A-Z]\.)+[A-Z]|Inc|Ltd|Corp|Co)$")
_CLOSING_QUOTES = frozenset('»”"')
_OPENING_QUOTE = re.compile(r"[«“\"]")
LATIN_END = "\u0370"
"""The first character past the letters of Latin script."""
_ADJECTIVE = re.compile(r".{2,}(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ной|ского|ской|ским|ную|скую)$")
_HAN_START = re.compile(
    r"^(?:我们是|我們是|我是|我们|我們|我|代表|由|来自|來自|您好|兹|现|現|关于|關於|有关|本|谨|謹|是|在|和|与|與|及|向|的|对|對|请|貴|贵|致|以下是|一家|作为|作為)+"
)
_HAN_JOINT = re.compile(r"[的谨謹就和与與及向对對在是]")
_HAN_RUN = re.compile(r"[\u3400-\u9fff·]+")


def bodies(lookup: Lookup, text: str) -> Iterator[Found[Sign]]:
    """The names of bodies in a text; ``start`` and ``end`` are those of the name, the value is its strongest word."""
    tokens = tokenize(text)
    behind = 0
    for sign in lookup.signs.find_in(tokens):
        if sign.start < behind:
            continue
        if has_han(text[sign.start : sign.end]):
            found = _han(lookup, text, sign)
        elif "\u0621" <= tokens[sign.at].folded[0] <= "\u064a":
            found = _spread(lookup, text, tokens, sign, arabic=True)
        else:
            found = _spread(lookup, text, tokens, sign, arabic=False)
        if found is not None:
            behind = found.end
            yield found


def _han(lookup: Lookup, text: str, sign: Found[Sign]) -> Found[Sign] | None:
    """From the beginning of the row of characters to the last word of a body within reach."""
    run = next((one for one in _HAN_RUN.finditer(text) if one.start() <= sign.start < one.end()), None)
    if run is None:
        return None
    start = run.start() + (len(match[0]) if (match := _HAN_START.match(run[0])) else 0)
    if start >= sign.end:
        start = run.start()
    end, value = sign.end, sign.value
    for one in lookup.signs.find(text[sign.start : run.end()]):
        gap = text[end : sign.start + one.start]
        if len(gap) <= MIN_HAN and not _HAN_JOINT.search(gap):
            end, value = sign.start + one.end, max(value, one.value, key=lambda it: it.strength)
    if not MIN_HAN <= end - start <= MAX_HAN:
        return None
    return Found(start, end, sign.at, 1, value)


def _spread(
    lookup: Lookup, text: str, tokens: Sequence[Token], sign: Found[Sign], *, arabic: bool
) -> Found[Sign] | None:
    """From the word that makes a body to both sides, as far as the name goes; Arabic names begin with that word."""
    last = sign.at + sign.length - 1
    small = arabic or "en" not in sign.value.languages or _goes_on_small(tokens, last) or _is_romance(sign, tokens)
    first = sign.at if arabic else _left(lookup, tokens, sign.at)
    if first < sign.at and first > 0 and not tokens[first].broken and not _may_name(lookup, tokens, first - 1):
        return None  # Director Such and Such: an office, by what it is about.
    limit = first + (MAX_ARABIC_WORDS if arabic else MAX_WORDS)
    while last + 1 < min(limit, len(tokens)) and _goes_on(lookup, tokens, last + 1, sign.value, small=small):
        last += 1
    while last > first and tokens[last].folded in _JOINTS:
        last -= 1
    while first < last and _is_before_name(tokens, first):
        first += 1
    start, end = tokens[first].start + (_particle(tokens[first]) if arabic else 0), tokens[last].end
    if text[end : end + 1] == "." and _ABBREVIATION.search(text[start:end]):
        end += 1
    if text[end : end + 1] in _CLOSING_QUOTES and _OPENING_QUOTE.search(text[start:end]):
        end += 1
    signs = (one.value for one in lookup.signs.find(text[start:end]))
    value = max(signs, key=lambda it: it.strength, default=sign.value)
    return Found(start, end, first, last - first + 1, value)


def _is_before_name(tokens: Sequence[Token], at: int) -> bool:
    """An article; or a small word before a capital: the company Such and Such Ltd."""
    token = tokens[at]
    is_latin = token.text[0] < LATIN_END
    return _plain(token) in _ARTICLES or (is_latin and token.is_lower and _is_capital(tokens[at + 1]))


def _particle(token: Token) -> int:
    """How many letters of an Arabic word are a preposition written with it: للهيئة, لشركة."""
    return 1 if re.match(r"[لب](?=[شهوجمن])", token.text) and len(token.text) > MIN_HAN else 0


def _goes_on_small(tokens: Sequence[Token], last: int) -> bool:
    """Whether the name goes on in small letters, as in French and Spanish."""
    return last + 1 < len(tokens) and not tokens[last + 1].broken and _plain(tokens[last + 1]) in _ROMANCE


def _is_romance(sign: Found[Sign], tokens: Sequence[Token]) -> bool:
    """Whether a word that English shares with French or Spanish stands in one of these."""
    words = {_plain(one) for one in tokens}
    return bool(sign.value.languages & {"fr", "es"}) and bool(words & _ROMANCE) and not words & _ENGLISH


def _left(lookup: Lookup, tokens: Sequence[Token], at: int) -> int:
    """The capitals, and the adjectives of Russian, that stand before the word that makes a body."""
    first = at
    while first > 0 and at - first < MAX_WORDS and not tokens[first].broken and _may_name(lookup, tokens, first - 1):
        before = tokens[first - 1]
        if _is_capital(before) or _ADJECTIVE.fullmatch(before.folded):
            first -= 1
        elif _is_joined(lookup, tokens, first - 1):
            first -= 2
        else:
            break
    while first < at and (not _is_capital(tokens[first]) or _is_introduction(lookup, tokens[first])):
        first += 1
    return first


def _may_name(lookup: Lookup, tokens: Sequence[Token], at: int) -> bool:
    """Neither an office nor what we are called ends before a name, but begins something else."""
    return not any(lookup.book(kind).at(tokens, at) for kind in (WordKind.ADDRESSEE, WordKind.ROLE))


def _is_joined(lookup: Lookup, tokens: Sequence[Token], at: int) -> bool:
    """Whether a small word joins a capital before it to what follows: Bell & Sons, Puentes del Norte."""
    if at == 0 or tokens[at].broken or _plain(tokens[at]) not in _BACK or not _is_capital(tokens[at - 1]):
        return False
    return not lookup.says(WordKind.SUBMIT, tokens[at - 1].text) and _may_name(lookup, tokens, at - 1)


def _is_introduction(lookup: Lookup, token: Token) -> bool:
    """What stands in capitals before a name because it begins a sentence or a subject."""
    if _plain(token) in _ARTICLES or token.folded in _BACK:
        return True
    return lookup.says(WordKind.SUBMIT, token.text) or lookup.says(WordKind.WE, token.text)


def _goes_on(lookup: Lookup, tokens: Sequence[Token], at: int, sign: Sign, *, small: bool) -> bool:
    """Whether a word still belongs to the name before it."""
    token, word = tokens[at], _plain(tokens[at])
    if token.broken:
        return False
    before_capital = at + 1 < len(tokens) and _is_capital(tokens[at + 1]) and not tokens[at + 1].text.isupper()
    if (
        word in _WHERE
        and at + 1 < len(tokens)
        and (lookup.countries.at(tokens, at + 1) or lookup.cities.at(tokens, at + 1))
    ):
        return False
    if "\u0621" <= word[:1] <= "\u064a":
        return word not in lookup.arabic_stops and not word.startswith("بال")
    if token.is_lower and lookup.book(WordKind.STOP).at(tokens, at) and not (word in _INTO and before_capital):
        return False  # But Derechos en Línea.
    if word == "y" and "es" not in sign.languages and not before_capital:
        return False
    return small or _is_capital(token) or word in _JOINTS


def _plain(token: Token) -> str:
    return token.folded.strip("'’")


def _is_capital(token: Token) -> bool:
    return token.text[0].isupper() or token.text[0].isdigit()


def is_only_kind(lookup: Lookup, name: str) -> bool:
    """Whether a name is but the kind of a body: the Ministry, our Association."""
    return (
        fold(name) not in lookup.organizations
        and lookup.signs.is_all(name) is not None
        and len(tokenize(name)) == 1
        and len(name) < MAX_HAN
    )
