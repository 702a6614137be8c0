"""Numbers in the styles of lists."""

from __future__ import annotations

import pytest

from intake.decoding.documents.numerals import SERIES, write_custom, write_letters, write_number


@pytest.mark.parametrize(
    ("number", "style", "shown"),
    [
        (1999, "lowerRoman", "mcmxcix"), (0, "lowerRoman", "0"), (40_000, "upperRoman", "40000"), (703, "lowerLetter", "703"),
        (520, "upperLetter", "Z" * 20), (521, "upperLetter", "521"), (11, "ordinal", "11th"), (112, "ordinal", "112th"), (23, "ordinal", "23rd"),
        (100, "cardinalText", "100"), (30, "ordinalText", "Thirtieth"), (22, "ordinalText", "Twenty-second"), (255, "hex", "FF"),
        (120, "chineseCounting", "一二〇"), (1001, "chineseCountingThousand", "一千零一"), (10_001, "chineseCountingThousand", "一万零一"),
        (110, "chineseCountingThousand", "一百一十"), (15, "japaneseCounting", "十五"), (111, "japaneseCounting", "百十一"), (12, "koreanCounting", "십이"),
        (21, "koreanLegal", "스물하나"), (11, "chineseLegalSimplified", "壹拾壹"), (13, "ideographZodiac", "13"), (21, "decimalEnclosedCircle", "21"),
        (115, "hebrew1", "קטו"), (1000, "hebrew1", "1000"), (3, "none", ""), (3, "no such style", "3"), (-2, "lowerLetter", "-2"), (10, "decimalZero", "10"),
    ],
)  # fmt: skip
def test_numbers(number, style, shown):
    assert write_number(number, style) == shown


@pytest.mark.parametrize(
    ("number", "pattern", "shown"),
    [
        (7, "001, 002, 003, ...", "007"),
        (1234, "001, 002", "1234"),
        (12, "٠١, ٠٢", "١٢"),
        (3, "١, ٢", "٣"),
        (3, "", "3"),
        (3, "x, y", "3"),
    ],
)
def test_formats_that_spell_their_beginning(number, pattern, shown):
    assert write_custom(number, pattern) == shown


def test_letters_of_opendocument():
    assert [write_letters(number, capital=True) for number in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_series_are_told_apart_by_how_they_begin():
    assert SERIES["أ", "ب", "ت"] == "arabicAlpha"
    assert SERIES["أ", "ب", "ج"] == "arabicAbjad"
    assert SERIES["一", "二", "三"] == "chineseCountingThousand"
    assert SERIES["א", "י", "ק"] == "hebrew1"
