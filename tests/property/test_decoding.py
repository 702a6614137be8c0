"""Decoding never raises, whatever the octets; what it gives is safe, and the same every time."""

from __future__ import annotations

import re
import unicodedata

from factories import letter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake.decoding.message import decode
from intake.vocabulary.mail import ParsedMessage

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}

REAL = [
    letter(),
    letter("Réponse", more=("Content-Transfer-Encoding: 8bit", "References: <a@b> <c@d>")),
    (
        b"From: =?utf-8?q?Andr=C3=A9?= <a@x.example>, b@x.example\r\nSubject: =?koi8-r?B?8sXVzNjUwdQ=?=\r\n =?utf-8?q?_2?=\r\n"
        b'Content-Type: multipart/mixed;\r\n boundary="b1"\r\n\r\n--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n'
        b"--b2\r\nContent-Type: text/plain; charset=windows-1252; format=flowed; delsp=yes\r\n\r\none \r\ntwo \xe9\r\n"
        b'--b2\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p style=3D"display:none">x</p>=C3=A9\r\n'
        b"--b2--\r\n--b1\r\nContent-Type: application/pdf; name*0*=utf-8''r%C3%A9;\r\n name*1=ponse.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename*=utf-8''r%C3%A9ponse.pdf\r\n\r\nJVBERi0=\r\n"
        b"--b1\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ntext\r\n--b1\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n--b1--\r\n"
    ),
    (
        b"Received: from a (b [192.0.2.1]) by c with ESMTPS id d for <e@f>; Mon, 30 Nov 2026 10:00:00 +0100 (CET)\r\n"
        b'From: (comment (nested)) "quoted, name" <a@x.example>\r\nTo: Group: a@b, c@d;\r\nDate: Mon, 30 Nov 2026 10:00:00 +0100\r\n'
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nfailed\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: failed\r\n--b--\r\n"
    ),
]

SPLINTERS = st.sampled_from(
    [b"\r\n", b"\n", b"\r", b"\0", b"\xff", b"--b1\r\n", b"--b1--", b"=?", b"?=", b"=?utf-8?b?", b"charset=utf-7", b"charset=utf-16",
     b"+2AA-", b";", b"*0*=", b"name*=a; name*0=b;", b'"', b"(", b"<", b">", b"@", b"%", b"Content-Type: multipart/mixed; boundary=b1\r\n",
     b"Content-Type: text/html\r\n", b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: uuencode\r\n",
     b"<table><tr><td>", b"<!--", b"\xef\xbb\xbf", "é字🙂".encode(), b"From ", b"Content-Type:", b"99999999999999999999"]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real-looking message, from which something was cut and into which something was put."""
    octets = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(octets)))
        end = min(len(octets), start + draw(st.integers(0, 30)))
        octets = octets[:start] + draw(st.one_of(SPLINTERS, st.binary(max_size=8))) + octets[end:]
    return octets


def check(octets: bytes) -> ParsedMessage:
    read = decode(octets)
    for file in read.attachments:
        assert file.name
        assert not re.search(r'[\\/:*?"<>|]', file.name)
        assert not {unicodedata.category(c) for c in file.name} & UNSAFE
        assert not file.name.startswith(".")
        assert len(file.name.encode()) <= 255
    for text in (read.subject, read.text, *(value for _, value in read.headers)):
        text.encode("utf-8")
    names = {file.name for file in read.attachments}
    assert {file.container for file in read.attachments} <= names | {""}
    assert all(0 <= one.attachment < len(read.attachments) for one in read.inner)
    assert "\n" not in read.subject
    assert re.fullmatch(r"[0-9a-f]{64}", read.content_sha256)
    assert all(
        moment is None or moment.utcoffset() is not None for moment in (read.date, *(hop.at for hop in read.hops))
    )
    return read


@given(st.binary(max_size=2000))
@settings(max_examples=150, deadline=None, derandomize=True)
@example(b"")
@example(b"\0")
@example(b"Content-Type: text/plain; charset=utf-7\n\n+2AA-")
@example(b"Content-Type: text/plain; name*=a; name*0=b\n\nx")
@example(b"Content-Type: multipart/mixed; boundary=x; name*=a; name*0=b\n\n--x\n\nx")
@example(b"Content-Disposition: attachment; filename*=utf-8''a\xff%20\n\nx")
@example(b"From: " + b"(" * 5000 + b"\n\nx")
def test_arbitrary_octets_are_read(octets: bytes) -> None:
    check(octets)


@given(mutated())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_mutated_messages_are_read(octets: bytes) -> None:
    check(octets)


@given(st.one_of(mutated(), st.binary(max_size=500)))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_same_octets_are_read_the_same(octets: bytes) -> None:
    assert decode(octets) == decode(octets)


@given(
    body=st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=100),
    charset=st.sampled_from(["utf-8", "utf-16", "gb18030", "utf-7"]),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_what_was_written_is_what_is_read(body: str, charset: str) -> None:
    import base64

    encoded = base64.encodebytes(body.encode(charset))
    head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert decode(head.encode() + encoded).text.removeprefix("\ufeff") == (
        body.removeprefix("\ufeff") if body.strip() else ""
    )
