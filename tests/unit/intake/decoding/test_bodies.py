"""The text of a body: HTML as a reader sees it, flowed lines joined, line ends made one."""

from __future__ import annotations

import pytest

from intake.decoding.bodies import declared_charset, read_text
from intake.decoding.parts import read_tree


def read(field: str, octets: bytes) -> tuple[str, str | None]:
    return read_text(read_tree(f"Content-Type: {field}\n\n".encode()), octets)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"a\r\nb\rc\nd", "a\nb\nc\nd"),
        (b"\xef\xbb\xbfa", "a"),
        (b"a\0b", "a\ufffdb"),
        (b"", ""),
    ],
)
def test_lines_end_in_lf_and_marks_of_encoding_are_gone(octets: bytes, text: str) -> None:
    assert read("text/plain; charset=utf-8", octets) == (text, None)


def test_a_wrong_charset_is_said() -> None:
    text, defect = read("text/plain; charset=us-ascii", "é".encode())
    assert (text, defect) == ("é", "declared us-ascii, is UTF-8")


@pytest.mark.parametrize(
    ("field", "charset"),
    [
        ("text/plain", None),
        ("text/plain; charset=KOI8-R", "KOI8-R"),
        ("text/plain; charset*=utf-8''koi8-r", "koi8-r"),
        ('text/plain; charset=""', None),
        ("text/plain; charset*=a; charset*0=b", "a"),
    ],
)
def test_the_charset_is_read_where_it_can_be(field: str, charset: str | None) -> None:
    assert declared_charset(read_tree(f"Content-Type: {field}\n\n".encode())) == charset


def test_flowed_is_unfolded_where_the_part_says_so_and_only_there() -> None:
    assert read("text/plain; format=flowed", b"one \ntwo") == ("one two", None)
    assert read("text/plain; format=flowed; delsp=yes", b"one \ntwo") == ("onetwo", None)
    assert read("text/plain", b"one \ntwo") == ("one \ntwo", None)


def test_html_is_read_where_the_part_says_so_and_all_that_is_wrong_is_said() -> None:
    octets = "<p>é</p><p hidden>no</p>".encode()
    text, defect = read("text/html; charset=us-ascii", octets)
    assert text == "é"
    assert defect == "some of its HTML is hidden from readers and was left out; declared us-ascii, is UTF-8"
