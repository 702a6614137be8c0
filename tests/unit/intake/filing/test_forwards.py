"""Who wrote a letter that somebody else passes on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from factories import letter, message

from intake.filing.forwards import MAX_COVER_CHARACTERS, unfold
from intake.vocabulary.mail import InnerMessage, Mailbox, ParsedMessage, Span, SpanKind

LETTER = "We are a cooperative of radio stations in the valley. Question 1: the mast must be repaired within a week."
WRITER = Mailbox("Nélida Quispe", "nelida@radio.example")


def attached(cover: str, *authors: Mailbox | None, text: str = LETTER) -> ParsedMessage:
    inner = tuple(
        InnerMessage(attachment=number, author=author, subject="Our answers", date=None, text=text, spans=())
        for number, author in enumerate(authors)
    )
    return message(letter(""), text=cover, inner=inner)


def pasted(subject: str, header: Sequence[str], cover: str = "Please see below.") -> ParsedMessage:
    return message(letter(""), subject=subject, text="\n".join([cover, "", *header, "", LETTER, ""]))


def test_the_author_of_an_attached_letter_speaks() -> None:
    found = unfold(attached("Dear all, this came to us by mistake.", WRITER))
    assert (found.authors, found.subject) == ((WRITER,), "Our answers")
    assert found.own_text == ""


@pytest.mark.parametrize(
    ("cover", "authors", "text"),
    [
        ("We write ourselves. " * 100, (WRITER,), LETTER),
        ("Two came.", (WRITER, WRITER), LETTER),
        ("From nobody.", (None,), LETTER),
        ("A line.", (WRITER,), "Thanks!"),
        ("None at all.", (), LETTER),
    ],
    ids=["words of its own", "two letters", "no author", "hardly a letter", "nothing attached"],
)
def test_otherwise_the_sender_speaks(cover: str, authors: tuple[Mailbox | None, ...], text: str) -> None:
    plain = attached(cover, *authors, text=text)
    assert unfold(plain) is plain


@pytest.mark.parametrize(
    ("subject", "header"),
    [
        (
            "Fwd: Our answers",
            [
                "---------- Forwarded message ---------",
                "From: Nélida Quispe <nelida@radio.example>",
                "Date: Wed, 2 Dec 2026",
                "Subject: Our answers",
                "To: <office@region.example>",
            ],
        ),
        (
            "TR: Nos réponses",
            ["De : Nélida Quispe <nelida@radio.example>", "Envoyé : 2 décembre", "Objet : Nos réponses"],
        ),
        ("RV: Aporte", ["De: Nélida Quispe <nelida@radio.example>", "Enviado el: 2 de diciembre", "Asunto: Aporte"]),
        ("Пересл: Ответы", ["От: Nélida Quispe <nelida@radio.example>", "Дата: 2 декабря", "Тема: Ответы"]),
        ("转发: 答复", ["发件人：Nélida Quispe <nelida@radio.example>", "日期：2026年12月2日", "主题：答复"]),
        (
            "إعادة توجيه: الردود",
            ["من: Nélida Quispe <nelida@radio.example>", "تم الإرسال: 2 ديسمبر", "الموضوع: الردود"],
        ),
        (
            "FW: Answers",
            ['> From: "Nélida Quispe" [mailto:nelida@radio.example]', "> Sent: 2 December", "> Subject: x"],
        ),
    ],
)
def test_the_author_of_a_letter_in_the_body_speaks(subject: str, header: list[str]) -> None:
    found = unfold(pasted(subject, header))
    assert found.authors == (WRITER,)
    assert found.own_text == LETTER


def test_a_reply_that_quotes_a_letter_is_no_forward() -> None:
    plain = pasted("Re: Our answers", ["From: A <a@x.example>", "Sent: today", "Subject: y"])
    assert unfold(plain) is plain


def test_far_below_ones_own_words_a_header_is_a_quotation() -> None:
    plain = pasted("Fwd: x", ["From: A <a@x.example>", "Sent: today", "Subject: y"], "own " * MAX_COVER_CHARACTERS)
    assert unfold(plain) is plain


def test_a_signature_in_the_forwarded_letter_stays_one() -> None:
    plain = pasted("Fwd: x", ["From: A <a@x.example>", "Subject: y"])
    text = f"{plain.text}\n-- \nA\n"
    at = text.index("-- ")
    spans = (Span(SpanKind.OWN, 0, 10), Span(SpanKind.QUOTED, 10, at), Span(SpanKind.SIGNATURE, at, len(text)))
    found = unfold(message(letter(""), subject="Fwd: x", text=text, spans=spans))
    assert found.own_text == LETTER
    assert [one.kind for one in found.spans] == [SpanKind.QUOTED, SpanKind.OWN, SpanKind.SIGNATURE]
