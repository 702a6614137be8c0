"""The questions that place a message: each answers for the rounds it speaks of, and says why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from factories import MORNING, case, consultation, letter, message

from intake.filing import rules
from intake.settings import Settings


@pytest.mark.parametrize(
    ("body", "more", "matched"),
    [
        ("", (), True),
        ("   \r\n\t", (), True),
        (".", (), True),
        ("No", (), False),
        ("", ("Content-Disposition: attachment; filename=a.txt",), False),
    ],
)
def test_a_message_is_empty_when_it_says_and_holds_nothing(body: str, more: tuple[str, ...], matched: bool) -> None:
    assert rules.empty(case(letter(body, more=more))).matched is matched


@pytest.mark.parametrize(
    ("rcpt_to", "slugs"),
    [
        ("office+bees@desk.example", ("bees",)),
        ("OFFICE+BEES@Desk.Example", ("bees",)),
        ("office@desk.example", ()),
        ("office+moths@desk.example", ()),
        ("office+ants@desk.example", ()),
    ],
)
def test_the_address_of_a_live_round_places(rcpt_to: str, slugs: tuple[str, ...]) -> None:
    finding = rules.plus_address(case(rcpt_to=rcpt_to))
    assert (finding.matched, finding.consultations) == (bool(slugs), slugs)


@pytest.mark.parametrize(
    ("more", "slugs"),
    [
        (("In-Reply-To: <call-bees@desk.example>",), ("bees",)),
        (("References: <other@x> <call-wasps@desk.example> <x@y>",), ("wasps",)),
        (("In-Reply-To: <call-bees@desk.example>", "References: <call-wasps@desk.example>"), ("bees", "wasps")),
        (("In-Reply-To: <call-moths@desk.example>",), ()),
        (("In-Reply-To: <other@x>",), ()),
        ((), ()),
    ],
)
def test_an_answer_to_the_announcement_places(more: tuple[str, ...], slugs: tuple[str, ...]) -> None:
    finding = rules.thread(case(letter(more=more)))
    assert (finding.matched, finding.consultations) == (bool(slugs), slugs)


@pytest.mark.parametrize(
    ("subject", "slugs"),
    [
        ("Response to BEES", ("bees",)),
        ("[BEES] response", ("bees",)),
        ("BEES: response", ("bees",)),
        ("bees", ()),
        ("BEESWAX", ()),
        ("XBEES", ()),
        ("title OF bees (EN)", ("bees",)),
        ("Re: Title of wasps (ru)", ("wasps",)),
        ("On the  matter\tof bees", ("bees",)),
        ("on THE matter of bees, our view", ("bees",)),
        ("BEES and the matter of wasps", ("bees", "wasps")),
        ("Our response", ()),
        ("", ()),
    ],
)
def test_a_subject_places_by_code_title_or_name(subject: str, slugs: tuple[str, ...]) -> None:
    finding = rules.named_in_subject(case(message=message(subject=subject)))
    assert (finding.matched, finding.consultations) == (bool(slugs), slugs)


@pytest.mark.parametrize(
    ("body", "slugs"),
    [
        ("We refer to the Title of bees (en).", ("bees",)),
        ("We refer to the\nmatter of wasps.", ("wasps",)),
        ("The matter of bees, and the matter of wasps.", ("bees", "wasps")),
        ("BEES", ()),
        ("The matter of moths.", ()),
    ],
)
def test_a_text_places_by_title_or_name_but_not_by_code(body: str, slugs: tuple[str, ...]) -> None:
    finding = rules.named_in_body(case(letter(body)))
    assert (finding.matched, finding.consultations) == (bool(slugs), slugs)


def test_what_lies_beyond_the_limit_of_the_text_is_not_looked_through() -> None:
    text = "x " * (rules.MAX_BODY_CHARACTERS // 2) + "the matter of bees"
    assert not rules.named_in_body(case(message=message(text=text))).matched


@pytest.mark.parametrize(
    ("subject", "matched"), [("MOTHS", True), ("The matter of moths", True), ("moths", False), ("BEES", False)]
)
def test_a_round_that_is_over_must_be_named_in_the_subject(subject: str, matched: bool) -> None:
    finding = rules.closed_round(case(message=message(subject=subject)))
    assert finding.matched is matched
    assert finding.consultations == (("moths",) if matched else ())
    assert not matched or "moths, which is over" in finding.reason


def test_a_round_that_has_not_begun_is_not_said_to_be_over() -> None:
    later = consultation("ants", launched=MORNING + timedelta(days=30))
    finding = rules.closed_round(case(message=message(subject="ANTS"), consultations=(later,)))
    assert (finding.matched, finding.reason) == (True, "the subject names ants, which has not begun")


@pytest.mark.parametrize("when", [datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)])
def test_outside_its_life_no_sign_places_under_a_round(when: datetime) -> None:
    octets = letter("the matter of bees", subject="BEES", more=("In-Reply-To: <call-bees@desk.example>",))
    one = case(octets, received_at=when, rcpt_to="office+bees@desk.example")
    for rule in (rules.plus_address, rules.thread, rules.named_in_subject, rules.named_in_body):
        assert not rule(one).matched


@pytest.mark.parametrize(
    ("subject", "slug"),
    [
        ("Bridging the gender digital divide", "gender-divide"),
        ("Réduire la fracture numérique entre les hommes et les femmes", "gender-divide"),
        ("RE: Reducción de la brecha digital de género", "gender-divide"),
        ("Преодоление гендерного цифрового разрыва", "gender-divide"),
        ("弥合性别数字鸿沟", "gender-divide"),
        ("سد الفجوة الرقمية بين الجنسين", "gender-divide"),
        ("Contribution on OTT", "ott"),
        ("Public policy considerations for over‐the‐top (OTT) services", "ott"),
        ("Considérations de politique publique relatives aux services OTT", "ott"),
        ("关于OTT业务的意见", "ott"),
        ("услуги ОТТ", "ott"),
    ],
)
def test_the_rounds_of_the_house_are_known_by_their_titles(settings: Settings, subject: str, slug: str) -> None:
    one = case(message=message(subject=subject), consultations=settings.consultations)
    assert rules.named_in_subject(one).consultations == (slug,)


@pytest.mark.parametrize("subject", ["Réunion du 12 ott.", "gender", "Sept. et ott", "Divide and rule", "Lottery"])
def test_a_word_that_only_resembles_a_code_names_no_round(settings: Settings, subject: str) -> None:
    one = case(message=message(subject=subject), consultations=settings.consultations)
    assert not rules.named_in_subject(one).matched
