"""Words by which mail programs and writers set apart what is quoted, signed or added: data, one file a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from intake.text.folding import fold

LABELS = ("from", "sent", "to", "cc", "subject", "other")
"""Kinds of lines in the header block above an earlier message, by their names in the files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """All languages together, folded: a program speaks another language than its owner writes."""

    labels: Mapping[str, frozenset[str]]
    """Kinds of LABELS by label; one label may be of several kinds."""
    wrote: re.Pattern[str]
    original: tuple[str, ...]
    forwarded: tuple[str, ...]
    forward_subjects: frozenset[str]
    closings: frozenset[str]
    closing_sentences: tuple[str, ...]
    disclaimers: tuple[str, ...]
    banners: tuple[str, ...]
    devices: tuple[str, ...]
    postscripts: frozenset[str]
    numbered: re.Pattern[str]


@cache
def wording() -> Wording:
    """Read once from ``languages/*.toml``."""
    tables = [
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(files("intake.decoding").joinpath("languages").iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    ]

    def gather(key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fold(phrase) for table in tables for phrase in table[key]))

    labels: dict[str, set[str]] = {}
    for kind in LABELS:
        for label in gather(kind):
            labels.setdefault(label, set()).add(kind)
    return Wording(
        labels={label: frozenset(kinds) for label, kinds in labels.items()},
        wrote=_one_of(gather("wrote")),
        original=gather("original"),
        forwarded=gather("forwarded"),
        forward_subjects=frozenset(gather("forward_subjects")),
        closings=frozenset(gather("closings")),
        closing_sentences=gather("closing_sentences"),
        disclaimers=gather("disclaimers"),
        banners=gather("banners"),
        devices=gather("devices"),
        postscripts=frozenset(one.rstrip(".") for one in gather("postscripts")),
        numbered=_numbered(gather("numbered")),
    )


def _one_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Any of them as whole words; Chinese has no space between words."""
    longest_first = sorted(phrases, key=len, reverse=True)
    wide = "|".join(re.escape(one) for one in longest_first if not one[0].isascii() and "\u3000" < one[0] < "\ua000")
    narrow = "|".join(re.escape(one) for one in longest_first if one[0].isascii() or not "\u3000" < one[0] < "\ua000")
    return re.compile(rf"(?<!\w)(?:{narrow})(?!\w)|{wide}")


def _numbered(words: tuple[str, ...]) -> re.Pattern[str]:
    """One of them at the beginning of a line, before a number or alone."""
    one = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?:{one})(?:\W{{0,3}}(?:no?\W{{0,2}})?(?:\d|[一二三四五六七八九十])|\W{{0,3}}$)")
