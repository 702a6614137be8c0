"""What people hold to be the same folds to one form; what they do not stays apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.text.folding import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Genève", "GENEVE"),
        ("re\u0301ponse", "réponse"),
        ("Straße", "STRASSE"),
        ("ﬁle", "file"),
        ("ＯＴＴ", "ott"),
        ("Ёлка", "елка"),
        ("йод", "иод"),
        ("أسئلة", "اسئله"),
        ("إلى", "الي"),
        ("مُشـاورة", "مشاوره"),
        ("the “matter”", 'the "matter"'),
        ("l’Internet", "l'internet"),
        ("«oui»", '"oui"'),
        ("over‐the–top", "over-the-top"),
        ("  a \t\r\n b\u00a0c\u3000d ", "a b c d"),
        ("gen\u00adder", "gender"),
        ("\u202egender\u202c\u200b\ufeff", "gender"),
    ],
)
def test_spellings_of_the_same_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ott", "oтt"), ("a b", "ab"), ("业务", "服务"), ("a-b", "ab"), ("1", "2"), ("сад", "cad")]
)
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(max_size=100))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
