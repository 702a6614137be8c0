"""The configuration of the house is right, every default stands in it, and the environment goes before."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from intake.errors import SettingsError, UnknownConsultation
from intake.settings import IntakeToml, Settings, project_folder, read_settings
from intake.vocabulary.consultation import UN_LANGUAGES


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return shutil.copytree(project_folder("config"), tmp_path / "config")


def test_the_projects_own_configuration_says_the_defaults() -> None:
    written = IntakeToml.model_validate(tomllib.loads((project_folder("config") / "intake.toml").read_text("utf-8")))
    assert written == IntakeToml()


def test_every_key_that_we_know_stands_in_the_projects_own_configuration() -> None:
    written = tomllib.loads((project_folder("config") / "intake.toml").read_text("utf-8"))
    known = IntakeToml().model_dump(by_alias=True)
    assert known.pop("imap") == (), "a mailbox has no default: it stands there as a commented example"
    assert {key: set(table) for key, table in known.items()} == {key: set(table) for key, table in written.items()}


def test_two_rounds_are_live_and_two_are_over(settings: Settings, clock: object) -> None:
    live = {one.slug for one in settings.consultations if one.is_live(clock())}  # type: ignore[operator]
    assert live == {"gender-divide", "ott"}
    assert {one.slug for one in settings.consultations} - live == {"developmental-aspects", "enabling-environment"}


@pytest.mark.parametrize("slug", ["gender-divide", "ott"])
def test_an_open_round_is_complete_in_six_languages(settings: Settings, slug: str) -> None:
    one = settings.consultation(slug)
    assert set(one.title) == set(UN_LANGUAGES)
    assert [question.id for question in one.questions] == ["1", "2", "3", "4", "5"]
    assert all(set(question.wording) == set(UN_LANGUAGES) for question in one.questions)
    assert one.deadline.isoformat() == "2027-01-09T23:59:59+01:00"


def test_a_round_that_is_not_there_is_answered_with_those_there_are(settings: Settings) -> None:
    with pytest.raises(UnknownConsultation) as refused:
        settings.consultation("bees")
    assert str(refused.value) == (
        "There is no consultation 'bees'; there are: developmental-aspects, enabling-environment, gender-divide, ott."
    )


def test_our_addresses_are_the_common_ones_and_those_of_every_round(settings: Settings) -> None:
    assert settings.addresses == {
        "cwg-internet@consultations.example",
        "cwg-internet+gender@consultations.example",
        "cwg-internet+ott@consultations.example",
    }


def test_the_store_lies_in_the_home_unless_it_is_named(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_settings(tmp_path, config).store_url == f"sqlite:///{tmp_path / 'intake.db'}"
    toml = config / "intake.toml"
    toml.write_text(toml.read_text("utf-8").replace('url = ""', 'url = "sqlite:///elsewhere.db"', 1), "utf-8")
    assert read_settings(tmp_path, config).store_url == "sqlite:///elsewhere.db"
    monkeypatch.setenv("INTAKE_STORE_URL", "postgresql+psycopg://host/db")
    assert read_settings(tmp_path, config).store_url == "postgresql+psycopg://host/db"


def test_the_file_or_its_folder_may_be_named(config: Path, tmp_path: Path) -> None:
    assert read_settings(tmp_path, config) == read_settings(tmp_path, config / "intake.toml")


def test_without_a_home_it_is_the_folder_var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings().home == tmp_path / "var"


def test_an_empty_file_is_all_defaults(config: Path, tmp_path: Path) -> None:
    (config / "intake.toml").write_text("", "utf-8")
    read = read_settings(tmp_path, config)
    assert (read.service, read.smtp.port, read.outbox.way) == (IntakeToml().service, 8025, "folder")
    assert read.zone.key == "Europe/Zurich"
    assert read.imports.trusted_hosts == ()


def test_a_file_that_is_too_large_is_not_read(config: Path, tmp_path: Path) -> None:
    (config / "intake.toml").write_text("#" * 2**21, "utf-8")
    with pytest.raises(SettingsError, match=r"is larger than 1048576 octets; is it the right file\?$"):
        read_settings(tmp_path, config)


@pytest.mark.parametrize(("key", "value"), [("deadline", "1799535599"), ("launched", "0")])
def test_a_bare_number_is_no_moment(config: Path, tmp_path: Path, key: str, value: str) -> None:
    toml = config / "consultations" / "ott.toml"
    lines = [
        f"{key} = {value}" if line.startswith(f"{key} = ") else line for line in toml.read_text("utf-8").split("\n")
    ]
    toml.write_text("\n".join(lines), "utf-8")
    with pytest.raises(SettingsError, match=rf"ott\.toml: {key} "):
        read_settings(tmp_path, config)


def test_a_round_may_not_have_a_common_address_as_its_own(config: Path, tmp_path: Path) -> None:
    toml = config / "consultations" / "ott.toml"
    text = toml.read_text("utf-8").replace(
        "cwg-internet+ott@consultations.example", "cwg-internet@consultations.example", 1
    )
    toml.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=r"ott\.toml: addresses"):
        read_settings(tmp_path, config)
