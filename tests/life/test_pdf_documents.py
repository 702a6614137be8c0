"""PDF of every maker that people use, in Arabic, Chinese and Russian: 98 % of the words, 95 % of their order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from documents import (
    SAMPLES,
    Sample,
    compare,
    convert,
    need_fonts,
    print_by_chromium,
    print_by_weasyprint,
    write_docx,
    write_html,
)
from system import SHARED

from intake.decoding.documents import extract
from intake.vocabulary.document import BlockKind

WORDS, ORDER = 0.98, 0.95
Print = Callable[[Sample, Path], bytes]


def by_libreoffice(sample: Sample, folder: Path) -> bytes:
    source = folder / "answer.docx"
    source.write_bytes(write_docx(sample))
    (made,) = convert([source], "pdf", folder)
    return made.read_bytes()


def by_weasyprint(sample: Sample, _: Path, font: str = "") -> bytes:
    return print_by_weasyprint(write_html(sample, font))


def by_chromium(sample: Sample, folder: Path, font: str = "") -> bytes:
    return print_by_chromium(write_html(sample, font), folder)


def in_amiri(way: Callable[[Sample, Path, str], bytes]) -> Print:
    """With a font of many ligatures."""
    return lambda sample, folder: way(sample, folder, "Amiri")


WAYS: dict[str, Print] = {"LibreOffice": by_libreoffice, "WeasyPrint": by_weasyprint, "Chromium": by_chromium}
ARABIC_WAYS = WAYS | {"WeasyPrint, Amiri": in_amiri(by_weasyprint), "Chromium, Amiri": in_amiri(by_chromium)}


@pytest.mark.system("soffice", "chromium")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", SAMPLES)
def test_words_and_their_order(language: str, way: str, tmp_path: Path) -> None:
    need_fonts(language)
    sample = SAMPLES[language]
    document = extract(WAYS[way](sample, tmp_path), "answer.pdf", "application/pdf")
    likeness = compare(sample.text, document.text)
    assert likeness.words >= WORDS, likeness
    assert likeness.order >= ORDER, likeness
    assert likeness.surplus <= 1 - WORDS, likeness
    assert document.flags == ()
    headings = [block.text for block in document.blocks if block.kind is BlockKind.HEADING]
    assert [compare(sample.title, heading).words for heading in headings] == [1.0]
    paragraphs = [block.text for block in document.blocks if block.kind is BlockKind.PARAGRAPH]
    for whole, read in zip(sample.paragraphs, paragraphs, strict=False):
        assert compare(whole, read).words > 0.94, read


@pytest.mark.system("soffice", "chromium")
@pytest.mark.shared
@pytest.mark.parametrize("way", ARABIC_WAYS)
@pytest.mark.parametrize("number", range(5))
def test_real_documents_in_arabic(way: str, number: int, tmp_path: Path) -> None:
    need_fonts("ar")
    source = sorted((SHARED / "seeds").glob("*.txt"))[number]
    title, *paragraphs = filter(str.strip, source.read_text(encoding="utf-8").split("\n"))
    sample = Sample("ar", title, tuple(paragraphs[:40]), ())
    document = extract(ARABIC_WAYS[way](sample, tmp_path), "answer.pdf", "application/pdf")
    likeness = compare(sample.text, document.text)
    assert likeness.words >= WORDS, likeness
    assert likeness.order >= ORDER, likeness
    assert document.flags == ()
