"""Broken mail, one file for each defect, named by it; what is too large to store is made here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from factories import AGENT, FrozenMorning, arrival, captured

from intake.capture import spool
from intake.decoding.message import decode
from intake.ledger import listing
from intake.pipeline import Desk, handle
from intake.settings import Settings
from intake.storage.session import Store
from intake.vocabulary.mail import ParsedMessage
from intake.vocabulary.submission import ON_THE_WAY, Status

HERE = Path(__file__).parent
HEAD = b"From: Odd Writer <odd@strange.example>\r\nTo: cwg-internet@consultations.example\r\nMessage-ID: <w@strange.example>\r\n"

MOST_STEPS = 3_000_000
"""Calls of Python functions within one decoding: real mail takes some thousands; without bound is without end."""


def nested(kind: bytes, levels: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (kind, n, n) for n in range(levels)
    )
    return HEAD + b"Subject: Levels\r\n" + opened + b"\r\nAt the bottom.\r\n"


GENERATED: dict[str, bytes] = {
    "20k-recipients": HEAD
    + b"Cc: "
    + b",\r\n ".join(b"u%d@x.example" % n for n in range(20_000))
    + b"\r\nSubject: All\r\n\r\nDear all.\r\n",
    "20k-header-fields": HEAD + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\nAfter many headers.\r\n",
    "huge-subject": HEAD + b"Subject: " + b"very " * 400_000 + b"\r\n\r\nThe subject is long.\r\n",
    "huge-encoded-subject": HEAD + b"Subject: " + b"=?utf-8?b?w6k=?= " * 20_000 + b"\r\n\r\nThe subject is long.\r\n",
    "huge-references": HEAD
    + b"References: "
    + b"<a@b.example>\r\n " * 20_000
    + b"\r\nSubject: Thread\r\n\r\nA long thread.\r\n",
    "huge-line": HEAD + b"Subject: Line\r\n\r\n" + b"x" * 3_000_000,
    "many-empty-lines": HEAD + b"Subject: Lines\r\n\r\n" + b"\r\n" * 300_000 + b"At the end.\r\n",
    "multiparts-in-multiparts": nested(b"mixed", 3000),
    "alternatives-in-alternatives": nested(b"alternative", 200),
    "messages-in-messages": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"\r\nAt the bottom.\r\n",
    "parts-by-the-thousand": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nx\r\n" * 20_000
    + b"--b--\r\n",
    "alternatives-by-the-thousand": HEAD
    + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nx\r\n" * 20_000
    + b"--b--\r\n",
    "flowed-without-end": HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"on \r\n" * 200_000,
    "html-levels": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 50_000 + b"At the bottom.",
    "html-tables-in-tables": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>" * 2000 + b"At the bottom.",
    "comments-in-comments": HEAD.replace(b"Odd Writer", b"(" * 50_000) + b"\r\nInside.\r\n",
    "received-by-the-thousand": b"Received: from a by b; Mon, 30 Nov 2026 09:00:00 +0000\r\n" * 2000
    + HEAD
    + b"\r\nLong way.\r\n",
    "received-of-brackets": b"Received: " + b"from ((a by [b] " * 10_000 + b"\r\n" + HEAD + b"\r\nOdd way.\r\n",
}

STORED = {path.stem: path.read_bytes() for path in sorted(HERE.glob("*.eml"))}
ALL = {**STORED, **GENERATED}


@contextmanager
def bounded(most: int = MOST_STEPS) -> Iterator[None]:
    """Fail after so many calls of functions, however fast or slow the machine."""
    left = most
    before = sys.getprofile()

    def step(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal left
        if event == "call":
            left -= 1
            if left < 0:
                sys.setprofile(before)
                raise AssertionError(f"more than {most} calls")

    sys.setprofile(step)
    try:
        yield
    finally:
        sys.setprofile(before)


DEFECTS = {
    "20k-recipients": None,
    "alternatives-by-the-thousand": "more than 1000 parts",
    "alternatives-in-alternatives": "nested deeper than 50",
    "binary-noise": "",
    "boundary-inside-itself": "Defect",
    "boundary-never-appears": "StartBoundaryNotFoundDefect",
    "charset-is-a-codec": None,
    "continuation-first": "FirstHeaderLineIsContinuationDefect",
    "messages-in-messages": "kept closed",
    "multipart-without-parts": "StartBoundaryNotFoundDefect",
    "multiparts-in-multiparts": "nested deeper than 50",
    "no-boundary-parameter": "NoBoundaryInMultipartDefect",
    "parts-by-the-thousand": "more than 1000 parts",
    "unknown-charset": "declared x-martian-7, is UTF-8",
    "wrong-base64": "Base64",
}
"""A word of the defect that must be noted; an empty one: any."""

WORDS = {
    "bare-lf-header": "No carriage ever returned here.",
    "bare-cr-header": "No line was ever fed here.",
    "boundary-inside-itself": "Words between equal fences.",
    "boundary-never-appears": "Words that no boundary fences in.",
    "charset-utf-7-surrogate": "Half of one:",
    "charset-with-nul": "A hole in the name of the charset.",
    "contradicting-parameters": "Words behind a contradiction.",
    "endless-encoded-word": "The subject was not finished.",
    "flowed-without-end": "on on on",
    "space-before-colon": "A space before the colon.",
    "fold-of-nothing": "Still a letter.",
    "html-declares-another-charset": "café",
    "html-indented-to-the-moon": "far\nfar",
    "html-levels": "At the bottom.",
    "html-tables-in-tables": "At the bottom.",
    "html-without-end": "The words go on and on",
    "huge-subject": "The subject is long.",
    "many-empty-lines": "At the end.",
    "mbox-line-on-top": "A line of an mbox stands on top.",
    "no-boundary-parameter": "Words without a fence.",
    "no-headers-at-all": "It has no header.",
    "nul-in-body": "Before\ufffdafter.",
    "parameter-number-too-long": "The parameter has a long number.",
    "type-without-slash": "A type without a slash.",
    "unknown-charset": "Grüße vom Nachbarplaneten.",
    "unknown-transfer-encoding": "Twice turned words.",
    "wrong-quoted-printable": "The answer",
}

SUBJECTS = {
    "encoded-word-hides-header": "Fine Bcc: victim@elsewhere.example",
    "nul-in-header": "Strange letter",
    "space-before-colon": "Spaces",
    "fold-of-nothing": "Folded into nothing",
    "no-headers-at-all": "",
}

FILES = {
    "name-climbs-out": ["boot.sh"],
    "name-runs-backwards": ["annexfdp.exe"],
    "tnef-alone": ["winmail.dat"],
    "messages-in-messages": ["part-1.eml"] * 11,
    "message-inside-is-no-message": ["part-1.eml"],
}


@pytest.mark.parametrize("name", ALL)
def test_a_broken_message_is_read_within_bounds(name: str) -> None:
    with bounded():
        read = decode(ALL[name])
    assert isinstance(read, ParsedMessage)
    assert len(read.defects) < 2000
    assert len(read.text) < 4_000_000
    for text in (read.subject, read.text, *(file.name for file in read.attachments)):
        text.encode("utf-8")


@pytest.mark.parametrize("name", [name for name, word in DEFECTS.items() if word is not None])
def test_what_was_wrong_is_noted(name: str) -> None:
    read = decode(ALL[name])
    assert any(str(DEFECTS[name]) in defect.what for defect in read.defects), read.defects[:5]
    assert all(defect.where for defect in read.defects)


@pytest.mark.parametrize("name", WORDS)
def test_the_words_are_found_all_the_same(name: str) -> None:
    assert WORDS[name] in decode(ALL[name]).text


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_subject_is_one_clean_line(name: str) -> None:
    assert decode(ALL[name]).subject == SUBJECTS[name]


@pytest.mark.parametrize("name", FILES)
def test_files_are_kept_under_safe_names(name: str) -> None:
    assert [file.name for file in decode(ALL[name]).attachments] == FILES[name]


@pytest.mark.parametrize(("name", "authors"), [("two-froms", 2), ("several-authors", 2), ("no-headers-at-all", 0)])
def test_an_author_is_not_chosen_where_there_are_none_or_two(name: str, authors: int) -> None:
    read = decode(ALL[name])
    assert (len(read.authors), read.author) == (authors, None)


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("date-")])
def test_a_date_that_is_none_is_none(name: str) -> None:
    assert decode(ALL[name]).date is None


@pytest.mark.parametrize("name", ALL)
def test_a_broken_message_finds_its_place(name: str, store: Store, settings: Settings) -> None:
    desk = Desk(store=store, settings=settings, clock=FrozenMorning(), agent=AGENT)
    for rcpt_to in (settings.service.addresses[0], settings.consultation("ott").addresses[0]):
        (number,) = captured(store, arrival(ALL[name], rcpt_to=rcpt_to, mail_from="odd@strange.example"))
        with store.read() as connection:
            delivery = spool.load(connection, number)
        entry = handle(delivery, desk)
        assert entry is not None
        assert entry.status in set(Status) - ON_THE_WAY
        with store.read() as connection:
            line = next(listing.rows(connection, only=number))
        assert line["status"] == entry.status.value
        assert line["findings"]


def test_the_tables_above_speak_of_messages_that_there_are() -> None:
    assert {*DEFECTS, *WORDS, *SUBJECTS, *FILES} <= set(ALL)
    assert not set(STORED) & set(GENERATED)
