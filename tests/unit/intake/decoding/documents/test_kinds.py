from __future__ import annotations

import io
import zipfile

import pytest

from intake.decoding.documents.kinds import READERS, Kind, declared_kind, detect


def pack(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def contents(kind: str) -> dict[str, str]:
    part = f'<Override ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>'
    return {"[Content_Types]_xml": f"<Types>{part}</Types>"}


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (b"%PDF-1.4\n", Kind.PDF),
        (b"junk of a mail program\n%PDF-1.4\n", Kind.PDF),
        (b"\xff\xd8\xff\xe0", Kind.PICTURE),
        (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
        (b"II*\0\x08", Kind.PICTURE),
        (b"MM\0*\0", Kind.PICTURE),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Kind.PICTURE),
        (b"\0\0\0\x18ftypheic\0\0", Kind.PICTURE),
        (b"BM\x10\0\0\0\0\0\0\0", Kind.PICTURE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.LEGACY),
        (b"\n{\\rtf1\\ansi", Kind.RTF),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", Kind.HTML),
        (b"<!-- a --><!-- b -->\n<html>", Kind.HTML),
        (b"<?xml version='1.0'?><html xmlns='x'>", Kind.HTML),
        ("\ufeff<html><body>".encode("utf-16-le"), Kind.HTML),
        (pack(**contents("wordprocessingml.document")), Kind.WORD),
        (pack(**contents("spreadsheetml.sheet")), Kind.SHEETS),
        (pack(**contents("presentationml.presentation")), Kind.SLIDES),
        (pack(mimetype="application/vnd.oasis.opendocument.text"), Kind.OPEN_DOCUMENT),
        (pack(word__document_xml="<w/>"), Kind.WORD),
        (pack(readme="text"), None),
        (b"PK\x03\x04 and then nothing", None),
        (b"BMW has answered", None),
        (b"plain words", None),
        (b"", None),
    ],
)
def test_octets_say_what_they_are(octets: bytes, kind: Kind | None) -> None:
    assert detect(octets) is kind
    assert detect(octets, "answer.doc", "application/msword") is kind  # Whatever the sender called them.


@pytest.mark.parametrize(
    ("octets", "name", "declared_type", "kind"),
    [
        (b"plain words", "answer.txt", "", Kind.TEXT),
        (b"plain words", "", "text/plain; charset=utf-8", Kind.TEXT),
        ("\ufeffслова".encode("utf-16-le"), "answer.txt", "", Kind.TEXT),
        (b"<p>without a head", "answer.htm", "", Kind.HTML),
        (b"\0\x01\x02 no text", "answer.txt", "text/plain", None),
        (b"<html>", "answer.txt", "text/plain", Kind.HTML),
    ],
)
def test_text_is_known_by_what_it_is_called(octets: bytes, name: str, declared_type: str, kind: Kind | None) -> None:
    assert detect(octets, name, declared_type) is kind


def test_the_extension_goes_before_the_type() -> None:
    assert declared_kind("answer.PDF", "application/octet-stream") is Kind.PDF
    assert declared_kind("answer.pdf", "text/plain") is Kind.PDF
    assert declared_kind("answer", "image/jpeg") is Kind.PICTURE
    assert declared_kind("pdf", "") is None


def test_a_head_of_comments_is_read_in_time() -> None:
    """Found by review: comments that may end in many places were tried in all ways."""
    assert detect(b"<!-- -->" * 127 + b"<") is None


def test_every_reader_is_a_module() -> None:
    import importlib

    for name in READERS.values():
        assert callable(importlib.import_module(f"intake.decoding.documents.{name}").read)
