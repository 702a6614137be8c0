from __future__ import annotations

import pytest

from intake.decoding.documents.arabic import joins_on, mend_articles, part_words


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("برنامجاًلإلحاق", "برنامجاً لإلحاق"),
        ("برنامجًالإلحاق", "برنامجًا لإلحاق"),
        ("الإدارةُفريق", "الإدارةُ فريق"),
        ("الإدار ة", "الإدارة"),
        ("شكراً، وبعد", "شكراً، وبعد"),
        ("سياسة دولية", "سياسة دولية"),
        ("Internet", "Internet"),
    ],
)
def test_where_spelling_parts_words(written: str, meant: str) -> None:
    assert part_words(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("اإلدارة", "الإدارة"),
        ("باألسماء", "بالأسماء"),
        ("ال يجوز", "لا يجوز"),
        ("وال سيما", "ولا سيما"),
        ("الاستشارة", "الاستشارة"),
        ("المال", "المال"),
    ],
)
def test_lam_and_alef_at_the_beginning_of_a_word(written: str, meant: str) -> None:
    assert mend_articles(written) == meant


def test_which_letters_join_the_next() -> None:
    assert all(map(joins_on, "بتجسعقكلمنهي"))
    assert not any(map(joins_on, "اأدذرزوةىءA٣"))
