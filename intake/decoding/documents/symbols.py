"""Signs of the symbol fonts (Symbol, Wingdings), which files keep as private characters, as Unicode."""

from __future__ import annotations

BULLET = "•"

_GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_SYMBOL = {0x41 + at: letter for at, letter in enumerate(_GREEK)}
_SYMBOL |= {0x61 + at: letter for at, letter in enumerate("αβχδεφγηιϕκλμνοπθρστυϖωξψζ")}
_SYMBOL |= {
    0xA3: "≤",
    0xA5: "∞",
    0xAB: "↔",
    0xAC: "←",
    0xAD: "↑",
    0xAE: "→",
    0xAF: "↓",
    0xB0: "°",
    0xB1: "±",
    0xB3: "≥",
}
_SYMBOL |= {
    0xB4: "×",
    0xB7: BULLET,
    0xB8: "÷",
    0xB9: "≠",
    0xBA: "≡",
    0xBB: "≈",
    0xBC: "…",
    0xD2: "®",
    0xD3: "©",
    0xD4: "™",
}
_SYMBOL |= {0xD7: "⋅", 0xDB: "⇔", 0xDE: "⇒", 0xE5: "∑", 0xF2: "∫", 0x2D: "−"}
_WINGDINGS = {0x22: "✂", 0x28: "☎", 0x2A: "✉", 0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x70: "☐", 0x71: "❑", 0x72: "❒"}
_WINGDINGS |= {
    0x74: "⧫",
    0x75: "◆",
    0x76: "❖",
    0x78: "☒",
    0x9E: "·",
    0x9F: BULLET,
    0xA0: "▪",
    0xA1: "○",
    0xA7: "▪",
    0xA8: "☐",
}
_WINGDINGS |= {
    0xAB: "★",
    0xD8: "➢",
    0xE0: "→",
    0xDF: "←",
    0xE8: "➔",
    0xF0: "⇨",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}
_WINGDINGS_2 = {
    0x4F: "✗",
    0x50: "✓",
    0x51: "☒",
    0x52: "☑",
    0x53: "☒",
    0x54: "☒",
    0x97: BULLET,
    0x98: "●",
    0xA2: "■",
    0xA3: "☐",
}
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "webdings": {0x61: "✓", 0x63: "☐", 0x72: "✗"},
}

_PRIVATE = range(0xF000, 0xF100)
"""Where symbol fonts keep their 256 signs."""
_LAST_BEFORE_HALVES = 0xD7FF
"""Behind it are half characters and private ones."""
_BLANK = 0x20
_UNKNOWN = "\ufffd"


def read_symbol(code: int, font: str) -> str:
    """One sign of a symbol font; U+FFFD where it means nothing to us, the character itself in any other font."""
    signs = _FONTS.get(font.strip().lower())
    if signs is None:
        return chr(code) if 0 < code <= _LAST_BEFORE_HALVES else _UNKNOWN
    return signs.get(code & 0xFF, _UNKNOWN if code & 0xFF > _BLANK else " ")


def read_bullet(text: str, font: str) -> str:
    """What stands before an item: the sign that is shown, a dot where it is a picture or a sign unknown to us."""
    known = font.strip().lower() in _FONTS
    shown = "".join(read_symbol(ord(one), font or "symbol") if known or ord(one) in _PRIVATE else one for one in text)
    if shown == "o" and font.lower().startswith("courier"):
        return "◦"
    return shown.replace(_UNKNOWN, BULLET).strip()
