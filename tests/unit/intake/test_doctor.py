"""The doctor says what is wrong and what to do, and finds nothing wrong where nothing is."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from factories import OTT, FrozenMorning, arrival, captured
from sqlalchemy import text, update

from intake.doctor import Check, _reachable, examine, feel_pulse
from intake.settings import project_folder, read_settings
from intake.storage.session import Store, open_record
from intake.storage.tables import deliveries, letters
from intake.storage.vault import name
from intake.vocabulary.vault import Place


def checks(home: Path, config: Path | None = None) -> dict[str, Check]:
    return {check.what: check for check in examine(home, config, FrozenMorning())}


def test_a_fresh_home_is_healthy(home: Path) -> None:
    found = checks(home)
    assert [check.what for check in found.values() if not check.passed] == []
    assert list(found) == [
        *("configuration", "outbox", "disk", "documents", "store", "clock", "vault"),
        *("reconciliation", "backlog", "shunted", "letters"),
    ]
    assert found["configuration"].said == "4 consultations, live: gender-divide, ott"
    assert found["store"].said == "sqlite, at the revision of this release"
    assert found["reconciliation"].said == "0 received = 0"
    assert found["vault"].said == "database, all octets match their sha256"


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


def test_a_disk_with_too_little_room_is_found(home: Path, config: Path) -> None:
    rewrite(config, "min_free_octets = 1073741824", f"min_free_octets = {2**60}")
    check = checks(home, config)["disk"]
    assert not check.passed
    assert check.said.endswith(f"MiB free for {home}, below capture.min_free_octets; make room for mail")


def test_a_data_folder_that_cannot_be_written_is_found(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_bytes(b"no folder")
    found = checks(home)
    assert found["disk"].said == f"{home} cannot be written (Not a directory); see to its disk and its owner"
    assert [check.what for check in found.values() if not check.passed] == ["disk", "store"]


def test_a_backlog_is_found(home: Path, store: Store, config: Path) -> None:
    captured(store, arrival(), arrival())
    assert checks(home)["backlog"].said == "2 wait to be read"
    rewrite(config, "max_backlog = 100000", "max_backlog = 2")
    check = checks(home, config)["backlog"]
    assert not check.passed
    assert check.said == "2 wait to be read, and no more mail is taken; see to it that `intake work` runs"


@pytest.mark.parametrize(("behind", "passed"), [(-5, True), (60, True), (61, False), (86_400, False)])
def test_a_clock_that_was_set_back_is_found(home: Path, store: Store, behind: int, passed: bool) -> None:
    captured(store, arrival(captured_at=FrozenMorning()() + timedelta(seconds=behind)))
    check = checks(home)["clock"]
    assert check.passed is passed
    if not passed:
        assert "behind the newest delivery, of 2026-1" in check.said
        assert check.said.endswith("UTC; set it (timedatectl shows it)")


def test_a_vault_on_disk_is_looked_through(home: Path, config: Path) -> None:
    rewrite(config, 'way = "database"', 'way = "disk"')
    store = open_record(read_settings(home, config))
    numbers = captured(store, *(arrival(b"letter %d" % number) for number in range(9)))
    vault = store.vaults.at(Place.DISK)
    vault.keep_all([b"no row"])
    found = checks(home, config)
    assert list(found)[2:4] == ["disk", "disk of the vault"]
    assert found["vault"].said == "disk, all octets match their sha256; 1 more that no row names, which do no harm"
    names = sorted(name(b"letter %d" % number).sha256 for number in range(len(numbers)))
    paths = [home / "vault" / one[:2] / one[2:4] / one for one in names]
    paths[0].unlink()
    for path in paths[1:8]:
        path.unlink()
        path.write_bytes(b"something else")
    check = checks(home, config)["vault"]
    assert not check.passed
    assert check.said == (
        f"octets that are not what they were: {', '.join(names[1:6])} and 2 more; octets that are gone: {names[0]}; "
        "restore them from a backup"
    )
    store.close()


def test_an_object_store_that_does_not_answer_is_found(
    home: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    rewrite(config, 'way = "database"', 'way = "object-store"')
    rewrite(config, 'folder = "vault"\n', 'folder = "vault"\nurl = "s3://bucket/vault"\n#')
    toml = config / "intake.toml"
    text = toml.read_text("utf-8")
    place = text.index('url = ""', text.index("[vault]"))
    toml.write_text(f"{text[:place]}# {text[place:]}", "utf-8")
    check = checks(home, config)["vault"]
    assert not check.passed
    assert check.said.startswith("object-store: the vault s3://bucket/vault does not do it: ")
    assert check.said.endswith("; see to [vault] and to what it names")


def test_a_locked_database_is_found(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_STORE_URL", f"{store.engine.url}?timeout=0.1")
    with store.write():
        check = checks(home)["store"]
    assert not check.passed
    assert check.said == (
        "sqlite takes nothing: the database failed: database is locked; "
        "another program keeps it locked: find it (fuser names it) and end it"
    )


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


# --- the pulse: is mail taken now? -----------------------------------------------------------------------


@pytest.fixture
def door(config: Path) -> Iterator[list[bytes]]:
    """A listener on the port that the configuration names; it says what the test puts into the list."""
    answer: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        rewrite(config, "port = 8025", f"port = {listener.getsockname()[1]}")

        def greet() -> None:
            peer, _ = listener.accept()
            with peer:
                if answer:
                    peer.sendall(answer[0])
                elif b"PROXY" not in peer.recv(100):
                    peer.sendall(b"no proxy")

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        yield answer
        with socket.create_connection(listener.getsockname()):
            thread.join(10)


def pulse(home: Path, config: Path) -> dict[str, Check]:
    return {check.what: check for check in feel_pulse(home, config)}


def test_the_pulse_of_a_service_that_takes_mail(home: Path, config: Path, store: Store, door: list[bytes]) -> None:
    captured(store, arrival())
    door.append(b"220 consultations.example ESMTP\r\n")
    found = pulse(home, config)
    assert list(found) == ["disk", "store", "backlog", "door"]
    assert [check.what for check in found.values() if not check.passed] == []
    assert found["backlog"].said == "1 wait to be read"
    assert found["door"].said.endswith(" answers")


def test_a_listener_that_turns_us_away_lives(home: Path, config: Path, door: list[bytes]) -> None:
    door.append(b"421 4.3.2 Too many connections, please try again later\r\n")
    assert pulse(home, config)["door"].passed


def test_a_listener_behind_a_proxy_answers_by_hanging_up(home: Path, config: Path, door: list[bytes]) -> None:
    rewrite(config, "proxy_protocol = false", "proxy_protocol = true")
    assert door == []
    assert pulse(home, config)["door"].passed


def test_a_listener_that_is_gone_or_frozen_is_found(home: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.doctor.DOOR_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        port = frozen.getsockname()[1]
        rewrite(config, "port = 8025", f"port = {port}")
        assert pulse(home, config)["door"].said.startswith(f"127.0.0.1 port {port} does not answer (timed out)")
    check = pulse(home, config)["door"]
    assert not check.passed
    assert check.said.endswith("Connection refused); see to it that `intake serve` runs")


def test_the_pulse_reads_no_octets_and_one_shunted_mail_is_no_illness(
    home: Path, config: Path, store: Store, door: list[bytes]
) -> None:
    captured(store, arrival(), arrival())
    with store.write() as connection:
        connection.execute(text("drop trigger raw_messages_write_once"))
        connection.execute(text("update raw_messages set octets = x'00'"))
        connection.execute(text("update deliveries set status = 'shunted' where id = 1"))
    door.append(b"220 consultations.example ESMTP\r\n")
    assert [check.what for check in pulse(home, config).values() if not check.passed] == []


def test_a_pulse_without_a_store_is_none(home: Path, config: Path, tmp_path: Path) -> None:
    home.mkdir()
    (home / "intake.db").write_bytes(b"no database" * 1000)
    assert list(pulse(home, config)) == ["disk", "store"]
    (tmp_path / "intake.toml").write_text("[nonsense]", "utf-8")
    assert list(pulse(home, tmp_path)) == ["configuration"]


@pytest.mark.parametrize(
    ("host", "looked_at"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("192.0.2.7", "192.0.2.7"), ("mx.example", "mx.example")],
)
def test_a_listener_on_all_addresses_is_looked_for_on_this_machine(host: str, looked_at: str) -> None:
    assert _reachable(host) == looked_at
