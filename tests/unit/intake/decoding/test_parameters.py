"""Parameters as programs write them."""

from __future__ import annotations

import pytest

from intake.decoding.parameters import MAX_SECTIONS, Parameter, first_word, parse_parameters


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("Text/Plain; charset=x", "text/plain"),
        ("  inline", "inline"),
        ('"base64"', "base64"),
        ("base64 (really)", "base64"),
        ("text/plain>", "text/plain"),
        ("", ""),
        (";", ""),
    ],
)
def test_the_first_word(value: str, word: str) -> None:
    assert first_word(value) == word


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("text/plain; charset=utf-8", {"charset": Parameter("utf-8")}),
        ('a/b;NAME="x; y"; z=1', {"name": Parameter("x; y"), "z": Parameter("1")}),
        ("a/b; name=annual report.pdf; x=y", {"name": Parameter("annual report.pdf"), "x": Parameter("y")}),
        (r'a/b; name="a\"b\\c\d"', {"name": Parameter(r'a"b\c\d')}),
        ('a/b; name="never ended; x=y', {"name": Parameter("never ended; x=y")}),
        ('a/b; name="a" boundary="b"', {"name": Parameter("a"), "boundary": Parameter("b")}),
        ("a/b boundary=b", {"boundary": Parameter("b")}),
        ("charset=utf-8", {"charset": Parameter("utf-8")}),
        ("a/b; x=1; x=2", {"x": Parameter("1")}),
        ("a/b; junk; x = 1 ;; y=2", {"x": Parameter("1"), "y": Parameter("2")}),
        ("a/b; x*=utf-8'fr'%C3%A9t%C3%A9", {"x": Parameter("\udcc3\udca9t\udcc3\udca9", "utf-8")}),
        ("a/b; x*=%41", {"x": Parameter("A", "")}),
        ("a/b; x*0*=utf-8''%41; x*1=%42; x*2*=%43", {"x": Parameter("A%42C", "utf-8")}),
        ("a/b; x*1=b; x*0=a", {"x": Parameter("ab")}),
        ("a/b; x*2=c; x*0=a", {"x": Parameter("ac")}),
        ("a/b; x=plain; x*=utf-8''better", {"x": Parameter("better", "utf-8")}),
        ("a/b; x*=utf-8''a; x*0=b", {"x": Parameter("a", "utf-8")}),
        ("a/b; x*9999=a; x*a=b; *=c; x**=d", {}),
        ("a/b", {}),
        ("", {}),
    ],
)
def test_parameters(value: str, found: dict[str, Parameter]) -> None:
    assert parse_parameters(value) == found


def test_a_value_is_put_together_of_no_more_sections_than_the_limit() -> None:
    value = "a/b" + "".join(f"; x*{n % 1000}=y" for n in range(MAX_SECTIONS * 2))
    assert len(parse_parameters(value)["x"].raw) == MAX_SECTIONS
