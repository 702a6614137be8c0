"""The store fails under a running service: a disk that turns read-only, a server that falls. Senders keep their mail."""

from __future__ import annotations

import hashlib
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from postgres import falling_postgres
from service import Client, Service, letter
from system import NOT_RUN, require

from intake.doctor import examine
from intake.storage.session import open_store

Start = Callable[..., Service]
OURS = "cwg-internet+ott@consultations.example"
PATIENCE_SECONDS = 60.0


def send(service: Service, octets: bytes) -> str:
    """The first answer that is not yes, or the last."""
    client = Client(service.address)
    try:
        if not (said := client.read()).startswith("220"):
            return said
        for line in ("EHLO test.example", "MAIL FROM:<amina@labo.example>", f"RCPT TO:<{OURS}>", "DATA"):
            said = client.say(line)
            if said[0] not in "23":
                return said
        return client.data(octets)
    finally:
        client.close()


def configure(config: Path, old: str, new: str) -> None:
    toml = config / "intake.toml"
    text = toml.read_text(encoding="utf-8")
    assert old in text
    toml.write_text(text.replace(old, new), encoding="utf-8")


def kept(url: str) -> Counter[str]:
    store = open_store(url)
    with store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT octets FROM deliveries JOIN raw_messages ON raw_sha256 = sha256"
        ).fetchall()
    store.close()
    return Counter(hashlib.sha256(row[0]).hexdigest() for row in rows)


def names(*many: bytes) -> Counter[str]:
    return Counter(hashlib.sha256(octets).hexdigest() for octets in many)


# --- a disk turns read-only ------------------------------------------------------------------------------


@contextmanager
def ext4(image: Path, folder: Path) -> Iterator[None]:
    """A real file system in a file; the kernel makes it read-only when its disk fails, and ``abort`` says that it did."""
    mount, mkfs, fsck = require("mount", "mke2fs", "e2fsck")
    if not image.exists():
        with image.open("wb") as file:
            file.truncate(48 * 2**20)
        subprocess.run([mkfs, "-q", "-t", "ext4", str(image)], check=True)
    subprocess.run([fsck, "-fy", str(image)], check=False, capture_output=True)
    folder.mkdir(exist_ok=True)
    if subprocess.run([mount, "-o", "loop", str(image), str(folder)], check=False, capture_output=True).returncode:
        pytest.skip(f"{NOT_RUN}needs the right to mount a file system from a file (run as root)")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_the_database_turns_read_only_under_a_running_service(tmp_path: Path, config: Path, start: Start) -> None:
    home = tmp_path / "home"
    configure(config, "min_free_octets = 1073741824", "min_free_octets = 65536")
    with ext4(tmp_path / "image", home):
        service = start()
        assert send(service, letter(1)).startswith("250")
        subprocess.run(["mount", "-o", "remount,abort", str(home)], check=True)
        for number in (2, 3):
            assert send(service, letter(number)).startswith(("451", "452"))
        checks = {check.what: check for check in examine(home, config, lambda: datetime.now(UTC))}
        assert checks["disk"].said == f"{home} cannot be written (Read-only file system); see to its disk and its owner"
        assert not checks["disk"].passed
        assert service.end() == 0
    with ext4(tmp_path / "image", home):
        assert kept(f"sqlite:///{home / 'intake.db'}") == names(letter(1)), "what was refused was not kept"
        service = start()
        assert send(service, letter(2)).startswith("250")
        assert service.end() == 0
        assert kept(f"sqlite:///{home / 'intake.db'}") == names(letter(1), letter(2))


# --- a server falls --------------------------------------------------------------------------------------


@pytest.mark.system("initdb")
def test_postgres_falls_under_load_and_nothing_answered_is_lost(
    config: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice: every sender sends again what was not answered with 250, as mail hosts do."""
    configure(config, "\ntrusted_relays = []", '\ntrusted_relays = ["127.0.0.0/8"]')
    answered: list[bytes] = []
    refused: list[tuple[bytes, str]] = []
    enough = threading.Event()

    def until(happened: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not happened():
            assert time.monotonic() < deadline, f"{len(answered)} answered, {[said for _, said in refused][-3:]}"
            time.sleep(0.02)

    def press(service: Service, sender: int) -> None:
        number = 0
        while not enough.is_set():
            octets = letter(100_000 * sender + number)
            said = send(service, octets)
            if said.startswith("250"):
                answered.append(octets)
                number += 1
            else:
                refused.append((octets, said))
                time.sleep(0.05)

    with falling_postgres() as postgres:
        monkeypatch.setenv("INTAKE_STORE_URL", postgres.url)
        service = start()
        threads = [threading.Thread(target=press, args=(service, sender)) for sender in range(4)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(2):
                sofar, before = len(answered), len(refused)
                until(lambda sofar=sofar: len(answered) >= sofar + 20)
                postgres.crash()
                until(lambda before=before: len(refused) >= before + 10)
                postgres.start()
                sofar = len(answered)
                until(lambda sofar=sofar: len(answered) >= sofar + 20)
        finally:
            enough.set()
            for thread in threads:
                thread.join(PATIENCE_SECONDS)
        assert service.end() == 0
        found = kept(postgres.url)
    assert {said for _, said in refused} <= {
        "451 4.3.0 Temporary failure, please try again later",
        "452 4.3.1 Cannot take mail now, please try again later",
    }
    assert [name for name in names(*answered) if name not in found] == []
    unsure = names(*(octets for octets, _ in refused))
    assert {found[name] for name in found if name not in unsure} == {1}
    assert set(found) <= set(names(*answered)) | set(unsure)
