from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hostile import make_page, make_pdf

from intake.decoding.documents import extract, is_extractable, recognition, sandbox
from intake.decoding.documents.equipment import survey
from intake.decoding.documents.limits import Limits
from intake.decoding.documents.sandbox import Ending, Outcome, Sandbox
from intake.errors import SandboxUnavailable
from intake.vocabulary.document import Document, Flag

WORDS = make_pdf(make_page(b"BT /F 12 Tf 72 700 Td (words) Tj ET"))


class Answering(Sandbox):
    """One whose readers have been taken over, or end badly."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome

    def perform(self, task: Mapping[str, Any], octets: bytes, limits: Limits) -> Outcome:
        return self.outcome


@pytest.mark.parametrize(
    ("ending", "flag"),
    [
        (Ending.MEMORY, Flag.TOO_LARGE),
        (Ending.OVERFLOW, Flag.TOO_LARGE),
        (Ending.EXPIRED, Flag.TIMED_OUT),
        (Ending.FAILED, Flag.DAMAGED),
    ],
)
def test_how_it_ended_is_flagged(ending: Ending, flag: Flag) -> None:
    assert extract(WORDS, sandbox=Answering(Outcome(ending))) == Document(flags=(flag,))


@pytest.mark.parametrize("answer", [b"", b"nonsense", b"[]", json.dumps({"blocks": [["field"]]}).encode()])
def test_an_answer_that_is_none_is_damage(answer: bytes) -> None:
    assert extract(WORDS, sandbox=Answering(Outcome(Ending.DONE, answer))) == Document(flags=(Flag.DAMAGED,))


@pytest.mark.parametrize("answer", [b"", b"null", b"[[1]]", b'[["a", 0]]', b"{}"])
def test_pages_that_are_none_leave_the_document_as_it_is(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "languages", lambda: frozenset({"eng"}))
    document = Document(flags=(Flag.NO_TEXT_LAYER,))
    assert recognition.recognize(document, b"", Answering(Outcome(Ending.DONE, answer)), Limits()) == document


def test_what_is_of_no_known_kind_is_said() -> None:
    assert extract(b"\x7fELF\x02\x01\x01", "answer.bin").flags == (Flag.UNSUPPORTED,)


def test_the_octets_count_more_than_the_name() -> None:
    assert extract(WORDS, "answer.docx", "application/msword").text == "words"


def test_a_name_without_end_does_no_harm() -> None:
    assert extract(WORDS, "x" * 10**6, "y" * 10**6).text == "words"


@pytest.mark.parametrize(
    ("declared_type", "name", "detected_type", "expected"),
    [
        ("application/pdf", "", "", True),
        ("application/octet-stream", "answer.PDF", "", True),
        ("application/octet-stream", "answer", "application/pdf", True),
        ("image/jpeg", "letter.jpg", "", True),
        ("text/calendar", "invite.ics", "", False),
        ("application/zip", "all.zip", "application/zip", False),
        ("application/pkcs7-signature", "smime.p7s", "", False),
        ("", "", "", False),
    ],
)
def test_what_is_worth_reading(declared_type: str, name: str, detected_type: str, expected: bool) -> None:
    assert is_extractable(declared_type, name, detected_type) is expected


@pytest.mark.system("bwrap", "tesseract", "pdftotext")
def test_a_machine_that_has_all_says_so() -> None:
    passed, said = survey()
    assert passed
    assert said.startswith("read in a sandbox")


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from intake.decoding.documents import equipment

    monkeypatch.setattr(equipment, "shared_sandbox", Sandbox)
    monkeypatch.setattr(recognition, "languages", lambda: frozenset({"eng", "fra"}))
    monkeypatch.setattr(equipment.poppler, "version", lambda: "")
    passed, said = survey()
    assert passed
    for word in ("bubblewrap", "Arabic, Chinese, Russian, Spanish", "pdftotext"):
        assert word in said
    monkeypatch.setattr(equipment.seccomp, "is_known", lambda: False)
    assert not survey()[0]


def test_no_sandbox_at_all_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    from intake.decoding.documents import equipment

    def refuse() -> Sandbox:
        raise SandboxUnavailable("no sandbox for documents: no memory")

    monkeypatch.setattr(equipment, "shared_sandbox", refuse)
    passed, said = survey()
    assert not passed
    assert "no memory" in said


def test_a_process_has_one_sandbox() -> None:
    assert sandbox.shared_sandbox() is sandbox.shared_sandbox()
