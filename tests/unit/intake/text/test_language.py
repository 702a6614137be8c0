"""The language of a text; none where it is too short to tell."""

from __future__ import annotations

import pytest

from intake.text.language import HAN_WEIGHT, MIN_HAN, MIN_LETTERS, detect

TEXTS = {
    "ar": "نشكر الأمانة على دعوتنا إلى تقديم آرائنا، ونرى أن النفاذ الميسور شرط لا غنى عنه للمشاركة.",
    "en": "We thank the secretariat for inviting our views and hold that affordable access comes first.",
    "es": "Agradecemos a la secretaría la invitación y consideramos que el acceso asequible es lo primero.",
    "fr": "Nous remercions le secrétariat de son invitation et pensons que l'accès abordable vient d'abord.",
    "ru": "Благодарим секретариат за приглашение и считаем, что доступность связи важнее всего.",
    "zh": "感谢秘书处邀请我们发表意见，我们认为可负担的接入是首要条件。",
    "pt": "Agradecemos ao secretariado o convite e consideramos que o acesso a preços justos vem primeiro.",
    "de": "Wir danken dem Sekretariat für die Einladung und meinen, dass bezahlbarer Zugang zuerst kommt.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_tells_its_language(language: str) -> None:
    assert detect(TEXTS[language]) == language


@pytest.mark.parametrize("language", TEXTS)
def test_a_quotation_in_another_language_does_not_count(language: str) -> None:
    other = TEXTS["en" if language != "en" else "fr"]
    quoted = "\n".join(f"> {other}" for _ in range(5))
    assert detect(f"Re: hello\n{TEXTS[language]}\n{quoted}\nhttps://www.example.org/in/english/words\n") == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "Yes.",
        "12345 67890 12345 67890",
        "?!…",
        "https://www.example.org/a/long/address/of/words",
        "a@b.example",
    ],
)
def test_too_little_tells_nothing(text: str) -> None:
    assert detect(text) is None


def test_fewer_letters_than_the_bound_tell_nothing_and_a_few_han_letters_tell_chinese() -> None:
    assert detect("a" * (MIN_LETTERS - 1)) is None
    assert detect("我们支持接入") == "zh"
    assert detect("性别" + "x" * 3) is None
    assert MIN_HAN > 2
    assert HAN_WEIGHT > 1


def test_japanese_is_not_taken_for_chinese() -> None:
    assert detect("事務局のご招待に感謝し、手頃な価格の接続が第一であると考えます。") != "zh"


def test_an_english_letter_with_a_chinese_name_is_english() -> None:
    assert detect(f"{TEXTS['en']}\n罗明毅教授") == "en"


@pytest.mark.parametrize("language", ["es", "fr", "ru", "pt"])
def test_the_whole_page_counts_and_not_its_heading_alone(language: str) -> None:
    heading = (
        "Response of the Ministry of Posts to the open consultation of the Council working group, 30 November 2026"
    )
    assert detect(f"{heading}\n\n{TEXTS[language] * 10}") == language


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "字" * 100_000, "a@" * 50_000, ">" * 100_000, "\ud800" * 20 + TEXTS["en"]]
)
def test_any_text_is_answered(text: str) -> None:
    answer = detect(text)
    assert answer is None or answer.isalpha()
