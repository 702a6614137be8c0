"""The numbers of HTML lists as a reader sees them: an answer is often numbered only so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

MAX_ROMAN = 3999
"""Beyond it, Roman numerals need signs of their own."""
MAX_DIGITS = 9
"""Of a number that a list begins with."""

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HAN = "〇一二三四五六七八九"


def _alphabetic(alphabet: str) -> Callable[[int], str]:
    def write(number: int) -> str:
        letters = ""
        while number > 0:
            number, left = divmod(number - 1, len(alphabet))
            letters = alphabet[left] + letters
        return letters

    return write


def _roman(number: int) -> str:
    if number > MAX_ROMAN:
        return str(number)
    letters = ""
    for value, sign in _ROMAN:
        while number >= value:
            letters, number = letters + sign, number - value
    return letters


def _digits(zero: str) -> Callable[[int], str]:
    table = {ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)}
    return lambda number: str(number).translate(table)


def _han(number: int) -> str:
    if number >= 100:  # noqa: PLR2004 - beyond 99 digit by digit, as in years.
        return "".join(_HAN[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _HAN[tens] + "十") + (_HAN[ones] if ones else "")


_LATIN = _alphabetic("abcdefghijklmnopqrstuvwxyz")
_ABJAD = _alphabetic("أبجدهوزحطيكلمنسعفصقرشتثخذضظغ")
_CYRILLIC = _alphabetic("абвгдежзиклмнопрстуфхцчшщэюя")

_WAYS: Mapping[str, Callable[[int], str]] = {
    "a": _LATIN, "lower-alpha": _LATIN, "lower-latin": _LATIN,
    "A": lambda number: _LATIN(number).upper(), "upper-alpha": lambda number: _LATIN(number).upper(),
    "upper-latin": lambda number: _LATIN(number).upper(),
    "i": _roman, "lower-roman": _roman,
    "I": lambda number: _roman(number).upper(), "upper-roman": lambda number: _roman(number).upper(),
    "decimal-leading-zero": lambda number: f"{number:02}",
    "arabic-indic": _digits("٠"), "persian": _digits("۰"), "urdu": _digits("۰"), "devanagari": _digits("०"),
    "bengali": _digits("০"), "arabic-abjad": _ABJAD, "abjad": _ABJAD, "lower-cyrillic": _CYRILLIC,
    "cjk-ideographic": _han, "cjk-decimal": _han, "simp-chinese-informal": _han, "trad-chinese-informal": _han,
    "simp-chinese-formal": _han, "trad-chinese-formal": _han,
    "cjk-earthly-branch": _alphabetic("子丑寅卯辰巳午未申酉戌亥"),
    "cjk-heavenly-stem": _alphabetic("甲乙丙丁戊己庚辛壬癸"),
}  # fmt: skip
_BULLETS = frozenset({"disc", "circle", "square"})


def write_number(number: int, way: str) -> str:
    """A list item's number with what follows it; '' where the list shows none.

    ``way`` is the type attribute or the list-style-type (CSS Counter Styles 3, 6, 7); one that is not known counts in
    decimals.
    """
    if way == "none":
        return ""
    if way in _BULLETS:
        return "* "
    write = _WAYS.get(way)
    written = write(number) if write and number > 0 else str(number)
    return f"{written}、" if write is _han else f"{written}. "


def read_number(value: str, otherwise: int) -> int:
    """Of a start or value attribute."""
    digits = value.strip()
    unsigned = digits.removeprefix("-")
    is_number = unsigned.isascii() and unsigned.isdigit() and len(unsigned) <= MAX_DIGITS
    return int(digits) if is_number else otherwise
