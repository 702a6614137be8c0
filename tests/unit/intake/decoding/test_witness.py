"""mail-parser's second opinion on a header."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from intake.decoding import witness
from intake.decoding.message import decode
from intake.decoding.witness import testify as hear
from intake.vocabulary.mail import Defect, Hop

OCTETS = (
    b"Received: from a.example by mx.desk.example with ESMTP id 7; Mon, 30 Nov 2026 10:00:02 +0100\r\n"
    b"Received: from b.example by a.example with ESMTP id 6; Mon, 30 Nov 2026 10:00:01 +0100\r\n"
    b"From: a@b.example\r\nDate: today\r\n\r\nwords\r\n"
)


def test_its_hops_are_those_of_the_record() -> None:
    hops, _ = hear(OCTETS)
    assert hops[0] == Hop("mx.desk.example", "a.example", datetime(2026, 11, 30, 9, 0, 2, tzinfo=UTC))
    assert hops == decode(OCTETS).hops


def test_it_names_what_is_wrong() -> None:
    assert any("Date" in defect.where or "date" in defect.what.lower() for defect in hear(OCTETS)[1])


def test_whatever_it_raises_is_a_defect_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: bytes) -> None:
        raise KeyError("deep inside")

    monkeypatch.setattr(witness.mailparser, "parse_from_bytes", fail)
    assert hear(OCTETS) == ((), (Defect("header", "mail-parser: KeyError"),))


@pytest.mark.parametrize("octets", [b"", b"\0", b"Received: ;\r\n\r\n", b"From: " + b"(" * 5000 + b"\r\n\r\n"])
def test_it_hears_anything(octets: bytes) -> None:
    hops, defects = hear(octets)
    assert isinstance(hops, tuple)
    assert isinstance(defects, tuple)
