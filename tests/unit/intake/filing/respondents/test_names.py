"""What the name of a body alone tells: its group; and what is no name of a person."""

import tomllib
from pathlib import Path

import pytest

from intake.filing.respondents.capacities import strongest
from intake.filing.respondents.lookup import lookup_of
from intake.filing.respondents.persons import as_person
from intake.settings import project_folder
from intake.settings.registers import read_registers
from intake.text.folding import fold

LOOKUP = lookup_of(read_registers(project_folder("config") / "registers"))
NAMES = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("group", "name"), [(group, name) for group, names in NAMES.items() for name in names])
def test_group_by_name(group, name):
    known, sign = LOOKUP.organizations.get(fold(name)), strongest(LOOKUP, name)
    assert (known or sign).group == group


@pytest.mark.parametrize("name", [name for names in NAMES.values() for name in names])
def test_a_body_is_no_person(name):
    assert as_person(LOOKUP, name) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dr. Amara Nwosu, PhD", "Amara Nwosu"),
        ("Dr. Amara Nwosu PhD", "Amara Nwosu"),
        ("M. Jean-Luc Tremblay", "Jean-Luc Tremblay"),
        ("M. Smith", "M. Smith"),
        ("Sra. Carmen de la Fuente", "Carmen de la Fuente"),
        ("Lic. Itzel Aranda", "Itzel Aranda"),
        ("г-жа Анна Ким", "Анна Ким"),
        ("د. هند بنت سعيد", "هند بنت سعيد"),
        ("王小明 先生", "王小明"),
        ("歐陽文", "歐陽文"),
        ("R. K.", None),
        ("Registry", None),
        ("the secretariat", None),
        ("Abdul Rahman", "Abdul Rahman"),
        ("Addis Ababa", None),
        ("New Zealand", None),
        ("Clarisse Ngo Bayiha", "Clarisse Ngo Bayiha"),
        ("Kind regards", None),
        ("云桥通讯", None),
        ("中国", None),
        ("user1234 example", None),
        ("", None),
    ],
)
def test_names_of_persons(text, name):
    assert as_person(LOOKUP, text) == name
