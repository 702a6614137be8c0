"""Plain text in the charset that it is in."""

from __future__ import annotations

import pytest

from intake.decoding.documents import plain
from intake.decoding.documents.wide import wide_charset
from intake.vocabulary.document import Flag

TEXT = "Ответ администрации на вопрос 1\nо доступности связи.\n\nВторой абзац ответа."


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251"])
def test_paragraphs_in_any_charset(charset):
    found = plain.read(TEXT.encode(charset))
    assert [block.text for block in found.blocks] == TEXT.split("\n\n")
    assert found.flags == ((Flag.GUESSED,) if charset == "cp1251" else ())


def test_a_charset_that_is_declared_is_no_guess():
    found = plain.read(TEXT.encode("koi8-r"), "koi8-r")
    assert [block.text for block in found.blocks] == TEXT.split("\n\n")
    assert found.flags == ()


def test_a_text_that_is_long_enough_tells_its_charset():
    assert plain.read((TEXT * 3).encode("cp1251")).flags == ()


def test_lines_of_all_systems():
    assert [b.text for b in plain.read(b"a\r\nb\rc\n \t\n\nd\fe").blocks] == ["a\nb\nc", "d", "e"]


def test_more_than_a_document_may_have_is_cut_and_said():
    found = plain.read(b"x" * (plain.MAX_OCTETS + 1))
    assert len(found.text) == plain.MAX_CHARACTERS
    assert found.flags == (Flag.TOO_LARGE,)


@pytest.mark.parametrize(
    ("octets", "charset"),
    [
        (b"\0a\0b", "utf-16-be"),
        (b"a\0b\0", "utf-16-le"),
        ("一二 2024".encode("utf-16-be"), "utf-16-be"),
        (b"\0\1\2\3", None),
        (b"text", None),
        (b"a\0b", None),
    ],
)
def test_utf_16_is_seen_without_a_mark(octets, charset):
    assert wide_charset(octets) == charset
