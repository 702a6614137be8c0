"""The register, read: the line of the design, counts that sum, and how a delivery is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from factories import AGENT, AUTHOR, COMMON, OTT, FrozenMorning, ScriptedCarrier, arrival, captured, letter
from sqlalchemy import update

from intake.errors import UnknownDelivery
from intake.ledger import listing
from intake.pipeline import Desk, Settlement, handle, settle
from intake.receipt import outbox
from intake.settings import Settings
from intake.storage.session import Store
from intake.storage.tables import deliveries
from intake.vocabulary.submission import Status

KEYS = [
    "delivery",
    "source_file",
    "raw_sha256",
    "captured_at",
    "received_at",
    "mail_from",
    "rcpt_to",
    "message_id",
    "subject",
    "author_address",
    "status",
    "reason",
    "references",
    "consultations",
    "late",
    "language",
    "respondent",
    "on_behalf",
    "cosignatories",
    "confidential",
    "campaign",
    "duplicate_of",
    "supersedes",
    "supplements",
    "withdraws",
    "answers",
    "attachments",
    "acknowledge",
    "findings",
]


@pytest.fixture
def desk(store: Store, settings: Settings) -> Desk:
    return Desk(store=store, settings=settings, clock=FrozenMorning(), agent=AGENT)


def take(desk: Desk, octets: bytes | None = None, **changes: str | None) -> int:
    from intake.capture import spool

    (number,) = captured(desk.store, arrival(octets, **changes))
    with desk.store.read() as connection:
        delivery = spool.load(connection, number)
    handle(delivery, desk)
    return number


def line(desk: Desk, number: int) -> dict[str, object]:
    with desk.store.read() as connection:
        return next(listing.rows(connection, only=number))


def test_a_line_has_the_keys_of_the_design_in_their_order_and_is_json(desk: Desk) -> None:
    one = line(desk, take(desk, letter("Nous répondons oui.", to=OTT), rcpt_to=OTT))
    assert list(one) == KEYS
    assert json.loads(json.dumps(one)) == one


def test_a_filed_line(desk: Desk) -> None:
    body = "Nous remercions le secrétariat et répondons oui à la première question."
    octets = letter(body, to=OTT)
    one = line(desk, take(desk, octets, rcpt_to=OTT, source_file="001.eml"))
    expected = {
        "delivery": 1,
        "source_file": "001.eml",
        "captured_at": "2026-11-30T09:00:00Z",
        "received_at": "2026-11-30T09:00:00Z",
        "mail_from": AUTHOR,
        "rcpt_to": OTT,
        "message_id": "<1.test@labo.example>",
        "subject": "Our response",
        "author_address": AUTHOR,
        "status": "filed",
        "reason": "sent to the address of ott",
        "consultations": ["ott"],
        "late": False,
        "language": "fr",
        "respondent": {"name": "Amina Diallo", "organization": None, "group": None, "country": None},
        "confidential": False,
        "duplicate_of": None,
        "supersedes": None,
        "acknowledge": True,
        "attachments": [],
    }
    assert {key: one[key] for key in expected} == expected
    assert {"empty", "plus-address", "duplicate"} <= {finding["rule"] for finding in one["findings"]}  # type: ignore[attr-defined]


def test_a_line_of_what_is_not_read_yet_guesses_nothing(desk: Desk) -> None:
    (number,) = captured(desk.store, arrival(mail_from=None))
    one = line(desk, number)
    assert (one["status"], one["mail_from"], one["references"], one["findings"]) == ("captured", "", [], [])
    for key in ("subject", "reason", "late", "language", "acknowledge", "author_address"):
        assert one[key] is None, key


def test_a_failure_is_the_reason_of_what_is_shunted(desk: Desk) -> None:
    (number,) = captured(desk.store, arrival())
    with desk.store.write() as connection:
        connection.execute(update(deliveries).values(status="shunted", failure="it broke"))
    assert (line(desk, number)["status"], line(desk, number)["reason"]) == ("shunted", "it broke")


def test_links_are_told_by_the_sha256_of_the_earlier_message(desk: Desk) -> None:
    first = take(desk, rcpt_to=OTT)
    again = take(desk, rcpt_to=OTT)
    corrected = take(desk, letter("This is the corrected version of our response.\n\nQuestion 1: No."), rcpt_to=OTT)
    raw = line(desk, first)["raw_sha256"]
    assert line(desk, again)["duplicate_of"] == raw
    assert (line(desk, again)["status"], line(desk, again)["late"]) == ("duplicate", None)
    assert line(desk, corrected)["supersedes"] == raw


def test_attachments_are_listed(desk: Desk) -> None:
    octets = letter("a,b", more=("Content-Type: text/csv", "Content-Disposition: attachment; filename=t.csv"))
    (file,) = line(desk, take(desk, octets))["attachments"]  # type: ignore[misc]
    assert (file["name"], file["type"], file["text"]) == ("t.csv", "text/csv", "a,b")


def test_lists_can_be_narrowed_by_round_and_status(desk: Desk) -> None:
    filed = take(desk, rcpt_to=OTT)
    held = take(desk, letter("Other words.", sender="b@x.example", message_id="<2@x>"))
    with desk.store.read() as connection:
        assert [one["delivery"] for one in listing.rows(connection)] == [filed, held]
        assert [one["delivery"] for one in listing.rows(connection, consultation="ott")] == [filed]
        assert [one["delivery"] for one in listing.rows(connection, consultation="gender-divide")] == []
        assert [one["delivery"] for one in listing.rows(connection, status=Status.HELD)] == [held]


def test_the_last_decision_is_the_one_that_is_shown(desk: Desk) -> None:
    from intake.capture import spool

    number = take(desk, rcpt_to=OTT)
    reference = line(desk, number)["references"]
    with desk.store.read() as connection:
        delivery = spool.load(connection, number)
    moved = (desk.settings.consultation("gender-divide"),)
    settle(delivery, Settlement(status=Status.FILED, consultations=moved, reason="it says so", officer="Officer"), desk)
    one = line(desk, number)
    assert (one["consultations"], one["references"], one["reason"]) == (["gender-divide"], reference, "it says so")


def test_counts_name_every_status_and_sum_to_what_arrived(desk: Desk) -> None:
    take(desk, rcpt_to=OTT)
    take(desk, rcpt_to=OTT)
    take(desk, mail_from=None)
    captured(desk.store, arrival())
    with desk.store.read() as connection:
        counts = listing.count_by_status(connection)
    assert set(counts) == set(Status)
    assert {status.value: number for status, number in counts.items() if number} == {
        "filed": 1,
        "duplicate": 1,
        "automatic": 1,
        "captured": 1,
    }


def test_what_waits_for_a_person_is_held_or_shunted(desk: Desk) -> None:
    take(desk, rcpt_to=OTT)
    held = take(desk, letter("Other words.", sender="b@x.example", message_id="<2@x>"))
    (shunted,) = captured(desk.store, arrival())
    with desk.store.write() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == shunted).values(status="shunted"))
        assert listing.waiting(connection) == [held, shunted]


def test_letters_about_a_delivery_are_told_with_their_fate(desk: Desk) -> None:
    number = take(desk, letter(to=OTT), rcpt_to=OTT)
    list(outbox.send_due(desk.store, ScriptedCarrier(["250 taken"]), desk.clock, AGENT))
    with desk.store.read() as connection:
        ((state, octets, said),) = listing.letters_of(connection, number)
    assert (state, said) == ("sent", "250 taken")
    assert b"Auto-Submitted: auto-replied" in octets


# --- find -------------------------------------------------------------------------------------------------


def found(desk: Desk, wanted: str) -> int:
    with desk.store.read() as connection:
        return listing.find(connection, wanted, "CWGI")


def test_a_delivery_is_found_by_id_reference_and_beginning_of_its_sha256(desk: Desk) -> None:
    take(desk, mail_from=None)
    number = take(desk, letter(to=OTT), rcpt_to=OTT)
    one = line(desk, number)
    (reference,) = one["references"]  # type: ignore[misc]
    raw = str(one["raw_sha256"])
    for wanted in (str(number), f" {number} ", str(reference), str(reference).lower(), raw, raw[:8], raw[:12].upper()):
        assert found(desk, wanted) == number, wanted


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("99", "Nothing in the record is named 99."),
        ("CWGI-2026-000017-K", "Nothing in the record is named CWGI-2026-000017-K."),
        ("CWGI-2026-000017-L", "CWGI-2026-000017-L is no reference of ours: compare it with the receipt again."),
        ("cwgi-1", "cwgi-1 is no reference of ours: compare it with the receipt again."),
        ("abcdef12", "Nothing in the record is named abcdef12."),
        ("abc", "abc is neither a reference, nor a delivery id, nor 8 digits or more of a sha256."),
        ("", " is neither a reference, nor a delivery id, nor 8 digits or more of a sha256."),
        ("%%%%%%%%%", "%%%%%%%%% is neither a reference, nor a delivery id, nor 8 digits or more of a sha256."),
        ("XXXX-2026-000017-K", "XXXX-2026-000017-K is neither a reference, nor a delivery id"),
        ("-1", "-1 is neither a reference"),
        ("²", "² is neither a reference"),
    ],
)
def test_what_is_not_found_is_said_in_one_sentence(desk: Desk, wanted: str, said: str) -> None:
    take(desk)
    with pytest.raises(UnknownDelivery) as refused:
        found(desk, wanted)
    assert str(refused.value).startswith(said)


def test_the_common_address_is_the_default_of_the_house(settings: Settings, tmp_path: Path) -> None:
    assert settings.service.addresses[0] == COMMON
