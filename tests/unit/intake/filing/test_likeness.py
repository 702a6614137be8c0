"""The same again, a correction, an addition, or something new; a Message-ID alone decides nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from factories import case, earlier, letter, message

from intake.filing.likeness import MAX_OPENING_CHARACTERS, relate
from intake.vocabulary.answer import Answer, Answers, Sign
from intake.vocabulary.mail import Attachment, Mailbox, ParsedMessage
from intake.vocabulary.submission import Filing, Status

SAME = "ab" * 32
FILED = Filing(status=Status.FILED, reason="placed", consultations=("bees",))
HELD = Filing(status=Status.HELD, reason="no rule could place it")
CONTENT = message().content_sha256
ID = "<1.test@labo.example>"
FILE = Attachment(name="text.docx", declared_type="application/msword", octets=b"PK", sha256="cd" * 32)


def with_a_file(raw: bytes | None = None, **changes: Any) -> ParsedMessage:
    """A message that brings something: what brings nothing replaces nothing."""
    return message(raw or letter(), attachments=(FILE,), **changes)


@pytest.mark.parametrize(
    ("older", "filing", "reason"),
    [
        ({"raw_sha256": SAME}, FILED, "the very octets of delivery 1"),
        ({"content_sha256": CONTENT}, FILED, "author, text and files of delivery 1 again"),
        ({"content_sha256": CONTENT, "message_id": ID}, FILED, "Message-ID and content of delivery 1 again"),
        ({"raw_sha256": SAME, "consultations": ("bees", "wasps")}, FILED, "the very octets of delivery 1"),
        ({"raw_sha256": SAME, "consultations": ()}, HELD, "the very octets of delivery 1"),
        ({"content_sha256": CONTENT, "consultations": ("wasps",)}, HELD, "author, text and files of delivery 1 again"),
        ({"message_id": ID}, FILED, None),
        ({"raw_sha256": SAME, "consultations": ("wasps",)}, FILED, None),
        ({"raw_sha256": SAME, "consultations": ()}, FILED, None),
        ({}, FILED, None),
    ],
)
def test_a_duplicate_is_the_same_again_placed_nowhere_new(
    older: dict[str, Any], filing: Filing, reason: str | None
) -> None:
    before = earlier(**older)
    found = relate(case(earlier=(before,)), filing)
    if reason is None:
        assert (found.status, found.duplicate_of) == (filing.status, None)
        assert [one.matched for one in found.findings if one.rule == "duplicate"] == [False]
    else:
        assert (found.status, found.reason, found.duplicate_of) == (Status.DUPLICATE, reason, before)
        assert found.consultations == ()


def test_messages_that_say_nothing_are_no_duplicates_by_content() -> None:
    empty = message(letter(""))
    older = earlier(content_sha256=empty.content_sha256, consultations=())
    assert relate(case(message=empty, earlier=(older,)), HELD).status is Status.HELD


def test_the_oldest_of_several_likes_is_the_one_that_is_named() -> None:
    first, second = earlier(1, content_sha256=CONTENT), earlier(2, raw_sha256=SAME)
    assert relate(case(earlier=(first, second)), FILED).duplicate_of == first


@pytest.mark.parametrize(
    "status",
    [status for status in Status if status not in {Status.FILED, Status.HELD}],
    ids=lambda status: status.value,
)
def test_what_is_neither_filed_nor_held_is_not_compared(status: Status) -> None:
    filing = Filing(status=status, reason="a robot")
    assert relate(case(earlier=(earlier(raw_sha256=SAME),)), filing) == filing


CORRECTS = {
    "en": "This is the corrected version of our response.",
    "fr": "Veuillez trouver la version corrigée de notre réponse.",
    "ru": "Направляем исправленную версию нашего ответа.",
    "es": "Enviamos la versión corregida de nuestra respuesta.",
    "zh": "这是我们答复的更正版。",
    "ar": "هذه نسخة مصححة من ردنا.",
}
ADDS = {
    "en": "Supplement to our response: one more table.",
    "fr": "Complément à notre réponse du 3.",
    "zh": "现补充如下意见。",
}


@pytest.mark.parametrize("language", CORRECTS)
def test_a_correction_names_the_authors_newest_response_under_the_same_round(language: str) -> None:
    first, second, other = earlier(1), earlier(2), earlier(3, author_address="b@x.example")
    found = relate(case(message=with_a_file(letter(CORRECTS[language])), earlier=(first, second, other)), FILED)
    assert (found.status, found.supersedes, found.supplements) == (Status.FILED, second, None)


@pytest.mark.parametrize("language", ADDS)
def test_an_addition_names_it_too(language: str) -> None:
    found = relate(case(message=with_a_file(letter(ADDS[language])), earlier=(earlier(1),)), FILED)
    assert (found.status, found.supersedes, found.supplements) == (Status.FILED, None, earlier(1))


def test_who_corrects_and_adds_at_once_corrects() -> None:
    both = f"{CORRECTS['en']} {ADDS['en']}"
    found = relate(case(message=with_a_file(letter(both)), earlier=(earlier(1),)), FILED)
    assert (found.supersedes, found.supplements) == (earlier(1), None)


def test_the_subject_may_say_it_alone() -> None:
    found = relate(case(message=with_a_file(letter(subject="Corrected version, BEES")), earlier=(earlier(1),)), FILED)
    assert found.supersedes == earlier(1)


@pytest.mark.parametrize(
    ("changes", "older"),
    [
        ({}, {"author_address": "b@x.example"}),
        ({}, {"author_address": ""}),
        ({}, {"consultations": ("wasps",)}),
        ({}, {"consultations": ()}),
        ({"authors": (Mailbox("", "amina@labo.example"), Mailbox("", "b@x.example"))}, {}),
        ({"authors": ()}, {"author_address": ""}),
    ],
    ids=["another-author", "unknown-author", "another-round", "no-round", "two-authors-now", "no-author-now"],
)
def test_a_correction_of_nothing_here_is_a_response_of_its_own(changes: dict[str, Any], older: dict[str, Any]) -> None:
    corrected = with_a_file(letter(CORRECTS["en"]), **changes)
    found = relate(case(message=corrected, earlier=(earlier(**older),)), FILED)
    assert (found.status, found.supersedes) == (Status.FILED, None)
    assert any("no earlier response is known" in one.reason for one in found.findings)


def test_the_case_of_an_address_does_not_matter() -> None:
    found = relate(
        case(message=with_a_file(letter(CORRECTS["en"])), earlier=(earlier(author_address="AMINA@Labo.Example"),)),
        FILED,
    )
    assert found.supersedes is not None


def test_words_far_down_in_the_text_are_no_correction() -> None:
    text = "x" * MAX_OPENING_CHARACTERS + CORRECTS["en"]
    assert relate(case(message=message(text=text), earlier=(earlier(1),)), FILED).supersedes is None


def test_what_is_held_is_not_said_to_correct() -> None:
    found = relate(case(letter(CORRECTS["en"]), earlier=(earlier(1),)), HELD)
    assert (found.status, found.supersedes) == (Status.HELD, None)
    assert [one.rule for one in found.findings] == ["duplicate"]


def test_every_comparison_is_kept_with_its_reason() -> None:
    found = relate(case(message=with_a_file()), FILED)
    assert [(one.rule, one.matched) for one in found.findings] == [
        ("duplicate", False),
        ("supersedes", False),
        ("withdraws", False),
        ("supplements", False),
    ]
    assert all(one.reason for one in found.findings)


@pytest.mark.parametrize(
    "body",
    [
        "We hereby withdraw our contribution of 3 November.",
        "Nous souhaitons retirer notre réponse.",
        "Solicitamos retirar nuestra contribución.",
        "Просим отозвать наш ответ от 3 ноября.",
        "نرجو سحب مساهمتنا المؤرخة 3 نوفمبر.",
        "我们要求撤回此前提交的意见。",
    ],
)
def test_a_withdrawal_waits_for_a_person_with_what_it_takes_back(body: str) -> None:
    found = relate(case(letter(body), earlier=(earlier(1),)), FILED)
    assert (found.status, found.withdraws, found.consultations) == (Status.HELD, earlier(1), ())
    assert "a person confirms it" in found.reason


def test_a_withdrawal_of_what_is_not_known_waits_as_well() -> None:
    found = relate(case(letter("We withdraw our contribution.")), FILED)
    assert (found.status, found.withdraws) == (Status.HELD, None)


def test_a_letter_that_answers_takes_nothing_back_by_a_word_in_its_answers() -> None:
    answers = Answers(given=(Answer(consultation="bees", question="1", text="t", sign=Sign.LABEL, passages=()),))
    text = "Question 1: operators should not withdraw an answer that regulators gave."
    found = relate(case(letter(text), earlier=(earlier(1),)), replace(FILED, answers=answers))
    assert found.status is Status.FILED


@pytest.mark.parametrize(
    "changes",
    [
        {"in_reply_to": ("<1@labo.example>",)},
        {"references": ("<receipt.CWGI-2026-000001-A@consultations.example>",)},
        {"subject": "Corrected version, CWGI-2026-000001-A"},
    ],
    ids=["answers-the-response", "answers-our-receipt", "names-the-reference"],
)
def test_a_colleague_corrects_what_the_thread_names(changes: dict[str, Any]) -> None:
    """From another address, words alone are not enough; the thread or the reference is."""
    older = earlier(
        1, message_id="<1@labo.example>", references=("CWGI-2026-000001-A",), author_address="b@labo.example"
    )
    corrected = with_a_file(letter(CORRECTS["en"]), **changes)
    assert relate(case(message=corrected, earlier=(older,)), FILED).supersedes == older


@pytest.mark.parametrize("language", CORRECTS)
def test_what_brings_no_answer_replaces_none(language: str) -> None:
    """“A corrected version follows” is no version: what stands would be lost."""
    found = relate(case(letter(CORRECTS[language]), earlier=(earlier(1),)), FILED)
    assert (found.status, found.supersedes, found.withdraws) == (Status.HELD, None, None)


def test_a_name_is_to_be_removed_and_no_response() -> None:
    text = "Please remove our name from our response before you publish it."
    found = relate(case(letter(text), earlier=(earlier(1),)), FILED)
    assert found.withdraws is None


def test_a_letter_that_is_not_to_be_considered_is_taken_back_and_not_corrected() -> None:
    text = "Les pedimos que no tengan en cuenta nuestra contribución y que la eliminen de la lista."
    found = relate(case(letter(text), earlier=(earlier(1),)), FILED)
    assert (found.status, found.supersedes, found.withdraws) == (Status.HELD, None, earlier(1))
