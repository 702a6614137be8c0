from __future__ import annotations

import pytest
from documents import compare, print_by_weasyprint

from intake.decoding.documents import pdf
from intake.decoding.documents.hyphenation import Habit, join, observe


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["one", "two"], "one two"),
        (["关于国际", "互联网"], "关于国际互联网"),
        (["国际", "ITU"], "国际 ITU"),
        (["", "one", "", "two"], "one two"),
        (["inter\u00ad", "national"], "international"),
        (["inter\u2010", "national"], "international"),
        (["из-", "за"], "из-за"),
        (["inter-", "national"], "inter-national"),
        (["inter\x02", "national"], "inter-national"),
        (["2025-", "2026"], "2025-2026"),
        (["2025\u2010", "2026"], "2025-2026"),
        (["ITU-", "T"], "ITU-T"),
        ([], ""),
    ],
)
def test_joining_where_nothing_else_is_known(lines: list[str], joined: str) -> None:
    assert join(lines, Habit()) == joined


def test_a_word_that_stands_undivided_elsewhere_is_put_together() -> None:
    habit = observe(["An International body", "of inter-", "national, and"])
    assert join(["of inter-", "national, and"], habit) == "of international, and"


def test_a_word_that_is_written_with_its_hyphen_elsewhere_keeps_it() -> None:
    lines = ["no из-за here", *["divi-", "ded"] * 9]
    habit = observe(lines)
    assert habit.divides
    assert join(["из-", "за"], habit) == "из-за"
    assert join(["mul-", "tilateral"], habit) == "multilateral"
    assert join(["Anti-", "Spam"], habit) == "Anti-Spam"


def test_a_few_hyphens_are_no_habit() -> None:
    assert not observe(["long-", "term", "well-", "known", "state-", "owned"]).divides
    assert not observe(["long-", "term"] * 4 + ["a whole line"] * 400).divides


def test_a_page_that_was_hyphenated_reads_as_it_was_written() -> None:
    """Found by comparing: half of the words of a narrow column were torn."""
    text = "International telecommunication administrations consistently recommend multilateral infrastructure. " * 6
    page = f"<html lang=en><style>p {{ hyphens: auto; width: 140pt }}</style><p>{text}"
    likeness = compare(text, pdf.read(print_by_weasyprint(page)).text)
    assert (likeness.words, likeness.order) == (1.0, 1.0)
