"""The doctor says what is wrong and what to do, and finds nothing wrong where nothing is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from factories import OTT, FrozenMorning, arrival, captured
from sqlalchemy import text, update

from intake import doctor
from intake.doctor import Check, examine
from intake.settings import Settings, project_folder
from intake.storage.session import Store
from intake.storage.tables import deliveries, letters


def checks(home: Path, config: Path | None = None) -> dict[str, Check]:
    return {check.what: check for check in examine(home, config, FrozenMorning())}


def test_a_fresh_home_is_healthy(home: Path) -> None:
    found = checks(home)
    assert [check.what for check in found.values() if not check.passed] == []
    assert list(found) == ["configuration", "outbox", "store", "disk", "vault", "reconciliation", "shunted", "letters"]
    assert found["configuration"].said == "4 consultations, live: gender-divide, ott"
    assert found["store"].said == "sqlite, at the revision of this release"
    assert found["reconciliation"].said == "0 received = 0"
    assert found["vault"].said == "all octets match their sha256"


def test_the_reconciliation_sums(home: Path, store: Store) -> None:
    captured(store, arrival(), arrival())
    assert checks(home)["reconciliation"].said == "2 received = 2 captured"


def test_a_wrong_configuration_ends_the_examination_with_its_sentence(home: Path, tmp_path: Path) -> None:
    (tmp_path / "intake.toml").write_text("[nonsense]", "utf-8")
    found = checks(home, tmp_path)
    assert list(found) == ["configuration"]
    assert not found["configuration"].passed
    assert "nonsense is not a key that we know" in found["configuration"].said


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return shutil.copytree(project_folder("config"), tmp_path / "config")


def rewrite(config: Path, old: str, new: str) -> None:
    toml = config / "intake.toml"
    assert old in toml.read_text("utf-8")
    toml.write_text(toml.read_text("utf-8").replace(old, new), "utf-8")


def test_a_relay_without_name_is_found(home: Path, config: Path) -> None:
    rewrite(config, 'way = "folder"', 'way = "relay"')
    check = checks(home, config)["outbox"]
    assert not check.passed
    assert check.said == "intake.toml: outbox.relay_host is empty; name the host, or set outbox.way to folder."


def test_a_password_file_that_is_gone_is_found(home: Path, config: Path) -> None:
    rewrite(config, 'way = "folder"', 'way = "relay"')
    rewrite(config, 'relay_host = ""', 'relay_host = "relay.example"')
    rewrite(config, 'password_file = ""', 'password_file = "/nowhere/password"')
    check = checks(home, config)["outbox"]
    assert not check.passed
    assert "outbox.password_file cannot be read (No such file or directory)" in check.said


def test_a_store_that_cannot_be_opened_ends_the_examination(home: Path) -> None:
    home.mkdir()
    (home / "intake.db").write_bytes(b"no database" * 1000)
    found = checks(home)
    assert list(found)[-1] == "store"
    assert not found["store"].passed


def test_a_full_disk_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "MIN_FREE_OCTETS", 2**80)
    check = checks(home)["disk"]
    assert not check.passed
    assert check.said.endswith("MiB free; make room for mail")


def test_the_disk_is_looked_at_where_the_home_will_be(settings: Settings, tmp_path: Path) -> None:
    homeless = Settings(tmp_path / "not" / "yet" / "there", settings.toml, settings.consultations)
    assert doctor._disk(homeless).what == "disk"


def test_damaged_octets_are_found_and_named(home: Path, store: Store) -> None:
    captured(store, arrival())
    with store.write() as connection:
        connection.execute(text("drop trigger raw_messages_write_once"))
        connection.execute(text("update raw_messages set octets = x'00'"))
        name = connection.scalar(text("select sha256 from raw_messages"))
    check = checks(home)["vault"]
    assert not check.passed
    assert check.said == f"octets that are not what they were: {name}; restore them from a backup"


def test_shunted_deliveries_are_found(home: Path, store: Store) -> None:
    captured(store, arrival())
    with store.write() as connection:
        connection.execute(update(deliveries).values(status="shunted"))
    check = checks(home)["shunted"]
    assert (check.passed, check.said) == (False, "1 our software failed on; run `intake replay --failed`")


def test_uncertain_letters_are_found(home: Path, store: Store) -> None:
    captured(store, arrival(rcpt_to=OTT))
    with store.write() as connection:
        connection.execute(
            letters.insert().values(
                cause="c", rcpt_to="a@x", octets=b"", state="uncertain", queued_at=FrozenMorning()(), tries=1
            )
        )
    check = checks(home)["letters"]
    assert (check.passed, check.said) == (False, "1 perhaps sent; ask the relay")
