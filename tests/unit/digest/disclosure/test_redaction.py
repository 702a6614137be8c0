from __future__ import annotations

import pytest

from digest.disclosure.redaction import ADDRESS_WITHHELD, TELEPHONE_WITHHELD, redact


def shorten(text: str) -> str:
    return text.replace(ADDRESS_WITHHELD, "[E]").replace(TELEPHONE_WITHHELD, "[T]")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("write to jane.doe@example.org.", "write to [E]."),
        ("Jane <jane@example.org>", "Jane <[E]>"),
        ("jörg.m@bücher.example", "[E]"),
        ("иван@почта.рф", "[E]"),
        ("请联系我们info@example.org谢谢", "请联系我们[E]谢谢"),
        ("info@example.org로 오세요", "[E]로 오세요"),
        ("jane (at) example (dot) org", "[E]"),
        ("jane @ example.org", "[E]"),
        ("jane@\nexample.org", "[E]"),
        ('"jane doe"@example.org', "[E]"),
        ("jane@[192.0.2.1]", "[E]"),
        ("mailto:jane%40example.org", "mailto:[E]"),
        ("ja\u200bne@\u200bexample.org", "[E]"),
        ("a@b@c.example", "[E]"),
        ("jane%40@example.org", "[E]"),
        ("jane%40%40example.org", "[E]"),
        ("2 kg @ 3.50", "2 kg @ 3.50"),
        ("follow @itu", "follow @itu"),
    ],
)
def test_addresses_are_cut(text: str, printed: str) -> None:
    assert shorten(redact(text).text) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("+41 22 730 51 11", "[T]"),
        ("(see +41 22 730 5111)", "(see [T])"),
        ("+41 (0)22 730 5111", "[T]"),
        ("0041227305111", "[T]"),
        ("(022) 730 51 11", "[T]"),
        ("06 12 34 56 78", "[T]"),
        ("202-555-0143", "[T]"),
        ("8 (495) 123-45-67", "[T]"),
        ("电话：13812345678", "电话：[T]"),
        ("هاتف: ٠١١٤٦٤١٢٣٤", "هاتف: [T]"),
        ("0114641234 966+", "[T]"),
        ("Tel. 730511", "Tel. [T]"),
    ],
)
def test_telephone_numbers_are_cut(text: str, printed: str) -> None:
    assert shorten(redact(text).text) == printed


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30 09:12",
        "01.02.2026 09:30",
        "from 2010-2014",
        "CWGI-2026-000017-K",
        "A/RES/67/195",
        "12 345 678 people",
        "0.123456789",
        "ISBN 978-3-16-148410-0",
        "192.168.100.200",
        "Resolution 1336 (2019)",
    ],
)
def test_other_numbers_are_left(text: str) -> None:
    assert redact(text).text == text


def test_cuts_are_counted() -> None:
    found = redact("a@example.org, b@example.org, +41 22 730 51 11")
    assert (found.addresses, found.telephones) == (2, 1)
