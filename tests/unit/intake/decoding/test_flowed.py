"""Paragraphs that were wrapped on the way (RFC 3676)."""

from __future__ import annotations

import pytest

from intake.decoding.flowed import unfold_flowed


@pytest.mark.parametrize(
    ("text", "delsp", "unfolded"),
    [
        ("one \ntwo", False, "one two"),
        ("one\ntwo", False, "one\ntwo"),
        ("one \n\ntwo", False, "one \ntwo"),
        ("> one \n> two", False, "> one two"),
        ("> one \ntwo", False, "> one \ntwo"),
        (">> one \n> two", False, ">> one \n> two"),
        (" From Geneva", False, "From Geneva"),
        ("text \n-- \nname", False, "text \n-- \nname"),
        ("-- \nname", False, "-- \nname"),
        ("性别 \n鸿沟", True, "性别鸿沟"),
        ("one  \ntwo", True, "one two"),
        ("", False, ""),
    ],
)
def test_flowed_lines_are_joined_as_rfc_3676_says(text: str, delsp: bool, unfolded: str) -> None:
    assert unfold_flowed(text, delsp=delsp) == unfolded


def test_a_flowed_paragraph_of_a_million_lines_is_unfolded() -> None:
    assert len(unfold_flowed("a \n" * 1_000_000, delsp=False)) == 2_000_000
