"""Turns of phrase by which people and programs say what a message is: data, one file a language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from intake.text.folding import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """All languages together, folded: a message may answer in another language than it is set in."""

    automatic_subjects: tuple[str, ...]
    automatic_bodies: tuple[str, ...]
    bounce_subjects: tuple[str, ...]
    correction: tuple[str, ...]
    supplement: tuple[str, ...]
    anonymity: tuple[str, ...]


@cache
def phrases() -> Phrases:
    """Read once from ``languages/*.toml``."""
    tables = [
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(files("intake.filing").joinpath("languages").iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    ]

    def gather(key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fold(phrase) for table in tables for phrase in table[key]))

    return Phrases(
        automatic_subjects=gather("automatic_subjects"),
        automatic_bodies=gather("automatic_bodies"),
        bounce_subjects=gather("bounce_subjects"),
        correction=gather("correction"),
        supplement=gather("supplement"),
        anonymity=gather("anonymity"),
    )


def starts_with_any(folded: str, beginnings: tuple[str, ...]) -> str | None:
    """The phrase with which the folded text begins, or None; a Latin phrase must end with its word."""

    def begins(phrase: str) -> bool:
        follows = folded[len(phrase) : len(phrase) + 1]
        return folded.startswith(phrase) and not (phrase[-1].isascii() and phrase[-1].isalnum() and follows.isalnum())

    if not folded.startswith(beginnings):  # Nearly always; and a hundred times quicker than one by one.
        return None
    return next((phrase for phrase in beginnings if begins(phrase)), None)


def contains_any(folded: str, wanted: tuple[str, ...]) -> str | None:
    """The phrase that stands somewhere in the folded text, or None."""
    words = set(folded.split(" "))
    return next((phrase for phrase in wanted if _inside(phrase) <= words and phrase in folded), None)


@cache
def _inside(phrase: str) -> frozenset[str]:
    """The words of a phrase between its first and its last, which a text that holds the phrase has as whole words."""
    return frozenset(phrase.split(" ")[1:-1])
