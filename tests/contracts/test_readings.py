"""What was read is kept whole on every store, whatever characters it holds, and is found again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from factories import AGENT, MORNING, arrival, captured, letter, message, with_files
from sqlalchemy import select

from intake.capture import spool
from intake.ledger import listing
from intake.ledger.dossier import dossier
from intake.ledger.readings import write_readings
from intake.storage import documents, failures
from intake.storage.session import Store
from intake.storage.tables import attachments
from intake.vocabulary.document import Block, BlockKind, Document, Flag
from intake.vocabulary.mail import Delivery, InnerMessage, Mailbox, Seal, Span, SpanKind
from intake.vocabulary.reading import Reading

HOSTILE = "a\0b\ud800c é 中"
TAMED = "a\ufffdb?c é 中"
TEXT = Document(
    blocks=(Block(BlockKind.HEADING, "Réponse", level=1), Block(BlockKind.CELL, "oui\0", table=1, row=1, column=1)),
    comments=("who says so?",),
    flags=(Flag.COMMENTS, Flag.TRACKED_CHANGES),
    engine="word 1",
)


def take(store: Store, octets: bytes) -> Delivery:
    (number,) = captured(store, arrival(octets))
    with store.read() as connection:
        return spool.load(connection, number)


def write(store: Store, delivery: Delivery, reading: Reading) -> dict[str, Any]:
    with store.write() as connection:
        write_readings(connection, [(delivery, reading)], AGENT)
    with store.read() as connection:
        return dossier(connection, delivery.id)


def test_all_of_a_reading_comes_back(any_store: Store) -> None:
    octets = with_files(("réponse.docx", "application/msword", b"PK"), ("mail.eml", "application/x", b"From: a"))
    delivery = take(any_store, octets)
    word, mail = message(octets).attachments
    inner = InnerMessage(
        attachment=1,
        author=Mailbox("Bo", "bo@x.example"),
        subject=HOSTILE,
        date=datetime(2026, 11, 1, tzinfo=UTC),
        text="Inside.",
        spans=(Span(SpanKind.OWN, 0, 7),),
    )
    parsed = message(
        octets,
        text=HOSTILE,
        spans=(Span(SpanKind.OWN, 0, 4), Span(SpanKind.QUOTED, 4, 9)),
        seals=(Seal.PGP_SIGNED,),
        links=("https://files.example/a",),
        inner=(inner,),
    )
    with any_store.write() as connection:
        documents.keep(connection, word.sha256, "reader 1", TEXT)
    known = write(
        any_store, delivery, Reading(parsed, "fr", {word.sha256: TEXT}, {mail.sha256: Flag.NOT_READ}, "reader 1")
    )
    assert known["text"] == TAMED
    assert known["spans"] == [{"kind": "own", "start": 0, "end": 4}, {"kind": "quoted", "start": 4, "end": 9}]
    assert (known["seals"], known["links"]) == (["pgp-signed"], ["https://files.example/a"])
    (one,) = known["inner_messages"]
    assert one == {
        "attachment": 1,
        "author_name": "Bo",
        "author_address": "bo@x.example",
        "subject": TAMED,
        "date": "2026-11-01T00:00:00+00:00",
        "text": "Inside.",
        "spans": [{"kind": "own", "start": 0, "end": 7}],
    }
    listed = [(a["name"], a["text"], a["flags"], a["engine"], a["comments"]) for a in known["attachments"]]
    assert listed == [
        ("réponse.docx", "Réponse\noui\0", ["comments", "tracked-changes"], "word 1", ["who says so?"]),
        ("mail.eml", "Inside.", ["not-read"], None, []),
    ]


def test_a_new_reading_replaces_the_old_one(any_store: Store) -> None:
    octets = with_files(("a.pdf", "application/pdf", b"one"))
    delivery = take(any_store, octets)
    write(any_store, delivery, Reading(message(octets), "fr"))
    assert write(any_store, delivery, Reading(message(octets, text="Else.", attachments=()), "en"))["text"] == "Else."
    with any_store.read() as connection:
        assert connection.execute(select(attachments)).all() == []
        assert [line["language"] for line in listing.rows(connection)] == ["en"]


def test_what_an_older_release_read_is_shown_without_what_it_did_not_look_for(any_store: Store) -> None:
    from intake.storage.tables import readings

    delivery = take(any_store, letter("Old."))
    with any_store.write() as connection:
        old = {"software": "intake 0.0", "subject": "s", "text": "Old.", "content_sha256": "ab" * 32, "defects": []}
        connection.execute(readings.insert().values(delivery_id=delivery.id, **old))
        known = dossier(connection, delivery.id)
    assert (known["spans"], known["inner_messages"], known["seals"], known["links"]) == ([], [], [], [])


def test_texts_belong_to_the_reader_that_read_them(any_store: Store) -> None:
    with any_store.write() as connection:
        documents.keep(connection, "ab" * 32, "reader 1", TEXT)
        documents.keep(connection, "ab" * 32, "reader 2", Document())
        documents.keep(connection, "ab" * 32, "reader 2", Document(engine="again"))
        assert documents.load(connection, ["ab" * 32, "cd" * 32], "reader 1") == {"ab" * 32: TEXT}
        assert documents.load(connection, ["ab" * 32], "reader 2") == {"ab" * 32: Document(engine="again")}
        assert documents.forget_unused(connection, "reader 2") == 1
        assert documents.load(connection, ["ab" * 32], "reader 1") == {}
        assert documents.load(connection, ["ab" * 32], "reader 2") != {}


def test_every_failure_is_kept_with_when_where_and_which_release(any_store: Store) -> None:
    delivery = take(any_store, letter())
    with any_store.write() as connection:
        leased = spool.lease(connection, MORNING)
        assert leased is not None
        failures.note(connection, leased, f"{HOSTILE}{'x' * 5000}", MORNING, AGENT, "message.py:1 in decode")
        failures.note(connection, leased, "the process ended", MORNING, AGENT)
        first, second = failures.of_delivery(connection, delivery.id)
    assert (first.at, first.software, first.attempt, first.place) == (MORNING, "test 1", 1, "message.py:1 in decode")
    assert len(first.what) == failures.MAX_FAILURE_CHARACTERS
    assert "\0" not in first.what
    assert (second.what, second.place) == ("the process ended", "")


def test_a_lease_is_renewed_as_long_as_its_worker_lives(any_store: Store) -> None:
    take(any_store, letter())
    with any_store.write() as connection:
        leased = spool.lease(connection, MORNING)
        assert leased is not None
        spool.renew(connection, [leased], MORNING + spool.LEASE / 2)
        assert spool.lease(connection, MORNING + spool.LEASE) is None
        assert spool.lease(connection, MORNING + spool.LEASE * 1.5) is not None


@pytest.mark.parametrize("many", [1, 3])
def test_a_list_longer_than_one_statement_is_whole(
    any_store: Store, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(listing, "MAX_NAMED", many)
    octets = [with_files(("a.pdf", "application/pdf", bytes([n])), message_id=f"<{n}@x>") for n in range(4)]
    for one in octets:
        delivery = take(any_store, one)
        write(any_store, delivery, Reading(message(one), "en"))
    with any_store.read() as connection:
        lines = list(listing.rows(connection))
        assert [line["delivery"] for line in lines] == [1, 2, 3, 4]
        assert [[a["name"] for a in line["attachments"]] for line in lines] == [["a.pdf"]] * 4
        assert len({line["attachments"][0]["sha256"] for line in lines}) == 4
        assert [line["delivery"] for line in listing.rows(connection, only=3)] == [3]
