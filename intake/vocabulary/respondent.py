"""Who speaks in a response, and what shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StakeholderGroup(StrEnum):
    """The groups by which responses are counted; a closed list."""

    GOVERNMENT = "government"  # A state: ministries, regulators, parliaments, missions abroad.
    INTERNATIONAL_ORGANIZATION = "international-organization"  # Made by states.
    PRIVATE_SECTOR = "private-sector"  # Companies, and what they unite in.
    CIVIL_SOCIETY = "civil-society"  # Associations of people for a cause.
    TECHNICAL_COMMUNITY = "technical-community"  # Who runs and standardizes the network: registries, operators' groups.
    ACADEMIA = "academia"  # Universities and research.
    INDIVIDUAL = "individual"  # A person who speaks for nobody else.


class Place(StrEnum):
    """Where in a mail something was seen."""

    FROM = "from"  # The name in the header field From.
    ORGANIZATION = "organization"  # The header field of that name (RFC 5536, 3.2.8).
    SIGNATURE = "signature"  # Below the text: name, office, address.
    SUBJECT = "subject"  # The subject.
    TEXT = "text"  # The body, mostly its opening.
    LETTERHEAD = "letterhead"  # The first lines of an attached document, or its last.
    DOMAIN = "domain"  # What follows the @ of the author's address.
    TELEPHONE = "telephone"  # The calling code of a number in the signature.


class Certainty(StrEnum):
    """How sure a fact is."""

    SURE = "sure"  # It is said in so many words.
    LIKELY = "likely"  # It follows from one sign; a person may want to look.


class Fact(StrEnum):
    """What is concluded of a respondent."""

    NAME = "name"  # The person who writes.
    ORGANIZATION = "organization"  # The body whose view it is.
    GROUP = "group"  # Its stakeholder group.
    COUNTRY = "country"  # Where it is at home.
    ON_BEHALF = "on-behalf"  # That who writes is not whose view it is.
    COSIGNATORIES = "cosignatories"  # Who signed with it.


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why one fact is concluded: ``quote`` stands at ``place``."""

    fact: Fact
    value: str
    place: Place
    quote: str
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondent:
    """Whose view it is; None where the mail does not show it, never guessed."""

    name: str | None = None
    organization: str | None = None
    group: StakeholderGroup | None = None
    country: str | None = None
    """ISO 3166-1, two letters."""
    on_behalf: bool = False
    """Who writes is another than whose view it is: counsel for a client, a mission for its ministry."""
    represented_by: str | None = None
    """The body that writes for the respondent, where ``on_behalf``."""
    cosignatories: tuple[str, ...] = ()
    """As they are listed."""
    evidence: tuple[Evidence, ...] = ()
