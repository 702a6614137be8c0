from __future__ import annotations

import pytest

from digest.disclosure.printable import balance, one_line, strip_controls


def test_controls_go_and_line_ends_are_one() -> None:
    assert strip_controls("a\x00b\x1b[31m\r\nc\rd\u2028e\tf\ud800") == "ab[31m\nc\nd\ne\tf\ufffd"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a \u202bb", "a \u202bb\u202c"),
        ("a \u2067b\nc", "a \u2067b\u2069\nc"),
        ("a\u2069\u202cb", "ab"),
        ("\u202eevil\u202c", "evil"),
        ("\u2067a\u202bb\u202cc\u2069", "\u2067a\u202bb\u202cc\u2069"),
    ],
)
def test_each_line_closes_what_it_opens(text: str, printed: str) -> None:
    assert balance(text) == printed


def test_a_thousand_openings_are_not_kept() -> None:
    assert len(balance("\u2067" * 1000)) < 200


def test_a_name_stands_on_one_line() -> None:
    assert one_line(" Jane\r\n\tDoe ") == "Jane Doe"
