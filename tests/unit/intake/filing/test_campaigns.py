"""One letter from many, and letters that only speak of the same thing."""

from __future__ import annotations

import random

import pytest

from intake.filing.campaigns import common_sentences, own_words, sign
from intake.vocabulary.campaign import ALIKE, Signature

PARAGRAPHS = [
    "Free calling and messaging are how we keep in touch with the people who matter to us.",
    "They should not be made dearer, slower or less private to protect an old business of selling minutes.",
    "We ask the group not to require an identity document before anybody may send a message to a friend.",
    "Do not weaken the encryption that protects our talk, and do not charge us twice for one connection.",
    "Where services are misused, the answer is better reporting and faster help, and not fewer services.",
]
LETTER = "\n\n".join(PARAGRAPHS)
OTHER = (
    "Our cooperative runs eleven radio stations in the valley and each of them has lost a third of its hours "
    "since the mast on the ridge was struck. What we need from this consultation is a rule by which those who "
    "earn from the network repair it within a week, with a penalty that a village can understand and collect."
)


def likeness(one: str, other: str) -> float:
    first, second = sign(one), sign(other)
    assert first is not None
    assert second is not None
    return first.likeness(second)


@pytest.mark.parametrize(
    "variant",
    [
        LETTER + "\n\nMy daughter studies abroad and we speak every Sunday.",
        "\n\n".join(PARAGRAPHS[1:]),
        "\n\n".join([PARAGRAPHS[3], PARAGRAPHS[0], PARAGRAPHS[4], PARAGRAPHS[2], PARAGRAPHS[1]]),
        LETTER.upper().replace(" ", "\n"),
        LETTER.replace("dearer", "more expensive").replace("friend", "relative"),
    ],
    ids=["a sentence added", "a paragraph left out", "another order", "wrapped and in capitals", "a word changed"],
)
def test_a_letter_that_was_changed_a_little_is_the_same(variant: str) -> None:
    assert likeness(LETTER, variant) >= ALIKE


def test_another_letter_is_another() -> None:
    assert likeness(LETTER, OTHER) < 0.1


def test_a_text_that_says_little_is_no_letter() -> None:
    assert sign("Dear all, please find attached our contribution to the open consultation. Best regards") is None


def test_letters_in_chinese() -> None:
    letter = "免费通话和消息是我们与亲友保持联系的方式，不应为了保护旧业务而让它们变得更贵、更慢或者更不安全。" * 2
    assert likeness(letter, "我们也这样认为。" + letter) >= ALIKE


def test_a_signature_is_kept_in_512_octets() -> None:
    signature = sign(LETTER)
    assert signature is not None
    assert len(signature.packed()) == 512
    assert Signature.unpacked(signature.packed()) == signature


def test_alike_letters_meet_under_a_key_and_others_do_not() -> None:
    """99 in 100 letters that share 60 % meet another by one key at least; what shares nothing meets none."""
    chance = random.Random(7)
    words = [f"w{number}" for number in range(5000)]
    met = strangers = 0
    for _ in range(200):
        base = chance.choices(words, k=200)
        first, second = sign(" ".join(base)), sign(" ".join([*base[:150], *chance.choices(words, k=50)]))
        third = sign(" ".join(chance.choices(words, k=200)))
        assert first is not None
        assert second is not None
        assert third is not None
        met += bool(set(first.bands) & set(second.bands))
        strangers += bool(set(first.bands) & set(third.bands))
    assert met >= 196
    assert strangers == 0


def test_each_writers_own_words_are_told_from_the_text_of_all() -> None:
    own = ["I sell eggs in the market.", "My son lives far away.", "We are three in one room."]
    letters = [f"{LETTER}\n\n{words}\n" for words in own]
    common = common_sentences(letters)
    assert [own_words(one, common) for one in letters] == own
