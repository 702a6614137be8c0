"""Where a respondent is at home: each place of the mail asked in turn, and silent where it names several countries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.filing.respondents.bodies import bodies
from intake.filing.respondents.countries import cities, city, named, telephones
from intake.filing.respondents.lookup import Lookup
from intake.filing.respondents.organizations import alike
from intake.filing.respondents.passages import Passages, sentences, split
from intake.text.folding import fold
from intake.vocabulary.registers import WordKind
from intake.vocabulary.respondent import Certainty, Evidence, Fact, Place

MAX_SENTENCES = 6
"""Of the opening, in which a body says where it is."""
MAX_HEADS = 4
"""Lines of a letterhead, in which its address stands."""

Signs = tuple[Place, Certainty, dict[str, str]]


def find_country(lookup: Lookup, passages: Passages, organization: str | None, name: str | None) -> Evidence | None:
    """The country; None where nothing shows it, or what shows it is at odds with itself."""
    for place, certainty, found in _signs(lookup, passages, organization, name):
        if len(found) == 1:
            ((code, words),) = found.items()
            return Evidence(Fact.COUNTRY, code, place, words, certainty)
    return None


def _signs(lookup: Lookup, passages: Passages, organization: str | None, name: str | None) -> Iterator[Signs]:
    if organization:
        yield Place.TEXT, Certainty.SURE, _of_body(lookup, organization)
    signature = [one for one in passages.signature if not name or fold(one) != fold(name)]
    yield Place.SIGNATURE, Certainty.SURE, _address(lookup, signature, name)
    if organization:
        for body in _same(lookup, passages.opening, organization):
            yield Place.TEXT, Certainty.SURE, _of_body(lookup, body)
        near = [one for one in sentences(passages.opening)[:MAX_SENTENCES] if _speaks(lookup, one, organization)]
        for sentence in near:
            yield Place.TEXT, Certainty.SURE, _beside(lookup, sentence, organization)
        yield Place.LETTERHEAD, Certainty.SURE, _address(lookup, passages.letterheads[:MAX_HEADS], name)
        yield Place.LETTERHEAD, Certainty.SURE, _heads(lookup, passages)
        for sentence in near:
            yield Place.TEXT, Certainty.LIKELY, cities(lookup, sentence.replace(name, "") if name else sentence)
        known = lookup.organizations.get(fold(organization))
        if known and known.country:
            yield Place.TEXT, Certainty.SURE, {known.country: organization}
    else:
        for sentence in sentences(passages.opening)[:MAX_SENTENCES]:
            if lookup.says(WordKind.INDIVIDUAL, sentence):
                yield Place.TEXT, Certainty.SURE, named(lookup, sentence)
    yield Place.SUBJECT, Certainty.LIKELY, named(lookup, passages.subject) if organization else {}
    yield Place.TELEPHONE, Certainty.LIKELY, telephones(lookup, "\n".join((*signature, *passages.letterheads)))
    domain = lookup.domain(passages.author.domain).country
    yield Place.DOMAIN, Certainty.LIKELY, {domain: passages.author.domain} if domain else {}


def _same(lookup: Lookup, text: str, organization: str) -> list[str]:
    """The forms in which a text names a body: one may have its country."""
    names = (text[one.start : one.end] for one in bodies(lookup, text))
    return [one for one in names if alike(fold(one), fold(organization))]


def _of_body(lookup: Lookup, organization: str) -> dict[str, str]:
    """In its name; a mission is that of the country it is named after, not of the one it is in."""
    found = named(lookup, organization, adjectives=True)
    if len(found) > 1 and lookup.says(WordKind.MISSION, organization):
        return dict([next(iter(found.items()))])
    return found or ({} if _is_foreign(lookup, organization) else cities(lookup, organization))


def _is_foreign(lookup: Lookup, organization: str) -> bool:
    return lookup.says(WordKind.MISSION, organization)


def _address(lookup: Lookup, lines: list[str] | tuple[str, ...], name: str | None) -> dict[str, str]:
    """The countries that pieces of lines are or name; else those of their cities."""
    pieces = [piece for line in lines for piece in split(line) if not name or fold(piece) != fold(name)]
    found: dict[str, str] = {}
    for piece in pieces:
        for code, words in named(lookup, piece).items():
            found.setdefault(code, words)
    if found:
        return found
    for piece in pieces:
        if home := city(lookup, piece):
            found.setdefault(home, piece)
    return found


def _heads(lookup: Lookup, passages: Passages) -> dict[str, str]:
    """In a letterhead, adjectives count as well: a Kenyan company."""
    return named(lookup, "\n".join(passages.letterheads[:MAX_HEADS]), adjectives=True)


def _speaks(lookup: Lookup, sentence: str, organization: str) -> bool:
    """Whether a sentence is about the body: it names it, or says we are."""
    if fold(organization) in fold(sentence) or _same(lookup, sentence, organization):
        return True
    submits = lookup.says(WordKind.SUBMIT, sentence) and any(True for _ in bodies(lookup, sentence))
    return submits or lookup.says(WordKind.WE_ARE, sentence)


def _beside(lookup: Lookup, sentence: str, organization: str) -> dict[str, str]:
    """In what follows the name, as far as the clause goes; else in all of the sentence."""
    at = sentence.find(organization)
    if at >= 0:
        after = sentence[at + len(organization) :]
        bracket = re.match(r"\s*[(（,،，]\s*([^)）]{2,80})", after)
        if bracket and (found := named(lookup, bracket[1])):
            return found
    return named(lookup, sentence, adjectives=True)
