"""What a word processor shows of Rich Text Format is read, and nothing else."""

from __future__ import annotations

import pytest

from intake.decoding.documents import rtf, rtf_story
from intake.vocabulary.document import Block, BlockKind, Flag

FONTS = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset134 SimSun;}{\f3\fcharset178 Arial;}{\f4\fcharset2 Wingdings;}}"


def read(body: str | bytes, head: str = r"\ansi\ansicpg1252\deff0"):
    octets = body if isinstance(body, bytes) else body.encode("latin-1")
    return rtf.read(b"{\\rtf1" + head.encode() + FONTS.encode() + b" " + octets + b"}")


def texts(body: str | bytes, **more: str) -> list[str]:
    return [block.text for block in read(body, **more).blocks]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"caf\'e9 \endash  a\~b\_c\-d\tab e\line f", "café – a\xa0b‑cd\te\nf"),
        (r"\f1 \'cf\'f0\'e8\'e2\'e5\'f2", "Привет"),
        (r"\f2 \'d6\'d0\'ce\'c4", "中文"),
        (r"\f3 \'e3\'d1\'cd\'c8\'c7", "مرحبا"),
        (r"\f4 \'fe \u61693?\'a8", "☑ ☒☐"),
        (r"\u1055?\u1088\'f0\u1080?", "При"),
        (r"{\uc2\u27721\'ba\'ba\u23383\'d7\'d6}\u65?", "汉字A"),
        (r"\uc0\u-3913 x", "\uf0b7x"),
        (r"\u55357?\u56832?", "😀"),
        (r"{\upr{old}{\*\ud{new \u8364?}}}", "new €"),
        (r"a{\*\unknown b}c{\info{\author d}}{\pict ffff}", "ac"),
        (r"{\field{\*\fldinst HYPERLINK \\l}{\fldrslt shown}}", "shown"),
        (r"\{\}\\", "{}\\"),
    ],
)
def test_characters(body, text):
    assert texts(body) == [text]


def test_without_fonts_the_code_page_of_the_file_counts():
    assert [b.text for b in rtf.read(rb"{\rtf1\ansi\ansicpg1251 \'cf\'f0}").blocks] == ["Пр"]
    assert [b.text for b in rtf.read(rb"{\rtf1\ansi\ansicpg936 \'d6\'d0}").blocks] == ["中"]
    assert [b.text for b in rtf.read(rb"{\rtf1\ansi\ansicpg99999 \'e9}").blocks] == ["é"]


def test_headings_and_items():
    styles = r"{\stylesheet{\s1\outlinelevel0 heading 1;}{\s2 heading 2;}}"
    body = (
        styles
        + r"\pard\s1 One\par\pard\s2 Two\par\pard\outlinelevel2 Three\par\pard\plain{\listtext 1.\tab}\ilvl1 item\par"
    )
    body += r"{\pntext\f4\'a7\tab}bullet\par\pard text"
    assert read(body).blocks == (
        Block(BlockKind.HEADING, "One", 1),
        Block(BlockKind.HEADING, "Two", 2),
        Block(BlockKind.HEADING, "Three", 3),
        Block(BlockKind.ITEM, "1. item", 2),
        Block(BlockKind.ITEM, "▪ bullet", 2),
        Block(BlockKind.PARAGRAPH, "text"),
    )


def test_tables_and_tables_in_them():
    body = r"\trowd\pard\intbl a\par b\cell\cell\row\trowd\pard\intbl c\cell"
    body += r"\pard\intbl\itap2 inner\nestcell{\*\nesttableprops\nestrow}{\nonesttables\par}\pard\intbl after\cell\row\pard end\par"
    found = [(b.table, b.row, b.column, b.text) for b in read(body).blocks]
    assert found == [
        (1, 1, 1, "a\nb"), (1, 1, 2, ""), (1, 2, 1, "c"), (2, 1, 1, "inner"), (1, 2, 2, "after"), (0, 0, 0, "end"),
    ]  # fmt: skip


def test_hidden_and_deleted_text_is_left_out_and_flagged():
    found = read(r"seen{\v  unseen}{\deleted  gone}{\revised  new}\v\par\v0 a")
    assert found.text == "seen new\na"
    assert set(found.flags) == {Flag.HIDDEN_TEXT, Flag.TRACKED_CHANGES}


def test_comments_notes_headers_and_boxes():
    body = r"{\header head\par}{\footer foot\par}a{\footnote\pard {\super\chftn} noted}"
    body += r"{\*\atnid R}{\*\atnauthor Reviewer}\chatn{\*\annotation{\*\atnref 1}\pard why?}{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt boxed\par}}{\shprslt old}} b\par"
    found = read(body)
    assert [block.text for block in found.blocks] == ["head", "a[1] b", "boxed", "[1] noted", "foot"]
    assert (found.comments, found.flags) == (("Reviewer: why?",), (Flag.COMMENTS,))


def test_fields_of_forms():
    def field(kind: str, data: str, shown: str) -> str:
        return rf"{{\field{{\*\fldinst {kind} {{\*\formfield{{{data}}}}}}}{{\fldrslt {shown}}}}}"

    body = field("FORMTEXT", r"\fftype0{\*\ffname org}", "ITU")
    body += field("FORMCHECKBOX", r"\fftype1\ffres1{\*\ffname yes}", "") + field(
        "FORMCHECKBOX", r"\fftype1\ffres25\ffdefres0{\*\ffname no}", ""
    )
    body += field("FORMDROPDOWN", r"\fftype2\ffres1{\*\ffname pick}{\*\ffl a}{\*\ffl b}", "")
    assert [(b.tag, b.text) for b in read("Name: " + body).blocks] == [
        ("", "Name:"), ("org", "ITU"), ("yes", "☒"), ("no", "☐"), ("pick", "b"),
    ]  # fmt: skip


def test_pictures_and_no_letter():
    assert rtf.read(rb"{\rtf1{\pict\pngblip ffff}\par}").flags == (Flag.NO_TEXT_LAYER,)


@pytest.mark.parametrize(
    "octets",
    [
        b"{\\rtf1",
        b"{\\rtf1 a}}}}b",
        b"{\\rtf1\\bin5 a}",
        b"{\\rtf1\\bin-5 a}",
        b"{\\rtf1\\u99999999 a\\'",
        b"\\",
        b"{\\rtf1\\ansicpg-1\\f-3 \xff}",
    ],
)
def test_damaged_files_are_read_as_far_as_they_go(octets):
    rtf.read(octets)


def test_an_end_that_is_missing_is_flagged():
    found = rtf.read(b"{\\rtf1 text")
    assert (found.text, found.flags) == ("text", (Flag.DAMAGED,))


def test_groups_without_end_are_too_many():
    found = rtf.read(b"{\\rtf1 text\\par " + b"{" * (rtf_story.MAX_GROUPS + 1))
    assert found.blocks[0].text == "text"
    assert Flag.TOO_LARGE in found.flags
