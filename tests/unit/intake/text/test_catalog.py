"""Our letters in six languages: nothing untranslated, nothing fuzzy, every placeholder in its place."""

from __future__ import annotations

import re
from importlib.resources import files
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from intake.text.catalog import spoken, translations
from intake.vocabulary.consultation import UN_LANGUAGES

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
LOCALE = files("intake.text").joinpath("locale")


def catalog(language: str) -> Catalog:
    return read_po(BytesIO(LOCALE.joinpath(language, "LC_MESSAGES", "intake.po").read_bytes()), locale=language)


TEMPLATE = read_po(BytesIO(LOCALE.joinpath("intake.pot").read_bytes()))
MSGIDS = [str(message.id) for message in TEMPLATE if message.id]


def asked_for() -> set[str]:
    """Every sentence of the template of the letter, and the subject."""
    template = files("intake.receipt").joinpath("templates", "receipt.txt.j2").read_text(encoding="utf-8")
    return {*re.findall(r'_\("([^"]+)"', template), "Received: %(reference)s - %(title)s"}


def test_the_template_of_translations_holds_what_the_letter_asks_for() -> None:
    assert set(MSGIDS) == asked_for()


@pytest.mark.parametrize("language", UN_LANGUAGES)
def test_every_sentence_is_there_and_none_is_fuzzy(language: str) -> None:
    messages = {str(message.id): message for message in catalog(language) if message.id}
    assert set(messages) == set(MSGIDS)
    assert [msgid for msgid, message in messages.items() if message.fuzzy or not str(message.string).strip()] == []


@pytest.mark.parametrize("language", UN_LANGUAGES)
@pytest.mark.parametrize("msgid", MSGIDS)
def test_a_translation_has_the_placeholders_of_its_original(language: str, msgid: str) -> None:
    said = translations(language).gettext(msgid)
    assert sorted(PLACEHOLDER.findall(said)) == sorted(PLACEHOLDER.findall(msgid))
    names = dict.fromkeys(PLACEHOLDER.findall(msgid), "x")
    assert "%" not in (said % names if names else said)


@pytest.mark.parametrize("language", [language for language in UN_LANGUAGES if language != "en"])
def test_a_translation_is_not_the_english_sentence(language: str) -> None:
    assert [msgid for msgid in MSGIDS if translations(language).gettext(msgid) == msgid] == []


@pytest.mark.parametrize(
    ("language", "answered"),
    [*((one, one) for one in UN_LANGUAGES), ("de", "en"), ("pt", "en"), (None, "en"), ("", "en"), ("FR", "en")],
)
def test_we_answer_in_the_senders_language_where_it_is_one_of_the_six(language: str | None, answered: str) -> None:
    assert spoken(language) == answered


def test_a_language_that_we_do_not_speak_has_no_catalog() -> None:
    with pytest.raises(FileNotFoundError):
        translations("de")
