"""Transfer encodings undone, also where they were done badly."""

from __future__ import annotations

import binascii
from base64 import b64encode, encodebytes

import pytest

from intake.decoding.transfer import CLEAR_OCTETS, MAX_UU_FILES, take_uuencoded, transfer_decode

FILE = bytes(range(256))


def uu(octets: bytes, name: str = "a.bin") -> bytes:
    lines = b"".join(binascii.b2a_uu(octets[at : at + 45]) for at in range(0, len(octets), 45))
    return f"begin 644 {name}\n".encode() + lines + b"`\nend\n"


@pytest.mark.parametrize(
    ("octets", "encoding", "decoded"),
    [
        (b"as it is \xe9", "", b"as it is \xe9"),
        (b"as it is", "8bit", b"as it is"),
        (b"as it is", "x-unheard-of", b"as it is"),
        (b"Gen=C3=A8ve=\r\n!=20", "quoted-printable", "Genève! ".encode()),
        (b"broken =Z =", "quoted-printable", b"broken =Z "),
        (encodebytes(FILE), "base64", FILE),
        (encodebytes(FILE).replace(b"\n", b" \r\n\t"), "base64", FILE),
        (b"", "base64", b""),
        (uu(FILE), "x-uuencode", FILE),
        (b"a line before\n" + uu(FILE), "uue", FILE),
    ],
)
def test_what_was_done_right_is_undone(octets: bytes, encoding: str, decoded: bytes) -> None:
    assert transfer_decode(octets, encoding) == (decoded, ())


@pytest.mark.parametrize(
    ("octets", "decoded"),
    [
        (b64encode(b"missing padding!").rstrip(b"="), b"missing padding!"),
        (b64encode(b"one piece") + b"=\n" + b64encode(b"another one"), b"one pieceanother one"),
        (b64encode(b"a") + b"\n" + b64encode(b"b"), b"ab"),
        (b"YW*J&j%", b"abc"),
        (b"YWJjZ", b"abc"),
        (b"====", b""),
    ],
)
def test_broken_base64_gives_what_can_be_read_and_a_defect(octets: bytes, decoded: bytes) -> None:
    found, defects = transfer_decode(octets, "base64")
    assert found == decoded
    assert defects


def test_a_footer_in_clear_behind_base64_is_no_part_of_the_file() -> None:
    footer = b"____________\nTo unsubscribe write to list-request@x.example\n"
    assert transfer_decode(b64encode(b"a" * 100) + b"\n\n" + footer, "base64") == (
        b"a" * 100,
        (
            "Base64 with characters, or an end, that it cannot have",
            f"Base64 with {len(footer)} octets in clear behind it",
        ),
    )


def test_text_that_is_only_called_base64_is_left_as_it_is() -> None:
    letter = b"Dear colleagues,\nwe support the proposal.\nThe ministry\n"
    assert transfer_decode(letter, "base64") == (letter, ("called base64, and is text in clear",))
    assert len(letter) < CLEAR_OCTETS


@pytest.mark.parametrize(
    ("octets", "defect"),
    [
        (b"no beginning", "uuencoded without a beginning"),
        (b"begin 644 a\nend of the story\xff\xff\n", "uuencoded, and cannot be read"),
        (uu(FILE).removesuffix(b"`\nend\n"), "uuencoded without an end"),
        (uu(FILE).replace(b"`\nend\n", b"M~~~\n"), "uuencoded, and breaks off"),
    ],
)
def test_broken_uuencoding_is_said(octets: bytes, defect: str) -> None:
    assert transfer_decode(octets, "uuencode")[1] == (defect,)


def test_files_that_stand_in_a_text_are_taken_out_of_it() -> None:
    text, files, said = take_uuencoded(b"before\n" + uu(FILE, "a b.bin") + b"between\n" + uu(b"x") + b"after\n")
    assert (text, files) == (b"before\nbetween\nafter\n", [("a b.bin", FILE), ("a.bin", b"x")])
    assert said == "uuencoded files stood in the text"


@pytest.mark.parametrize(
    "text",
    [
        b"begin 644 questions\nand end them\n",
        b"begin 2026 with us\n",
        uu(FILE).removesuffix(b"end\n"),
        b"begin 644 a\n`\nend\n",
    ],
)
def test_a_text_that_only_begins_so_is_left_as_it_is(text: bytes) -> None:
    assert take_uuencoded(text) == (text, [], None)


def test_no_more_files_are_taken_out_of_a_text_than_its_limit() -> None:
    assert len(take_uuencoded(uu(b"x") * (MAX_UU_FILES + 5))[1]) == MAX_UU_FILES
