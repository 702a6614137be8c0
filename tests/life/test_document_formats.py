"""Office formats of every maker that people use, in Arabic, Chinese and Russian: 98 % of the words, 95 % of their order."""

from __future__ import annotations

import codecs

import outlook
import pytest
from documents import SAMPLES, compare, convert, print_by_weasyprint, write_docx, write_html, write_pptx, write_xlsx

from intake.decoding.documents import extract
from intake.vocabulary.document import BlockKind, Document, Flag

WORDS, ORDER = 0.98, 0.95
WRITERS = {"docx": write_docx, "pptx": write_pptx, "xlsx": write_xlsx}
BY_LIBREOFFICE = {
    "docx": ("docx:MS Word 2007 XML", "odt", "doc:MS Word 97", "rtf", "txt:Text (encoded):UTF8", "html"),
    "pptx": ("pptx:Impress MS PowerPoint 2007 XML", "odp", "ppt:MS PowerPoint 97"),
    "xlsx": ("xlsx:Calc MS Excel 2007 XML", "ods", "xls:MS Excel 97"),
}
TEXTS = ("docx", "odt", "doc", "rtf", "html")
CHARSETS = {
    "ar": ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256"),
    "zh": ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030"),
    "ru": ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "koi8-r"),
}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    """By format and language, of LibreOffice: all files of a format in one start."""
    found = {}
    for extension, formats in BY_LIBREOFFICE.items():
        folder = tmp_path_factory.mktemp(extension)
        sources = [folder / f"{language}.{extension}" for language in SAMPLES]
        for language, source in zip(SAMPLES, sources, strict=True):
            source.write_bytes(WRITERS[extension](SAMPLES[language]))
        for to in formats:
            out = tmp_path_factory.mktemp(to.partition(":")[0])
            for language, file in zip(SAMPLES, convert(sources, to, out), strict=True):
                found[to.partition(":")[0], language] = file.read_bytes()
    return found


def check(document: Document, language: str) -> None:
    likeness = compare(SAMPLES[language].text, document.text)
    assert likeness.words >= WORDS, likeness
    assert likeness.order >= ORDER, likeness
    assert likeness.surplus <= 1 - WORDS, likeness
    assert document.flags == ()


def kinds_of(document: Document, kind: BlockKind) -> list[str]:
    return [block.text for block in document.blocks if block.kind is kind]


@pytest.mark.parametrize("language", SAMPLES)
@pytest.mark.parametrize("extension", WRITERS)
def test_of_python(extension: str, language: str) -> None:
    check(extract(WRITERS[extension](SAMPLES[language]), f"answer.{extension}"), language)


@pytest.mark.system("soffice")
@pytest.mark.parametrize("language", SAMPLES)
@pytest.mark.parametrize("extension", [to.partition(":")[0] for formats in BY_LIBREOFFICE.values() for to in formats])
def test_of_libreoffice(extension: str, language: str, made: dict[tuple[str, str], bytes]) -> None:
    document = extract(made[extension, language], f"answer.{extension}")
    check(document, language)
    if extension in TEXTS:
        sample = SAMPLES[language]
        assert [compare(sample.title, one).words for one in kinds_of(document, BlockKind.HEADING)] == [1.0]
        items = kinds_of(document, BlockKind.ITEM)
        assert [one[0] for one in items] == ["•"] * len(sample.items)
        assert [compare(whole, one).words for whole, one in zip(sample.items, items, strict=True)] == [1.0] * len(items)


@pytest.mark.parametrize("language", SAMPLES)
def test_pages(language: str) -> None:
    page = write_html(SAMPLES[language])
    check(extract(page.encode(), "answer.html"), language)
    for charset in CHARSETS[language]:
        declared = page.replace("charset=utf-8", f"charset={charset.removesuffix('-sig')}")
        octets = declared.encode(charset)
        check(extract(octets, "answer.html", "text/html"), language)


@pytest.mark.parametrize(("language", "charset"), [(one, charset) for one in SAMPLES for charset in CHARSETS[one]])
def test_plain_text_in_charsets_that_nobody_declares(language: str, charset: str) -> None:
    check(extract(SAMPLES[language].text.encode(charset, "ignore"), "answer.txt", "text/plain"), language)


@pytest.mark.system("soffice")
@pytest.mark.parametrize(
    ("extension", "called"),
    [("rtf", "a.doc"), ("html", "a.doc"), ("docx", "a.doc"), ("doc", "a.docx"), ("odt", "a.docx")],
)
def test_a_wrong_name_is_seen_through(extension: str, called: str, made: dict[tuple[str, str], bytes]) -> None:
    check(extract(made[extension, "ru"], called, "application/msword"), "ru")


def test_a_pdf_that_is_called_docx() -> None:
    octets = print_by_weasyprint(write_html(SAMPLES["ru"]))
    assert compare(SAMPLES["ru"].text, extract(octets, "answer.docx").text).words >= WORDS


@pytest.mark.system("soffice")
@pytest.mark.parametrize("extension", ["docx", "doc", "odt", "rtf", "pptx", "ppt", "xlsx", "xls"])
def test_a_file_that_is_cut_off_says_so(extension: str, made: dict[tuple[str, str], bytes]) -> None:
    octets = made[extension, "ru"]
    document = extract(octets[: len(octets) // 2], f"answer.{extension}")
    assert document.flags
    assert Flag.UNSUPPORTED not in document.flags, "it is of a kind that we read, and only broken off"


def test_an_encrypted_file_says_so() -> None:
    octets = outlook.write({"EncryptionInfo": bytes(64), "EncryptedPackage": bytes(4096)})
    assert extract(octets, "answer.docx").flags == (Flag.ENCRYPTED,)


def test_a_mark_of_order_alone_is_an_empty_text() -> None:
    assert extract(codecs.BOM_UTF8, "answer.txt").blocks == ()
