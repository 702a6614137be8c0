"""The text of a body: HTML as a reader sees it, flowed lines joined, line ends made one."""

from __future__ import annotations

from email import message_from_bytes

import pytest

from intake.decoding import bodies
from intake.decoding.bodies import declared_charset, html_to_text, read_text, unfold_flowed


def read(field: str, octets: bytes) -> tuple[str, str | None]:
    return read_text(message_from_bytes(f"Content-Type: {field}\n\n".encode()), octets)


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
        ("text/plain; charset*=a; charset*0=b", None),
    ],
)
def test_the_charset_is_read_where_it_can_be(field: str, charset: str | None) -> None:
    assert declared_charset(message_from_bytes(f"Content-Type: {field}\n\n".encode())) == charset


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two", "One\nTwo"),
        (
            "<html><head><title>T</title><style>p {}</style></head><body>Seen<script>not()</script></body></html>",
            "Seen",
        ),
        ('<p>Seen</p><p style="display:none">Hidden</p>', "Seen"),
        ('<p>Seen</p><p style="color:red; DISPLAY: none; margin:0">Hidden</p>', "Seen"),
        ("<ul><li>one</li><li>two</li></ul>", "  * one\n  * two"),
        ("a&nbsp;b &amp; c &#233;", "a b & c é"),
        ('<a href="https://x.example/">link</a>', "link"),
        ('<?xml version="1.0" encoding="utf-8"?><html><body>é</body></html>', "é"),
        ("just text", "just text"),
        ("<!-- a comment alone -->", ""),
        ("", ""),
        ("   ", ""),
        ("<p>a</p>\n\n\n\n<p>b</p>", "a\n\nb"),
    ],
)
def test_html_becomes_what_a_reader_sees(html: str, text: str) -> None:
    assert html_to_text(html) == (text, None)


@pytest.mark.parametrize("tag", ["div", "font", "b", "span", "blockquote"])
@pytest.mark.parametrize("depth", [100, 300, 20_000])
def test_no_word_is_lost_however_deep_it_lies(tag: str, depth: int) -> None:
    text, defect = html_to_text(f"<{tag}>" * depth + "the answer is yes")
    assert "the answer is yes" in text
    assert depth < 5000 or defect is not None


@pytest.mark.parametrize(
    "style", ["padding-left:99999999em", "margin-top:99999999em", "padding:1e9em", "style:style:style"]
)
def test_an_indent_of_a_hundred_thousand_columns_is_no_content(style: str) -> None:
    text, _ = html_to_text(f'<div style="{style}">' + "x<br>" * 1000 + "</div>")
    assert text.count("x") == 1000
    assert len(text) < 20_000


def test_html_beyond_its_limit_is_cut_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_HTML_CHARACTERS", 20)
    text, defect = html_to_text("<p>" + "word " * 10)
    assert text.startswith("word")
    assert defect == "HTML cut at its limit"


def test_html_that_cannot_be_parsed_still_gives_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> str:
        raise RecursionError

    monkeypatch.setattr(bodies, "_render", refuse)
    text, defect = html_to_text("<p>One</p><p>Two</p>")
    assert text.split() == ["One", "Two"]
    assert defect == "HTML could not be parsed; tags were cut out"


@pytest.mark.parametrize(
    ("text", "delsp", "unfolded"),
    [
        ("one \ntwo", False, "one two"),
        ("one\ntwo", False, "one\ntwo"),
        ("one \n\ntwo", False, "one \ntwo"),
        ("> one \n> two", False, "> one two"),
        ("> one \ntwo", False, "> one \ntwo"),
        (">> one \n> two", False, ">> one \n> two"),
        (" From Geneva", False, "From Geneva"),
        ("text \n-- \nname", False, "text \n-- \nname"),
        ("-- \nname", False, "-- \nname"),
        ("性别 \n鸿沟", True, "性别鸿沟"),
        ("one  \ntwo", True, "one two"),
        ("", False, ""),
    ],
)
def test_flowed_lines_are_joined_as_rfc_3676_says(text: str, delsp: bool, unfolded: str) -> None:
    assert unfold_flowed(text, delsp=delsp) == unfolded


def test_flowed_is_unfolded_where_the_part_says_so_and_only_there() -> None:
    assert read("text/plain; format=flowed", b"one \ntwo") == ("one two", None)
    assert read("text/plain; format=flowed; delsp=yes", b"one \ntwo") == ("onetwo", None)
    assert read("text/plain", b"one \ntwo") == ("one \ntwo", None)


def test_a_flowed_paragraph_of_a_million_lines_is_unfolded() -> None:
    assert len(unfold_flowed("a \n" * 1_000_000, delsp=False)) == 2_000_000
