"""Slides as PowerPoint shows them."""

from __future__ import annotations

import io

import pptx
from pptx.oxml.ns import qn
from pptx.util import Inches

from intake.decoding.documents import slides
from intake.vocabulary.document import Block, BlockKind, Flag


def save(show) -> bytes:
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def number(paragraph, kind: str, start: str | None = None) -> None:
    element = paragraph._p.get_or_add_pPr().makeelement(
        qn("a:buAutoNum"), {"type": kind, **({"startAt": start} if start else {})}
    )
    paragraph._p.get_or_add_pPr().append(element)


def test_title_first_then_text_tables_and_notes():
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Title"
    frame = slide.placeholders[1].text_frame
    frame.text = "first"
    frame.add_paragraph().text = "second"
    frame.paragraphs[1].level = 1
    slide.shapes.add_textbox(0, 0, 10, 10).text_frame.text = "box"
    slide.notes_slide.notes_text_frame.text = "note"
    table = slide.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(2)).table
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(0, 0).text, table.cell(1, 1).text = "wide", "cell"
    item, cell = BlockKind.ITEM, BlockKind.CELL
    assert slides.read(save(show)).blocks == (
        Block(BlockKind.HEADING, "Title", 1), Block(item, "• first", 1), Block(item, "– second", 2), Block(BlockKind.PARAGRAPH, "box"),
        Block(cell, "wide", 0, 1, 1, 1), Block(cell, "", 0, 1, 2, 1), Block(cell, "cell", 0, 1, 2, 2), Block(BlockKind.PARAGRAPH, "note"),
    )  # fmt: skip


def test_automatic_numbers():
    show = pptx.Presentation()
    frame = show.slides.add_slide(show.slide_layouts[6]).shapes.add_textbox(0, 0, 10, 10).text_frame
    kinds = ["arabicPeriod", "arabicPeriod", "alphaLcParenR", "romanUcParenBoth", "arabic1Minus", "ea1ChsPeriod"]
    for kind in kinds:
        paragraph = frame.add_paragraph()
        paragraph.text = "x"
        number(paragraph, kind)
    paragraph = frame.add_paragraph()
    paragraph.text = "x"
    number(paragraph, "arabicPeriod", "7")
    assert [b.text for b in slides.read(save(show)).blocks] == [
        "1. x",
        "2. x",
        "a) x",
        "(I) x",
        "أ- x",
        "一. x",
        "7. x",
    ]


def test_hidden_slides_are_left_out_and_flagged():
    show = pptx.Presentation()
    for text in ("seen", "unseen"):
        show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = text
    show.slides[1]._element.set("show", "0")
    found = slides.read(save(show))
    assert (found.text, found.flags) == ("seen", (Flag.HIDDEN_TEXT,))


def test_slides_come_in_the_order_in_which_they_are_shown():
    show = pptx.Presentation()
    for text in ("one", "two"):
        show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = text
    listed = show.slides._sldIdLst
    listed.append(listed[0])
    assert slides.read(save(show)).text == "two\none"


def test_texts_in_groups_are_read():
    show = pptx.Presentation()
    group = show.slides.add_slide(show.slide_layouts[6]).shapes.add_group_shape()
    group.shapes.add_group_shape().shapes.add_textbox(0, 0, 10, 10).text_frame.text = "deep\vline"
    assert slides.read(save(show)).text == "deep\nline"
