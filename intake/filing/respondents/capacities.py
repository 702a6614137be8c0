"""In what capacity somebody writes: for themselves, for a body of some group, for another."""

from __future__ import annotations

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
FAIRLY_STRONG = 2
"""Of a word that says what a body is about."""
SAYS_WHAT = 4
"""Of a phrase that says what a body is, wherever it stands."""
MAX_APPOSITION_CHARACTERS = 160
"""After a name, within which it is said what the body is."""
MAX_APPOSITION_WORDS = 7
"""After a name and its town in brackets, before the word that says what it is."""
MAX_KIND_WORDS = 4
"""After "we are", before that word."""
MAX_ENDING_CHARACTERS = 400
"""Of a letter, in which it may be said once more who speaks."""
MIN_FIRST_PERSON = 2
"""How often somebody who speaks for themselves says I."""
I_FOR_WE = 2
"""How much more often for each time that they say we, as of their family."""
MIN_FIRST_PERSON_ELSEWHERE = 3
"""The same, from an address that may be that of a body."""


def speaks_alone(lookup: Lookup, passages: Passages) -> Evidence | None:
    """Whether somebody says that they speak for themselves; the evidence is of the group."""
    for sentence in sentences(f"{passages.opening}\n{' '.join(passages.body.split())[-MAX_ENDING_CHARACTERS:]}"):
        found = lookup.book(WordKind.INDIVIDUAL).first(sentence)
        if found and lookup.says(WordKind.FIRST_PERSON, sentence) and not lookup.says(WordKind.WE, sentence):
            words = sentence[found.start : found.end]
            return _group(StakeholderGroup.INDIVIDUAL, Place.TEXT, words, Certainty.SURE)
    return None


def seems_alone(lookup: Lookup, passages: Passages) -> Evidence | None:
    """Whether somebody without any body says I, and hardly we; less often where anybody may have the address."""
    domain = passages.author.domain
    spoken = [passages.body[one.start : one.end] for one in lookup.book(WordKind.FIRST_PERSON).find(passages.body)]
    least = MIN_FIRST_PERSON if lookup.is_provider(domain) else MIN_FIRST_PERSON_ELSEWHERE
    ours = sum(1 for _ in lookup.book(WordKind.WE).find(passages.body))
    if len(spoken) < least + I_FOR_WE * ours or lookup.domain(domain).group:
        return None
    return _group(StakeholderGroup.INDIVIDUAL, Place.TEXT, ", ".join(spoken[:least]), Certainty.LIKELY)


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

    Of equals the longest phrase; then the last where the kind of a body ends its name, as in Chinese, and in English
    unless "of" or "for" stands between; the first in other languages.
    """
    best: Found[Sign] | None = None
    for one in lookup.signs.find(name):
        if best is None or _rank(one) > _rank(best) or (_rank(one) == _rank(best) and _is_head(one, best, name)):
            best = one
    return best.value if best else None


def _rank(one: Found[Sign]) -> tuple[int, int]:
    return one.value.strength, one.length


def _is_head(one: Found[Sign], before: Found[Sign], name: str) -> bool:
    """Whether of two words the later says what the body is."""
    if has_han(name[one.start : one.end]):
        return True
    return "en" in one.value.languages and not {"of", "for"} & set(name[before.start : one.start].lower().split())


def _said(lookup: Lookup, organization: str, passages: Passages) -> tuple[StakeholderGroup, int, str] | None:
    """What is said of a body just after its name, after "we are" or "our": group, strength and words."""
    best: tuple[StakeholderGroup, int, str] | None = None
    for text, words, least in _beside(lookup, organization, passages):
        for one in lookup.signs.find(text):
            strength = one.value.strength
            if one.at <= words and strength >= least and (best is None or strength > best[1]):
                best = (one.value.group, strength, text[one.start : one.end])
    return best


def _beside(lookup: Lookup, organization: str, passages: Passages) -> Iterator[tuple[str, int, int]]:
    """Texts in which a body may be said to be something; within how many words, and how strong the word must be."""
    for text in (passages.opening, *passages.letterheads, *passages.signature):
        _, name, after = text.partition(organization)
        if name:
            yield after[:MAX_APPOSITION_CHARACTERS], MAX_APPOSITION_WORDS, STRONG
    for sentence in sentences(passages.opening):
        for kind, words, least in ((WordKind.WE_ARE, MAX_KIND_WORDS, FAIRLY_STRONG), (WordKind.WE, 1, STRONG)):
            if found := lookup.book(kind).first(sentence):
                yield sentence[found.end : found.end + MAX_APPOSITION_CHARACTERS], words, least


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
