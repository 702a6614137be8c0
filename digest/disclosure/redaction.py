"""Cuts what identifies a person from text, visibly, and counts what was cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from digest.disclosure.addresses import find_addresses
from digest.disclosure.telephones import find_telephones

ADDRESS_WITHHELD = "[e-mail address withheld]"
TELEPHONE_WITHHELD = "[telephone number withheld]"

Finder = Callable[[str], Iterator[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with its cuts, and how many of each kind."""

    text: str
    addresses: int = 0
    telephones: int = 0


def redact(text: str) -> Redacted:
    """Cut e-mail addresses and telephone numbers.

    The text must have gone through ``printable.strip_controls``: a NUL within an address would hide it.
    """
    text, addresses = _cut(text, find_addresses, ADDRESS_WITHHELD)
    # Last: no replacement contains a digit, so none can become part of a number.
    text, telephones = _cut(text, find_telephones, TELEPHONE_WITHHELD)
    return Redacted(text, addresses, telephones)


def _cut(text: str, find: Finder, replacement: str) -> tuple[str, int]:
    kept: list[str] = []
    done = count = 0
    for begin, end in find(text):
        kept += text[done:begin], replacement
        done, count = end, count + 1
    return "".join(kept) + text[done:], count
