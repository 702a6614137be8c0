"""What a browser shows of a page is read, and nothing else."""

from __future__ import annotations

import pytest

from intake.decoding.documents import page
from intake.vocabulary.document import Block, BlockKind, Flag


def texts(html: str) -> list[str]:
    return [block.text for block in page.read(html.encode()).blocks]


def test_headings_paragraphs_and_breaks():
    html = "<title>no</title><h2>Head <b>two</b></h2>text\n <i>goes</i> on<br>line<p>next<script>x</script><!-- no --><pre>  a\n b</pre>"
    assert [(b.kind, b.level, b.text) for b in page.read(html.encode()).blocks] == [
        (BlockKind.HEADING, 2, "Head two"), (BlockKind.PARAGRAPH, 0, "text goes on"), (BlockKind.PARAGRAPH, 0, "line"),
        (BlockKind.PARAGRAPH, 0, "next"), (BlockKind.PARAGRAPH, 0, "a\nb"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "labels"),
    [
        ("<ol><li>x<li>x</ol>", "1.|2."), ("<ol start=3 type=a><li>x<li value=7>x<li>x</ol>", "c.|g.|h."),
        ("<ol type=I><li>x</ol>", "I."), ("<ol reversed start=2><li>x<li>x</ol>", "2.|1."),
        ("<ol style='list-style-type: lower-roman'><li>x<li>x</ol>", "i.|ii."), ("<ul><li>x<ul><li>x</ul><li>x</ul>", "•|◦|•"),
        ("<ol><li>x<ol><li>x</ol><li>x</ol>", "1.|1.|2."), ("<li>x", ""),
    ],
)  # fmt: skip
def test_items_bear_their_numbers(html, labels):
    assert "|".join(text.removesuffix("x").strip() for text in texts(html)) == labels


def test_cells_with_spans_and_tables_in_cells():
    html = "<table><tr><th colspan=2>wide<td rowspan=2>tall<tr><td>a<p>b<td></table>"
    html += "<table><tr><td>out<table><tr><td>in</table>after</table>"
    assert [(b.table, b.row, b.column, b.text) for b in page.read(html.encode()).blocks] == [
        (1, 1, 1, "wide"), (1, 1, 3, "tall"), (1, 2, 1, "a\nb"), (1, 2, 2, ""), (2, 1, 1, "out"), (3, 1, 1, "in"), (2, 1, 1, "after"),
    ]  # fmt: skip


def test_hidden_text_is_left_out_and_flagged():
    found = page.read(
        b"a<div style='DISPLAY : none'>b<p>c</div><p hidden>d</p>e<span style='visibility:hidden'>f</span>"
    )
    assert (found.text, found.flags) == ("ae", (Flag.HIDDEN_TEXT,))


def test_what_was_filled_in():
    html = (
        "Name <input value=ITU> <input type=checkbox checked>yes <input type=hidden value=no><textarea>long</textarea>"
    )
    assert page.read(html.encode()).blocks == (Block(BlockKind.PARAGRAPH, "Name ITU ☒ yes long"),)


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "windows-1251", "koi8-r"])
def test_the_charset_is_the_one_that_the_page_says(charset):
    assert texts_of(f"<meta charset='{charset}'><p>Привет".encode(charset)) == ["Привет"]
    assert texts_of(f"<meta http-equiv=Content-Type content='text/html; charset={charset}'>Привет".encode(charset)) == [
        "Привет"
    ]


def texts_of(octets: bytes) -> list[str]:
    return [block.text for block in page.read(octets).blocks]


def test_a_page_deeper_than_can_be_followed_is_damaged():
    found = page.read(b"<p>first" + b"<div>" * 100_000 + b"deep")
    assert (found.text, found.flags) == ("first", (Flag.DAMAGED,))


@pytest.mark.parametrize(
    "html",
    ["", "   ", "<", "<table><td>", "</li></table></ol>", "<td>x", "\0", "<?xml version='1.0' encoding='utf-8'?><p>x"],
)
def test_fragments_are_no_errors(html):
    page.read(html.encode())
