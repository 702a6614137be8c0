"""Whose words the lines of a body are; the cases stand in spans.txt."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from intake.decoding.spans import MAX_MARKED_CHARACTERS, mark_spans
from intake.vocabulary.mail import Span, SpanKind

CALL = """Public policy considerations for over-the-top services

All stakeholders are invited to submit their inputs on the following key aspects from a public policy perspective:

• What are the opportunities and implications associated with OTT?
• How can OTT players and operators best cooperate at local and international level?
"""
KINDS = {"O": SpanKind.OWN, "Q": SpanKind.QUOTED, "S": SpanKind.SIGNATURE, "D": SpanKind.DISCLAIMER}
LETTERS = {kind: letter for letter, kind in KINDS.items()}


@dataclass(frozen=True)
class Case:
    name: str
    options: dict[str, str]
    lines: tuple[tuple[str, str], ...]


def cases() -> list[Case]:
    text = (Path(__file__).parent / "spans.txt").read_text(encoding="utf-8")
    found = []
    for block in text.split("\n## ")[1:]:
        head, *body = block.rstrip("\n").split("\n")
        name, *options = (one.strip() for one in head.split("|"))
        lines = tuple(("", "") if line == "." else (line[:1], line[2:]) for line in body)
        found.append(Case(name, {key: value for key, _, value in (one.partition("=") for one in options)}, lines))
    return found


def seen(text: str, spans: tuple[Span, ...]) -> list[str]:
    """The letter of each line that is not blank."""
    letters, at = [], 0
    for line in text.split("\n"):
        kind = next((one.kind for one in spans if one.start <= at < one.end), None)
        if line.strip() and kind is not None:
            letters.append(LETTERS[kind])
        at += len(line) + 1
    return letters


CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_line_is_whose_it_is(case: Case) -> None:
    text = "\n".join(line for _, line in case.lines)
    spans = mark_spans(
        text,
        (CALL,) if "known" in case.options else (),
        subject=case.options.get("subject", ""),
        writer=case.options.get("writer", ""),
    )
    wanted = [letter for letter, line in case.lines if line.strip()]
    told = list(zip(seen(text, spans), (line for _, line in case.lines if line.strip()), strict=True))
    assert told == list(zip(wanted, (line for _, line in case.lines if line.strip()), strict=True))


def test_there_are_cases_in_all_languages() -> None:
    assert len(CASES) >= 60
    text = "\n".join(line for case in CASES for _, line in case.lines)
    assert all(word in text for word in ("wrote", "écrit", "escribió", "Отправлено", "发件人", "تم الإرسال"))


def test_an_empty_text_has_no_spans() -> None:
    assert mark_spans("") == ()
    assert mark_spans("\n") == (Span(SpanKind.OWN, 0, 1),)


def test_what_is_beyond_the_limit_is_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_MARKED_CHARACTERS >= 2**20
    monkeypatch.setattr("intake.decoding.spans.MAX_MARKED_CHARACTERS", 10)
    assert mark_spans("> quoted\nmore") == (Span(SpanKind.QUOTED, 0, 9), Span(SpanKind.OWN, 9, 13))


BAITS = {
    "one long line": "word " * 400_000,
    "one long line of marks": ">" * 2_000_000,
    "empty lines": "\n" * 500_000,
    "headers": "From: a@b.example\nSent: Monday, 12 October 2026\nTo: c@d.example\nSubject: x\n\nword\n\n" * 10_000,
    "forwards": "---------- Forwarded message ---------\nFrom: a@b.example\nDate: 2026\nSubject: x\n\nword\n\n"
    * 10_000,
    "introductions": "On 12 Oct 2026 at 11:00, A <a@b.example> wrote\n" * 20_000,
    "colons": "word: word:\n" * 60_000,
    "rules": "-----\n" * 150_000,
    "closings": "Kind regards,\n\nJane Roe\n\n" * 30_000,
    "separators": "-- \n" * 100_000,
    "armour": "-----BEGIN PGP SIGNED MESSAGE-----\n" * 30_000,
    "disclaimers": "This e-mail is confidential. If you have received it in error, delete it.\n\n" * 10_000,
    "labels without an end": "To: a@b.example,\n" + " c@d.example,\n" * 100_000,
    "the call again and again": CALL * 1_500,
    "Arabic": "من: " * 300_000,
    "combining marks": "a" + "\u0301" * 1_000_000,
}


@pytest.mark.parametrize("bait", BAITS)
def test_no_text_takes_long(bait: str) -> None:
    text, begun = BAITS[bait], time.process_time()
    spans = mark_spans(text, (CALL,), subject="FW: x", writer="Jane Roe")
    assert time.process_time() - begun < 8
    assert (spans[0].start, spans[-1].end) == (0, len(text))
