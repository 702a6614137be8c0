"""PDF as it is written by hand: every structure that a person should hear of."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from documents import RUSSIAN, convert, write_docx
from hostile import CATALOG, make_page, make_pdf, make_stream
from PIL import Image

from intake.decoding.documents import pdf
from intake.vocabulary.document import Block, BlockKind, Flag

WORDS = b"BT /F 12 Tf 72 700 Td (The answer of the administration) Tj ET "
ANNOTATED = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 4 0 R >> >> /Contents 5 0 R /Annots [%s] >>"


def annotated(*annotations: bytes, catalog: bytes = CATALOG) -> bytes:
    numbers = [number for number, _ in enumerate(annotations, start=6)]
    page = ANNOTATED % b" ".join(b"%d 0 R" % number for number in numbers)
    return make_pdf({**make_page(WORDS), 1: catalog, 3: page, **dict(zip(numbers, annotations, strict=True))})


def form(*fields: bytes) -> bytes:
    references = b" ".join(b"%d 0 R" % number for number, _ in enumerate(fields, start=6))
    return annotated(*fields, catalog=b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [%s] >> >>" % references)


def scan(*, letters: bytes = b"") -> bytes:
    """A page that is one picture, with these letters over it."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 4 0 R >> /XObject << /X 6 0 R >> >> /Contents 5 0 R >>"
    picture = b"/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8"
    content = b"q 595 0 0 842 0 0 cm /X Do Q " + letters
    return make_pdf({**make_page(content), 3: page, 6: make_stream(b"\x00\xff\xff\x00", picture)})


def test_words_without_a_flag() -> None:
    document = pdf.read(make_pdf(make_page(WORDS)))
    assert document.blocks == (Block(BlockKind.PARAGRAPH, "The answer of the administration"),)
    assert document.flags == ()
    assert document.engine.startswith("pypdfium2 ")


def test_what_it_prepares_with_is_read() -> None:
    assert pdf.read(pdf._ONE_LETTER).text == "a"
    pdf.prepare()


def test_fields_of_a_form_have_their_tags() -> None:
    text = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (country) /V (Senegal) /Rect [72 600 200 620] >>"
    empty = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (fax) /V () /Rect [72 560 200 580] >>"
    name = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V <%s> /Rect [72 520 200 540] >>" % (
        b"feff" + "التونسي".encode("utf-16-be").hex().encode()
    )
    choice = b"<< /Type /Annot /Subtype /Widget /FT /Ch /T (group) /V (Academia) /Opt [(Academia) (Government)] /Rect [72 480 200 500] >>"
    state = b"/AP << /N << /Yes 10 0 R /Off 10 0 R >> >>"
    ticked = (
        b"<< /Type /Annot /Subtype /Widget /FT /Btn /T (public) /V /Yes /AS /Yes %s /Rect [72 440 90 458] >>" % state
    )
    document = pdf.read(form(text, empty, name, choice, ticked))
    fields = [(block.tag, block.text) for block in document.blocks if block.kind is BlockKind.FIELD]
    assert fields == [("country", "Senegal"), ("name", "التونسي"), ("group", "Academia"), ("public", "Yes")]


def test_a_box_that_is_not_ticked_says_nothing() -> None:
    state = b"/AP << /N << /Yes 7 0 R /Off 7 0 R >> >>"
    open_box = (
        b"<< /Type /Annot /Subtype /Widget /FT /Btn /T (public) /V /Off /AS /Off %s /Rect [72 440 90 458] >>" % state
    )
    assert [block.tag for block in pdf.read(form(open_box)).blocks] == [""]


def test_what_was_typed_onto_a_page_is_text_and_a_note_is_not() -> None:
    typed = b"<< /Type /Annot /Subtype /FreeText /Contents (Typed answer) /DA (/F 9 Tf) /Rect [72 600 200 620] >>"
    note = b"<< /Type /Annot /Subtype /Text /Contents (Is this final?) /Rect [300 600 320 620] >>"
    document = pdf.read(annotated(typed, note))
    assert document.text.endswith("administration\nTyped answer")
    assert document.comments == ("Is this final?",)
    assert document.flags == (Flag.COMMENTS,)


def test_a_picture_of_a_page_is_a_scan() -> None:
    octets = scan(letters=b"BT /F 9 Tf 500 20 Td (17) Tj ET")
    document = pdf.read(octets)
    assert document.flags == (Flag.NO_TEXT_LAYER,)
    assert pdf.find_scans(octets) == [(0, 0)]  # What is recognized comes before the number of the page.


def test_letters_that_a_scanner_recognized() -> None:
    assert pdf.read(scan(letters=WORDS.replace(b"BT", b"BT 3 Tr"))).flags == (Flag.RECOGNIZED,)


def test_letters_that_nobody_sees() -> None:
    document = pdf.read(make_pdf(make_page(WORDS + WORDS.replace(b"BT", b"BT 3 Tr").replace(b"700", b"600"))))
    assert document.flags == (Flag.HIDDEN_TEXT,)


def test_a_document_that_says_nothing_is_looked_at() -> None:
    octets = make_pdf(make_page(b""))
    assert pdf.read(octets).flags == (Flag.NO_TEXT_LAYER,)
    assert pdf.find_scans(octets) == [(0, 0)]
    assert pdf.render(octets, 0) == b""


def test_a_page_as_a_picture() -> None:
    with Image.open(io.BytesIO(pdf.render(scan(), 0))) as picture:
        assert picture.format == "PPM"
        assert picture.mode == "L"
        assert picture.size == (1653, 2339)
        assert picture.getpixel((100, 100)) < 50
        assert picture.getpixel((1600, 100)) > 200


def test_an_enormous_page_is_a_small_picture() -> None:
    page = make_page(WORDS)
    page[3] = page[3].replace(b"[0 0 595 842]", b"[0 0 14400 14400]")
    with Image.open(io.BytesIO(pdf.render(make_pdf(page), 0))) as picture:
        assert picture.width * picture.height <= pdf.PAGE_PIXELS * 1.01


def test_files_in_a_file_are_said() -> None:
    names = b"/Names << /EmbeddedFiles << /Names [(a.txt) 6 0 R] >> >>"
    inside = {6: b"<< /Type /Filespec /F (a.txt) /EF << /F 7 0 R >> >>", 7: make_stream(b"hidden")}
    catalog = b"<< /Type /Catalog /Pages 2 0 R %s >>" % names
    assert pdf.read(make_pdf({**make_page(WORDS), 1: catalog, **inside})).flags == (Flag.UNSUPPORTED,)


def test_a_form_of_adobe_alone_is_said() -> None:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /XFA 6 0 R >> >>"
    assert pdf.read(make_pdf({**make_page(WORDS), 1: catalog, 6: make_stream(b"<xdp/>")})).flags == (Flag.UNSUPPORTED,)


@pytest.mark.parametrize("octets", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\xff" * 999])
def test_what_is_none_is_damaged(octets: bytes) -> None:
    assert pdf.read(octets).flags == (Flag.DAMAGED,)
    assert pdf.find_scans(octets) == []


def test_letters_without_meaning_are_doubted() -> None:
    shifted = (
        b"BT /F 12 Tf 50 700 Td ("
        + b"Gur nqzvavfgengvba gunaxf gur jbexvat tebhc sbe gur bccbeghavgl " * 8
        + b") Tj ET"
    )
    assert Flag.IMPLAUSIBLE in pdf.read(make_pdf(make_page(shifted))).flags


def test_time_that_is_up_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "READ_SECONDS", -1.0)
    assert Flag.TIMED_OUT in pdf.read(make_pdf(make_page(WORDS))).flags


def test_pages_past_the_limit_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 0)
    assert Flag.TOO_LARGE in pdf.read(make_pdf(make_page(WORDS))).flags
    monkeypatch.undo()
    monkeypatch.setattr(pdf, "MAX_PAGE_CHARS", 10)
    document = pdf.read(make_pdf(make_page(WORDS)))
    assert document.text == "The answer"
    assert document.flags == (Flag.TOO_LARGE,)


@pytest.mark.system("soffice")
def test_a_password_is_said(tmp_path: Path) -> None:
    source = tmp_path / "locked.docx"
    source.write_bytes(write_docx(RUSSIAN))
    options = (
        '{"EncryptFile":{"type":"boolean","value":"true"},"DocumentOpenPassword":{"type":"string","value":"secret"}}'
    )
    (made,) = convert([source], f"pdf:writer_pdf_Export:{options}", tmp_path)
    assert pdf.read(made.read_bytes()).flags == (Flag.ENCRYPTED,)
