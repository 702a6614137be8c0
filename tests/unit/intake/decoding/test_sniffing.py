"""What a file is, by its octets."""

from __future__ import annotations

import io
import time
import zipfile

import outlook as ole
import pytest

from intake.decoding.sniffing import sniff


def packed(*names: str, first: tuple[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in [*([first] if first else []), *((name, "x") for name in names)]:
            archive.writestr(name, text)
    return buffer.getvalue()


ODT = "application/vnd.oasis.opendocument.text"
OOXML = "application/vnd.openxmlformats-officedocument."


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\0\0junk before\n%PDF-1.4", "application/pdf"),
        (b"{\\rtf1\\ansi", "application/rtf"),
        (b"\x89PNG\r\n\x1a\n\0", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\0\0\0\x18ftypheic\0\0", "image/heic"),
        (b"\0\0\0\x18ftypisom\0\0", "video/mp4"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0AVI ", ""),
        (packed("[Content_Types].xml", "word/document.xml"), OOXML + "wordprocessingml.document"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), OOXML + "spreadsheetml.sheet"),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), OOXML + "presentationml.presentation"),
        (packed("content.xml", first=("mimetype", ODT)), ODT),
        (packed("a.txt"), "application/zip"),
        (ole.write({"WordDocument": b"x"}), "application/msword"),
        (ole.write({"Workbook": b"x"}), "application/vnd.ms-excel"),
        (ole.write(ole.message(ole.text(0x37, "s"))), "application/vnd.ms-outlook"),
        (ole.write({"Else": b"x"}), "application/x-ole-storage"),
        (b"\x78\x9f\x3e\x22\0\0", "application/ms-tnef"),
        (b"BEGIN:VCALENDAR\r\n", "text/calendar"),
        (b"BEGIN:VCARD\r\n", "text/vcard"),
        (b"-----BEGIN PGP MESSAGE-----\n", "application/pgp-encrypted"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "text/html"),
        (b" <!-- saved -->\n<HTML>", "text/html"),
        (b"Received: from a\r\n\tby b\r\nSubject: x\r\n", "message/rfc822"),
        (b"From a@b Mon\nFrom: a@b\nTo: c@d\n\nx", "message/rfc822"),
        (b"Subject: to the matter\nwe say this\n", ""),
        (b"Dear colleagues,\n", ""),
        (b"", ""),
    ],
)
def test_a_file_is_known_by_its_beginning(octets: bytes, kind: str) -> None:
    assert sniff(octets) == kind


@pytest.mark.parametrize(
    "octets", [b"<!--" * 2_000_000, b" " * 5_000_000, b"PK\x03\x04" * 1_000_000, b"x-a:" * 1_000_000]
)
def test_it_takes_little_time(octets: bytes) -> None:
    start = time.process_time()
    sniff(octets)
    assert time.process_time() - start < 0.5
