"""What a file is, by its octets: its sender's program may have called it anything."""

from __future__ import annotations

import re

DIRECTORY_OCTETS = 64 * 1024
"""At the end of a ZIP archive that are looked at: there lies its list of contents (APPNOTE 4.3.12)."""
HEAD_OCTETS = 4096
"""At the beginning of a file that are looked at."""

_OOXML = "application/vnd.openxmlformats-officedocument."
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
    (b"-----BEGIN PGP SIGNATURE", "application/pgp-signature"),
    (b"-----BEGIN PGP PUBLIC KEY", "application/pgp-keys"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
"""Names in the directory of the file, written in UTF-16 (MS-CFB, 2.6.1)."""
_PACKED = (
    (b"word/document", f"{_OOXML}wordprocessingml.document"),
    (b"xl/workbook", f"{_OOXML}spreadsheetml.sheet"),
    (b"ppt/presentation", f"{_OOXML}presentationml.presentation"),
)
_OPEN_DOCUMENT = re.compile(rb"mimetype(application/vnd\.oasis\.opendocument\.[a-z-]{1,40})")
_FORMATS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_HTML = re.compile(
    rb"(?i)\s{0,200}(?:<!--.{0,500}?-->\s{0,200}|<\?xml[^>]{0,200}>\s{0,200})?<(?:!doctype\s+html|html|head|body)\b",
    re.DOTALL,
)
_MESSAGE = re.compile(
    rb"(?i)(?:>?From [^\r\n]{1,200}\r?\n)?"
    rb"(?:received|return-path|from|date|message-id|mime-version|delivered-to|x-[a-z-]{1,60}|subject|to)[ \t]*:"
    rb"[^\r\n]*\r?\n"
    rb"(?:[ \t][^\r\n]*|[!-9;-~]{1,80}[ \t]*:[^\r\n]*)\r?\n"
)


def sniff(octets: bytes) -> str:
    """The media type that the octets show; '' where they show none (plain text shows nothing)."""
    head = octets[:HEAD_OCTETS].removeprefix(b"\xef\xbb\xbf")
    if head.startswith(b"PK\x03\x04"):
        return _packed(octets)
    if head.startswith(_OLE):
        return _ole(octets)
    for mark, kind in _MARKS:
        if head.startswith(mark):
            return kind
    if head[4:8] == b"ftyp":
        return _FORMATS.get(head[8:12], "video/mp4")
    if head[:4] == b"RIFF" and head[8:12] in {b"WEBP", b"WAVE"}:
        return "image/webp" if head[8:12] == b"WEBP" else "audio/wav"
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if _HTML.match(head):
        return "text/html"
    return "message/rfc822" if _MESSAGE.match(head) else ""


def _packed(octets: bytes) -> str:
    if found := _OPEN_DOCUMENT.search(octets, 0, 200):
        return found[1].decode()
    names = octets[-DIRECTORY_OCTETS:]
    return next((kind for name, kind in _PACKED if name in names), "application/zip")


def _ole(octets: bytes) -> str:
    """A .msg may hold files of the other kinds, which are found behind it in this order."""
    return next(
        (kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in octets), "application/x-ole-storage"
    )
