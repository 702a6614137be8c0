"""The registers under config/registers are whole, and agree with CLDR, from which most names of countries come."""

from collections import Counter

import pytest
from babel import Locale
from babel.core import get_global

from intake.filing.respondents.countries import named
from intake.filing.respondents.lookup import lookup_of
from intake.settings import project_folder
from intake.settings.registers import read_registers
from intake.text.folding import fold
from intake.vocabulary.consultation import UN_LANGUAGES
from intake.vocabulary.registers import Development, RegionalGroup, WordKind
from intake.vocabulary.respondent import StakeholderGroup

FOLDER = project_folder("config") / "registers"
REGISTERS = read_registers(FOLDER)
LOOKUP = lookup_of(REGISTERS)
MEMBER_STATES = 193


def test_every_code_of_iso_3166_is_there_once():
    codes = [one.code for one in REGISTERS.countries]
    assert len(codes) == len(set(codes)) == 249
    assert set(codes) <= set(Locale("en").territories)
    assert set(get_global("territory_zones")) - set(codes) == {"001", "ZZ"}  # The world, and nowhere.


def test_regional_groups_are_those_of_the_member_states():
    counted = Counter(one.regional_group for one in REGISTERS.countries if one.regional_group)
    assert sum(counted.values()) == MEMBER_STATES
    assert counted[RegionalGroup.AFRICAN] == 54
    assert counted[RegionalGroup.ASIA_PACIFIC] == 54
    assert counted[RegionalGroup.EASTERN_EUROPEAN] == 23
    assert counted[RegionalGroup.LATIN_AMERICAN_CARIBBEAN] == 33
    assert counted[RegionalGroup.WESTERN_EUROPEAN_OTHERS] == 29


def test_counts_of_development():
    counted = Counter(flag for one in REGISTERS.countries for flag in one.development)
    assert (counted[Development.LDC], counted[Development.LLDC], counted[Development.SIDS]) == (44, 32, 39)
    least = [one for one in REGISTERS.countries if Development.LDC in one.development]
    assert all(Development.DEVELOPING in one.development for one in least)


@pytest.mark.parametrize("language", UN_LANGUAGES)
def test_every_country_is_found_by_its_name_and_by_that_of_cldr(language):
    lost = []
    for country in REGISTERS.countries:
        theirs = Locale(language).territories[country.code].replace("о-ва", "Острова").replace("о-в", "Остров")
        known = {dict(country.names)[language], theirs}
        lost += [(country.code, name) for name in known if set(named(LOOKUP, name)) != {country.code}]
    assert {code for code, _ in lost} <= NOT_BY_NAME_ALONE.get(language, set()) | {"RE"}, lost


NOT_BY_NAME_ALONE = {
    "ar": {"OM"},  # Without vowel signs it is written as the capital of Jordan.
    "zh": {"CC"},  # A name with a name in brackets.
}
"""RE in all: in French and Spanish its name is the word for a meeting."""


def test_no_two_countries_share_a_name():
    owners: dict[str, set[str]] = {}
    for country in REGISTERS.countries:
        for name in (*(name for _, name in country.names), *country.variants):
            owners.setdefault(fold(name), set()).add(country.code)
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


def test_every_group_has_words_in_six_languages():
    for group in StakeholderGroup:
        if group is StakeholderGroup.INDIVIDUAL:
            continue
        languages = {row.language for row in REGISTERS.words if row.group is group}
        assert languages >= set(UN_LANGUAGES), group


@pytest.mark.parametrize("kind", sorted(set(WordKind) - {WordKind.SURNAME, WordKind.STOP}))
def test_every_kind_of_word_is_there_in_six_languages(kind):
    """But surnames, which only Chinese needs, and words that end a name, which there ends with its kind."""
    assert {row.language for row in REGISTERS.words if row.kind is kind} >= set(UN_LANGUAGES)


def test_capitals_of_all_member_states_are_there():
    with_capital = {one.country for one in REGISTERS.cities if one.capital}
    states = {one.code for one in REGISTERS.countries if one.regional_group}
    assert len(states - with_capital) <= 12, sorted(states - with_capital)


def test_known_organizations_have_one_owner_for_each_name():
    names = Counter(fold(name) for one in REGISTERS.organizations for name in one.names)
    assert [name for name, count in names.items() if count > 1] == []
