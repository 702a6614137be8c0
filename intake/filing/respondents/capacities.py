"""In what capacity somebody writes: for themselves, for a body of some group, for another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.filing.respondents.bodies import bodies
from intake.filing.respondents.candidates import Candidate, tidy
from intake.filing.respondents.lookup import Lookup, Sign
from intake.filing.respondents.passages import Passages, sentences
from intake.filing.respondents.phrasebook import Found
from intake.filing.respondents.tokens import has_han, tokenize
from intake.text.folding import fold
from intake.vocabulary.registers import WordKind
from intake.vocabulary.respondent import Certainty, Evidence, Fact, Place, StakeholderGroup

STRONG = 3
"""Of a word in a name that other groups do not use."""
SAYS_WHAT = 4
"""Of a phrase that says what a body is, wherever it stands."""
MAX_APPOSITION_CHARACTERS = 160
"""After a name, within which it is said what the body is."""
MAX_OWN_CHARACTERS = 24
"""After "our", within which a body is named by its kind: our small company."""
MAX_ENDING_CHARACTERS = 400
"""Of a letter, in which it may be said once more who speaks."""
MIN_FIRST_PERSON = 2
"""How often somebody who speaks for themselves says I."""


def speaks_alone(lookup: Lookup, passages: Passages) -> Evidence | None:
    """Whether somebody says that they speak for themselves; the evidence is of the group."""
    for sentence in sentences(f"{passages.opening}\n{' '.join(passages.body.split())[-MAX_ENDING_CHARACTERS:]}"):
        found = lookup.book(WordKind.INDIVIDUAL).first(sentence)
        if found and lookup.says(WordKind.FIRST_PERSON, sentence) and not lookup.says(WordKind.WE, sentence):
            words = sentence[found.start : found.end]
            return _group(StakeholderGroup.INDIVIDUAL, Place.TEXT, words, Certainty.SURE)
    return None


def seems_alone(lookup: Lookup, passages: Passages) -> Evidence | None:
    """Whether somebody without any body says I and never we, from an address that anybody may have."""
    domain = passages.author.domain
    counted = sum(1 for _ in lookup.book(WordKind.FIRST_PERSON).find(passages.body))
    if counted < MIN_FIRST_PERSON or lookup.says(WordKind.WE, passages.opening) or not lookup.is_provider(domain):
        return None
    return _group(StakeholderGroup.INDIVIDUAL, Place.TEXT, domain, Certainty.LIKELY)


def group_of(lookup: Lookup, organization: str, passages: Passages) -> Evidence | None:
    """The group of a body: as it says itself, by what is known of it, by its name, by its domain."""
    if lookup.says(WordKind.MISSION, organization):
        return _group(StakeholderGroup.GOVERNMENT, Place.TEXT, organization, Certainty.SURE)
    known = lookup.organizations.get(fold(organization))
    if known:
        return _group(known.group, Place.TEXT, organization, Certainty.SURE)
    name = strongest(lookup, organization)
    said = _said(lookup, organization, passages)
    address = passages.author.domain
    domain, owner = lookup.domain(address).group, lookup.organization_of_domain(address)
    by_name, by_domain, in_words = (
        (Place.TEXT, organization),
        (Place.DOMAIN, address),
        (Place.TEXT, said[2] if said else ""),
    )
    ways = (
        (name and name.strength >= SAYS_WHAT, name and name.group, by_name, Certainty.SURE),
        (said and said[1] >= SAYS_WHAT, said and said[0], in_words, Certainty.SURE),
        (name and name.strength >= STRONG, name and name.group, by_name, Certainty.SURE),
        (domain is StakeholderGroup.GOVERNMENT or (domain and not name), domain, by_domain, Certainty.LIKELY),
        (said, said and said[0], in_words, Certainty.LIKELY),
        (name, name and name.group, by_name, Certainty.LIKELY),
        (owner, owner and owner.group, by_domain, Certainty.LIKELY),
    )
    for holds, group, (place, quote), certainty in ways:
        if holds and group:
            return _group(group, place, quote, certainty)
    return None


def strongest(lookup: Lookup, name: str) -> Sign | None:
    """The word that tells the group of a body; None where its name has none.

    Of equals the longest phrase; then the last where the kind of a body ends its name, as in English and Chinese,
    and the first in other languages.
    """
    best: Found[Sign] | None = None
    for one in lookup.signs.find(name):
        if best is None or _rank(one) > _rank(best) or (_rank(one) == _rank(best) and _ends_names(one, name)):
            best = one
    return best.value if best else None


def _rank(one: Found[Sign]) -> tuple[int, int]:
    return one.value.strength, one.length


def _ends_names(one: Found[Sign], name: str) -> bool:
    return "en" in one.value.languages or has_han(name[one.start : one.end])


def _said(lookup: Lookup, organization: str, passages: Passages) -> tuple[StakeholderGroup, int, str] | None:
    """What is said of a body beside its name, or after "we are": group, strength and words."""
    best: tuple[StakeholderGroup, int, str] | None = None
    for text in _beside(lookup, organization, passages):
        for one in lookup.signs.find(text):
            if one.value.strength >= STRONG and (best is None or one.value.strength > best[1]):
                best = (one.value.group, one.value.strength, text[one.start : one.end])
    return best


def _beside(lookup: Lookup, organization: str, passages: Passages) -> Iterator[str]:
    texts = (passages.opening, *passages.letterheads, *passages.signature)
    for text in texts:
        at = text.find(organization)
        if at >= 0:
            after = text[at + len(organization) : at + len(organization) + MAX_APPOSITION_CHARACTERS]
            yield re.split(r"[.!?。]\s", after, maxsplit=1)[0]
    for sentence in sentences(passages.opening):
        found = lookup.book(WordKind.DESCRIBE).first(sentence)
        ours = lookup.book(WordKind.WE).first(sentence)
        if found and ours:
            yield sentence[found.end : found.end + MAX_APPOSITION_CHARACTERS]
        elif ours:
            yield sentence[ours.end : ours.end + MAX_OWN_CHARACTERS]


def represented(
    lookup: Lookup, organization: str | None, passages: Passages, candidates: list[Candidate]
) -> Evidence | None:
    """The body for which another writes: a client of counsel, the ministry of a mission; else None."""
    for text in (passages.subject, *sentences(passages.opening)):
        client = lookup.book(WordKind.CLIENT).first(text)
        mission = organization is not None and lookup.says(WordKind.MISSION, organization)
        passes = client or (
            mission and (lookup.book(WordKind.BEHALF).first(text) or lookup.book(WordKind.TRANSMIT).first(text))
        )
        if not passes:
            continue
        after = text[passes.end :]
        for found in bodies(lookup, after):
            name = tidy(after[found.start : found.end])
            if client or organization is None or not _same(name, organization):
                return Evidence(Fact.ON_BEHALF, name, Place.TEXT, text, Certainty.SURE)
        named = next((one.name for one in candidates if one.place is Place.LETTERHEAD and client), None)
        if named and organization and not _same(named, organization):
            return Evidence(Fact.ON_BEHALF, tidy(named), Place.LETTERHEAD, text, Certainty.LIKELY)
        plain = _capitals(after)
        if client and plain and (organization is None or not _same(plain, organization)):
            return Evidence(Fact.ON_BEHALF, plain, Place.TEXT, text, Certainty.LIKELY)
    return None


def _capitals(text: str) -> str:
    """The words in capitals that a text begins with, after its articles."""
    tokens = tokenize(text)
    start = next((at for at, one in enumerate(tokens[:4]) if one.text[0].isupper()), None)
    if start is None:
        return ""
    end = start
    while end < len(tokens) and tokens[end].text[0].isupper() and not (end > start and tokens[end].broken):
        end += 1
    return text[tokens[start].start : tokens[end - 1].end]


def _same(one: str, other: str) -> bool:
    short, long = sorted((fold(one), fold(other)), key=len)
    return short in long


def _group(group: StakeholderGroup, place: Place, quote: str, certainty: Certainty) -> Evidence:
    return Evidence(Fact.GROUP, group.value, place, quote, certainty)
