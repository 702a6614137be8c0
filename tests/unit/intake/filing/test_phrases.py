"""The turns of phrase are data: complete in six languages, folded, and free of what any letter says."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from importlib.resources import files

import pytest

from intake.filing.phrases import Phrases, contains_any, phrases, starts_with_any
from intake.text.folding import fold
from intake.vocabulary.consultation import UN_LANGUAGES

KEYS = [field.name for field in fields(Phrases)]


def table(language: str) -> dict[str, list[str]]:
    return tomllib.loads(files("intake.filing").joinpath("languages", f"{language}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", UN_LANGUAGES)
def test_each_language_has_every_list_and_nothing_else(language: str) -> None:
    assert set(table(language)) == set(KEYS)
    assert all(table(language)[key] for key in KEYS)


@pytest.mark.parametrize("language", UN_LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_each_phrase_is_gathered_in_its_folded_form(language: str, key: str) -> None:
    assert {fold(phrase) for phrase in table(language)[key]} <= set(getattr(phrases(), key))


@pytest.mark.parametrize("key", KEYS)
def test_no_phrase_is_so_short_that_any_letter_holds_it(key: str) -> None:
    short = [phrase for phrase in getattr(phrases(), key) if len(phrase) < (6 if phrase.isascii() else 2)]
    assert short == []


@pytest.mark.parametrize("key", KEYS)
def test_no_phrase_stands_twice(key: str) -> None:
    gathered = getattr(phrases(), key)
    assert len(gathered) == len(set(gathered))


@pytest.mark.parametrize(
    ("folded", "found"),
    [
        ("auto reply: x", "auto reply"),
        ("auto reply", "auto reply"),
        ("auto replying", None),
        ("my auto reply", None),
        ("автоответчик", "автоответ"),
        ("自动回复意见", "自动回复"),
        ("undeliverable:x", "undeliverable:"),
        ("", None),
    ],
)
def test_a_latin_beginning_ends_with_its_word(folded: str, found: str | None) -> None:
    assert starts_with_any(folded, ("auto reply", "автоответ", "自动回复", "undeliverable:")) == found


@pytest.mark.parametrize(
    ("folded", "found"), [("we send a corrected version now", "corrected version"), ("corrected", None)]
)
def test_a_phrase_may_stand_anywhere(folded: str, found: str | None) -> None:
    assert contains_any(folded, ("corrected version",)) == found
