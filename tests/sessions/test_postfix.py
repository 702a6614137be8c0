"""Behind a real Postfix: it takes the mail from the world and hands it to our LMTP."""

from __future__ import annotations

import os
import smtplib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
from listening import OURS, listening
from postfix import postfix
from service import letter
from sqlalchemy import select

from intake.capture.commit import Committer
from intake.storage.session import Store
from intake.storage.tables import deliveries, raw_messages
from intake.vocabulary.provenance import Agent

PATIENCE_SECONDS = 30.0
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="not run: Postfix is started by root alone")


def wait_until(said: Callable[[], int], wanted: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while said() < wanted:
        assert time.monotonic() < deadline, f"{said()} of {wanted}"
        time.sleep(0.1)


def rows(store: Store) -> list:
    with store.read() as connection:
        query = select(deliveries, raw_messages.c.octets).join(raw_messages).order_by(deliveries.c.id)
        return list(connection.execute(query))


@as_root
@pytest.mark.system("postfix")
def test_postfix_hands_on_what_it_took_and_its_time_counts(store: Store, tmp_path: Path) -> None:
    committer = Committer(store, Agent("test", "1"))
    options = {"relay_hosts": ["mx1.consultations.example"], "trusted_relays": [ip_network("127.0.0.0/8")]}
    with (
        listening(committer.capture, lmtp=True, now=lambda: datetime.now(UTC), **options) as address,
        postfix(tmp_path / "postfix", lmtp=f"inet:127.0.0.1:{address[1]}") as port,
        smtplib.SMTP("127.0.0.1", port) as client,
    ):
        before = datetime.now(UTC).replace(microsecond=0)
        for number in range(5):
            client.sendmail("amina@labo.example", [OURS, "cwg-internet@consultations.example"], letter(number))
        wait_until(lambda: len(rows(store)), 10)
    committer.close()
    found = rows(store)
    assert sorted(row.rcpt_to for row in found) == sorted([OURS, "cwg-internet@consultations.example"] * 5)
    assert all(bytes(row.octets).endswith(letter(0)[-30:]) for row in found)
    assert all(b"Received: from" in bytes(row.octets) for row in found)
    assert all(before <= row.received_at <= row.captured_at for row in found)
    assert all(row.received_at.microsecond == 0 for row in found), "the time is that of Postfix's Received line"
    assert {row.mail_from for row in found} == {"amina@labo.example"}


@as_root
@pytest.mark.system("postfix")
def test_postfix_hands_on_addresses_in_any_script(store: Store, tmp_path: Path) -> None:
    """It would send such mail back, were SMTPUTF8 (RFC 6531) not offered by LMTP as well."""
    committer = Committer(store, Agent("test", "1"))
    octets = letter(1).replace(b"Amina Diallo", "Амина Диалло".encode())
    with (
        listening(committer.capture, lmtp=True, now=lambda: datetime.now(UTC)) as address,
        postfix(tmp_path / "postfix", lmtp=f"inet:127.0.0.1:{address[1]}") as port,
        smtplib.SMTP("127.0.0.1", port) as client,
    ):
        client.ehlo("labo.example")
        client.sendmail("амина@лабо.example", [OURS], octets, mail_options=["SMTPUTF8", "BODY=8BITMIME"])
        wait_until(lambda: len(rows(store)), 1)
    committer.close()
    (row,) = rows(store)
    assert row.mail_from == "амина@лабо.example"
    assert bytes(row.octets).endswith(octets)
