from __future__ import annotations

import io

import pypdfium2
import pytest
from documents import SAMPLES, compare, need_fonts, print_by_weasyprint, write_html
from PIL import Image
from system import not_run

from intake.decoding.documents import extract, recognition
from intake.decoding.documents.limits import Limits
from intake.vocabulary.document import BlockKind, Flag

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
LEAST = {"ar": (0.93, 0.88), "zh": (0.98, 0.97), "ru": (0.98, 0.97)}
"""Words and order, of a clean scan of 200 dots an inch; the flag says that it was recognized."""


def need_languages() -> None:
    missing = {name for names in recognition.SCRIPTS.values() for name in names} - recognition.languages() - {"chi_tra"}
    if missing:
        packages = " ".join(sorted(f"tesseract-ocr-{name.replace('_', '-')}" for name in missing))
        not_run(f"tesseract's languages (apt-get install {packages})")


def photograph(language: str) -> Image.Image:
    need_fonts(language)
    octets = print_by_weasyprint(write_html(SAMPLES[language]))
    return pypdfium2.PdfDocument(octets)[0].render(scale=200 / 72, grayscale=True).to_pil()


def save(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def row(paragraph: int, confidence: str, word: str, level: int = 5) -> str:
    return f"{level}\t1\t1\t{paragraph}\t1\t1\t0\t0\t9\t9\t{confidence}\t{word}"


def test_a_table_of_words_becomes_paragraphs() -> None:
    rows = [
        HEAD,
        row(1, "-1", "", 4),
        row(1, "96.5", "one"),
        row(1, "90", "\u200ftwo"),
        row(1, "3", "~"),
        row(2, "50", "关于"),
        row(2, "50", "国际"),
        row(2, "50", "ITU"),
    ]
    page = recognition.parse("\n".join(rows))
    assert page.paragraphs == ("one two", "关于国际 ITU")
    assert page.confidence == pytest.approx((96.5 + 90 + 3 + 150) / 6)


@pytest.mark.parametrize("table", ["", HEAD, "noise\tof\tsome kind", row(1, "90", " ")])
def test_an_empty_table_is_an_empty_page(table: str) -> None:
    assert recognition.parse(table) == recognition.Page((), 0.0)


@pytest.mark.system("tesseract")
@pytest.mark.parametrize("language", SAMPLES)
@pytest.mark.parametrize("kind", ["JPEG", "PDF"])
def test_a_scanned_page_is_recognized(language: str, kind: str) -> None:
    need_languages()
    octets = (
        save(photograph(language), kind, resolution=200)
        if kind == "PDF"
        else save(photograph(language), kind, quality=85)
    )
    document = extract(octets, "scan")
    likeness = compare(SAMPLES[language].text, document.text)
    least_words, least_order = LEAST[language]
    assert likeness.words >= least_words, likeness
    assert likeness.order >= least_order, likeness
    assert Flag.RECOGNIZED in document.flags
    assert Flag.NO_TEXT_LAYER not in document.flags
    assert "tesseract" in document.engine
    assert {block.kind for block in document.blocks} == {BlockKind.PARAGRAPH}


@pytest.mark.system("tesseract")
def test_a_long_scan_is_read_as_far_as_the_limit() -> None:
    need_languages()
    page = photograph("ru")
    octets = save(page, "PDF", resolution=200, save_all=True, append_images=[page, page])
    document = extract(octets, limits=Limits(pages=1))
    assert compare(SAMPLES["ru"].text, document.text).surplus < 0.1
    assert set(document.flags) == {Flag.RECOGNIZED, Flag.TOO_LARGE}


@pytest.mark.system("tesseract")
def test_a_blank_page_stays_without_text() -> None:
    blank = save(Image.new("L", (1000, 1400), 255), "PNG")
    assert extract(blank).flags == (Flag.NO_TEXT_LAYER,)


@pytest.mark.system("tesseract")
def test_time_for_recognizing_is_bounded() -> None:
    need_languages()
    document = extract(save(photograph("ru"), "PNG"), limits=Limits(recognition_seconds=-1.0))
    assert set(document.flags) == {Flag.TIMED_OUT, Flag.NO_TEXT_LAYER}


def test_without_tesseract_a_scan_is_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "languages", frozenset)
    document = extract(save(photograph("ru"), "PNG"))
    assert document.flags == (Flag.NO_TEXT_LAYER,)
    assert document.text == ""
