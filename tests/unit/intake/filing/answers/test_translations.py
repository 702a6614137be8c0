"""A text and its translation are one response, and the original is what counts."""

from __future__ import annotations

import pytest
from factories import letter, message

from intake.filing.answering.translations import is_translation
from intake.filing.answers import find_answers
from intake.settings import read_settings
from intake.vocabulary.document import Block, BlockKind, Document
from intake.vocabulary.mail import Attachment

OTT = next(one for one in read_settings().consultations if one.slug == "ott")
FRENCH = "Question 1\nNos auditeurs nous envoient des messages vocaux au lieu de nous téléphoner.\n"
ENGLISH = "Question 1\nOur listeners send us voice messages instead of calling us on the telephone.\n"


def given(text: str, **files: str) -> dict[str, str]:
    attachments = tuple(
        Attachment(name=f"{name}.txt", declared_type="text/plain", octets=b"x", sha256=f"{number:064d}")
        for number, name in enumerate(files)
    )
    documents = {
        one.sha256: Document(blocks=tuple(Block(BlockKind.PARAGRAPH, line) for line in content.splitlines()))
        for one, content in zip(attachments, files.values(), strict=True)
    }
    found = find_answers(message(letter(""), text=text, spans=(), attachments=attachments), documents, (OTT,))
    return {one.question: one.text for one in found.given}


@pytest.mark.parametrize(
    "heading",
    [
        "Courtesy translation",
        "*** Traduction de courtoisie ***",
        "-- Traducción no oficial --",
        "Неофициальный перевод",
        "参考译文",
        "ترجمة غير رسمية",
    ],
)
def test_what_follows_the_heading_of_a_translation_adds_nothing(heading: str) -> None:
    assert given(f"{FRENCH}\n{heading}\n\n{ENGLISH}") == {"1": FRENCH.splitlines()[1]}


def test_the_translation_may_stand_before_the_original() -> None:
    text = f"Courtesy translation\n\n{ENGLISH}\nTexte original\n\n{FRENCH}"
    assert given(text) == {"1": FRENCH.splitlines()[1]}


def test_a_file_that_is_named_a_translation_is_one() -> None:
    assert given("See the files.", lettre=FRENCH, courtesy_translation=ENGLISH) == {"1": FRENCH.splitlines()[1]}
    assert given("See the files.", courtesy_translation=ENGLISH, lettre=FRENCH) == {"1": FRENCH.splitlines()[1]}


def test_a_translation_alone_is_better_than_nothing() -> None:
    assert given(f"Courtesy translation\n\n{ENGLISH}") == {"1": ENGLISH.splitlines()[1]}


def test_two_languages_without_a_heading_are_one_answer_too() -> None:
    assert given(FRENCH, letter=ENGLISH) == {"1": FRENCH.splitlines()[1]}


def test_an_answer_that_goes_on_in_a_file_is_no_translation() -> None:
    more = "Question 1\nThe harbour office keeps a log of every call that failed last year."
    assert given(ENGLISH, log=more)["1"].count("\n") == 2


def test_one_language_or_very_different_lengths_are_no_translation() -> None:
    assert not is_translation(ENGLISH, ENGLISH.upper())
    assert not is_translation(FRENCH * 5, ENGLISH)
    assert is_translation(FRENCH, ENGLISH)


def test_what_a_translation_says_is_kept_among_the_remarks() -> None:
    text = f"{FRENCH}\nCourtesy translation\n\n{ENGLISH}"
    found = find_answers(message(letter(""), text=text, spans=()), {}, (OTT,))
    kept = "\n".join(text[one.start : one.end] for one in found.remarks)
    assert "Our listeners" in kept
