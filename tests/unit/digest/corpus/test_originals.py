from __future__ import annotations

from typing import Any

from digest.corpus.originals import count_erased, read_originals
from intake.vocabulary.submission import Status


def test_every_captured_message_comes_with_its_octets(record: Any) -> None:
    record.respond(octets=b"one\r\n")
    record.receive(octets=b"two")
    with record.store.read() as connection:
        found = list(read_originals(connection, record.now))
    assert [(one.octets, one.status) for one in found] == [(b"one\r\n", Status.FILED), (b"two", Status.CAPTURED)]


def test_of_one_consultation_its_responses_and_their_duplicates(record: Any) -> None:
    reference = record.respond(octets=b"one")
    record.file(record.receive(octets=b"elsewhere"), "gender-divide")
    again = record.receive(octets=b"again")
    record.decide(again, Status.DUPLICATE, duplicate_of=record.delivery_of(reference))
    with record.store.read() as connection:
        found = list(read_originals(connection, record.now, "ott"))
    assert [(one.octets, one.references) for one in found] == [(b"one", (reference,)), (b"again", ())]


def test_the_erased_are_left_out_and_counted(record: Any) -> None:
    record.decide(record.receive(), Status.ERASED)
    with record.store.read() as connection:
        assert list(read_originals(connection, record.now)) == []
        assert count_erased(connection, record.now) == 1
