"""What a message says, against where its envelope placed it."""

from __future__ import annotations

import pytest
from factories import letter, message

from intake.filing.case import Case
from intake.filing.rulebook import file
from intake.settings import read_settings
from intake.vocabulary.mail import Envelope
from intake.vocabulary.submission import Filing, Status

ROUNDS = read_settings().consultations
NOW = next(one for one in ROUNDS if one.slug == "ott").launched
COMMON, OTT = "cwg-internet@consultations.example", "cwg-internet+ott@consultations.example"
BOTH = """PART A - Bridging the gender digital divide

Question 1. Radio.

PART B - Public policy considerations for over-the-top (OTT) services

Question 1. Calls.
"""


def filed(body: str, *, to: str = COMMON, subject: str = "Response", **changes: object) -> Filing:
    return file(
        Case(
            envelope=Envelope(mail_from="amina@labo.example", rcpt_to=to),
            received_at=NOW,
            message=message(letter(body, subject=subject), **changes),
            raw_sha256="0" * 64,
            consultations=ROUNDS,
        )
    )


def test_a_mail_that_answers_two_rounds_is_filed_under_both() -> None:
    found = filed(BOTH, to=OTT)
    assert (found.status, set(found.consultations)) == (Status.FILED, {"gender-divide", "ott"})
    assert {(one.consultation, one.text) for one in found.answers.given} == {
        ("gender-divide", "Radio."),
        ("ott", "Calls."),
    }


def test_naming_another_round_in_passing_is_not_answering_it() -> None:
    found = filed(
        "As in the OTT consultation, we say: yes.\n\nQuestion 1: Radio.", subject="Gender digital divide", to=OTT
    )
    assert found.consultations == ("ott",)


def test_a_thread_that_says_one_round_and_a_text_that_says_another_is_for_a_person() -> None:
    found = filed(
        "I only comment on the third point of your OTT consultation: phones must be repairable.",
        in_reply_to=("<call-gender-2026@consultations.example>",),
    )
    assert found.status is Status.HELD
    assert "the text speaks of ott" in found.reason
    assert not found.answers.given


@pytest.mark.parametrize(
    "body",
    [
        "We place your website on the first page of search, guaranteed. Ask for our price list.",
        "Référencement de votre site : offre gratuite ce mois.",
        "Posicionamiento de su página web con descuento.",
        "Продвижение сайта, скидка 40 %.",
        "نقدم خدمات تصميم مواقع بأسعار مميزة وخصم كبير.",
        "本公司代开各类发票，税点优惠。",
    ],
)
def test_an_offer_to_anybody_is_told_from_a_letter_that_could_not_be_placed(body: str) -> None:
    found = filed(body)
    assert (found.status, found.reason) == (Status.HELD, "it speaks of no round and offers something")


def test_a_response_that_speaks_of_prices_is_a_response() -> None:
    found = filed("Question 1: free calls and cheap offers; marketing of them should be honest.", to=OTT)
    assert found.status is Status.FILED
