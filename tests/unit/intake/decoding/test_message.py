"""Octets to ParsedMessage: which part is the text, which are files, and what stays the same in a resend."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from factories import letter, message
from mime import HTML, LOGO, PDF, PLAIN, TOP, multipart, part

from intake.decoding.message import MAX_REFERENCES, decode
from intake.decoding.tolerant import MAX_DEPTH, MAX_PARTS
from intake.vocabulary.mail import Mailbox, ParsedMessage


def read(octets: bytes) -> ParsedMessage:
    return decode(TOP + octets)


@pytest.mark.parametrize(
    ("octets", "text", "files"),
    [
        (PLAIN, "the plain words", []),
        (HTML, "the marked words", []),
        (PDF, "", ["a.pdf"]),
        (multipart("mixed", PLAIN, PDF), "the plain words", ["a.pdf"]),
        (
            multipart("mixed", PLAIN, PDF, part("text/plain", "and a footer")),
            "the plain words\n\nand a footer",
            ["a.pdf"],
        ),
        (multipart("alternative", PLAIN, HTML), "the plain words", []),
        (multipart("alternative", HTML, PLAIN), "the plain words", []),
        (multipart("alternative", part("text/plain", " "), HTML), "the marked words", []),
        (multipart("alternative", HTML), "the marked words", []),
        (multipart("alternative", part("text/enriched", "rich"), HTML), "the marked words", []),
        (
            multipart("alternative", PLAIN, multipart("related", HTML, LOGO, boundary="b2")),
            "the plain words",
            ["part-1.2.2.png"],
        ),
        (multipart("related", HTML, LOGO), "the marked words", ["part-1.2.png"]),
        (multipart("mixed", PLAIN, part("text/plain; name=notes.txt", "n")), "the plain words", ["notes.txt"]),
        (
            multipart("mixed", PLAIN, part("text/plain", "n", "Content-Disposition: attachment")),
            "the plain words",
            ["part-1.2.txt"],
        ),
        (multipart("mixed", part("text/plain", "shown", "Content-Disposition: inline"), PDF), "shown", ["a.pdf"]),
        (
            multipart("mixed", PLAIN, part("text/csv", "a,b", "Content-Disposition: inline")),
            "the plain words",
            ["part-1.2.csv"],
        ),
        (multipart("nonsense", PLAIN, PDF), "the plain words", ["a.pdf"]),
        (
            multipart("alternative", PLAIN, part("text/calendar; method=reply", "BEGIN:VCALENDAR")),
            "the plain words",
            ["part-1.2.ics"],
        ),
    ],
)
def test_the_words_become_text_and_everything_else_is_kept(octets: bytes, text: str, files: list[str]) -> None:
    parsed = read(octets)
    assert parsed.text == text
    assert [file.name for file in parsed.attachments] == files


def test_a_file_is_decoded_and_named_by_its_sha256() -> None:
    (file,) = read(PDF).attachments
    assert (file.octets, file.sha256, file.declared_type, file.inline) == (
        b"%PDF-",
        hashlib.sha256(b"%PDF-").hexdigest(),
        "application/pdf",
        False,
    )


@pytest.mark.parametrize(
    ("fields", "inline"), [((), False), (("Content-ID: <a>",), True), (("Content-Disposition: inline",), True)]
)
def test_a_picture_in_the_text_is_told_from_a_file(fields: tuple[str, ...], inline: bool) -> None:
    (file,) = read(part("image/png", "x", *fields)).attachments
    assert file.inline is inline


def test_a_message_inside_is_one_file_and_its_words_are_not_the_authors() -> None:
    inner = letter("words of another", sender="Other <other@x.example>", subject="Inner")
    parsed = read(multipart("mixed", PLAIN, b"Content-Type: message/rfc822\r\n\r\n" + inner))
    assert parsed.text == "the plain words"
    (file,) = parsed.attachments
    assert file.name == "part-1.2.eml"
    assert b"Subject: Inner" in file.octets
    assert b"words of another" in file.octets
    assert parsed.author == Mailbox("Amina", "amina@labo.example")


@pytest.mark.parametrize(
    ("field", "body", "method"),
    [
        ("text/calendar; method=REPLY", "", "REPLY"),
        ("text/calendar; method=reply", "", "REPLY"),
        ("text/calendar", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n", "REQUEST"),
        ("text/calendar", "BEGIN:VCALENDAR\r\n", None),
        ("text/plain", "METHOD:REPLY", None),
    ],
)
def test_the_method_of_a_calendar_is_told(field: str, body: str, method: str | None) -> None:
    assert read(part(field, body)).calendar_method == method


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("multipart/report; boundary=b1; report-type=delivery-status", "delivery-status"),
        ("multipart/report; boundary=b1; report-type=Disposition-Notification", "disposition-notification"),
        ("multipart/report; boundary=b1", "unknown"),
        ("multipart/mixed; boundary=b1; report-type=delivery-status", None),
    ],
)
def test_the_kind_of_a_report_is_told(field: str, said: str | None) -> None:
    assert read(f"Content-Type: {field}\r\n\r\n--b1\r\n\r\nx\r\n--b1--\r\n".encode()).report_type == said


def test_the_header_is_read() -> None:
    octets = (
        b"Received: from a.example by mx.desk.example with ESMTP id 7; Mon, 30 Nov 2026 10:00:02 +0100\r\n"
        b"Received: from b.example by a.example with ESMTP id 6; Mon, 30 Nov 2026 10:00:01 +0100\r\n"
        b"From: =?utf-8?q?Andr=C3=A9?= <andre@x.example>, b@x.example\r\nSender: Office <office@x.example>\r\n"
        b"Reply-To: r@x.example\r\nTo: T <t@x.example>\r\nCc: c@x.example, d@x.example\r\n"
        b"Subject: =?utf-8?q?R=C3=A9ponse?=\r\nDate: Mon, 30 Nov 2026 10:00:00 +0100\r\nMessage-ID: <m@x.example>\r\n"
        b"In-Reply-To: <p@x.example>\r\nReferences: <o@x.example>\r\n <p@x.example>\r\nX-Odd: 1\r\nx-odd: 2\r\n\r\nx\r\n"
    )
    parsed = decode(octets)
    assert parsed.authors == (Mailbox("André", "andre@x.example"), Mailbox("", "b@x.example"))
    assert parsed.author is None
    assert parsed.sender == Mailbox("Office", "office@x.example")
    assert [box.address for box in (*parsed.reply_to, *parsed.to, *parsed.cc)] == [f"{c}@x.example" for c in "rtcd"]
    assert (parsed.subject, parsed.message_id) == ("Réponse", "<m@x.example>")
    assert parsed.date == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert (parsed.in_reply_to, parsed.references) == (("<p@x.example>",), ("<o@x.example>", "<p@x.example>"))
    assert parsed.values("X-Odd") == ("1", "2")
    assert [(hop.by, hop.origin) for hop in parsed.hops] == [
        ("mx.desk.example", "a.example"),
        ("a.example", "b.example"),
    ]
    assert parsed.hops[0].at == datetime(2026, 11, 30, 9, 0, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "message_id"),
    [
        ("Message-ID: <a@b>", "<a@b>"),
        ("MESSAGE-ID:<a@b>", "<a@b>"),
        ("Message-ID: a@b", "<a@b>"),
        ("Message-ID: <a@b> <c@d>", "<a@b>"),
        ("Message-ID:", None),
        ("X: y", None),
    ],
)
def test_a_message_id_is_read_with_or_without_its_brackets(line: str, message_id: str | None) -> None:
    assert decode(letter(message_id=None, more=(line,))).message_id == message_id


def test_only_the_newest_references_are_looked_at() -> None:
    many = " ".join(f"<{n}@x>" for n in range(500))
    assert decode(letter(more=(f"References: {many}",))).references == tuple(
        f"<{n}@x>" for n in range(500 - MAX_REFERENCES, 500)
    )


def test_raw_octets_of_the_header_are_read_as_the_body_is() -> None:
    octets = "Subject: Ответ\nFrom: Ольга <o@x.example>\nContent-Type: text/plain; charset=koi8-r\n\nТекст\n".encode(
        "koi8-r"
    )
    parsed = decode(octets)
    assert (parsed.subject, parsed.authors[0].name, parsed.text) == ("Ответ", "Ольга", "Текст")


# --- what stays the same -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"subject": "Fwd: Our response"}, True),
        ({"message_id": "<2.test@labo.example>"}, True),
        ({"body": "We answer  the first\r\nquestion with yes."}, True),
        ({"sender": "Someone <AMINA@labo.example>"}, True),
        ({"more": ("X-Mailer: other",)}, True),
        ({"body": "We answer the first question with no."}, False),
        ({"sender": "b@labo.example"}, False),
    ],
)
def test_the_same_words_of_the_same_author_are_the_same_content(changes: dict[str, str], same: bool) -> None:
    body = changes.pop("body", None)
    again = letter(body, **changes) if body else letter(**changes)  # type: ignore[arg-type]
    assert (decode(again).content_sha256 == decode(letter()).content_sha256) is same


def test_files_count_for_the_content_in_any_order_and_logos_do_not() -> None:
    other = PDF.replace(b"JVBERi0=", b"JVBERi1=")
    base = read(multipart("mixed", PLAIN, PDF, other)).content_sha256
    assert read(multipart("mixed", PLAIN, other, PDF)).content_sha256 == base
    assert read(multipart("mixed", PLAIN, PDF, other, LOGO)).content_sha256 == base
    assert read(multipart("mixed", PLAIN, PDF)).content_sha256 != base


# --- bounds ----------------------------------------------------------------------------------------------


def nested(levels: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(levels)
    )
    return opened + PLAIN + b"\r\n"


def test_levels_up_to_the_bound_are_read() -> None:
    assert read(nested(MAX_DEPTH)).text == "the plain words"


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 400, 3000])
def test_levels_beyond_the_bound_are_noted_and_stay_in_the_octets(levels: int) -> None:
    parsed = read(nested(levels))
    assert [defect.what for defect in parsed.defects if "deeper" in defect.what] == [
        "nested deeper than 50; kept as it stood"
    ]
    assert b"the plain words" in parsed.attachments[-1].octets


@pytest.mark.parametrize("kind", ["mixed", "alternative", "digest"])
def test_parts_beyond_the_bound_are_noted_once(kind: str) -> None:
    parsed = read(multipart(kind, *[PDF] * (MAX_PARTS + 500)))
    assert len(parsed.attachments) <= MAX_PARTS
    assert [defect.what for defect in parsed.defects if "more than" in defect.what] == [
        f"more than {MAX_PARTS} parts; the rest is kept as it stood"
    ]


@pytest.mark.parametrize("at", ["not a date", ""])
def test_a_hop_without_a_readable_time_has_none(at: str) -> None:
    parsed = decode(f"Received: from a.example by b.example; {at}\r\n".encode() + letter())
    assert [hop.at for hop in parsed.hops] in ([None], [])


def test_replacing_a_field_of_a_message_keeps_the_rest() -> None:
    assert message(subject="Other").text == message().text
