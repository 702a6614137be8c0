"""What lies inside: messages that were forwarded, winmail.dat, Outlook's files, uuencoded ones, links, dates."""

from __future__ import annotations

import binascii
from base64 import encodebytes
from datetime import UTC, datetime

import outlook as ole
import pytest
from factories import letter
from mime import HTML, PDF, PLAIN, TOP, multipart, part
from winmail import TEXT, an_object, file, properties, tnef, wide

from intake.decoding.contents import MAX_LEVELS
from intake.decoding.message import decode
from intake.decoding.tolerant import MAX_PARTS
from intake.vocabulary.mail import Mailbox, ParsedMessage

INNER = letter("words of another", sender="Other <other@x.example>", subject="Inner")
FORWARDED = b"Content-Type: message/rfc822\r\n\r\n" + INNER


def read(octets: bytes) -> ParsedMessage:
    return decode(TOP + octets)


def test_a_forwarded_message_is_a_file_and_speaks_for_itself() -> None:
    parsed = read(multipart("mixed", PLAIN, FORWARDED))
    (kept,), (inner,) = parsed.attachments, parsed.inner
    assert (kept.octets, kept.detected_type) == (INNER, "message/rfc822")
    assert (inner.attachment, inner.author, inner.subject) == (0, Mailbox("Other", "other@x.example"), "Inner")
    assert (inner.text, inner.date is not None) == ("words of another", True)
    assert parsed.text == "the plain words"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        b"Content-Type: application/octet-stream; name=forward.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        b"Content-Type: text/x; name=f.EML\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    ],
)
def test_a_forwarded_message_is_found_in_base64_and_by_its_name(head: bytes) -> None:
    parsed = read(multipart("mixed", PLAIN, head + encodebytes(INNER)))
    assert parsed.attachments[0].octets == INNER
    assert [one.subject for one in parsed.inner] == ["Inner"]


def test_files_of_a_forwarded_message_say_where_they_lay_and_do_not_make_it_new_content() -> None:
    carrying = TOP + multipart("mixed", PLAIN, PDF, boundary="deep")
    deeper = TOP + multipart("mixed", b"Content-Type: message/rfc822\r\n\r\n" + carrying, boundary="mid")
    parsed = read(multipart("mixed", PLAIN, b"Content-Type: message/rfc822; name=f.eml\r\n\r\n" + deeper))
    assert [(one.name, one.container) for one in parsed.attachments] == [
        ("f.eml", ""),
        ("part-1.1.eml", "f.eml"),
        ("a.pdf", "part-1.1.eml"),
    ]
    assert [(one.attachment, one.text) for one in parsed.inner] == [(0, ""), (1, "the plain words")]


def forward(octets: bytes, times: int) -> bytes:
    for _ in range(times):
        octets = b"Subject: f\r\nContent-Type: message/rfc822\r\n\r\n" + octets
    return octets


def test_messages_in_messages_are_opened_to_a_level_and_kept_whole() -> None:
    parsed = decode(forward(letter("deep"), 40))
    assert len(parsed.inner) == MAX_LEVELS
    assert len(parsed.attachments) == MAX_LEVELS + 1
    assert any("kept closed" in defect.what for defect in parsed.defects)
    assert parsed.attachments[0].octets == forward(letter("deep"), 39)


def test_messages_by_the_thousand_share_one_limit() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\n" + TOP + multipart("mixed", *[PLAIN] * 20, boundary="i")
    parsed = read(multipart("mixed", *[inner] * 500))
    assert len(parsed.inner) < MAX_PARTS / 20
    assert len(parsed.attachments) == 500


def test_a_header_inside_is_not_the_header_of_the_message() -> None:
    """A bounce brings back what it speaks of: its fields are claimed, and not the message's own."""
    report = multipart("report; report-type=delivery-status", PLAIN, part("message/delivery-status", "X: y"), FORWARDED)
    parsed = read(report)
    assert (parsed.report_type, parsed.subject, len(parsed.inner)) == ("delivery-status", "Parts", 1)
    assert [one.name for one in parsed.attachments] == ["part-1.2.txt", "part-1.3.eml"]


# --- winmail.dat and .msg ------------------------------------------------------------------------------------

WINMAIL = tnef(an_object(0x9003, properties(wide(TEXT, "words of winmail"))), file("answer.docx", b"PK\x03\x04..."))


def tnef_part(octets: bytes, field: str = "application/ms-tnef; name=winmail.dat") -> bytes:
    return f"Content-Type: {field}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + encodebytes(octets)


@pytest.mark.parametrize(
    "field", ["application/ms-tnef; name=winmail.dat", "application/octet-stream; name=winmail.dat"]
)
def test_winmail_is_opened_and_kept(field: str) -> None:
    parsed = read(multipart("mixed", PLAIN, tnef_part(WINMAIL, field)))
    assert [(one.name, one.container) for one in parsed.attachments] == [
        ("winmail.dat", ""),
        ("answer.docx", "winmail.dat"),
    ]
    assert parsed.attachments[0].octets == WINMAIL
    assert parsed.text == "the plain words"


def test_the_text_of_winmail_is_the_text_where_there_is_no_other() -> None:
    assert read(tnef_part(WINMAIL)).text == "words of winmail"
    assert read(multipart("mixed", part("text/plain", " "), tnef_part(WINMAIL))).text == "words of winmail"
    html = tnef(an_object(0x9003, properties(wide(0x1013, "<p>marked <b>words</b>"))))
    assert read(tnef_part(html)).text == "marked words"


def test_a_message_inside_winmail_is_a_message() -> None:
    inside = bytes.fromhex("0703020000000000c000000000000046") + WINMAIL
    data = tnef(
        an_object(0x9002, bytes(14), 2),
        an_object(0x9005, properties(wide(0x3001, "Inner"), b"\x0d\0\x01\x37" + len_and(inside)), 2),
    )
    parsed = read(tnef_part(data))
    assert [(one.subject, one.text) for one in parsed.inner] == [("Inner", "words of winmail")]
    assert [one.name for one in parsed.attachments] == ["winmail.dat", "Inner.tnef", "answer.docx"]


def len_and(octets: bytes) -> bytes:
    return (1).to_bytes(4, "little") + len(octets).to_bytes(4, "little") + octets + bytes(-len(octets) % 4)


def test_broken_winmail_is_kept_and_said() -> None:
    parsed = read(tnef_part(WINMAIL + b"\x01\x0c\x80\0\0\xff\xff\xff\xff"))
    assert parsed.text == "words of winmail"
    assert any("TNEF breaks off" in defect.what for defect in parsed.defects)


def test_an_attached_file_of_outlook_is_a_message_with_its_files() -> None:
    octets = ole.write(
        ole.message(
            ole.text(0x0037, "Inner"),
            ole.text(0x1000, "words of Outlook"),
            ole.attachment(0, ole.text(0x3707, "a.pdf"), ole.binary(0x3701, b"%PDF-")),
        )
    )
    head = b"Content-Type: application/octet-stream; name=letter.msg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    parsed = read(multipart("mixed", PLAIN, head + encodebytes(octets)))
    assert [(one.name, one.container) for one in parsed.attachments] == [("letter.msg", ""), ("a.pdf", "letter.msg")]
    assert [(one.subject, one.text.strip()) for one in parsed.inner] == [("Inner", "words of Outlook")]


# --- texts -------------------------------------------------------------------------------------------------------


def test_uuencoded_files_in_a_text_are_files() -> None:
    block = "begin 644 note.txt\r\n" + binascii.b2a_uu(b"words of the file").decode().strip() + "\r\n`\r\nend\r\n"
    parsed = read(part("text/plain", f"Before.\r\n{block}After.\r\n"))
    assert parsed.text == "Before.\nAfter."
    assert [(one.name, one.octets) for one in parsed.attachments] == [("note.txt", b"words of the file")]


@pytest.mark.parametrize(
    ("octets", "text", "files"),
    [
        (part("text/plain; name=letter.txt", "the words"), "the words", []),
        (part("text/plain; name=letter.txt", "the words", "Content-Disposition: inline"), "the words", []),
        (multipart("mixed", part("text/plain; name=a.txt", "x"), part("text/plain; name=b.txt", "y")), "x", ["b.txt"]),
        (part("text/vcard", "BEGIN:VCARD"), "", ["part-1.vcf"]),
        (part("text/csv", "a,b"), "", ["part-1.csv"]),
    ],
)
def test_a_first_text_with_a_name_is_the_letter(octets: bytes, text: str, files: list[str]) -> None:
    parsed = read(octets)
    assert (parsed.text, [one.name for one in parsed.attachments]) == (text, files)


def test_a_plain_text_that_only_announces_html_is_not_the_letter() -> None:
    html = part("text/html", "<p>" + "the answer of the ministry " * 20)
    parsed = read(multipart("alternative", part("text/plain", "Please view as HTML."), html))
    assert parsed.text.startswith("the answer of the ministry")
    assert any("next to nothing" in defect.what for defect in parsed.defects)
    assert read(multipart("alternative", PLAIN, HTML)).text == "the plain words"


def test_words_behind_the_last_boundary_are_said() -> None:
    parsed = read(multipart("mixed", PLAIN) + b"a footer\r\n")
    assert [defect.what for defect in parsed.defects] == ["8 octets behind the last boundary, which no reader shows"]


@pytest.mark.parametrize(
    ("octets", "links"),
    [
        (part("text/plain", "Answer: https://we.tl/t-a"), ("https://we.tl/t-a",)),
        (part("text/html", '<a href="https://we.tl/t-a">answer.docx</a>'), ("https://we.tl/t-a",)),
        (
            multipart("alternative", PLAIN, part("text/html", '<a href="https://we.tl/t-a">x</a>')),
            ("https://we.tl/t-a",),
        ),
        (part('message/external-body; access-type=URL; url="https://we.tl/t-a"', ""), ("https://we.tl/t-a",)),
        (part("text/plain", "See https://www.itu.int/"), ()),
    ],
)
def test_files_left_with_a_service_are_linked(octets: bytes, links: tuple[str, ...]) -> None:
    assert read(octets).links == links


def test_original_name_and_detected_type_are_data() -> None:
    name = b'Content-Type: application/octet-stream; name="..\\\\up/a\x07.pdf"\r\n\r\n%PDF-1.7'
    (one,) = read(name).attachments
    assert (one.name, one.original_name, one.detected_type) == ("a.pdf", "..\\up/a.pdf", "application/pdf")


# --- header ------------------------------------------------------------------------------------------------------


def test_the_relays_give_the_date_where_there_is_none_and_a_doubt_where_they_differ() -> None:
    line = b"Received: from a by b; Mon, 30 Nov 2026 10:00:00 +0000\r\n"
    parsed = decode(line + b"Date: soon\r\nSubject: x\r\n\r\nx")
    assert parsed.date == datetime(2026, 11, 30, 10, tzinfo=UTC)
    assert "no readable Date; taken from the oldest Received line" in [defect.what for defect in parsed.defects]
    parsed = decode(line + b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\nx")
    assert parsed.date == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert "Date and the oldest Received line are 7 days apart" in [defect.what for defect in parsed.defects]


@pytest.mark.parametrize(
    ("above", "text"),
    [
        (b"\r\n\r\n", "words"),
        (b">From a@b Mon Nov 30\n", "words"),
        (b"\xef\xbb\xbf", "words"),
        (b" \n", "words"),
    ],
)
def test_what_stands_above_a_header_hides_it_not(above: bytes, text: str) -> None:
    parsed = decode(above + b"Subject: x\nFrom: a@b.example\n\nwords\n")
    assert (parsed.subject, parsed.text) == ("x", text)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"  Words without any header.\nMore words.\n", "  Words without any header.\nMore words."),
        (b"\nWords: behind an empty line\n\nMore.\n", "Words: behind an empty line\n\nMore."),
        (b"just words", "just words"),
    ],
)
def test_words_without_a_header_are_the_text(octets: bytes, text: str) -> None:
    parsed = decode(octets)
    assert (parsed.text, parsed.subject) == (text, "")
