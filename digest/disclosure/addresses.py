"""Finds e-mail addresses in text, in time proportional to its length whatever it holds.

From each sign that can stand for @ it looks left and right; the looks of two signs never overlap, so no
character is read more than a few times. Wide rather than narrow: what is cut in vain is still in the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HIDDEN = "\u00ad\u200b-\u200f\u2060\u202a-\u202e\u2066-\u2069"
"""Characters without width: a reader sees the address, so must we."""
_UNSPACED = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Ideographs, kana and Hangul: written on without a space, so they may touch an address."""
_LOCAL = r"\w.!#$%&'*+/=?^`{|}~\-"
_AT = re.compile(
    r"@|\uff20|\ufe6b|%40|&#0{0,4}64;|&#x0{0,4}40;|&commat;"
    r"|[ \t]{0,3}[\[({<][ \t]{0,3}(?:at|arroba|arobase|chez)[ \t]{0,3}[\])}>][ \t]{0,3}",
    re.IGNORECASE,
)
_ENCODED = re.compile("%40")
_WORD_LEFT = re.compile(f"[{_LOCAL}{_HIDDEN}]")
_IDEOGRAPH = re.compile(f"[{_UNSPACED}]")
_DOMAIN = re.compile(rf"\[[0-9A-Za-z:.]{{1,64}}\]|(?:[^\W{_UNSPACED}]|[-.{_HIDDEN}])+|(?:\w|[-.{_HIDDEN}])+")
_SPACED_DOMAIN = re.compile(r"[ \t\n]{0,2}(?:(?:[^\W_]|-){1,63}(?:\.(?:[^\W_]|-){1,63}){0,8}\.[^\W\d_]{2,24})(?!\w)")
_DOT = re.compile(
    r"[ \t]{0,3}[\[({<][ \t]{0,3}(?:dot|punto|point)[ \t]{0,3}[\])}>][ \t]{0,3}[\w-]{1,63}", re.IGNORECASE
)
_MAX_GAP = 2
"""Blanks before a sign that stands apart."""
_QUOTED_REACH = 66
"""A quoted local part: 64 octets (RFC 5321, 4.5.3.1.1) and its two quotation marks."""


def find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each e-mail address, in order, never overlapping."""
    free = reached = beginning = 0
    for at in _AT.finditer(text):
        if at.start() < free:
            continue
        floor = max(free, reached)
        begin, end = _left(text, at.start(), floor), _right(text, at.end())
        if begin == floor == reached and _ENCODED.match(text, reached - 3, reached):
            begin = beginning  # An encoded sign can itself be read as a local part: go on from before it.
        reached, beginning = at.end(), begin
        if begin == at.start() or end == at.end():
            begin, end = _spaced(text, at.start(), at.end(), floor)
        if begin < at.start() < at.end() < end:
            while (more := _AT.match(text, end)) and (further := _right(text, more.end())) > more.end():
                end = further  # a@b@c.example is no address, but half of it is one.
            yield begin, end
            free = end


def _left(text: str, at: int, floor: int) -> int:
    """Where the local part before ``at`` begins; ``at`` itself where there is none."""
    if at > floor and text[at - 1] == '"':
        opening = text.rfind('"', max(floor, at - _QUOTED_REACH), at - 1)
        return opening if opening >= 0 and "\n" not in text[opening:at] else at
    position = at
    ideographs = at > floor and bool(_IDEOGRAPH.match(text[at - 1]))
    while position > floor and _WORD_LEFT.match(text[position - 1]):
        if not ideographs and _IDEOGRAPH.match(text[position - 1]):
            break
        position -= 1
    return position


def _right(text: str, after: int) -> int:
    """Where the domain after the sign ends, the full stop of a sentence left out."""
    domain = _DOMAIN.match(text, after)
    if domain is None:
        return after
    end = domain.end()
    while end > after and text[end - 1] in ".-":
        end -= 1
    if end > after:
        while dot := _DOT.match(text, end):
            end = dot.end()
    return end


def _spaced(text: str, at: int, after: int, floor: int) -> tuple[int, int]:
    """``name @ example.org``: only before what is plainly a domain, for @ is also said of prices."""
    domain = _SPACED_DOMAIN.match(text, after)
    if domain is None:
        return at, at
    gap = at
    while gap > floor and at - gap < _MAX_GAP and text[gap - 1] in " \t":
        gap -= 1
    return _left(text, gap, floor), domain.end()
