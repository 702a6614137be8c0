"""Signs of symbol fonts."""

from __future__ import annotations

import pytest

from intake.decoding.documents.symbols import read_bullet, read_symbol


@pytest.mark.parametrize(
    ("code", "font", "sign"),
    [
        (0xF0FE, "Wingdings", "☑"), (0xFE, "wingdings", "☑"), (0xF061, "Symbol", "α"), (0xF052, "Wingdings 2", "☑"), (0x20, "Wingdings", " "),
        (0xF0B7, "Arial", "\ufffd"), (0x263A, "Segoe UI Symbol", "☺"), (0xF001, "Wingdings", " "), (0xF0C0, "Wingdings", "\ufffd"), (0, "Arial", "\ufffd"),
    ],
)  # fmt: skip
def test_signs(code, font, sign):
    assert read_symbol(code, font) == sign


@pytest.mark.parametrize(
    ("text", "font", "sign"),
    [("\uf0b7", "Symbol", "•"), ("\uf0b7", "", "•"), ("\uf0a7", "Wingdings", "▪"), ("o", "Courier New", "◦"), ("o", "Arial", "o"), ("-", "", "-"), ("\uf0c0", "Wingdings", "•")],
)  # fmt: skip
def test_bullets(text, font, sign):
    assert read_bullet(text, font) == sign
