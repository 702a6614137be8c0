"""winmail.dat opened: text, files, and what is broken; beside tnefparse, which reads the sound ones alike."""

from __future__ import annotations

import logging
import struct
import time

import pytest
from system import SHARED
from tnefparse import TNEF
from winmail import CODEPAGE, DATA, HTML, KIND, NAME, TEXT, an_object, file, properties, tnef, value, wide

from intake.decoding.tnef import MAX_FILES, PackedFile, open_tnef


def test_text_and_files_are_found() -> None:
    opened = open_tnef(
        tnef(
            an_object(0x9003, properties(wide(TEXT, "Слова"), value(0x8001 & 0x7FFF, b"x"))),
            file("ответ.docx", b"PK\0\0", value(KIND, b"application/msword\0", 0x1E)),
            file("second", b""),
        )
    )
    assert (opened.text, opened.defect) == ("Слова", None)
    assert opened.files == [PackedFile("ответ.docx", "application/msword", b"PK\0\0"), PackedFile("second", "", b"")]


def test_the_old_way_of_a_file_is_its_title_and_its_data() -> None:
    opened = open_tnef(
        tnef(
            an_object(0x9007, struct.pack("<II", 1251, 0)),
            an_object(0x9002, bytes(14), level=2),
            an_object(0x8010, "ответ.doc\0".encode("cp1251"), level=2),
            an_object(0x800F, b"octets\0\0", level=2),
        )
    )
    assert opened.files == [PackedFile("ответ.doc", "", b"octets\0\0")]


def test_html_is_read_in_the_code_page_of_the_mail() -> None:
    page = struct.pack("<HHI", 3, CODEPAGE, 20866)
    opened = open_tnef(tnef(an_object(0x9003, properties(page, value(HTML, "<p>Слова".encode("koi8-r"))))))
    assert opened.html == "<p>Слова"


def test_named_and_multiple_properties_are_passed_over() -> None:
    named = struct.pack("<HH16sII", 0x1F, 0x8001, bytes(16), 0, 7) + struct.pack("<II", 1, 4) + b"a\0\0\0"
    by_name = struct.pack("<HH16sII", 3, 0x8002, bytes(16), 1, 6) + b"n\0a\0\0\0" + bytes(2) + bytes(4)
    many = struct.pack("<HHI", 0x1003, 0x6000, 3) + bytes(12)
    opened = open_tnef(tnef(an_object(0x9003, properties(named, by_name, many, wide(TEXT, "behind")))))
    assert (opened.text, opened.defect) == ("behind", None)


def test_a_message_inside_is_known_as_one() -> None:
    inside = bytes.fromhex("0703020000000000c000000000000046") + tnef(an_object(0x800C, b"inner"))
    one = value(DATA, inside, 0x0D)
    opened = open_tnef(tnef(an_object(0x9002, bytes(14), 2), an_object(0x9005, properties(wide(NAME, "m"), one), 2)))
    assert [(one.is_message, open_tnef(one.octets).text) for one in opened.files] == [(True, "inner")]


@pytest.mark.parametrize(
    ("octets", "defect"),
    [
        (b"", "no TNEF"),
        (b"PK\x03\x04 and more", "no TNEF"),
        (tnef(an_object(0x800C, b"words")) + b"\x01\x0c\x80\0\0\xff\xff\xff\xff", "an object is longer than the file"),
        (tnef(an_object(0x9003, struct.pack("<IHH", 1, 0x33, 1) + bytes(8))), "a property of type 0x33"),
        (tnef(an_object(0x9003, struct.pack("<IHHII", 1, 0x102, 1, 1, 2**31))), "a property is longer"),
        (tnef(an_object(0x9003, struct.pack("<IHHI", 1, 0x102, 1, 2**32 - 1))), "breaks off"),
        (tnef(an_object(0x9003, struct.pack("<IHHI", 1, 0x1003, 1, 2**32 - 1))), "a property is longer"),
        (tnef(an_object(0x9003, b"")), "breaks off"),
        (tnef(an_object(0x9003, properties(value(0x1009, b"no RTF")))), "no compressed RTF"),
        (tnef(*[an_object(0x9002, b"", 2)] * (MAX_FILES + 1)), f"more than {MAX_FILES} files"),
    ],
)
def test_what_breaks_off_is_said(octets: bytes, defect: str) -> None:
    assert defect in (open_tnef(octets).defect or "")


def test_what_came_before_a_break_is_kept() -> None:
    octets = tnef(an_object(0x800C, b"words"), file("a", b"octets"), b"\x01\x0c\x80\0\0\xff\xff\xff\xff more")
    opened = open_tnef(octets)
    assert [one.octets for one in opened.files] == [b"octets"]
    assert opened.defect


def test_a_count_that_lies_costs_no_time() -> None:
    """tnefparse goes round four thousand million times here."""
    start = time.process_time()
    open_tnef(tnef(an_object(0x9003, struct.pack("<I", 2**32 - 1))))
    open_tnef(tnef(*[an_object(0, b"")] * 200_000))
    assert time.process_time() - start < 3


@pytest.mark.shared
def test_real_ones_hold_what_tnefparse_finds_with_the_zeros_that_it_cuts_off() -> None:
    logging.getLogger("tnefparse").setLevel(logging.CRITICAL)
    paths = sorted((SHARED / "mail" / "handout").rglob("*.tnef"))
    assert len(paths) == 8
    for path in paths:
        octets = path.read_bytes()
        opened, theirs = open_tnef(octets), TNEF(octets, do_checksum=False)
        assert len(opened.files) == len(theirs.attachments), path.name
        for one, other in zip(opened.files, theirs.attachments, strict=True):
            assert one.octets.rstrip(b"\0").endswith(bytes(other.data).rstrip(b"\0")[-100:]), path.name
        assert (opened.html or "") == (theirs.htmlbody or ""), path.name
