"""Office's old files: what LibreOffice writes is read whole; what is damaged is no error but OSError."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import outlook
import pptx
import pytest
from documents import convert
from office import definition, item, level, numbered, paragraph, write_word

from intake.decoding.documents import legacy, old_forms
from intake.decoding.documents.old_lists import OldLists
from intake.decoding.documents.old_properties import OldStyles, Runs, read_properties
from intake.vocabulary.document import BlockKind, Document, Flag


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def form(kind: str, data: str, result: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="x"/><w:enabled/>{data}</w:ffData></w:fldChar></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {kind} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def cell(inside: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>{inside}</w:tc>'


TABLE = (
    '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>'
    f"<w:tr>{cell(paragraph('a') + paragraph('b'))}{cell(paragraph())}</w:tr><w:tr>{cell(paragraph('c'))}{cell(paragraph('d'))}</w:tr></w:tbl>"
)
CHANGES = (
    f'<w:p>{run("We ")}<w:ins w:id="1" w:author="a" w:date="2026-01-01T00:00:00Z">{run("do ")}</w:ins>'
    '<w:del w:id="2" w:author="a" w:date="2026-01-01T00:00:00Z"><w:r><w:delText>reject</w:delText></w:r></w:del>'
    f'{run("agree 😀")}{run(" secret", "<w:vanish/>")}<w:r><w:commentReference w:id="0"/></w:r></w:p>'
)
BOX = '<w:checkBox><w:sizeAuto/><w:default w:val="0"/>{}</w:checkBox>'
FORMS = (
    f"<w:p>{run('Forms: ')}{form('FORMTEXT', '<w:textInput/>', 'typed')}{form('FORMCHECKBOX', BOX.format('<w:checked/>'), '')}"
    f"{form('FORMCHECKBOX', BOX.format(''), '')}"
    + form(
        "FORMDROPDOWN",
        '<w:ddList><w:result w:val="1"/><w:listEntry w:val="no"/><w:listEntry w:val="yes"/></w:ddList>',
        "",
    )
    + "</w:p>"
)
HEADING = '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> dict[str, bytes]:
    """One file of each kind, by LibreOffice."""
    folder = tmp_path_factory.mktemp("legacy")
    comment = f'<w:comment w:id="0" w:author="Rev" w:initials="R">{paragraph("why?")}</w:comment>'
    body = paragraph("Head", '<w:pStyle w:val="H2"/>') + CHANGES + TABLE + item(1) + item(1, 1) + FORMS
    body += '<w:sectPr><w:headerReference w:type="default" r:id="header1"/></w:sectPr>'
    numbering = definition(0, level(0, "decimal", "%1."), level(1, "lowerLetter", "%1%2)")) + numbered(1, 0)
    octets = write_word(body, comments=comment, header1=paragraph("top"), numbering=numbering, styles=HEADING)
    (folder / "a.docx").write_bytes(octets)
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text_frame.text = "Title", "one\ntwo"
    slide.shapes.add_textbox(0, 0, 10, 10).text_frame.text = "boxed"
    slide.notes_slide.notes_text_frame.text = "noted"
    hidden = show.slides.add_slide(show.slide_layouts[5])
    hidden.shapes.title.text = "Hidden"
    hidden._element.set("show", "0")
    show.save(folder / "a.pptx")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Лист"
    sheet["A1"], sheet["B2"], sheet["C3"], sheet["D4"] = "длинный " * 3000, 0.256, "=B2*2", True
    sheet["B2"].number_format = "0.0%"
    for row in range(5, 2005):
        sheet.cell(row, 1, f"строка {row}")
    secret = book.create_sheet("Secret")
    secret["A1"], secret.sheet_state = "unseen", "hidden"
    book.save(folder / "a.xlsx")
    formats = {"docx": "doc:MS Word 97", "pptx": "ppt:MS PowerPoint 97", "xlsx": "xls:MS Excel 97"}
    files = [convert([folder / f"a.{source}"], to, folder)[0] for source, to in formats.items()]
    return {file.suffix: file.read_bytes() for file in map(Path, files)}


def shown(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


@pytest.mark.system("soffice")
def test_word_with_changes_tables_lists_and_forms(made):
    found = legacy.read(made[".doc"])
    assert shown(found) == [
        "Head", "We do agree 😀", "a\nb", "", "c", "d", "1. x", "1a) x", "Forms:", "typed", "☒", "☐", "yes", "top",
    ]  # fmt: skip
    assert (found.blocks[0].kind, found.blocks[0].level) == (BlockKind.HEADING, 2)
    assert [(b.row, b.column) for b in found.blocks if b.kind is BlockKind.CELL] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert [b.level for b in found.blocks if b.kind is BlockKind.ITEM] == [1, 2]
    assert sum(1 for b in found.blocks if b.kind is BlockKind.FIELD) == 4
    assert found.comments == ("why?",)
    assert set(found.flags) == {Flag.TRACKED_CHANGES, Flag.HIDDEN_TEXT, Flag.COMMENTS}


@pytest.mark.system("soffice")
def test_powerpoint_with_boxes_notes_and_hidden_slides(made):
    found = legacy.read(made[".ppt"])
    assert (found.blocks[0].kind, shown(found)) == (BlockKind.HEADING, ["Title", "one", "two", "boxed", "noted"])
    assert found.flags == (Flag.HIDDEN_TEXT,)


@pytest.mark.system("soffice")
def test_excel_with_strings_over_many_records(made):
    found = legacy.read(made[".xls"])
    assert shown(found)[:5] == ["Лист", ("длинный " * 3000).strip(), "25.6%", "0.512", "TRUE"]
    assert shown(found)[-1] == "строка 2004"
    assert found.flags == (Flag.HIDDEN_TEXT,)


@pytest.mark.system("soffice")
@pytest.mark.parametrize("kind", [".doc", ".ppt", ".xls"])
def test_a_changed_octet_is_no_error_but_those_of_the_system(made, kind):
    choose = random.Random(4)
    for _ in range(150):
        octets = bytearray(made[kind])
        for _ in range(choose.choice((1, 5, 50))):
            octets[choose.randrange(512, len(octets))] = choose.randrange(256)
        try:
            found = legacy.read(bytes(octets))
        except OSError:
            continue
        assert len(found.text) < 1_000_000


def test_encrypted_and_unknown_files_say_so():
    encrypted = outlook.write({"EncryptionInfo": bytes(64), "EncryptedPackage": bytes(4096)})
    assert legacy.read(encrypted).flags == (Flag.ENCRYPTED,)
    assert legacy.read(outlook.write({"Something": bytes(64)})).flags == (Flag.UNSUPPORTED,)
    header = b"\xec\xa5\xc1\0" + bytes(6) + b"\0\1" + bytes(600)
    assert legacy.read(outlook.write({"WordDocument": header})).flags == (Flag.ENCRYPTED,)
    assert legacy.read(outlook.write({"Workbook": b"\x09\x08\x04\0\0\6\5\0\x2f\0\2\0\0\0"})).flags == (Flag.ENCRYPTED,)


def test_word_95_is_read_in_the_code_page_of_its_language_and_flagged():
    text = "Ответ\rна вопрос".encode("cp1251")
    header = (
        b"\xdc\xa5\x68\0"
        + bytes(2)
        + b"\x19\4"
        + bytes(16)
        + (512).to_bytes(4, "little")
        + (512 + len(text)).to_bytes(4, "little")
    )
    found = legacy.read(outlook.write({"WordDocument": header.ljust(512, b"\0") + text + bytes(4096)}))
    assert (found.text, found.flags) == ("Ответ\nна вопрос", (Flag.IMPLAUSIBLE,))


@pytest.mark.parametrize("octets", [b"", b"\0", b"\xff" * 40, bytes(1000), bytes(range(256)) * 4])
def test_tables_of_noise_are_empty_or_little(octets):
    assert OldLists(octets, octets, octets).get("0") is None
    OldStyles(octets).paragraph(0)
    read_properties(octets)
    assert Runs(octets, octets, of_paragraphs=True).at(10)[1] is not None
    assert old_forms.read_field(octets, 3) is None


def test_octets_are_never_the_name_of_a_file(tmp_path):
    (tmp_path / "canary.doc").write_bytes(outlook.write({"EncryptedPackage": bytes(5000)}))
    with pytest.raises(OSError, match="not an OLE2"):
        legacy.read(str(tmp_path / "canary.doc").encode())
