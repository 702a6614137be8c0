"""Who asks not to be named is marked, in any of the languages; who does not is not."""

from __future__ import annotations

import pytest
from factories import case, letter, message

from intake.filing.wishes import MAX_CHARACTERS, respect
from intake.vocabulary.submission import Filing, Status

FILED = Filing(status=Status.FILED, reason="placed", consultations=("bees",))

WISHES = {
    "en": "We would be glad if you could publish it without our name.",
    "fr": "Nous souhaitons rester anonymes, merci de votre compréhension.",
    "case": "PLEASE DO NOT PUBLISH MY NAME.",
    "folds": "We wish to\r\nremain anonymous.",
}


@pytest.mark.parametrize("language", WISHES)
def test_a_wish_is_heard_and_the_phrase_is_named(language: str) -> None:
    heard = respect(case(letter(WISHES[language])), FILED)
    assert heard.confidential
    assert heard.findings[-1].rule == "anonymity"
    assert heard.findings[-1].matched
    assert heard.findings[-1].reason.endswith("asks not to be named")
    assert heard.consultations == ("bees",)


def test_a_wish_in_the_subject_is_heard() -> None:
    assert respect(case(message=message(subject="BEES - not for publication")), FILED).confidential


@pytest.mark.parametrize(
    "body",
    [
        "Our name is well known, please publish it.",
        "Anonymous speech on the Internet deserves protection.",
        "This e-mail may contain confidential information intended for the addressee alone.",
    ],
)
def test_who_does_not_ask_is_named(body: str) -> None:
    heard = respect(case(letter(body)), FILED)
    assert not heard.confidential
    assert (heard.findings[-1].rule, heard.findings[-1].matched) == ("anonymity", False)


def test_words_beyond_the_limit_are_annexes() -> None:
    text = "x" * MAX_CHARACTERS + " " + WISHES["en"]
    assert not respect(case(message=message(text=text)), FILED).confidential


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.FILED], ids=lambda one: one.value)
def test_what_is_not_filed_is_left_as_it_is(status: Status) -> None:
    filing = Filing(status=status, reason="r")
    assert respect(case(letter(WISHES["en"])), filing) == filing
