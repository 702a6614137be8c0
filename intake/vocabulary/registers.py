"""Registers: what is known of countries, bodies and words before any mail is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from intake.vocabulary.respondent import StakeholderGroup


class RegionalGroup(StrEnum):
    """The regional groups of Member States of the United Nations."""

    AFRICAN = "african"
    ASIA_PACIFIC = "asia-pacific"
    EASTERN_EUROPEAN = "eastern-european"
    LATIN_AMERICAN_CARIBBEAN = "latin-american-caribbean"
    WESTERN_EUROPEAN_OTHERS = "western-european-others"


class Development(StrEnum):
    """What a country is counted as in the statistics of the United Nations."""

    DEVELOPING = "developing"  # A developing economy after UNCTAD.
    LDC = "ldc"  # Least developed country.
    LLDC = "lldc"  # Landlocked developing country.
    SIDS = "sids"  # Small island developing State.


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country or territory with a code of its own."""

    code: str
    """ISO 3166-1, two letters."""
    regional_group: RegionalGroup | None
    """None where it is no Member State."""
    development: frozenset[Development]
    tld: str
    """Its top-level domain, without the dot; empty where it has none."""
    calling_codes: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    """Language (ISO 639-1) and name, in the six languages."""
    variants: tuple[str, ...]
    """Other names by which it is known."""
    adjectives: tuple[str, ...]
    """One that ends in ``*`` stands for all its endings."""


@dataclass(frozen=True, slots=True)
class City:
    """A city whose name tells its country."""

    country: str
    capital: bool
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DomainRule:
    """What a domain says of who writes from it; the label ``*`` of ``pattern`` is any country's top level."""

    pattern: str
    group: StakeholderGroup
    country: str
    """Two letters, ``*`` for that of the top level, or empty."""


@dataclass(frozen=True, slots=True)
class KnownOrganization:
    """A public body."""

    names: tuple[str, ...]
    group: StakeholderGroup
    country: str
    """Empty where it belongs to none."""
    domains: tuple[str, ...]


class WordKind(StrEnum):
    """What a word or phrase tells."""

    GROUP = "group"  # In the name of a body: its stakeholder group.
    ROLE = "role"  # An office that a person holds.
    TITLE = "title"  # Before or after a person's name.
    SURNAME = "surname"  # With which names in Chinese begin.
    INDIVIDUAL = "individual"  # That somebody speaks for themselves.
    FIRST_PERSON = "first_person"  # I.
    WE = "we"  # We.
    DESCRIBE = "describe"  # What follows says what a body is.
    WE_ARE = "we_are"  # What follows says what we are.
    SUBMIT = "submit"  # That somebody hands in a response.
    STOP = "stop"  # Ends the name of a body in running text.
    ADDRESSEE = "addressee"  # Us, and how we are addressed.
    UNIT = "unit"  # A part of a body.
    CLIENT = "client"  # That somebody writes for a client.
    BEHALF = "behalf"  # On behalf of.
    TRANSMIT = "transmit"  # Passes on what another has written.
    MISSION = "mission"  # A state's office abroad.
    OWN_BODY = "own_body"  # Within the body itself: its members, its board.
    DUTY = "duty"  # After a name: somebody else, who is told what to do.
    UNDERSIGNED = "undersigned"  # A list of signatories follows.
    INTRODUCTION = "introduction"  # I am, I write for: who writes follows.
    CLOSING = "closing"  # A letter's end.
    ROBOT_NAME = "robot_name"  # In From, an office and no person.


@dataclass(frozen=True, slots=True)
class Words:
    """Phrases of one language that tell the same; a word that ends in ``*`` stands for all its endings."""

    kind: WordKind
    group: StakeholderGroup | None
    """Of WordKind.GROUP alone."""
    strength: int
    """Of WordKind.GROUP: from 1, a word that others use too, to 4, which says what a body is; else 0."""
    language: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Registers:
    """All of them. Two are the same only if they are one object: what is built from it is kept with it."""

    countries: tuple[Country, ...]
    cities: tuple[City, ...]
    domains: tuple[DomainRule, ...]
    mail_providers: tuple[str, ...]
    """Domains where anybody has an address; a last label ``*`` is any."""
    organizations: tuple[KnownOrganization, ...]
    words: tuple[Words, ...]
