"""The tour itself: what it promises is checked by it, and it must end well."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "intake", "demo", *map(str, arguments)],
        capture_output=True,
        check=False,
        env={**os.environ, "COLUMNS": "120"},
    )
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return done.stdout.decode()


@pytest.mark.system("sha256sum")
def test_the_night_of_the_deadline(tmp_path: Path) -> None:
    said = run("--into", tmp_path / "night")
    for expected in (
        "at once kill -9 of all processes",
        "24 mails were answered 250, 24 are in the record, octet for octet.",
        "24 received = 17 filed + 3 held + 3 automatic + 1 duplicate",
        "decided by demo officer",
        "Accusé de réception",
        "إشعار بالاستلام",
        "ott: Rev.1, new",
        "since Rev.1: replaced",
        "messages.mbox: OK",
        "messages.mbox: FAILED",
        "make demo MAIL=old-round.mbox",
    ):
        assert expected in said
    for made in ("daily.txt", "compiled/ott-rev2.html", "archive/messages.mbox", "outbox", "intake.db"):
        assert (tmp_path / "night" / made).exists()


def test_ones_own_mail_is_read_and_nothing_is_sent(tmp_path: Path) -> None:
    mail = tmp_path / "old-round.mbox"
    octets = (
        b"From a@labo.example Mon Nov 30 09:00:00 2026\nFrom: a@labo.example\nTo: cwg-internet+ott@consultations.example\n"
        b"Subject: Ours\n\nWe answer.\n\nFrom b@labo.example Mon Nov 30 09:00:01 2026\nFrom: b@labo.example\n"
        b"To: cwg-internet@consultations.example\nSubject: Else\n\nHello.\n"
    )
    mail.write_bytes(octets)
    said = run("--mail", mail, "--into", tmp_path / "home")
    assert "2 messages read" in said
    assert "2 received = 1 filed + 1 held" in said
    assert "Nothing was sent." in said
    assert not (tmp_path / "home" / "outbox").exists()
    assert mail.read_bytes() == octets
