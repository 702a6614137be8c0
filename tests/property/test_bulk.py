"""Taking base64 out before a message is parsed changes nothing of what is read."""

from __future__ import annotations

from base64 import encodebytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from system import SHARED

from intake.decoding import bulk, message, parts, splitter
from intake.decoding.bulk import Bulk, take_out
from intake.vocabulary.mail import ParsedMessage

LINES = st.sampled_from(
    [
        b"Content-Type: text/plain; charset=utf-8", b"Content-Type: multipart/mixed; boundary=x", b"--x", b"--x--", b"",
        b"Content-Transfer-Encoding: base64", b"CONTENT-TRANSFER-ENCODING: BASE64", b"Content-Transfer-Encoding: base64 ",
        b"Content-Transfer-Encoding: 8bit", b"Content-Type: message/rfc822", b"Content-Type: multipart/alternative; boundary=y",
        b"--y", b"Subject: base64", b"QUJDREVG", b"QUJDREVGRw==", b"QUJD RA==", b"QQ==QQ==", b"a-b", b"=bulk=0=", b" folded",
        encodebytes(b"x" * 200).rstrip(b"\n"), b"From a@b.example", b"QUJDR", b"Content-Disposition: attachment; filename=a.bin",
    ]
)  # fmt: skip


def both(octets: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[ParsedMessage, ParsedMessage]:
    with monkeypatch.context() as patch:
        patch.setattr(bulk, "MIN_OCTETS", 1)
        patch.setattr(splitter, "split", lambda _: None)  # Which would not ask for it.
        light = message.decode(octets)
        patch.setattr(parts, "take_out", lambda octets: (octets, Bulk()))
        return light, message.decode(octets)


@given(st.lists(LINES, min_size=1, max_size=25), st.sampled_from([b"\n", b"\r\n"]))
@settings(max_examples=800, deadline=None, derandomize=True)
def test_whatever_the_lines_are(lines: list[bytes], end: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        light, plain = both(end.join(lines), patch)
    assert light == plain


def test_a_large_file_is_taken_out_and_found_again() -> None:
    file = bytes(range(256)) * 400
    head = b"Subject: x\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
    octets = head + encodebytes(file)
    light, taken = take_out(octets)
    assert len(light) < 200
    assert [one.decoded for one in taken.stretches.values()] == [file]
    (attachment,) = message.decode(octets).attachments
    assert attachment.octets == file


def test_a_message_that_holds_our_mark_is_left_alone() -> None:
    head = b"Subject: =bulk=0=\nContent-Transfer-Encoding: base64\n\n"
    octets = head + encodebytes(b"x" * 10_000)
    assert take_out(octets)[0] == octets


@pytest.mark.shared
def test_real_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in sorted((SHARED / "mail" / "handout").rglob("*.eml")):
        light, plain = both(path.read_bytes(), monkeypatch)
        assert light == plain, path.name


def test_base64_behind_the_last_boundary_is_kept_as_it_stood() -> None:
    behind = b"Content-Transfer-Encoding: base64\r\n\r\n" + encodebytes(b"x" * 5000).replace(b"\n", b"\r\n")
    octets = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\na\r\n--x--\r\n" + behind
    assert parts.read_tree(octets).epilogue == behind.strip()
