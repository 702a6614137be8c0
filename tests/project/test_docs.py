"""The pages say what is true of the tree: links lead somewhere, words and standards are all there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from intake.vocabulary.submission import Status

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *PROJECT.glob("*.md")])
MAX_FLOW_LINES = 79
STANDARD = re.compile(r"\bRFC[ \u00a0](\d{3,5})\b")  # RFC822.SIZE is a word of IMAP.


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def links(text: str) -> list[str]:
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    for link in links(page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(PROJECT), link
        if anchor and target.suffix == ".md":
            heads = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in slugs, link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:intake|digest|migrations|config|tests|docs|requirements)/[\w./-]+)`", text)
    assert [name for name in named if not (PROJECT / name).exists()] == []


# --- flow.md -----------------------------------------------------------------------------------------


def test_the_flow_is_one_page() -> None:
    assert len(read("flow.md").splitlines()) <= MAX_FLOW_LINES


def test_the_flow_passes_the_stages_in_the_order_of_the_alphabet() -> None:
    """The listing of intake/ is the way of a mail: the first link to each stage comes in that order."""
    stages = ("arrival", "capture", "decoding", "filing", "ledger", "receipt")
    passed = [match[1] for match in re.finditer(r"\]\(\.\./intake/(\w+)/\w+\.py\)", read("flow.md"))]
    assert [stage for stage in dict.fromkeys(passed) if stage in stages] == list(stages)


# --- glossary.md ----------------------------------------------------------------------------------------


def test_every_status_is_in_the_glossary() -> None:
    glossary = read("glossary.md")
    for status in Status:
        assert re.search(rf"^\| `{status.value}` \|", glossary, re.MULTILINE), status


def test_no_word_is_defined_twice() -> None:
    terms = re.findall(r"^\*\*(.+?)\*\*", read("glossary.md"), re.MULTILINE)
    assert sorted(set(terms)) == sorted(terms)
    assert terms == sorted(terms, key=str.casefold)


# --- rfc.md -----------------------------------------------------------------------------------------------


def rfc_rows() -> list[list[str]]:
    rows = [line.strip("|").split("|") for line in read("rfc.md").splitlines() if line.startswith("| RFC ")]
    return [[cell.strip() for cell in row] for row in rows]


def mentioned() -> dict[str, set[str]]:
    """The modules that cite each RFC, by number."""
    found: dict[str, set[str]] = {}
    for package in ("intake", "digest"):
        for path in (PROJECT / package).rglob("*.py"):
            for number in STANDARD.findall(path.read_text(encoding="utf-8")):
                found.setdefault(number, set()).add(path.relative_to(PROJECT).as_posix())
    return found


def test_every_standard_that_the_code_cites_is_in_the_table() -> None:
    listed = {number for row in rfc_rows() for number in STANDARD.findall(row[0])}
    assert set(mentioned()) - listed == set()


def test_the_table_is_in_order_and_names_modules_and_support() -> None:
    rows = rfc_rows()
    numbers = [int(STANDARD.findall(row[0])[0]) for row in rows]
    assert numbers == sorted(numbers)
    for number, part, where, support, *_ in rows:
        assert part, number
        assert re.match(r"(Yes|Partial|No)\b", support), number
        modules = re.findall(r"`([\w./]+\.py)`", where)
        assert modules or support.startswith("No"), f"{number}, {part}: where?"
        assert [name for name in modules if not (PROJECT / name).is_file()] == [], number


# --- decisions ----------------------------------------------------------------------------------------------


def test_decisions_are_numbered_and_short() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    for number, page in enumerate(pages, start=1):
        text = page.read_text(encoding="utf-8")
        assert page.name.startswith(f"{number:04d}-")
        assert text.startswith(f"# {number:04d} "), page.name
        assert len(text.splitlines()) <= 60, page.name
