"""The body whose view it is: every name that could be it, weighed by where it stands and how often."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from intake.filing.respondents.candidates import ALIKE, MIN_HAN, Candidate, find_candidates, tidy
from intake.filing.respondents.countries import named
from intake.filing.respondents.lookup import Lookup
from intake.filing.respondents.passages import Passages
from intake.filing.respondents.tokens import has_han, tokenize
from intake.text.folding import fold
from intake.vocabulary.registers import WordKind
from intake.vocabulary.respondent import Certainty, Evidence, Fact, Place

_WEIGHT = {
    Place.ORGANIZATION: 4,
    Place.FROM: 4,
    Place.SIGNATURE: 4,
    Place.LETTERHEAD: 3,
    Place.TEXT: 3,
    Place.SUBJECT: 2,
}
"""How much a place is worth: who writes below a letter speaks of themselves, who writes within it often of others."""
MIN_WEIGHT = 5
"""Under which a name is left alone: in a text, it needs a word that makes it a body and one sign more."""
SURE_WEIGHT = 7
MIN_SHARED = 5
"""Letters that a name shares with the domain, where that says something."""
MIN_INITIALS = 3
"""Initials that say something; two letters are a country."""
MIN_INITIAL = 4
"""Letters of a word that gives an initial; articles are shorter."""
MIN_SAME = 0.55
"""What part of a name in running text its own form must be as long as: what it lacks may be its country."""
MAX_FULLER = 2.5
"""How many times as long the full form of a name may be."""
MAX_CANDIDATES = 40
"""Names that are weighed; each is compared with each."""
BY_STRENGTH = (0, 1, 2, 2, 2)
"""What a word is worth, by its strength."""
BY_REGISTER = 3
"""What it is worth that a body is known."""
FOR_REPETITION = 2
"""What each further place is worth where a name stands, the domain among them."""
AGAINST_PART = 3
"""What it costs to be part of another body that is named."""
OF_ITS_OWN = 3
"""The strength of a word that makes even a part of a body one of its own: a university's institute."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate and its weight."""

    candidate: Candidate
    weight: int


def choose(lookup: Lookup, weighed: list[Weighed]) -> Evidence | None:
    """The body that speaks; None where nothing shows one clearly."""
    if not weighed:
        return None
    best = max(weighed, key=lambda one: (one.weight, _order(one.candidate)))
    if best.weight < MIN_WEIGHT:
        return None
    certainty = Certainty.SURE if best.weight >= SURE_WEIGHT else Certainty.LIKELY
    one = _whole_name(lookup, _as_written(best, weighed), weighed)
    return Evidence(Fact.ORGANIZATION, tidy(one.name), one.place, one.quote, certainty)


def _as_written(best: Weighed, weighed: list[Weighed]) -> Weighed:
    """The same name where it stands for itself: in running text it may be inflected, or go on too far."""
    if best.candidate.place not in {Place.TEXT, Place.SUBJECT}:
        return best
    name = fold(best.candidate.name)
    same = [
        one
        for one in weighed
        if one.candidate.place not in {Place.TEXT, Place.SUBJECT}
        and one.candidate.strength
        and one.weight >= MIN_WEIGHT
        and alike(name, fold(one.candidate.name))
        and len(one.candidate.name) >= MIN_SAME * len(best.candidate.name)
    ]
    return max(same, key=lambda one: one.weight, default=best)


def _whole_name(lookup: Lookup, best: Weighed, weighed: list[Weighed]) -> Candidate:
    """The fullest form of a name, where it stands elsewhere with more words."""
    part = fold(best.candidate.name)
    fuller = [
        one.candidate
        for one in weighed
        if one.weight >= MIN_WEIGHT
        and one.candidate.strength
        and _is_within(part, fold(one.candidate.name))
        and len(one.candidate.name) <= MAX_FULLER * len(best.candidate.name)
        and _adds_name(lookup, best.candidate.name, one.candidate.name)
    ]
    return max(fuller, key=lambda one: len(one.name), default=best.candidate)


def _is_within(part: str, whole: str) -> bool:
    """Whether a name is another with words left out; in Chinese, with characters left out."""
    if part in whole:
        return True
    han = has_han(part)
    rest = iter(whole if han else whole.split())
    return (len(part) >= MIN_HAN if han else " " in part) and all(
        one in rest for one in (part if han else part.split())
    )


def _adds_name(lookup: Lookup, short: str, long: str) -> bool:
    """Whether what a longer form has more is part of a name: not a verb that follows it, nor its country."""
    known = {one.folded for one in tokenize(short)}
    more = [one for one in tokenize(long) if one.folded not in known]
    if not more or has_han(long):
        return bool(more) and not named(lookup, long)
    return any(one.is_name for one in more) and not named(lookup, " ".join(one.text for one in more))


def weigh(lookup: Lookup, passages: Passages, name: str | None) -> list[Weighed]:
    """All candidates with their weights."""
    candidates = list(find_candidates(lookup, passages, name))[:MAX_CANDIDATES]
    return [Weighed(one, _weight(lookup, one, candidates, passages)) for one in candidates]


def _order(one: Candidate) -> tuple[int, int]:
    """Of equals, the better place goes first, as names in running text are inflected; then the longer one."""
    return (_WEIGHT[one.place], len(one.name))


def _weight(lookup: Lookup, one: Candidate, others: list[Candidate], passages: Passages) -> int:
    folded = fold(one.name)
    weight = _WEIGHT[one.place]
    weight += BY_REGISTER if folded in lookup.organizations else BY_STRENGTH[one.strength]
    if one.place in {Place.TEXT, Place.SUBJECT}:
        weight += int(one.strength > 1) + int(one.introduced) if one.speaks else -2
    places = {other.place for other in others if other.place is not one.place and alike(folded, fold(other.name))}
    if one.place is not Place.TEXT and folded in fold(passages.opening):
        places.add(Place.TEXT)
    if one.place is not Place.SUBJECT and folded in fold(passages.subject):
        places.add(Place.SUBJECT)
    if _in_domain(one.name, passages.author.domain):
        places.add(Place.DOMAIN)
    weight += FOR_REPETITION * len(places)
    if _is_unit(lookup, one.name) and (not one.strength or _has_whole(lookup, one, others)):
        weight -= AGAINST_PART
    return weight - FOR_REPETITION if len(named(lookup, one.name)) > 1 else weight


def _has_whole(lookup: Lookup, part: Candidate, others: list[Candidate]) -> bool:
    """Whether another name, of no part of a body, stands beside that of a part."""
    own = [one for one in others if one.strength and one.place in {Place.SIGNATURE, Place.LETTERHEAD, Place.FROM}]
    return any(not _is_unit(lookup, one.name) and not alike(fold(part.name), fold(one.name)) for one in own)


def alike(one: str, other: str) -> bool:
    """Whether two folded names are one: the same but for an inflection, or part of each other."""
    short, long = sorted((one, other), key=len)
    if short in long and (len(short) >= MIN_SHARED or has_han(short)):
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() > ALIKE and matcher.quick_ratio() > ALIKE and matcher.ratio() > ALIKE


def _in_domain(name: str, domain: str) -> bool:
    """Whether the domain is made of the name: a word of it, or its initials."""
    plain = re.sub(r"[^a-z0-9]", "", domain.rpartition(".")[0])
    words = [one.folded for one in tokenize(name)]
    initials = "".join(word[0] for word in words if len(word) >= MIN_INITIAL)
    if len(initials) >= MIN_INITIALS and initials in domain.split("."):
        return True
    return any(len(word) >= MIN_SHARED and word in plain for word in words)


def _is_unit(lookup: Lookup, name: str) -> bool:
    """Whether a name begins, or in Chinese ends, as that of a part of a body."""
    if has_han(name):
        units = [one for one in lookup.book(WordKind.UNIT).find(name) if one.end == len(name)]
        ends = [one for one in lookup.signs.find(name) if one.end == len(name)]
        own = any(one.value.strength >= OF_ITS_OWN for one in ends)
        return any(not own or one.end - one.start > max(it.end - it.start for it in ends) for one in units)
    tokens = tokenize(name)
    sign = lookup.signs.at(tokens, 0)
    return lookup.book(WordKind.UNIT).at(tokens, 0) is not None and not (sign and sign[1].strength > OF_ITS_OWN)
