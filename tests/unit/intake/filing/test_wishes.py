"""Who asks not to be named is marked, in any of the languages; who does not is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import case, letter, message

from intake.filing.wishes import MAX_CHARACTERS, respect
from intake.vocabulary.answer import Answer, Answers, Sign
from intake.vocabulary.submission import Filing, Finding, Status

FILED = Filing(status=Status.FILED, reason="placed", consultations=("bees",))

WISHES = {
    "en": "We would be glad if you could publish it without our name.",
    "en, another order": "Our names must under no circumstances be disclosed or not redacted when you print this.",
    "fr": "Nous souhaitons rester anonymes, merci de votre compréhension.",
    "fr, verb": "Merci de ne pas faire figurer le nom de notre association sur le site.",
    "es": "Rogamos que no se publique nuestro nombre ni el de la ciudad.",
    "es, anonymous": "Quisiéramos que la respuesta se publicara de forma anónima.",
    "ru": "Просим не указывать наше имя при публикации.",
    "ru, anonymous": "Хотели бы остаться анонимными авторами этого ответа.",
    "ar": "نرجو عدم نشر اسمنا على الموقع.",
    "zh": "请勿公布我们的名称和所在城市。",
    "zh, anonymous": "希望以匿名方式公布本答复。",
    "case": "PLEASE DO NOT PUBLISH MY NAME.",
    "folds": "We wish to\r\nremain anonymous.",
}


def found(filing: Filing, rule: str) -> Finding:
    return next(one for one in filing.findings if one.rule == rule)


@pytest.mark.parametrize("language", WISHES)
def test_a_wish_is_heard_and_the_phrase_is_named(language: str) -> None:
    heard = respect(case(letter(WISHES[language])), FILED)
    assert heard.confidential
    assert found(heard, "anonymity").matched
    assert found(heard, "anonymity").reason.endswith("asks not to be named")
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
    assert not found(heard, "anonymity").matched


def test_words_beyond_the_limit_are_annexes() -> None:
    text = "x" * MAX_CHARACTERS + " " + WISHES["en"]
    assert not respect(case(message=message(text=text)), FILED).confidential


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.FILED], ids=lambda one: one.value)
def test_what_is_not_filed_is_left_as_it_is(status: Status) -> None:
    filing = Filing(status=status, reason="r")
    assert respect(case(letter(WISHES["en"])), filing) == filing


@pytest.mark.parametrize(
    "body",
    [
        "Somebody else wrote this: we have never sent a contribution in our name to your group.",
        "La lettre reçue hier a été envoyée à notre insu, sous un faux nom.",
        "Alguien ha suplantado la identidad de nuestra asociación en una carta a ustedes.",
        "Письмо отправлено без нашего ведома от нашего имени.",
        "تم انتحال اسم جمعيتنا في رسالة وصلتكم.",
        "有人冒用我会名义提交了意见。",
    ],
)
def test_who_denies_a_letter_in_their_name_is_heard_by_a_person(body: str) -> None:
    heard = respect(case(letter(body)), FILED)
    assert (heard.status, heard.consultations) == (Status.HELD, ())
    assert found(heard, "impersonation").matched


@pytest.mark.parametrize(
    "body",
    [
        "Could you please confirm the closing time? Is it Geneva time?",
        "Pourriez-vous nous indiquer si la date limite sera prolongée ?",
        "¿Podrían confirmar el formato y el número de páginas?",
        "Просим уточнить срок подачи ответов.",
        "نود الاستفسار عن الموعد النهائي لتقديم الردود.",
        "请问截止时间是日内瓦时间吗？",
    ],
)
def test_a_question_of_procedure_goes_to_the_secretariat(body: str) -> None:
    heard = respect(case(letter(body)), FILED)
    assert heard.status is Status.HELD
    assert "asks the secretariat" in heard.reason


def test_a_response_that_also_asks_is_a_response() -> None:
    answers = Answers(given=(Answer(consultation="bees", question="1", text="t", sign=Sign.LABEL, passages=()),))
    heard = respect(case(letter("Please confirm receipt.\n\nQuestion 1: yes.")), replace(FILED, answers=answers))
    assert heard.status is Status.FILED
