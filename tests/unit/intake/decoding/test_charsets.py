"""Octets are read by the charset that was meant, and what was wrong with the declaration is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.decoding.charsets import SUPERSETS, decode_text

RUSSIAN = "Мы благодарим секретариат за приглашение и отвечаем на первый вопрос утвердительно."
ARABIC = "نشكر الأمانة على الدعوة ونجيب عن السؤال الأول بالإيجاب."
CHINESE = "感谢秘书处的邀请，我们对第一个问题的回答是肯定的。"
FRENCH = "Nous répondons « oui » à la première question, à Genève."


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "UTF8"),
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "iso-8859-5"),
        (RUSSIAN, '"windows-1251"'),
        (ARABIC, "windows-1256"),
        (CHINESE, "gb18030"),
        (CHINESE, "gb2312"),
        (CHINESE, "GBK"),
        ("日本語の回答です", "iso-2022-jp"),
        ("日本語の回答です", "shift_jis"),
        ("한국어 답변입니다", "euc-kr"),
        ("한국어 답변입니다", "ks_c_5601-1987"),
        (FRENCH, "iso-8859-1"),
        (FRENCH, "utf-7"),
        (FRENCH, "utf-16"),
        ("plain", "us-ascii"),
        ("plain", "utf-16le"),
        ("plain", "utf-32be"),
        ("", "utf-8"),
    ],
)
def test_a_right_declaration_is_followed_without_complaint(text: str, charset: str) -> None:
    name = charset.strip('"')
    octets = text.encode({"gb2312": "gb18030", "ks_c_5601-1987": "cp949"}.get(name, name))
    assert decode_text(octets, charset) == (text, None)


@pytest.mark.parametrize("said", ["iso-8859-1", "ISO-8859-1", "latin-1", "latin1", "l1", "iso8859-1", "iso_8859-1"])
def test_who_says_latin_1_means_windows_1252(said: str) -> None:
    assert decode_text("“quoted” – 5 €".encode("cp1252"), said) == ("“quoted” – 5 €", None)


def test_the_superset_of_gb2312_has_the_letters_that_names_need() -> None:
    assert decode_text("朱镕基".encode("gb18030"), "gb2312") == ("朱镕基", None)


@pytest.mark.parametrize(
    "declared", [None, "", "us-ascii", "x-unknown", "unknown-8bit", "base64", "rot13", "idna", "\0"]
)
def test_utf_8_is_recognised_where_the_declaration_is_of_no_use(declared: str | None) -> None:
    text, defect = decode_text(RUSSIAN.encode(), declared)
    assert text == RUSSIAN
    assert defect is not None
    assert defect.endswith("is UTF-8")


@pytest.mark.parametrize(
    ("text", "charset"),
    [(RUSSIAN, "windows-1251"), (RUSSIAN, "koi8-r"), (ARABIC, "windows-1256"), (CHINESE, "gb18030")],
)
def test_an_undeclared_charset_is_detected_in_a_text_of_some_length(text: str, charset: str) -> None:
    long = text * 20
    read, defect = decode_text(long.encode(charset), None)
    assert read == long
    assert defect is not None
    assert "declared nothing, read as" in defect


@pytest.mark.parametrize("octets", [b"\x81", b"a\x81b\x8d", b"\xff\xfe\xfd" * 100, b"caf\xe9", b"\x80\x81\x82 text"])
@pytest.mark.parametrize("declared", [None, "utf-8", "us-ascii", "gb18030", "utf-16", "big5"])
def test_ascii_letters_survive_whatever_stands_between_them(octets: bytes, declared: str | None) -> None:
    text, defect = decode_text(b"Geneva " + octets + b" Geneva", declared)
    if declared not in {"utf-16", "gb18030", "big5"} or defect:
        assert text.startswith("Geneva ")
        assert text.endswith(" Geneva")


def test_a_broken_utf_8_is_said_to_be_broken() -> None:
    _, defect = decode_text(RUSSIAN.encode()[:-2], "utf-8")
    assert defect is not None
    assert "declared utf-8" in defect


@pytest.mark.parametrize(
    "name", ["unicode_escape", "raw_unicode_escape", "punycode", "undefined", "hex", "zlib", "mbcs"]
)
def test_notations_that_no_mail_program_means_are_not_followed(name: str) -> None:
    assert decode_text(b"\\u0041 \\x42 plain", name)[0] == "\\u0041 \\x42 plain"
    assert decode_text("\\u0041 é".encode(), name)[0] == "\\u0041 é"


def test_ascii_is_ascii_whatever_is_declared() -> None:
    for name in ("windows-1251", "gb18030", "utf-16", "nonsense"):
        assert decode_text(b"plain words", name) == ("plain words", None)


def test_lone_surrogates_come_out_of_no_charset() -> None:
    text, _ = decode_text(b"+2AA-", "utf-7")
    text.encode("utf-8")


@given(
    octets=st.binary(max_size=200),
    name=st.one_of(
        st.none(),
        st.sampled_from([*SUPERSETS, "utf-7", "utf-16", "hz", "cp037", "iso-2022-jp", "x"]),
        st.text(max_size=20),
    ),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_octets_under_any_name_give_a_text_that_can_be_stored(octets: bytes, name: str | None) -> None:
    text, _ = decode_text(octets, name)
    text.encode("utf-8")
    assert decode_text(octets, name)[0] == text
