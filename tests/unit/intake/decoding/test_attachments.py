"""Names of files are safe to show and to write, and part without name has one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.decoding.attachments import MAX_NAME_OCTETS, make_attachment, safe_name


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("answer.pdf", "answer.pdf"),
        ("réponse n° 1.docx", "réponse n° 1.docx"),
        ("答复.pdf", "答复.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\answer.pdf", "answer.pdf"),
        ("/", ""),
        ("..", ""),
        (" . . ", ""),
        (".htaccess", "htaccess"),
        ("answer.pdf.", "answer.pdf"),
        ("a\nb\r.pdf", "ab.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("a   b.pdf", "a b.pdf"),
        ('a<b>:"|?*.pdf', "a_b_.pdf"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("a\u200b\ufeff.pdf", "a.pdf"),
        ("a\ud800.pdf", "a.pdf"),
        ("re\u0301ponse.pdf", "réponse.pdf"),
        ("", ""),
    ],
)
def test_a_name_keeps_its_words_and_loses_its_dangers(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


@pytest.mark.parametrize("letter", ["a", "é", "ж", "ع", "字", "𝔞"])
def test_a_long_name_keeps_its_ending_and_can_be_written_to_disk(letter: str, tmp_path: Path) -> None:
    name = safe_name(letter * 500 + ".pdf")
    assert name.endswith(f"{letter}.pdf")
    assert len(name.encode()) <= MAX_NAME_OCTETS
    (tmp_path / name).write_bytes(b"")


@pytest.mark.parametrize("given_name", ["a." + "x" * 500, "x" * 500, "." * 500 + "x" * 400])
def test_a_name_without_an_ending_worth_the_name_is_cut(given_name: str) -> None:
    assert 0 < len(safe_name(given_name).encode()) <= MAX_NAME_OCTETS


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_name_comes_out_safe(text: str) -> None:
    name = safe_name(text)
    assert not set(name) & set('/\\:*?"<>|\0')
    assert not {category(c) for c in name} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert name not in {".", ".."}
    assert not name.startswith((".", " "))
    assert len(name.encode()) <= MAX_NAME_OCTETS


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("application/pdf", "part-2.1.pdf"),
        ("message/rfc822", "part-2.1.eml"),
        ("text/calendar", "part-2.1.ics"),
        ("text/html", "part-2.1.html"),
        ("application/x-nobody-knows", "part-2.1.bin"),
        ("", "part-2.1.bin"),
    ],
)
def test_a_part_without_name_is_named_after_its_place(declared: str, name: str) -> None:
    made = make_attachment(octets=b"x", declared_type=declared, given_name="..", position="2.1", inline=False)
    assert made.name == name


def test_an_attachment_is_named_by_its_sha256() -> None:
    made = make_attachment(octets=b"x", declared_type="a/b", given_name="a", position="1", inline=True)
    assert (made.sha256, made.size, made.inline) == (hashlib.sha256(b"x").hexdigest(), 1, True)
