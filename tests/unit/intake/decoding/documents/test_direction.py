"""Lines as they look, from left to right, and what they say."""

from __future__ import annotations

import pytest

from intake.decoding.documents.direction import class_of, from_left, from_right, leans_right, mend_brackets


def read(shown: str, order: object) -> str:
    assert callable(order)
    return "".join(order(list(shown), "".join(map(class_of, shown))))


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("تنرتنإلا", "الإنترنت"),
        ("2024 ماع", "عام 2024"),
        ("%1.5 ةبسن", "نسبة %1.5"),
        ("2026-2025 نيماعلا", "العامين 2026-2025"),
        ("ITU داحتالا", "الاتحاد ITU"),
        ("Internet Governance Forum ىدتنم", "منتدى Internet Governance Forum"),
        ("ةيلود WSIS+20 ةمق", "قمة WSIS+20 دولية"),
        ("٢٠٢٤ ماع", "عام ٢٠٢٤"),
        ("10:30 ةعاسلا", "الساعة 10:30"),
    ],
)
def test_a_line_that_runs_from_the_right(shown: str, said: str) -> None:
    assert read(shown, from_right) == said


def test_two_numbers_side_by_side_change_places() -> None:
    assert read("2025 2024 يماع", from_right) == "عامي 2024 2025"


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("The word تنرتنإلا means internet", "The word الإنترنت means internet"),
        ("see ةيلود ةمق, 2024", "see قمة دولية, 2024"),
        ("nothing to turn 123", "nothing to turn 123"),
    ],
)
def test_a_line_that_runs_from_the_left(shown: str, said: str) -> None:
    assert read(shown, from_left) == said


def test_which_way_a_text_leans() -> None:
    assert leans_right("الإنترنت ITU")
    assert not leans_right("Internet إن")
    assert not leans_right("2024")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (")الاتحاد(", "(الاتحاد)"),
        ("(الاتحاد)", "(الاتحاد)"),
        ("»الاتحاد«", "«الاتحاد»"),
        ("أ) البند", "أ) البند"),
    ],
)
def test_brackets_as_they_are_meant(written: str, meant: str) -> None:
    assert mend_brackets(written) == meant
