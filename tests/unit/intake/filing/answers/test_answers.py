"""Which words stand under which question."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from factories import letter, message
from hypothesis import given
from hypothesis import strategies as st

from intake.filing.answers import find_answers
from intake.settings import read_settings
from intake.vocabulary.answer import Sign
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.document import Block, BlockKind, Document
from intake.vocabulary.mail import Attachment, ParsedMessage, Span, SpanKind

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))["case"]
ROUNDS = {one.slug: one for one in read_settings().consultations}
OTT = ROUNDS["ott"]


def written(text: str, **changes: object) -> ParsedMessage:
    """A message of this text, in which lines with > are quoted and all others are the author's."""
    spans, at = [], 0
    for line in text.splitlines(keepends=True):
        kind = SpanKind.QUOTED if line.startswith(">") else SpanKind.OWN
        spans.append(Span(kind, at, at + len(line)))
        at += len(line)
    return message(letter(""), text=text, spans=tuple(spans), **changes)


def answered(
    response: ParsedMessage, *rounds: Consultation, documents: dict[str, Document] | None = None
) -> dict[str, str]:
    found = find_answers(response, documents or {}, rounds or (OTT,))
    several = len(rounds) > 1
    return {
        f"{one.consultation}:{one.question}" if several else one.question: " ".join(one.text.split())
        for one in found.given
    }


def filed(*documents: Document, body: str = "See attached.") -> tuple[ParsedMessage, dict[str, Document]]:
    files = tuple(
        Attachment(name=f"{number}.docx", declared_type="application/msword", octets=b"", sha256=f"{number:064d}")
        for number, _ in enumerate(documents)
    )
    by_name = {file.sha256: document for file, document in zip(files, documents, strict=True)}
    return written(body, attachments=files), by_name


def paragraphs(*texts: str) -> Document:
    return Document(blocks=tuple(Block(BlockKind.PARAGRAPH, text) for text in texts))


def row(number: int, *cells: str) -> tuple[Block, ...]:
    return tuple(
        Block(BlockKind.CELL, cell, table=1, row=number, column=column) for column, cell in enumerate(cells, start=1)
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_answers_as_people_write_them(case: dict[str, object]) -> None:
    assert answered(written(str(case["text"]).lstrip("\n"))) == case["answers"]


def test_what_stands_before_the_headings_of_two_rounds_is_kept_among_the_remarks() -> None:
    text = (
        "Please do not publish our name.\n\nBridging the gender digital divide\n\nQuestion 1. Radio.\n\n"
        "Public policy considerations for OTT\n\nQuestion 1. Calls.\n"
    )
    found = find_answers(written(text), {}, (ROUNDS["gender-divide"], OTT))
    assert "Please do not publish our name." in [text[one.start : one.end] for one in found.remarks]


def test_general_remarks_stand_beside_the_answers() -> None:
    text = "General remarks\nWe welcome it.\n\nQuestion 2\nOnce.\n\nConclusion\nWe shall come.\n"
    found = find_answers(written(text), {}, (OTT,))
    kept = [text[one.start : one.end] for one in found.remarks]
    assert [one.text for one in found.given] == ["Once."]
    assert kept == ["General remarks", "We welcome it.", "Conclusion", "We shall come."]


def test_two_rounds_in_one_mail_under_their_headings() -> None:
    text = (
        "PART A - Bridging the gender digital divide\n\nQuestion 1. Radio.\n\nQuestion 4. Credit.\n\n"
        "PART B - Public policy considerations for OTT\n\nQuestion 1. Calls.\n"
    )
    assert answered(written(text), ROUNDS["gender-divide"], OTT) == {
        "gender-divide:1": "Radio.",
        "gender-divide:4": "Credit.",
        "ott:1": "Calls.",
    }


def test_two_rounds_without_headings_by_the_questions_themselves() -> None:
    one = ROUNDS["gender-divide"].questions[0].wording["en"]
    two = OTT.questions[0].wording["en"]
    found = answered(written(f"{one}\nRadio.\n\n{two}\nCalls.\n"), ROUNDS["gender-divide"], OTT)
    assert found == {"gender-divide:1": "Radio.", "ott:1": "Calls."}


def test_a_table_of_questions_and_answers() -> None:
    wording = OTT.questions[1].wording["ru"]
    table = Document(
        blocks=(
            *row(1, "Question", "Answer"),
            *row(2, "1", "Cheap calls."),
            *row(3, wording, "Слабая."),
            *row(4, "3", ""),
        )
    )
    response, documents = filed(table)
    assert answered(response, documents=documents) == {"1": "Cheap calls.", "2": "Слабая."}


def test_the_same_answers_in_two_files_count_once() -> None:
    word = paragraphs("Question 1", "Calls cost nothing between villages now.")
    pdf = paragraphs("Question 1", "Calls cost nothing  between villages now. ")
    response, documents = filed(word, pdf)
    assert answered(response, documents=documents) == {"1": "Calls cost nothing between villages now."}


def test_two_files_that_answer_one_question_differently_are_both_kept() -> None:
    response, documents = filed(paragraphs("Question 1", "Calls."), paragraphs("Question 1", "Letters too."))
    assert answered(response, documents=documents) == {"1": "Calls. Letters too."}


def test_a_heading_that_is_no_question_ends_the_answers() -> None:
    blocks = (
        Block(BlockKind.HEADING, "Question 5", level=1),
        Block(BlockKind.PARAGRAPH, "A shared page."),
        Block(BlockKind.HEADING, "Annex: our members", level=1),
        Block(BlockKind.PARAGRAPH, "A. B. C."),
    )
    response, documents = filed(Document(blocks=blocks))
    assert answered(response, documents=documents) == {"5": "A shared page."}


def test_a_field_of_our_form_is_taken_as_it_is() -> None:
    blocks = (Block(BlockKind.FIELD, "1. is not a number here", tag="ott:1:2"),)
    response, documents = filed(Document(blocks=blocks))
    found = find_answers(response, documents, (OTT,))
    assert [(one.question, one.text, one.sign) for one in found.given] == [("2", "1. is not a number here", Sign.FIELD)]


def test_what_fits_no_question_is_among_the_remarks() -> None:
    text = "We thank you.\n\nQuestion 1\nCalls.\n\nGeneral remarks\nAll is well.\n"
    found = find_answers(written(text), {}, (OTT,))
    assert [text[one.start : one.end] for one in found.remarks] == ["We thank you.", "General remarks", "All is well."]


def test_an_answer_says_where_it_stands() -> None:
    text = "Hello.\n\nQuestion 1\nCalls.\nCheap ones.\n\nQuestion 2\nTrust.\n"
    first, second = find_answers(written(text), {}, (OTT,)).given
    assert text[first.passages[0].start : first.passages[0].end].strip() == "Calls.\nCheap ones."
    assert text[second.passages[0].start : second.passages[0].end].strip() == "Trust."
    assert (first.sign, first.passages[0].source) == (Sign.LABEL, "body")


@given(
    st.lists(
        st.sampled_from(["Question 1", "2) b", "1. a", "> x", "", "السؤال 3", "text\tcell", "Q4:", "9"]), max_size=30
    )
)
def test_no_word_is_lost_or_said_twice(lines: list[str]) -> None:
    """Whatever the markers, answers and remarks never share a stretch of the text."""
    text = "\n".join(lines)
    found = find_answers(written(text), {}, (OTT,))
    passages = {(one.start, one.end) for answer in found.given for one in answer.passages}
    for remark in found.remarks:
        assert not any(start <= remark.start < end for start, end in passages)


def test_a_question_that_is_turned_to_thousands_of_times_costs_no_more_than_its_length() -> None:
    text = "".join(f"Question 1\nword{number} other{number} third{number}\n\n" for number in range(6000))
    found = find_answers(written(text), {}, (OTT,))
    assert [len(one.passages) for one in found.given] == [20]
    assert len(found.remarks) == 6000 - 20
