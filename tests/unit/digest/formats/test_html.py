from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from digest.formats.html import direction, name_language, write_size

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "</div></main></body>",
    "&lt;b&gt;",
)


@pytest.fixture
def page(record: Any, run: Any, tmp_path: Path) -> Any:
    """A compiled version with what six continents might send, parsed."""
    first = record.respond("First.\n\nSecond paragraph.")
    record.respond("تحية طيبة\n\nOTT services", name="الهيئة", language="ar", address="a@example.org")
    record.respond("尊敬的秘书处", name="研究院", language="zh", address="b@example.org")
    for number, payload in enumerate(PAYLOADS):
        record.respond(
            payload, name=payload, subject=payload, language=payload, files=(payload,), address=f"{number}@x.example"
        )
    record.respond("Secret.", name="Jane Doe", address="s@example.org", confidential=True)
    record.respond("Trop tard.", language="fr", late=True, address="late@example.org")
    record.respond("New.", supersedes=record.delivery_of(first))
    assert run("compile", "ott", "--out", tmp_path / "out").code == 0
    return html.document_fromstring((tmp_path / "out/ott-rev1.html").read_bytes())


def test_the_page_names_its_language_and_forbids_all_that_is_foreign(page: Any) -> None:
    assert page.get("lang") == "en"
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'")
    assert not page.xpath("//script|//img|//link|//iframe|//form|//object|//*[@src]")
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]
    assert all(target.startswith("#") for target in page.xpath("//@href"))


def test_payloads_are_text(page: Any) -> None:
    said = ["".join(block.itertext()).strip() for block in page.find_class("said")]
    assert [payload for payload in PAYLOADS if payload not in said] == []
    names = [element.text for element in page.xpath("//h3/bdi")]
    assert [payload for payload in PAYLOADS if payload not in names] == []


def test_headings_descend_without_a_gap(page: Any) -> None:
    levels = [int(element.tag[1]) for element in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_foreign_text_carries_language_and_direction(page: Any) -> None:
    blocks = {block.get("lang"): block for block in page.find_class("said")}
    assert (blocks["ar"].get("dir"), blocks["zh"].get("dir"), blocks[""].get("dir")) == ("rtl", "ltr", "auto")
    assert {paragraph.get("dir") for block in blocks.values() for paragraph in block} == {"auto"}
    assert page.xpath("//bdi[text()='الهيئة']")


def test_landmarks_skip_link_and_table_headers(page: Any) -> None:
    for landmark in ("header", "nav", "main"):
        assert len(page.findall(f".//{landmark}")) == 1
    skip = page.find(".//body")[0]
    assert skip.get("href") == "#main"
    assert all(cell.get("scope") in {"col", "row"} for cell in page.findall(".//th"))
    assert all(table.find("caption") is not None for table in page.findall(".//table"))


def test_every_link_leads_somewhere_and_ids_are_unique(page: Any) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {target[1:] for target in page.xpath("//@href")} <= set(ids)
    assert set(page.xpath("//@aria-labelledby")) <= set(ids)


def test_what_a_compiled_version_must_say(page: Any) -> None:
    text = re.sub(r"\s+", " ", page.text_content())
    for said in (
        "CWG-Internet/OC-2026-2-E Rev.1",
        "Council Resolution 1336 (modified 2019), operative 4",
        "at the respondent's wish",
        "Europe/Zurich",
        "Files are not published before they have been scanned",
        "This is the first revision",
        "sha256sum -c manifest-sha256.txt",
    ):
        assert said in text
    assert "First." not in text
    assert "CWGI-2026-000001-K" in text
    assert "Secret." not in text
    assert "Jane Doe" not in "".join(page.xpath("//article[contains(., 'text withheld')]")[0].itertext())
    assert "example.org" not in text


def test_small_words() -> None:
    assert (direction(None), direction("ar-EG"), direction("fr")) == ("auto", "rtl", "ltr")
    assert (name_language(None), name_language("fr"), name_language("xx")) == ("not determined", "French", "xx")
    assert (write_size(999), write_size(12_345), write_size(2_500_000)) == ("999 octets", "12 kB", "2.5 MB")
