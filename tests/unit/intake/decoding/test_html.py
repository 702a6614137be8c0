"""HTML as a reader sees it: words in order, lists with their numbers, cells apart, quotations marked, hidden text out."""

from __future__ import annotations

import time

import pytest

from intake.decoding import html as module
from intake.decoding.html import html_to_text

HIDDEN = "some of its HTML is hidden from readers and was left out"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two", "One\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("<div>One<br></div>Two", "One\nTwo"),
        (
            "<html><head><title>T</title><style>p {}</style></head><body>Seen<script>not()</script></body></html>",
            "Seen",
        ),
        ("a&nbsp;b &amp; c &#233;", "a b & c é"),
        ("a<span>b</span><b>c</b> d", "abc d"),
        ("one\n   two", "one two"),
        ("<pre>one\n   two</pre>", "one\n   two"),
        ('<a href="https://x.example/">link</a>', "link"),
        ('<?xml version="1.0" encoding="utf-8"?><html><body>é</body></html>', "é"),
        ("just text", "just text"),
        ("2 < 3 and 4 > 3", "2 < 3 and 4 > 3"),
        ("<!-- a comment alone -->", ""),
        ("a<!-->b<!-- > -->c", "abc"),
        ("<![if !mso]>a<![endif]>", "a"),
        ("", ""),
        ("   ", ""),
        ("<p>a</p>\n\n\n\n<p>b</p>", "a\n\nb"),
        ("<p>a<p>b", "a\n\nb"),
        ("a<hr>b", "a\n" + "_" * 32 + "\nb"),
        ("<p title='a > b'>c", "c"),
        ('<p title="never closed>a <b>word</b>', "a word"),
        ("<p>a &#99999999999999999999; b", "a \ufffd b"),
        ("an <unclosed", "an <unclosed"),
    ],
)
def test_html_becomes_what_a_reader_sees(html: str, text: str) -> None:
    assert html_to_text(html) == (text, None)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>one</li><li>two</li></ul>", "* one\n* two"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
        ("<ol><li>one<li>two</ol>", "1. one\n2. two"),
        ("<ol start=3><li>one</li><li>two</li></ol>", "3. one\n4. two"),
        ("<ol><li value=5>one</li><li>two</li></ol>", "5. one\n6. two"),
        ('<ol type="a"><li>one</li><li>two</li></ol>', "a. one\nb. two"),
        ('<ol type="I"><li>one</li><li>two</li></ol>', "I. one\nII. two"),
        ('<ol style="list-style-type: arabic-indic"><li>نعم</li><li>لا</li></ol>', "١. نعم\n٢. لا"),
        ('<ol style="list-style-type:persian"><li>x</li></ol>', "۱. x"),
        ('<ol style="list-style-type:cjk-ideographic" start="10"><li>是</li><li>否</li></ol>', "十、是\n十一、否"),
        ('<ol style="list-style-type:arabic-abjad"><li>x</li><li>y</li></ol>', "أ. x\nب. y"),
        ('<ol style="list-style-type:none"><li>x</li></ol>', "x"),
        ('<ul style="list-style:none"><li>x</li></ul>', "x"),
        ('<ol type="a" start="28"><li>x</li></ol>', "ab. x"),
        ('<ol type="i" start="4999"><li>x</li></ol>', "4999. x"),
        ("<ol start=99999999999999999><li>x</li></ol>", "1. x"),
        ("<ol><li><p>one</p></li><li><div>two</div></li></ol>", "1. one\n\n2. two"),
        ("<ol><li>one<ul><li>a</li><li>b</li></ul></li><li>two</li></ol>", "1. one\n  * a\n  * b\n2. two"),
    ],
)
def test_lists_keep_the_numbers_that_a_reader_sees(html: str, text: str) -> None:
    assert html_to_text(html) == (text, None)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table><tr><td>Q1</td><td>Yes</td></tr><tr><td>Q2</td><td>No</td></tr></table>", "Q1\tYes\nQ2\tNo"),
        ("<table><tr><td>Q1<td>Yes<tr><td>Q2<td>No</table>", "Q1\tYes\nQ2\tNo"),
        ("<table><tr><td><p>Q1</p></td><td><p>Yes</p><p>and no</p></td></tr></table>", "Q1\tYes\n\nand no"),
        ("<table><tr><td>a</td><td></td><td>c</td></tr></table>", "a\t\tc"),
        ("<table><tr><td></td><td>b</td></tr></table>", "b"),
        ("a<table><tr><td>b</td></tr></table>c", "a\n\nb\n\nc"),
        ("<table><tr><td><table><tr><td>in</td><td>ner</td></tr></table></td></tr></table>", "in\tner"),
        ("<table><tbody><tr><th>Question</th><th>Answer</th></tr></tbody></table>", "Question\tAnswer"),
    ],
)
def test_cells_of_a_row_share_a_line_and_stay_apart(html: str, text: str) -> None:
    assert html_to_text(html) == (text, None)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<blockquote type="cite">old</blockquote>new', "> old\n\nnew"),
        ('<blockquote class="gmail_quote"><div>a</div><div>b</div></blockquote>', "> a\n> b"),
        ('<blockquote style="border-left:1px solid #0857A6">old</blockquote>', "> old"),
        ('<blockquote id="isReplyContent">旧</blockquote>新', "> 旧\n\n新"),
        ('<blockquote type="cite">a<blockquote>b</blockquote>c</blockquote>', "> a\n>\n>> b\n>\n> c"),
        ('<blockquote type="cite"><p>a</p><p>b</p></blockquote><p>c</p>', "> a\n>\n> b\n\nc"),
        ("<div>Le 12 oct. 2026 à 11:00, A &lt;a@b.example&gt; a écrit :</div><blockquote>x</blockquote>",
         "Le 12 oct. 2026 à 11:00, A <a@b.example> a écrit :\n\n> x"),
        ("<style>blockquote.q {border-left: 2px solid}</style><blockquote class=q>old</blockquote>", "> old"),
    ],
)  # fmt: skip
def test_quotations_stay_marked(html: str, text: str) -> None:
    assert html_to_text(html) == (text, None)


@pytest.mark.parametrize(
    "style", ["margin:0 0 0 40px;border:none;padding:0px", "", "margin-left:2em", "border-left:none"]
)
def test_what_is_only_indented_is_no_quotation(style: str) -> None:
    assert html_to_text(f'Our answer:<blockquote style="{style}">yes</blockquote>') == ("Our answer:\n\nyes", None)


def test_the_header_block_of_outlook_stands_below_a_line() -> None:
    html = 'new<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Van:</b> a@b.example</div>old'
    assert html_to_text(html)[0] == "new\n" + "_" * 32 + "\nVan: a@b.example\nold"


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">no</p>',
        '<p style="color:red; DISPLAY: none !important; margin:0">no</p>',
        '<p style="visibility:hidden">no</p>',
        '<p style="mso-hide:all">no</p>',
        '<p style="opacity:0">no</p>',
        '<p style="font-size:0">no</p>',
        '<p style="font-size:0.5px">no</p>',
        '<p style="font:0/0 a">no</p>',
        '<p style="color:#fff">no</p>',
        '<p style="color:#fefefe">no</p>',
        '<p style="color:rgb(255, 255, 255)">no</p>',
        '<p><font color="white">no</font></p>',
        '<table><tr><td bgcolor="#123456"><span style="color:#123456">no</span></td></tr></table>',
        '<p style="color:transparent">no</p>',
        '<p style="color:rgba(1,2,3,0)">no</p>',
        '<p style="position:absolute; left:-9999px">no</p>',
        '<p style="text-indent:-5000px">no</p>',
        '<p style="max-height:0;overflow:hidden">no</p>',
        "<p hidden>no</p>",
        "<style>.pre {display:none}</style><p class='x pre'>no</p>",
        "<style>#top {font-size:0} </style><p id=top>no</p>",
        "<div style='display:none'><p style='display:block'>no</p></div>",
    ],
)
def test_what_no_reader_sees_is_left_out_and_said_to_be(hidden: str) -> None:
    assert html_to_text(f"<p>Seen</p>{hidden}<p>too</p>") == ("Seen\n\ntoo", HIDDEN)


@pytest.mark.parametrize(
    "seen",
    [
        '<p style="font-size:0"><span style="font-size:14px">yes</span></p>',
        '<p style="visibility:hidden"><span style="visibility:visible">yes</span></p>',
        '<table><tr><td bgcolor="#000000"><font color="#ffffff">yes</font></td></tr></table>',
        '<div style="background:#003366"><p style="color:white">yes</p></div>',
        '<div style="background:url(a.png)"><p style="color:white">yes</p></div>',
        '<table><tr><td background="a.png"><p style="color:white">yes</p></td></tr></table>',
        '<p style="color:#ddd">yes</p>',
        '<p style="font-size:0.8em">yes</p>',
        '<p style="overflow:hidden">yes</p>',
        '<p style="padding-left:99999999em">yes</p>',
        "<style>@media print {.p {display:none}} @media (max-width:600px) {.p {display:none}}</style><p class=p>yes</p>",
        '<style style="display:none"> P {margin-top:0} </style><p>yes</p>',
        "<div style='display:none'></div><p>yes</p>",
        "<style>.a p {display:none}</style><p>yes</p>",
    ],
)
def test_what_a_reader_sees_is_not_taken_for_hidden(seen: str) -> None:
    assert html_to_text(seen) == ("yes", None)


def test_where_all_is_hidden_all_is_shown() -> None:
    assert html_to_text('<p style="color:white">the answer is yes</p>') == (
        "the answer is yes",
        "all of its HTML is hidden from readers",
    )


@pytest.mark.parametrize("tag", ["div", "font", "b", "span", "blockquote", "p", "table", "td", "ol", "li", "a"])
@pytest.mark.parametrize("depth", [100, 2_500, 30_000])
def test_no_word_is_lost_however_deep_it_lies(tag: str, depth: int) -> None:
    text, _ = html_to_text(f"<{tag}>" * depth + "the answer is yes")
    assert "the answer is yes" in text
    assert len(text) < 200


@pytest.mark.parametrize(
    "unclosed",
    ["<style>", "<script>", "<!--", "<title>", "<textarea>", "<select>", '<p title="', "<p", "<"],
)
def test_what_is_never_closed_hides_nothing(unclosed: str) -> None:
    assert "answer" in html_to_text(f"<p>hello</p>{unclosed} the answer is yes <b>or no</b>")[0]


BAITS = {
    "attributes": "<p " + " ".join(f"a{number}=1" for number in range(200_000)) + ">x",
    "formatting that is never closed": "".join(f"<font id={number}>" for number in range(40_000)) + "<p>x" * 40_000,
    "comments that are never closed": "<!--" * 300_000 + ">",
    "quotes that do not close": '<a ">" ' * 200_000 + '"',
    "raw elements that are never closed": "<style><script>" * 100_000,
    "tags without an end": "<a " * 400_000,
    "ends without a beginning": "</p></div></td>" * 100_000,
    "wide cells": "<table>" + "<tr><td>" + "c" * 500_000 + "<td>x" * 2 + "<tr><td>x<td>y" * 50_000,
    "rows in rows": "<table><tr><td>a<td>" * 30_000,
    "references": "&#" + "9" * 1_000_000 + ";" + "&" * 500_000,
    "a style": '<p style="' + "a:b;" * 300_000 + '">x',
    "a sheet": "<style>" + ".a{" * 200_000 + "</style>x",
    "comments in a sheet": "<style>" + "/*" * 200_000 + "</style>x",
    "declarations": "<style>" + "a{b:c}" * 200_000 + "</style>" + "<p class=a>x" * 10_000,
    "blanks": "<p>" + " " * 2_000_000,
    "margins": "<p></p><div></div>" * 100_000 + "x",
}


@pytest.mark.parametrize("bait", BAITS)
def test_no_html_takes_long(bait: str) -> None:
    begun = time.process_time()
    text, _ = html_to_text(BAITS[bait])
    assert time.process_time() - begun < 5
    assert len(text) <= 2 * len(BAITS[bait])


def test_html_beyond_its_limit_is_cut_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HTML_CHARACTERS", 20)
    text, defect = html_to_text("<p>" + "word " * 10)
    assert text.startswith("word")
    assert defect == "HTML cut at its limit"
