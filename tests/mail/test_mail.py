"""Whole messages, one for each ability: what must be read in them, and where they are placed."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from intake.decoding.message import decode
from intake.filing.case import Case
from intake.filing.rulebook import file
from intake.settings import Settings
from intake.text.language import detect
from intake.vocabulary.mail import Envelope

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in HERE.glob("*.eml"))
KEYS = {"subject", "author", "author_name", "text", "attachments", "status", "consultations", "language"}
MORE = {"not_text", "links", "own", "not_own", "inline", "defects"}


def expected(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.expected.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_a_message_is_read_and_placed_as_its_writer_meant_it(name: str, settings: Settings) -> None:
    octets, wanted = (HERE / f"{name}.eml").read_bytes(), expected(name)
    read = decode(octets)
    assert read.author is not None
    filing = file(
        Case(
            envelope=Envelope(mail_from=read.author.address, rcpt_to=read.to[0].address),
            received_at=datetime(2026, 12, 15, tzinfo=UTC),
            message=read,
            raw_sha256="0" * 64,
            consultations=settings.consultations,
        )
    )
    assert {
        "subject": read.subject,
        "author": read.author.address,
        "author_name": read.author.name,
        "attachments": [one.name for one in read.attachments],
        "status": filing.status.value,
        "consultations": list(filing.consultations),
        "language": detect(read.text),
    } == {key: wanted[key] for key in KEYS - {"text"}}
    assert [one.name for one in read.attachments if one.inline] == wanted.get("inline", [])
    assert list(read.links) == wanted.get("links", [])
    assert [snippet for snippet in wanted["text"] if snippet not in read.text] == []
    assert [snippet for snippet in wanted.get("not_text", []) if snippet in read.text] == []
    assert [snippet for snippet in wanted.get("own", []) if snippet not in read.own_text] == []
    assert [snippet for snippet in wanted.get("not_own", []) if snippet in read.own_text] == []
    assert [defect.what for defect in read.defects] == wanted.get("defects", [])


def test_every_message_has_its_expectation_and_two_sentences_about_it() -> None:
    assert len(NAMES) >= 12
    for name in NAMES:
        assert set(expected(name)) - MORE == KEYS, name
        lines = (HERE / f"{name}.readme").read_text(encoding="utf-8").splitlines()
        assert len(lines) == 2, name
        assert all(line.endswith(".") for line in lines), name
    assert {path.name.split(".")[0] for path in HERE.iterdir() if path.name[0].isdigit()} == set(NAMES)
