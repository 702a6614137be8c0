"""Mailboxes through the real commands: served, killed, rehearsed beside a hand-made list, examined."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dovecot import PASSWORD, Dovecot, running_dovecot
from factories import OTT, letter
from service import Service

Start = Callable[..., Service]
PATIENCE = 60.0


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def user(server: Dovecot) -> str:
    return server.add_user()


@pytest.fixture
def mailbox(server: Dovecot, user: str, config: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The configuration watches the mailbox of this user; its name."""
    monkeypatch.setenv("OFFICE_PASSWORD", PASSWORD)
    with (config / "intake.toml").open("a", encoding="utf-8") as toml:
        toml.write(
            f'\n[[imap]]\nname = "office"\nhost = "127.0.0.1"\nport = {server.port}\nencryption = "none"\n'
            f'user = "{user}"\npassword_env = "OFFICE_PASSWORD"\n'
        )
    return user


def answer(number: int, to: str = OTT) -> bytes:
    return letter(
        f"Answer {number} to the question.", message_id=f"<{number}@labo.example>", to=to, subject=f"No. {number}"
    )


def statuses(database: Path) -> list[str]:
    if not database.exists():
        return []
    with sqlite3.connect(database) as connection:
        try:
            return [row[0] for row in connection.execute("SELECT status FROM deliveries ORDER BY id")]
        except sqlite3.OperationalError:
            return []  # Not built yet.


def until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def intake(home: Path, config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "intake", "--home", str(home), "--config", str(config), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)


def test_mail_from_a_mailbox_is_served_and_a_kill_loses_and_doubles_nothing(
    server: Dovecot, mailbox: str, home: Path, start: Start
) -> None:
    server.deliver(mailbox, answer(1), answer(2))
    database = home / "intake.db"
    service = start()
    until(lambda: statuses(database)[:2] == ["filed", "filed"])
    server.deliver(mailbox, answer(3))
    service.kill()
    server.deliver(mailbox, answer(4))
    service = start()
    until(lambda: statuses(database) == ["filed"] * 4)
    assert service.end() == 0
    with sqlite3.connect(database) as connection:
        sources = connection.execute("SELECT source_file FROM deliveries ORDER BY id").fetchall()
    assert [name for (name,) in sources] == [f"office/INBOX/{number}" for number in (1, 2, 3, 4)]
    assert not any(one.is_alive() for one in threading.enumerate() if one.name.startswith("intake-"))


def test_a_rehearsal_shows_each_result_beside_the_list_and_touches_nothing(
    server: Dovecot, mailbox: str, home: Path, config: Path, tmp_path: Path
) -> None:
    server.deliver(mailbox, answer(1), answer(2), answer(3))
    beside = tmp_path / "by-hand.csv"
    beside.write_text(
        "message,status,consultation,note\n<1@labo.example>,filed,ott,\n"
        "office/INBOX/2,held,,her reasons\n<9@labo.example>,filed,ott,never came\n"
    )
    command = [sys.executable, "-m", "intake", "--home", str(home), "--config", str(config), "serve"]
    process = subprocess.Popen(
        [*command, "--shadow", "--beside", str(beside)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        until(lambda: statuses(home / "shadow" / "intake.db") == ["filed"] * 3)
        time.sleep(0.5)
    finally:
        process.send_signal(signal.SIGTERM)
        said, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, log
    lines = said.splitlines()
    assert lines[0].startswith("agrees      filed ott  office/INBOX/1")
    assert lines[1].startswith("DIFFERS     filed ott, by hand held  office/INBOX/2")
    assert lines[2].startswith("not listed  filed ott  office/INBOX/3")
    assert lines[3] == "1 agree, 1 differ, 1 are not on the list, 1 of the list have not arrived."
    assert not (home / "intake.db").exists(), "the real record is another one"
    assert not (home / "outbox").exists(), "no letter left"
    with sqlite3.connect(home / "shadow" / "intake.db") as connection:
        assert connection.execute("SELECT count(*) FROM letters").fetchone() == (0,)
    with server.connect(mailbox) as client:
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search(), ["FLAGS"]).values()
    assert all(set(one[b"FLAGS"]) <= {b"\\Recent"} for one in found)


def test_a_rehearsal_without_a_mailbox_is_refused_in_a_sentence(home: Path, config: Path) -> None:
    done = intake(home, config, "serve", "--shadow")
    assert done.returncode == 1
    assert done.stderr == "intake.toml: there is no [[imap]] table; --shadow reads mailboxes, so add one.\n"


def test_doctor_looks_into_each_folder_and_speaks_of_the_quarantine(mailbox: str, home: Path, config: Path) -> None:
    done = intake(home, config, "doctor")
    assert done.returncode == 0, done.stdout
    assert "ok    mailbox office: INBOX can be read, Junk is not there\n" in done.stdout
    assert "ok    quarantine: what a provider holds in its quarantine never reaches a folder" in done.stdout


def test_doctor_says_why_a_mailbox_does_not_let_us_in(
    mailbox: str, home: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OFFICE_PASSWORD")
    done = intake(home, config, "doctor")
    assert done.returncode == 1
    assert (
        "FAIL  mailbox office: office: the variable OFFICE_PASSWORD is empty; set it for the service.\n" in done.stdout
    )


def test_authorize_names_the_accounts_there_are(mailbox: str, home: Path, config: Path) -> None:
    done = intake(home, config, "authorize", "other")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "intake.toml: there is no [[imap]] table named other; there are: office.\n"
    done = intake(home, config, "authorize", "office")
    assert done.returncode == 1
    assert "nobody needs to be asked" in done.stderr
