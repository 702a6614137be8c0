"""Outlook's files are read as the mail that they were, and nothing in them raises."""

from __future__ import annotations

import random
import struct
from datetime import UTC, datetime

import outlook as ole
import pytest
from system import SHARED

from intake.decoding import outlook
from intake.decoding.message import decode
from intake.decoding.outlook import as_mail, header_of

SUBJECT, AUTHOR, ADDRESS, BODY, HTML, RTF, TRANSPORT = 0x37, 0x0C1A, 0x5D01, 0x1000, 0x1013, 0x1009, 0x7D
PLAIN = (ole.text(SUBJECT, "Réponse"), ole.text(AUTHOR, "Diallo, Amina"), ole.text(ADDRESS, "amina@labo.example"))
HANDOUT = SHARED / "mail" / "handout" / "outlook-message-parser"


def file(*parts: dict[str, object], **fixed: bytes) -> bytes:
    return ole.write(ole.message(*parts, **fixed))


def filetime(moment: datetime) -> bytes:
    return struct.pack("<Q", int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7)


def test_what_mapi_says_becomes_header_and_body() -> None:
    moment = datetime(2026, 11, 30, 9, tzinfo=UTC)
    octets = file(
        *PLAIN,
        ole.text(BODY, "Nous répondons oui.\r\n"),
        ole.text(0x1035, "<1@labo.example>"),
        ole.text(0x1042, "<call@desk.example>"),
        ole.recipient(0, "Bureau", "office@desk.example"),
        ole.recipient(1, "Copie", "copy@desk.example", kind=2),
        ole.recipient(2, "Blind", "blind@desk.example", kind=3),
        t0039=filetime(moment),
    )
    message = decode(octets)
    assert message.subject == "Réponse"
    assert message.author is not None
    assert (message.author.name, message.author.address) == ("Diallo, Amina", "amina@labo.example")
    assert [box.address for box in message.to] == ["office@desk.example"]
    assert [box.address for box in message.cc] == ["copy@desk.example"]
    assert (message.date, message.message_id) == (moment, "<1@labo.example>")
    assert message.in_reply_to == ("<call@desk.example>",)
    assert message.text.strip() == "Nous répondons oui."
    assert message.defects == ()


def test_the_header_that_a_transport_left_goes_before_and_its_mime_fields_are_not_ours() -> None:
    left = (
        "Microsoft Mail Internet Headers Version 2.0\r\nReceived: from a.example by mx.desk.example;\r\n"
        "\tMon, 30 Nov 2026 09:00:00 +0000\r\nFrom: Other <other@labo.example>\r\n"
        "Content-Type: multipart/mixed;\r\n\tboundary=x\r\nMIME-Version: 1.0\r\n\r\n"
    )
    message = decode(file(*PLAIN, ole.text(TRANSPORT, left), ole.text(BODY, "text")))
    assert message.author is not None
    assert message.author.address == "other@labo.example"
    assert message.subject == "Réponse"
    assert message.text.strip() == "text"
    assert message.hops[0].by is not None
    assert "mx.desk.example" in message.hops[0].by
    assert len(message.values("MIME-Version")) == 1


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((ole.text(BODY, "plain"), ole.binary(HTML, b"<p>html</p>")), "plain"),
        ((ole.binary(HTML, "<p>caf\u00e9</p>".encode("cp1252")),), "café"),
        ((ole.text(HTML, "<p>wide é</p>"),), "wide é"),
        ((ole.narrow(BODY, "na\u00efve".encode("cp1252")),), "naïve"),
    ],
)
def test_the_body_is_plain_text_else_html(parts: tuple[dict[str, object], ...], said: str) -> None:
    assert decode(file(*PLAIN, *parts)).text.strip() == said


def test_narrow_text_is_in_the_code_page_of_the_file() -> None:
    octets = file(ole.narrow(SUBJECT, "Ответ".encode("cp1251")), t3FFD=struct.pack("<I", 1251))
    assert decode(octets).subject == "Ответ"


def test_rtf_alone_is_kept_as_a_file() -> None:
    rtf = struct.pack("<IIII", 12 + 9, 9, 0x414C454D, 0) + b"{\\rtf1 x}"
    (attachment,) = decode(file(*PLAIN, ole.binary(RTF, rtf))).attachments
    assert (attachment.name, attachment.octets) == ("message.rtf", b"{\\rtf1 x}")


def test_attachments_keep_their_octets_and_names() -> None:
    data = bytes(range(256)) * 40
    octets = file(
        *PLAIN,
        ole.text(BODY, "see annex"),
        ole.attachment(
            0, ole.text(0x3707, "réponse.pdf"), ole.binary(0x3701, data), ole.text(0x370E, "application/pdf")
        ),
        ole.attachment(1, ole.text(0x3704, "LOGO.PNG"), ole.binary(0x3701, b"png"), ole.text(0x3712, "logo@x")),
        ole.attachment(2, ole.binary(0x3701, b"?"), ole.text(0x370E, "no type; at all")),
    )
    first, second, third = decode(octets).attachments
    assert (first.name, first.declared_type, first.octets) == ("réponse.pdf", "application/pdf", data)
    assert (second.name, second.inline) == ("LOGO.PNG", True)
    assert third.declared_type == "application/octet-stream"


def nested(depth: int) -> dict[str, object]:
    inner = (ole.text(SUBJECT, f"level {depth}"), ole.text(BODY, "inner text"))
    below = [ole.attachment(0, {"__substg1.0_3701000D": nested(depth - 1)}, method=5)] if depth else []
    return ole.message(*inner, *below, head=24)


def test_a_message_in_a_message_is_one_attachment() -> None:
    octets = file(*PLAIN, ole.text(BODY, "outer"), ole.attachment(0, {"__substg1.0_3701000D": nested(1)}, method=5))
    message = decode(octets)
    attachment, below = message.attachments
    assert attachment.declared_type == "message/rfc822"
    assert (below.container, message.inner[1].attachment) == (attachment.name, 1)
    assert message.text.strip() == "outer"
    inner = decode(attachment.octets)
    assert (inner.subject, inner.text.strip(), len(inner.attachments)) == ("level 1", "inner text", 1)


def test_messages_nested_without_end_are_read_to_a_depth() -> None:
    octets = file(*PLAIN, ole.attachment(0, {"__substg1.0_3701000D": nested(20)}, method=5))
    mail, defect = as_mail(octets)
    assert defect is None
    assert mail.count(b"message/rfc822") == outlook.MAX_DEPTH


def test_an_address_that_only_exchange_knows_is_none() -> None:
    message = decode(file(ole.text(AUTHOR, "Amina"), ole.text(0x0C1F, "/O=X/CN=AMINA"), ole.text(BODY, "x")))
    assert message.author is not None
    assert (message.author.name, message.author.address) == ("Amina", "")


@pytest.mark.parametrize("value", ["a\r\nBcc: x@y.example", "a\nX: y\n\nbody", "a\0b"])
def test_no_property_can_add_a_header_field(value: str) -> None:
    message = decode(
        file(
            ole.text(SUBJECT, value),
            ole.text(AUTHOR, value),
            ole.text(ADDRESS, f"{value}@x.example"),
            ole.text(0x1035, value),
        )
    )
    assert {name for name, _ in message.headers} <= {"From", "Subject", "Message-ID", "MIME-Version", "Content-Type"}
    assert message.text == ""


def test_the_same_file_is_always_read_the_same() -> None:
    octets = file(*PLAIN, ole.text(BODY, "x"))
    assert as_mail(octets) == as_mail(octets)


def test_the_header_alone_is_what_an_envelope_is_taken_from() -> None:
    header = header_of(file(*PLAIN, ole.recipient(0, "Bureau", "office@desk.example")))
    assert header.endswith(b"\r\n\r\n")
    assert b"office@desk.example" in header
    assert header_of(outlook.MAGIC + b"rubbish") == b""


@pytest.mark.parametrize("octets", [outlook.MAGIC, outlook.MAGIC + bytes(5000), ole.write({"WordDocument": b"x"})])
def test_what_is_no_message_is_kept_as_a_file(octets: bytes) -> None:
    message = decode(octets)
    (attachment,) = message.attachments
    assert attachment.octets == octets
    assert message.defects[0].what.startswith("Outlook file cannot be read")


def test_damage_anywhere_never_raises() -> None:
    whole = file(
        *PLAIN, ole.text(BODY, "x"), ole.recipient(0, "a", "b@c.example"), ole.attachment(0, ole.binary(0x3701, b"y"))
    )
    chance = random.Random(7)
    for _ in range(300):
        octets = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            octets[chance.randrange(8, len(octets))] = chance.randrange(256)
        decode(bytes(octets[: chance.randrange(8, len(octets))] if chance.random() < 0.3 else octets))


WITHOUT_AUTHOR = {"chinese_message.msg", "unsent_draft.msg"}
"""Drafts that were never sent: nothing in them says who wrote them."""


@pytest.mark.shared
def test_real_files_give_subject_author_text_and_no_defect_of_the_file() -> None:
    files = sorted(HANDOUT.glob("*.msg"))
    assert len(files) == 9
    for path in files:
        message = decode(path.read_bytes())
        assert (message.author is not None) == (path.name not in WITHOUT_AUTHOR), path.name
        assert bool(message.subject) == (path.name != "chinese_message.msg"), path.name
        assert message.text.strip(), path.name
        assert not [one for one in message.defects if one.where == "message"], path.name
