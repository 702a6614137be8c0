"""Header fields as people meant them."""

from __future__ import annotations

import pytest

from intake.decoding.headers import (
    MAX_MAILBOXES,
    MAX_VALUE_CHARACTERS,
    decode_value,
    read_filename,
    read_mailboxes,
    read_message_ids,
    read_parameter,
)
from intake.decoding.parts import read_tree
from intake.vocabulary.mail import Mailbox


def raw(text: str, charset: str) -> str:
    """A header value as compat32 gives it: octets above 127 as lone surrogates."""
    return text.encode(charset).decode("ascii", "surrogateescape")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("  plain  ", "plain"),
        ("two\r\n lines", "two lines"),
        ("two\n\tlines", "two lines"),
        ("=?utf-8?q?Gen=C3=A8ve?=", "Genève"),
        ("=?utf-8?Q?=47en=C3=A8ve_2026?=", "Genève 2026"),
        ("=?UTF-8?B?R2Vuw6h2ZQ==?=", "Genève"),
        ("=?utf-8?B?R2Vuw6h2ZQ?=", "Genève"),
        ("=?utf-8?B?R2Vuw6h2ZQ===?=", "Genève"),
        ("=?utf-8?b?R2Vu w6h2ZQ==?=", "Genève"),
        ("=?iso-8859-1?q?=93caf=E9=94?=", "“café”"),
        ("=?utf-8*fr?q?Gen=C3=A8ve?=", "Genève"),
        ("=?koi8-r?B?8sXVzNjUwdQ=?=", "Реультат"),
        ("=?utf-8?q?Gen=C3?= =?utf-8?q?=A8ve?=", "Genève"),
        ("=?utf-8?q?Gen=C3?=\r\n =?utf-8?q?=A8ve?=", "Genève"),
        ("=?utf-8?q?a?= =?iso-8859-1?q?=E9?=", "aé"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("Re: =?utf-8?q?Gen=C3=A8ve?= (2)", "Re: Genève (2)"),
        ('"=?utf-8?q?Gen=C3=A8ve?="', '"Genève"'),
        ("=?utf-8?q?a=3Fb?=", "a?b"),
        ("=?nonsense?q?abc?=", "abc"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?never ended", "=?utf-8?q?never ended"),
        ("=?utf-8?b?!!!!?=", ""),
        ("=?utf-8?b?A?=", ""),
        ("=?utf-8?q?a=0D=0ABcc:_b?=", "a Bcc: b"),
        ("=?utf-8?q?a=00=08b=1B[31m=7F?=", "ab[31m"),
        ("=?utf-8?q?tab=09?=x", "tab x"),
        ("", ""),
    ],
)
def test_a_value_is_one_line_of_text(value: str, text: str) -> None:
    assert decode_value(value) == text


@pytest.mark.parametrize(
    ("text", "charset", "body"),
    [
        ("Contribución", "utf-8", None),
        ("Contribución", "cp1252", None),
        ("Ответ на консультацию", "koi8-r", "koi8-r"),
        ("关于性别数字鸿沟的意见", "gb18030", "gb18030"),
        ("Contribución", "utf-8", "koi8-r"),
    ],
)
def test_raw_octets_are_read_as_utf_8_or_as_the_body_is(text: str, charset: str, body: str | None) -> None:
    assert decode_value(raw(text, charset), body) == text


def test_a_value_is_cut_at_its_limit() -> None:
    assert len(decode_value("x" * (MAX_VALUE_CHARACTERS + 5))) == MAX_VALUE_CHARACTERS


@pytest.mark.parametrize(
    ("value", "boxes"),
    [
        ("a@x.example", [("", "a@x.example")]),
        ("Amina Diallo <a@x.example>", [("Amina Diallo", "a@x.example")]),
        ('"Diallo, Amina" <a@x.example>', [("Diallo, Amina", "a@x.example")]),
        ("a@x.example (Amina)", [("Amina", "a@x.example")]),
        ("=?utf-8?q?Diallo=2C_Amina?= <a@x.example>", [("Diallo, Amina", "a@x.example")]),
        ("a@x.example, B <b@x.example>", [("", "a@x.example"), ("B", "b@x.example")]),
        ("Group: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        ("Diallo, Amina <a@x.example>", [("Diallo, Amina", "a@x.example")]),
        ("Office 3, Amina (Ms) <a@x.example>", [("Office 3, Amina (Ms)", "a@x.example")]),
        ('A <a@x>, "Q, R" <q@x>, S, T <s@x>', [("A", "a@x"), ("Q, R", "q@x"), ("S, T", "s@x")]),
        ("=?utf-8?B?TmFtZSA8YUBiLmM+?=", [("Name", "a@b.c")]),
        ("=?utf-8?q?J=C3=B6rg?= test", [("Jörg test", "")]),
        ("mailer-daemon", [("", "mailer-daemon")]),
        ("undisclosed-recipients:;", []),
        ("", []),
    ],
)
def test_mailboxes_are_split_before_they_are_decoded(value: str, boxes: list[tuple[str, str]]) -> None:
    assert [(box.name, box.address) for box in read_mailboxes([value])] == boxes


def test_raw_octets_in_a_name_are_read_as_the_body_is() -> None:
    assert read_mailboxes([raw("Амина <a@x.example>", "koi8-r")], "koi8-r") == (Mailbox("Амина", "a@x.example"),)


def test_mailboxes_of_all_fields_are_gathered_up_to_their_limit() -> None:
    many = [", ".join(f"u{n}@x.example" for n in range(800))] * 2
    assert len(read_mailboxes(many)) == MAX_MAILBOXES


def test_what_looks_like_an_address_is_found_among_comments_without_end() -> None:
    assert Mailbox("", "a@x.example") in read_mailboxes(["(" * 5000 + " <a@x.example>"])


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        (["<1@x.example>"], ("<1@x.example>",)),
        (["<1@x.example> <2@x.example>\r\n <3@x.example>"], ("<1@x.example>", "<2@x.example>", "<3@x.example>")),
        (["<1@x.example>", "<1@x.example> junk, <2@x.example>"], ("<1@x.example>", "<2@x.example>")),
        (["your message of Monday"], ()),
        (["<with space@x>"], ()),
        ([], ()),
    ],
)
def test_message_ids_are_found_in_order_and_once(values: list[str], ids: tuple[str, ...]) -> None:
    assert read_message_ids(values) == ids


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b'Content-Disposition: attachment; filename="answer.pdf"', "answer.pdf"),
        (b"Content-Disposition: attachment; filename=answer.pdf", "answer.pdf"),
        (b"Content-Type: application/pdf; name=answer.pdf", "answer.pdf"),
        (b"Content-Type: application/pdf; name=a.pdf\nContent-Disposition: inline; filename=b.pdf", "b.pdf"),
        (b"Content-Disposition: attachment; filename*=utf-8''r%C3%A9ponse.pdf", "réponse.pdf"),
        (b"Content-Disposition: attachment; filename*=iso-8859-1'fr'r%E9ponse.pdf", "réponse.pdf"),
        (
            b"Content-Disposition: attachment;\n filename*0*=utf-8''%D0%9E;\n filename*1*=%D1%82%D0%B2;\n filename*2=.pdf",
            "Отв.pdf",
        ),
        (b"Content-Disposition: attachment;\n filename*0=long-;\n filename*1=name.pdf", "long-name.pdf"),
        (b'Content-Disposition: attachment; filename="=?utf-8?q?r=C3=A9ponse.pdf?="', "réponse.pdf"),
        (b'Content-Disposition: attachment;\n filename="=?utf-8?q?r=C3=A9?=\n =?utf-8?q?ponse.pdf?="', "réponse.pdf"),
        ('Content-Disposition: attachment; filename="réponse.pdf"'.encode(), "réponse.pdf"),
        ('Content-Disposition: attachment; filename="réponse.pdf"'.encode("latin-1"), "réponse.pdf"),
        (b"Content-Disposition: attachment; filename*=utf-8''a\xc3\xa9%20b.pdf", "aé b.pdf"),
        (b"Content-Disposition: attachment; filename*=nonsense''abc.pdf", "abc.pdf"),
        (b"Content-Disposition: attachment; filename=", ""),
        (b"Content-Disposition: attachment", ""),
        (b"X: y", ""),
        (b"Content-Disposition: attachment; filename*=a; filename*0=b", "a"),
        (b"Content-Disposition: attachment; filename*" + b"9" * 5000 + b"=b", ""),
    ],
)
def test_a_part_is_named_as_it_names_itself(field: bytes, name: str) -> None:
    assert read_filename(read_tree(field + b"\n\nx")) == name


def test_raw_octets_in_a_name_of_a_file_are_read_as_the_body_is() -> None:
    field = 'Content-Disposition: attachment; filename="ответ.pdf"'.encode("koi8-r")
    assert read_filename(read_tree(field + b"\n\nx"), "koi8-r") == "ответ.pdf"


def test_a_parameter_is_read_past_one_that_cannot_be() -> None:
    part = read_tree(b"Content-Type: text/plain; charset=koi8-r; format=flowed\n\nx")
    assert read_parameter(part, "format") == "flowed"
    assert read_parameter(part, "absent") == ""
