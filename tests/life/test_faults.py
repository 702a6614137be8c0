"""Disk full, file system read-only, database locked, clock set back: senders keep their mail, and the doctor says why.

A letter that was answered 250 is in the record, one that was not is not, and the service goes on when it is over.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from disks import Mount, fill, remount
from service import Client, Service, letter

from intake.doctor import examine
from intake.storage.session import open_store
from intake.storage.vault import Vaults, inspect
from intake.storage.vault_disk import DiskVault
from intake.vocabulary.vault import Place

OTT = "cwg-internet+ott@consultations.example"
PATIENCE = 30.0
"""Seconds for the service to come back by itself."""
BUSY = 2
"""Seconds that a writer waits for a lock here, instead of twenty."""

Start = Callable[..., Service]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def configure(config: Path, *changes: tuple[str, str]) -> None:
    toml = config / "intake.toml"
    text = toml.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    toml.write_text(text, encoding="utf-8")


def send(service: Service, number: int, body: str = "We answer question 1.") -> str:
    """One letter in a dialogue of its own; the first answer that is not yes, or the last."""
    client = Client(service.address)
    try:
        client.read()
        said = client.say("EHLO test.example")
        for line in ("MAIL FROM:<amina@labo.example>", f"RCPT TO:<{OTT}>", "DATA"):
            said = client.say(line)
            if said[0] not in "23":
                return said
        return client.data(letter(number, body))
    finally:
        client.close()


def send_until_taken(service: Service, number: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not (said := send(service, number)).startswith("250"):
        assert said.startswith(("451", "452")), said
        assert time.monotonic() < deadline, said
        time.sleep(0.2)


def doctor(home: Path, config: Path) -> dict[str, str]:
    """What it says of each thing, with FAIL before what is wrong."""
    checks = examine(home, config, lambda: datetime.now(UTC))
    return {check.what: check.said if check.passed else f"FAIL {check.said}" for check in checks}


def require_whole(home: Path, answered: int, vault: Path | None = None) -> None:
    """As many deliveries as were answered 250, each with its octets, and nothing half-written."""
    place = Place.DISK if vault else Place.DATABASE
    disk = DiskVault(vault or home / "vault")
    store = open_store(f"sqlite:///{home / 'intake.db'}", Vaults(place=place, outside={Place.DISK: disk}))
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("SELECT count(*) FROM deliveries").scalar() == answered
        found = inspect(connection)
    store.close()
    assert (found.sound, found.damaged, found.missing) == (answered, (), ())
    assert list((vault or home / "vault").glob("incoming/*")) == []


@pytest.mark.parametrize("way", ["database", "disk"])
def test_disk_full(home: Path, config: Path, start: Start, mount: Mount, way: str, tmp_path: Path) -> None:
    mount(home, "size=6m")
    configure(config, ('way = "database"', f'way = "{way}"'), ("min_free_octets = 1073741824", "min_free_octets = 0"))
    service = start()
    assert send(service, 1).startswith("250")
    ballast = fill(home)
    refused = [send(service, number, "x" * 2000 + "\r\n" + "y" * 60_000) for number in range(2, 6)]
    assert {said[:3] for said in refused} == {"451"}
    configure(config, ("min_free_octets = 0", "min_free_octets = 1048576"))
    said = doctor(home, config)["disk"]
    assert said.startswith("FAIL"), said
    assert "make room for mail" in said or "No space left on device" in said
    ballast.unlink()
    send_until_taken(service, 6)
    configure(config, ("min_free_octets = 1048576", "min_free_octets = 65536"))
    assert doctor(home, config)["disk"].endswith("MiB free")
    assert service.end() == 0
    require_whole(home, 2, home / "vault" if way == "disk" else None)


def test_the_disk_of_the_vault_turns_read_only(home: Path, config: Path, start: Start, mount: Mount) -> None:
    vault = mount(home / "vault", "size=6m")
    configure(config, ('way = "database"', 'way = "disk"'), ("min_free_octets = 1073741824", "min_free_octets = 65536"))
    service = start()
    assert send(service, 1).startswith("250")
    remount(vault, "ro")
    assert send(service, 2).startswith("451")
    said = doctor(home, config)["disk of the vault"]
    assert said == f"FAIL {vault} cannot be written (Read-only file system); see to its disk and its owner"
    remount(vault, "rw")
    send_until_taken(service, 3)
    assert "FAIL" not in " ".join(doctor(home, config).values())
    assert service.end() == 0
    require_whole(home, 2, vault)


def test_a_read_only_data_folder_is_named_before_anything_is_started(home: Path, config: Path, mount: Mount) -> None:
    mount(home, "size=6m")
    open_store(f"sqlite:///{home / 'intake.db'}").close()
    remount(home, "ro")
    command = [sys.executable, "-m", "intake", "--home", str(home), "--config", str(config), "serve"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "The store cannot be opened" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    said = doctor(home, config)
    assert list(said)[-1] == "store"
    assert said["disk"] == f"FAIL {home} cannot be written (Read-only file system); see to its disk and its owner"
    assert said["store"].startswith("FAIL")


def test_the_database_is_locked_by_another_program(
    home: Path, config: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_STORE_URL", f"sqlite:///{home / 'intake.db'}?timeout={BUSY}")
    service = start()
    assert send(service, 1).startswith("250")
    answers: list[str] = []
    with closing(sqlite3.connect(home / "intake.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        threads = [threading.Thread(target=lambda n=n: answers.append(send(service, n))) for n in range(2, 12)]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        waited = time.monotonic() - started
        said = doctor(home, config)["store"]
        other.execute("ROLLBACK")
    assert [answer[:3] for answer in answers] == ["451"] * 10
    assert BUSY <= waited < 5 * BUSY, "a group waits once for the lock, not each of it in turn"
    assert said.startswith("FAIL sqlite takes nothing: "), said
    assert said.endswith("another program keeps it locked: find it (fuser names it) and end it")
    send_until_taken(service, 12)
    assert doctor(home, config)["store"] == "sqlite, at the revision of this release"
    assert service.end() == 0
    require_whole(home, 2)


CLOCK = """
import datetime, os, sys

def clock():
    with open(os.environ["SHIFT"]) as file:
        return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=int(file.read()))

if __name__ == "__main__":
    from intake.cli import main
    main(sys.argv[sys.argv.index("intake") + 1 :], clock)
"""


def test_the_clock_is_set_back(
    home: Path, config: Path, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, shift = tmp_path / "clock.py", tmp_path / "shift"
    program.write_text(CLOCK, encoding="utf-8")
    shift.write_text("7200", encoding="utf-8")
    monkeypatch.setenv("SHIFT", str(shift))
    service = start(prefix=[sys.executable, str(program)])
    assert send(service, 1).startswith("250")
    shift.write_text("0", encoding="utf-8")
    assert send(service, 2).startswith("250")
    deadline = time.monotonic() + PATIENCE
    while (statuses := read_statuses(home)) != ["filed", "duplicate"] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "captured" not in statuses, "what was taken up before the clock was set back is not waited for"
    said = doctor(home, config)["clock"]
    assert re.match(r"FAIL (1:59:\d\d|2:00:00) behind the newest delivery, of 20", said), said
    assert said.endswith("set it (timedatectl shows it)")
    assert service.end() == 0
    require_whole(home, 2)


def read_statuses(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "intake.db")) as connection:
        return [row[0] for row in connection.execute("SELECT status FROM deliveries ORDER BY id")]
