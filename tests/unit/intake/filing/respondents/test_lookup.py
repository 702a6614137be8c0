"""Registers arranged for looking up: phrases in their inflections, domains, telephone numbers, countries."""

import pytest

from intake.filing.respondents.countries import city, named, telephones
from intake.filing.respondents.lookup import lookup_of
from intake.filing.respondents.phrasebook import Phrasebook
from intake.filing.respondents.tokens import bare, stem, tokenize
from intake.settings import project_folder
from intake.settings.registers import read_registers
from intake.text.folding import fold
from intake.vocabulary.respondent import StakeholderGroup

REGISTERS = read_registers(project_folder("config") / "registers")
LOOKUP = lookup_of(REGISTERS)


def test_the_lookup_is_made_once():
    assert lookup_of(REGISTERS) is LOOKUP


def test_words_keep_their_places():
    text = "L’Autorité d'Afrique, S.A. 中国移动 Women's"
    tokens = tokenize(text)
    assert [text[one.start : one.end] for one in tokens] == [
        "L’", "Autorité", "d'", "Afrique", "S.A", "中国移动", "Women's",
    ]  # fmt: skip
    assert [one.broken for one in tokens] == [True, False, False, False, False, False, False]


def test_a_comma_breaks_but_before_a_company_form():
    assert [one.broken for one in tokenize("Oslo, Norway")] == [True, True]
    assert [one.broken for one in tokenize("Kwanzatel, S.A.")] == [True, False]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("молдова", "молдовы"),
        ("казахстан", "казахстана"),
        ("россия", "россией"),
        ("китай", "китая"),
        ("южная", "южной"),
        ("армения", "армении"),
        ("кыргызская", "кыргызской"),
    ],
)
def test_russian_cases_have_one_stem(one, other):
    assert stem(fold(one)) == stem(fold(other))


def test_niger_is_not_nigeria():
    """A stem that loses all its vowels made one country of the two."""
    assert stem("нигер") != stem("нигерия")
    assert set(named(LOOKUP, "Регулятор Нигерии")) == {"NG"}
    assert set(named(LOOKUP, "Регулятор Нигера")) == {"NE"}


def test_arabic_words_lose_what_is_written_with_them():
    assert "هيئه" in bare("للهيئه")
    assert "الاردن" in bare("بالاردن")
    assert bare("ministry") == ("ministry",)


def test_the_longest_phrase_counts_and_capitals_where_they_are_asked():
    book = Phrasebook([("network", 1), ("network operators group", 2), ("NGO", 3), ("сет* связи", 4), ("公司", 5)])
    found = [one.value for one in book.find("A Network Operators Group, a network; Ngo and NGO; Сетей связи; 云公司")]
    assert found == [2, 1, 3, 4, 5]
    assert book.is_all("Network Operators Group") == 2
    assert book.is_all("the network") is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Nairobi, Kenya", {"KE"}),
        ("en Côte d’Ivoire", {"CI"}),
        ("Guinea-Bissau", {"GW"}),
        ("République démocratique du Congo", {"CD"}),
        ("刚果（金）", {"CD"}),
        ("尼日利亚", {"NG"}),
        ("سلطنة عُمان", {"OM"}),
        ("عمّان", set()),
        ("بالمملكة العربية السعودية", {"SA"}),
        ("Кыргызской Республики", {"KG"}),
        ("New Jersey", set()),
        ("a turkey and some china", set()),
        ("Northern Ireland", {"GB"}),
        ("nothing", set()),
    ],
)
def test_countries_named(text, codes):
    assert set(named(LOOKUP, text)) == codes


@pytest.mark.parametrize(
    ("segment", "code"),
    [
        ("1003 Lausanne", "CH"),
        ("Tampere", "FI"),
        ("г. Бишкек", "KG"),
        ("BP 0000 Yaoundé", "CM"),
        ("Córdoba", None),
        ("عمان", None),
        ("", None),
    ],
)
def test_cities(segment, code):
    assert city(LOOKUP, segment) == code


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Tel. +254 555 0117", {"KE"}),
        ("هاتف: 5550123 2 20+", {"EG"}),
        ("+7 495 555 01 00", {"RU"}),
        ("+7 717 255 01 00", {"KZ"}),
        ("+1 876 555 0139", {"JM"}),
        ("+1 202 555 0139", set()),
        ("0033 1 55 50 01 00", {"FR"}),
        ("call 555 0100", set()),
    ],
)
def test_telephones(text, codes):
    assert set(telephones(LOOKUP, text)) == codes


@pytest.mark.parametrize(
    ("domain", "group", "country"),
    [
        ("ncc.gov.ng", StakeholderGroup.GOVERNMENT, "NG"),
        ("economie.gouv.fr", StakeholderGroup.GOVERNMENT, "FR"),
        ("bakom.admin.ch", StakeholderGroup.GOVERNMENT, "CH"),
        ("ised.gc.ca", StakeholderGroup.GOVERNMENT, "CA"),
        ("ntia.gov", StakeholderGroup.GOVERNMENT, "US"),
        ("itu.int", StakeholderGroup.INTERNATIONAL_ORGANIZATION, ""),
        ("ec.europa.eu", StakeholderGroup.INTERNATIONAL_ORGANIZATION, ""),
        ("law.ox.ac.uk", StakeholderGroup.ACADEMIA, "GB"),
        ("isoc.org", StakeholderGroup.TECHNICAL_COMMUNITY, ""),
        ("acme.co.ke", None, "KE"),
        ("startup.io", None, ""),
        ("gmail.com", None, ""),
        ("yahoo.co.uk", None, ""),
        ("ministry.gov-om.example", StakeholderGroup.GOVERNMENT, "OM"),
        ("nuxing-it.example", None, ""),
        ("notgov.org", None, ""),
        ("", None, ""),
    ],
)
def test_domains(domain, group, country):
    found = LOOKUP.domain(domain)
    assert (found.group, found.country) == (group, country)
