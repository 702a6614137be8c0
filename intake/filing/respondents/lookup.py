"""The registers, arranged for looking up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from intake.filing.respondents.phrasebook import Phrasebook
from intake.text.folding import fold
from intake.vocabulary.registers import Country, DomainRule, KnownOrganization, Registers, WordKind
from intake.vocabulary.respondent import StakeholderGroup

_NOT_A_NAME = frozenset({"reunion", "la reunion"})
"""Folded names that are common words as well."""
_RESERVED = frozenset({"example", "test", "invalid", "localhost"})
"""Top-level domains that belong to nobody (RFC 6761); before them stands what would be the real domain."""
_COMMERCIAL = frozenset(
    {
        "ai",
        "cc",
        "co",
        "fm",
        "gg",
        "im",
        "io",
        "la",
        "ly",
        "me",
        "sh",
        "so",
        "st",
        "tk",
        "to",
        "tv",
        "vc",
        "ws",
        "cx",
        "nu",
        "mu",
        "sc",
        "ag",
        "bz",
    }
)
"""Top levels of countries that are sold to everybody."""


MAX_CALLING_CODE = 6
"""Digits, with those by which territories are told apart."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a word in the name of a body tells of its group."""

    group: StakeholderGroup
    strength: int
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class DomainSign:
    """What a domain tells; either may be empty."""

    group: StakeholderGroup | None
    country: str


class Lookup:
    """Phrasebooks of the registers, each made when it is first needed."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._books: dict[WordKind, Phrasebook[str]] = {}

    def book(self, kind: WordKind) -> Phrasebook[str]:
        """The phrases of one kind, in all languages; the value is the language."""
        if kind not in self._books:
            rows = (one for one in self._registers.words if one.kind is kind)
            self._books[kind] = Phrasebook((phrase, row.language) for row in rows for phrase in row.phrases)
        return self._books[kind]

    def says(self, kind: WordKind, text: str) -> bool:
        """Whether a phrase of this kind stands in a text."""
        return self.book(kind).first(text) is not None

    @cached_property
    def arabic_stops(self) -> frozenset[str]:
        """Arabic words that end a name, whole: with a particle before it, another word might be taken for one."""
        rows = (one for one in self._registers.words if one.kind is WordKind.STOP and one.language == "ar")
        return frozenset(fold(phrase) for row in rows for phrase in row.phrases)

    @cached_property
    def signs(self) -> Phrasebook[Sign]:
        """Words in the names of bodies. Where two languages share one, the stronger meaning counts."""
        best: dict[str, tuple[str, Sign]] = {}
        for row in self._registers.words:
            if row.kind is not WordKind.GROUP or row.group is None:
                continue
            for phrase in row.phrases:
                _, known = best.get(fold(phrase), (phrase, None))
                languages = frozenset({row.language}) | (known.languages if known else frozenset())
                fresh = Sign(row.group, row.strength, languages)
                stronger = known if known and known.strength >= row.strength else fresh
                best[fold(phrase)] = (phrase, Sign(stronger.group, stronger.strength, languages))
        return Phrasebook(best.values())

    @cached_property
    def countries(self) -> Phrasebook[str]:
        """Names of countries in six languages, in every case of Russian."""
        return Phrasebook(self._country_names(), inflected=True)

    def _country_names(self) -> Iterator[tuple[str, str]]:
        for country in self._registers.countries:
            for name in (*(name for _, name in country.names), *country.variants):
                if fold(name) not in _NOT_A_NAME:
                    yield name, country.code

    @cached_property
    def adjectives(self) -> Phrasebook[str]:
        """Adjectives of countries."""
        return Phrasebook((name, one.code) for one in self._registers.countries for name in one.adjectives)

    @cached_property
    def cities(self) -> Phrasebook[str]:
        """Names of cities that are found in one country alone."""
        capitals = sorted(self._registers.cities, key=lambda one: not one.capital)
        return Phrasebook(((name, one.country) for one in capitals for name in one.names), inflected=True)

    @cached_property
    def organizations(self) -> dict[str, KnownOrganization]:
        """Known bodies by each of their names, folded."""
        return {fold(name): one for one in self._registers.organizations for name in one.names}

    @cached_property
    def _calling_codes(self) -> dict[str, str]:
        """Of a country and its territories the country counts; what several countries share says nothing."""
        owners: dict[str, list[Country]] = {}
        for country in self._registers.countries:
            for code in country.calling_codes:
                owners.setdefault(code, []).append(country)
        states = {code: [one for one in those if one.regional_group] or those for code, those in owners.items()}
        return {code: those[0].code for code, those in states.items() if len(those) == 1}

    def country_of_number(self, digits: str) -> str | None:
        """The country of a telephone number, digits only, without +; None where several share its code."""
        codes = (self._calling_codes.get(digits[:length]) for length in range(MAX_CALLING_CODE, 0, -1))
        return next((code for code in codes if code), None)

    def is_provider(self, domain: str) -> bool:
        """Whether anybody may have an address there."""
        return any(_fits_provider(one, domain) for one in self._registers.mail_providers)

    def organization_of_domain(self, domain: str) -> KnownOrganization | None:
        """The known body to which a domain belongs."""
        return next(
            (
                one
                for one in self._registers.organizations
                if any(domain == own or domain.endswith("." + own) for own in one.domains)
            ),
            None,
        )

    @cached_property
    def _tlds(self) -> dict[str, str]:
        return {one.tld: one.code for one in self._registers.countries if one.tld}

    def domain(self, domain: str) -> DomainSign:
        """What a domain tells of group and country."""
        if not domain or self.is_provider(domain):
            return DomainSign(None, "")
        labels = domain.split(".")
        if labels[-1] in _RESERVED:
            labels = [part for label in labels[:-1] for part in label.split("-")]
            return self._reserved(labels)
        rule = next((one for one in self._registers.domains if _fits_rule(one, labels, self._tlds)), None)
        own = self._tlds.get(labels[-1], "") if labels[-1] not in _COMMERCIAL else ""
        if rule is None:
            return DomainSign(None, own)
        if rule.group is StakeholderGroup.INTERNATIONAL_ORGANIZATION:
            return DomainSign(rule.group, "")
        return DomainSign(rule.group, self._tlds[labels[-1]] if rule.country == "*" else rule.country or own)

    def _reserved(self, labels: list[str]) -> DomainSign:
        """As ``ministry.gov-xx.example``: hyphens for dots. Without the official label, two letters say nothing."""
        if not {"gov", "gob", "gouv", "govt", "gub"} & set(labels):
            return DomainSign(None, "")
        country = next((self._tlds[one] for one in (labels[-1], labels[0]) if one in self._tlds), "")
        return DomainSign(StakeholderGroup.GOVERNMENT, country)


def _fits_provider(pattern: str, domain: str) -> bool:
    if not pattern.endswith(".*"):
        return domain == pattern
    return re.fullmatch(re.escape(pattern[:-2]) + r"(\.[a-z]{2,7}){1,2}", domain) is not None


def _fits_rule(rule: DomainRule, labels: list[str], tlds: dict[str, str]) -> bool:
    wanted = rule.pattern.split(".")
    tail = labels[-len(wanted) :]
    return len(tail) == len(wanted) and all(
        label in tlds if part == "*" else label == part for part, label in zip(wanted, tail, strict=True)
    )


_lookups: WeakKeyDictionary[Registers, Lookup] = WeakKeyDictionary()


def lookup_of(registers: Registers) -> Lookup:
    """The lookup of some registers, made once."""
    if registers not in _lookups:
        _lookups[registers] = Lookup(registers)
    return _lookups[registers]
