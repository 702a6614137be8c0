"""Finds telephone numbers in text: by their form, by a trunk or country prefix, or by the word before them.

One pass over runs of digits and separators, then a few questions on each run: no pattern can run away. Dates,
years, document numbers and large amounts are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_RUN = re.compile(r"(?:[+\uff0b][ \t]?)?\(?[+\uff0b]?\d[\d \t\u00a0\u202f().\u2010-\u2013/-]*")
_TRAILING = " \t\u00a0\u202f(./-\u2010\u2011\u2012\u2013"
_PLUS = ("+", "\uff0b")
_DIGIT = re.compile(r"\d")
_LABEL = re.compile(
    r"(?:tel|telephone|téléphone|teléfono|tél|phone|mobile|móvil|mob|cell|fax|télécopie|whatsapp|signal|"
    r"тел|телефон|моб|факс|هاتف|جوال|الهاتف|فاكس|محمول|电话|手机|传真|電話)"
    r"[^\S\n]{0,3}(?:n[o°º]|number|№)?[.:：)\]]{0,2}[^\S\n]{0,3}$",
    re.IGNORECASE,
)
_LABEL_REACH = 28
"""Characters before a number in which its label is looked for: the longest label and its punctuation."""
_DATE = re.compile(r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?!\d)")
_AREA = re.compile(r"[+\d]{0,4}[ \u00a0-]?\(\d{2,5}\)[ \u00a0-]?\d{2,4}[ \u00a0.-]?\d{2,4}")
_NORTH_AMERICAN = re.compile(r"(?:1[ .-])?\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}$")
_CHINESE_MOBILE = re.compile(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}$")
_DECIMAL = re.compile(r"0[.]\d+$")

MIN_DIGITS, MIN_TRUNK_DIGITS, MAX_DIGITS = 6, 9, 17
"""A subscriber's number; one with its trunk 0; the most ITU-T E.164 allows (15) and a prefix 00."""
MIN_COUNTRY_DIGITS = 7
"""With a +: the shortest in use, such as +290 and four digits."""


def find_telephones(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each telephone number, in order, never overlapping."""
    for run in _RUN.finditer(text):
        begin = run.start()
        number = run[0].rstrip(_TRAILING)
        if number.count("(") < number.count(")"):
            number = number[: number.rindex(")")].rstrip(_TRAILING)
        if text[begin + len(number) : begin + len(number) + 1] in _PLUS:
            number += "+"  # From right to left the sign is often typed last.
        if _joined(text, begin, begin + len(number)):
            continue
        label = _LABEL.search(text, max(0, begin - _LABEL_REACH), begin) is not None
        if _is_telephone(number, labelled=label):
            yield begin, begin + len(number)


def _joined(text: str, begin: int, end: int) -> bool:
    """Part of a longer word: a reference, a hash, a document number, a path."""
    before, after = text[begin - 1 : begin], text[end : end + 1]
    return (before.isascii() and (before.isalnum() or before in tuple("/=#_-&"))) or (
        after.isascii() and (after.isalpha() or after == "_")
    )


def _is_telephone(number: str, *, labelled: bool) -> bool:
    digits = len(_DIGIT.findall(number))
    if number[0] in _PLUS or number[-1] in _PLUS or number[:2] in ("(+", "(\uff0b"):
        return digits >= MIN_COUNTRY_DIGITS
    if digits > MAX_DIGITS or digits < MIN_DIGITS:
        return False
    if labelled:
        return True
    if _DATE.match(number) or _DECIMAL.match(number):
        return False
    trunk = number.lstrip("(")[0] in "0\u0660\u06f0"
    shaped = _AREA.match(number) or _NORTH_AMERICAN.match(number) or _CHINESE_MOBILE.match(number)
    return digits >= MIN_TRUNK_DIGITS and (trunk or shaped is not None)
