from __future__ import annotations

import codecs
import re

import pytest
from documents import SAMPLES

from intake.decoding.documents.plausibility import doubt, is_plausible

ENGLISH = (
    "The administration thanks the group for the opportunity to comment on international public policy issues. We "
    "believe that secure and affordable connectivity is a condition of development in all countries, and that nobody "
    "should be excluded from digital services because of age, disability or place of residence. "
) * 2
FRENCH = (
    "L'administration remercie le groupe de lui avoir donné l'occasion de s'exprimer sur les politiques publiques "
    "internationales relatives à l'Internet. Nous estimons qu'une connectivité sûre et abordable est une condition du "
    "développement de tous les pays, et que nul ne doit en être exclu. "
) * 2
SPANISH = (
    "La administración agradece al grupo la oportunidad de expresar su opinión sobre las políticas públicas "
    "internacionales relativas a Internet. Consideramos que una conectividad segura y asequible es condición del "
    "desarrollo de todos los países, y que nadie debe quedar excluido de los servicios digitales. "
) * 2
REAL = {**{language: sample.text for language, sample in SAMPLES.items()}, "en": ENGLISH, "fr": FRENCH, "es": SPANISH}


@pytest.mark.parametrize("language", REAL)
def test_real_texts_are_plausible(language: str) -> None:
    assert is_plausible(REAL[language])


@pytest.mark.parametrize(
    "text", ["", " \n", "Yes.", "لا", "是", "ITU-T X.509 v3", "https://example.org/a?b=c#d", "1 2 3 " * 300]
)
def test_little_text_is_not_doubted(text: str) -> None:
    assert is_plausible(text)


def swap(text: str) -> str:
    return re.sub("ل([اأإآ])", r"\1ل", text)


def reverse_words(text: str) -> str:
    return " ".join(word[::-1] for word in text.split())


@pytest.mark.parametrize("damage", [swap, reverse_words], ids=["lam and alef swapped", "letters reversed"])
def test_damaged_arabic_is_doubted(damage: object) -> None:
    assert callable(damage)
    assert doubt(damage(REAL["ar"])) > doubt(REAL["ar"]) * 2
    assert not is_plausible(damage(REAL["ar"]))


@pytest.mark.parametrize(
    "text",
    [
        codecs.encode(ENGLISH, "rot13"),
        "".join(chr(ord(one) + 0xE000) if one.isalpha() else one for one in ENGLISH),
        ENGLISH.replace("e", "\ufffd"),
        " ".join(ENGLISH.replace(" ", "")),
        ENGLISH.replace(" ", ""),
        REAL["ru"].encode("cp1251").decode("latin-1"),
        REAL["ru"].translate(str.maketrans("аеорсух", "aeopcyx"))[:2000],
        "".join(chr(ord(one) + 900) if "\u4e00" <= one <= "\u9fff" else one for one in REAL["zh"]),
    ],
    ids=["shifted", "private", "replaced", "torn apart", "run together", "wrong charset", "two alphabets", "wrong Han"],
)
def test_damaged_letters_are_doubted(text: str) -> None:
    assert not is_plausible(text)
