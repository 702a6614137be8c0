"""A register that is wrong says where, and what to do."""

import shutil

import pytest

from intake.errors import SettingsError
from intake.settings import project_folder
from intake.settings.registers import MAX_REGISTER_OCTETS, read_registers


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(project_folder("config") / "registers", tmp_path / "registers")


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("cities.csv", "QQ,,Nowhere,", "'QQ' is no country of countries.csv"),
        ("cities.csv", "CH,,,", "a cell is empty"),
        ("cities.csv", "CH,,Chur", "as many columns"),
        ("domains.csv", "gov.zz,goverment,", "goverment"),
        ("domains.csv", "gov.zz,government,QQ", "'QQ' is no country"),
        ("organizations.csv", "Some Body,charity,,,", "charity"),
        ("words.csv", "group,charity,3,en,good works", "charity"),
        ("words.csv", "group,academia,strong,en,guild hall", "strong"),
        ("words.csv", "mood,,,en,cheerful", "mood"),
        ("words.csv", "role,,,en,", "a cell is empty"),
        ("countries.csv", "QQ,martian,,,,a,b,c,d,e,f,,", "martian"),
        ("mail_providers.csv", '""', "a cell is empty"),
    ],
)
def test_a_wrong_line_is_named(folder, file, line, complaint):
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    lines = path.read_text(encoding="utf-8").count("\n")
    with pytest.raises(SettingsError) as caught:
        read_registers(folder)
    assert complaint in str(caught.value)
    assert f"{path}: line {lines}: " in str(caught.value)


def test_a_missing_file_is_named(folder):
    (folder / "words.csv").unlink()
    with pytest.raises(SettingsError, match=r"words\.csv: cannot be read"):
        read_registers(folder)


def test_other_octets_than_utf_8_are_refused(folder):
    (folder / "cities.csv").write_bytes(b"country,capital,name,variants\nCH,,Z\xfcrich,\n")
    with pytest.raises(SettingsError, match="is not CSV in UTF-8"):
        read_registers(folder)


def test_a_file_that_is_no_register_is_not_read(folder):
    (folder / "cities.csv").write_bytes(b"x" * (MAX_REGISTER_OCTETS + 1))
    with pytest.raises(SettingsError, match="is larger than"):
        read_registers(folder)


def test_the_registers_are_read_once(folder):
    assert read_registers(folder) is read_registers(folder)
