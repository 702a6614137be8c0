"""Past a limit the listener says 452 before anything is sent, tells its log why, and takes mail again afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from listening import OURS, listening
from service import Client, letter
from sqlalchemy import update
from structlog.testing import capture_logs

from intake.capture import pressure
from intake.capture.commit import Committer
from intake.capture.pressure import Pressure
from intake.settings import Settings
from intake.storage.session import Store
from intake.storage.tables import deliveries
from intake.vocabulary.provenance import Agent

PATIENCE = 20.0
FULL = "452 4.3.1 Cannot take mail now, please try again later"


@pytest.fixture
def client(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A dialogue with a listener that bears two deliveries that wait."""
    monkeypatch.setattr(pressure, "FRESH_SECONDS", 0.1)
    capture = settings.capture.model_copy(update={"max_backlog": 2, "min_free_octets": 0})
    limited = replace(settings, toml=settings.toml.model_copy(update={"capture": capture}))
    committer = Committer(store, Agent("test", "1"))
    with listening(committer.capture, pressure=Pressure(store, limited)) as address:
        client = Client(address)
        assert client.read().startswith("220")
        assert client.say("EHLO test.example").startswith("250")
        yield client
        client.close()
    committer.close()


def answer_in_time(client: Client, wanted: str) -> str:
    """What MAIL is answered, once the last measurement is no longer fresh."""
    deadline = time.monotonic() + PATIENCE
    while True:
        assert client.say("RSET").startswith("250")
        said = client.say("MAIL FROM:<amina@labo.example>")
        if said.startswith(wanted) or time.monotonic() > deadline:
            return said
        time.sleep(0.5)  # Each 452 is an error of the session, which bears fifty.


def test_a_backlog_is_answered_452_and_told_until_it_is_worked_off(client: Client, store: Store) -> None:
    for number in range(2):
        assert answer_in_time(client, "250") == "250 2.1.0 OK"
        assert client.say(f"RCPT TO:<{OURS}>").startswith("250")
        assert client.say("DATA").startswith("354")
        assert client.data(letter(number)).startswith("250")
    with capture_logs() as logs:
        assert answer_in_time(client, "452") == FULL
    assert logs[-1]["action"] == "back_pressure"
    assert logs[-1]["reason"] == "2 deliveries wait to be read, the most that capture.max_backlog allows"
    with store.write() as connection:
        connection.execute(update(deliveries).values(status="held"))
    assert answer_in_time(client, "250") == "250 2.1.0 OK"


def test_a_full_disk_is_answered_452_with_its_folder_in_the_log(store: Store, settings: Settings) -> None:
    capture = settings.capture.model_copy(update={"min_free_octets": 2**80})
    full = replace(settings, toml=settings.toml.model_copy(update={"capture": capture}))
    committer = Committer(store, Agent("test", "1"))
    with listening(committer.capture, pressure=Pressure(store, full)) as address:
        client = Client(address)
        client.read()
        client.say("EHLO test.example")
        with capture_logs() as logs:
            assert client.say("MAIL FROM:<amina@labo.example>") == FULL
        client.close()
    committer.close()
    assert str(settings.home) in logs[-1]["reason"]
