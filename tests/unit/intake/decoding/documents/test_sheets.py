"""Cells as Excel shows them."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from office import content_types, pack, relations
from openpyxl.comments import Comment

from intake.decoding.documents import sheets
from intake.decoding.documents.cell_formats import show
from intake.vocabulary.document import Block, BlockKind, Flag

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def write(sheet: str, strings: str = "") -> bytes:
    names = f'{MAIN} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    return pack(
        {
            "[Content_Types].xml": content_types({"xl/workbook.xml": "spreadsheetml.sheet.main"}),
            "_rels/.rels": relations({"m": ("officeDocument", "xl/workbook.xml")}),
            "xl/workbook.xml": f'<workbook {names}><sheets><sheet name="S" r:id="s"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations(
                {"s": ("worksheet", "one.xml"), "t": ("sharedStrings", "/xl/strings.xml")}
            ),
            "xl/one.xml": f"<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>",
            "xl/strings.xml": f"<sst {MAIN}>{strings}</sst>",
        }
    )


def cells(octets: bytes) -> list[tuple[int, int, str]]:
    return [(b.row, b.column, b.text) for b in sheets.read(octets).blocks if b.kind is BlockKind.CELL]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1234.5, "General", "1234.5"), (1e12, "General", "1E+12"), (0.1 + 0.2, "General", "0.3"), (3.0, "", "3"),
        (1234.5, "0", "1234"), (1234.567, "#,##0.00", "1,234.57"), (0.256, "0.0%", "25.6%"), (5, "000", "005"),
        (1.5, "0.0##", "1.5"), (-3, "0;(0)", "(3)"), (0, '0;-0;"none"', "none"), (1500000, '0.0,," M"', "1.5 M"),
        (12345, "0.00E+00", "1.23E+04"), (7, '"No. "0', "No. 7"), (1200, "[$€-407]#,##0", "1,200"), (0.5, "# ?/?", "0.5"),
        (46356, "yyyy-mm-dd", "2026-11-30"), (46356, "d mmmm yyyy", "30 November 2026"), (46356.5, "dd/mm/yy h:mm AM/PM", "30/11/26 12:00 PM"),
        (46356.75, "ddd hh:mm:ss", "Mon 18:00:00"), (1.5, "[h]:mm", "36:00"), (60, "d.m.yyyy", "28.2.1900"), (1, "yyyy-mm-dd", "1900-01-01"),
        (-5, "yyyy-mm-dd", "-5"), (1e9, "yyyy-mm-dd", "1000000000"),
    ],
)  # fmt: skip
def test_numbers_and_dates(value, code, shown):
    assert show(value, code) == shown


def test_dates_that_are_counted_from_1904():
    assert show(0, "yyyy-mm-dd", since_1904=True) == "1904-01-01"


def test_what_openpyxl_writes():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Answers"
    sheet["A1"], sheet["C2"], sheet["B3"] = "text", dt.date(2026, 11, 30), True
    sheet["A1"].comment = Comment("sure?", "Reviewer")
    hidden = book.create_sheet("Secret")
    hidden["A1"], hidden.sheet_state = "unseen", "hidden"
    sheet["A4"], sheet.row_dimensions[4].hidden = "row", True
    sheet["E5"], sheet.column_dimensions["E"].hidden = "column", True
    out = io.BytesIO()
    book.save(out)
    found = sheets.read(out.getvalue())
    assert found.blocks == (
        Block(BlockKind.HEADING, "Answers", 1),
        Block(BlockKind.CELL, "text", 0, 1, 1, 1),
        Block(BlockKind.CELL, "2026-11-30", 0, 1, 2, 3),
        Block(BlockKind.CELL, "TRUE", 0, 1, 3, 2),
    )
    assert found.comments == ("Reviewer: sure?",)
    assert set(found.flags) == {Flag.HIDDEN_TEXT, Flag.COMMENTS}


def test_strings_shared_rich_inline_and_of_formulas():
    strings = "<si><t>one</t></si><si><r><t>rich </t></r><r><t>text</t></r><rPh><t>said</t></rPh></si>"
    row = (
        '<row r="2"><c r="B2" t="s"><v>1</v></c><c t="s"><v>0</v></c><c t="inlineStr"><is><t>inline</t></is></c>'
        '<c r="F2" t="str"><f>A1</f><v>result</v></c><c t="e"><v>#N/A</v></c><c t="s"><v>9</v></c></row><row><c><v>4</v></c></row>'
    )
    assert cells(write(row, strings)) == [
        (2, 2, "rich text"), (2, 3, "one"), (2, 4, "inline"), (2, 6, "result"), (2, 7, "#N/A"), (3, 1, "4"),
    ]  # fmt: skip


def test_wrong_addresses_and_numbers_are_no_errors():
    row = '<row r="x"><c r="ZZZZ9"><v>1</v></c><c r="AAA99999999"><v>nan</v></c><c t="s"><v>-1</v></c><c s="99"><v>1e999</v></c><c><v>x</v></c></row>'
    assert [text for _, _, text in cells(write(row))] == ["1", "nan", "1e999", "x"]


def test_a_string_that_is_repeated_is_no_bomb():
    row = '<row><c t="s"><v>0</v></c></row>' * 1000
    found = sheets.read(write(row, f"<si><t>{'x' * 32_000}</t></si>"))
    assert Flag.TOO_LARGE in found.flags
    assert len(found.text) < 5_000_000


def test_a_sheet_cut_off_is_read_as_far_as_it_goes():
    octets = write("<row><c><v>1</v></c></row><row><c><v>2</v></c></row><row><c></row>")
    found = sheets.read(octets)
    assert [block.text for block in found.blocks][:2] == ["S", "1"]
    assert Flag.DAMAGED in found.flags
