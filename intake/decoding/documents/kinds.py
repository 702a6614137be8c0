"""What kind of document octets are: by their beginning first, by what their sender called them last."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from enum import StrEnum

from intake.decoding.documents.wide import wide_charset


class Kind(StrEnum):
    """What we tell apart; each kind that can be read has its line in READERS."""

    PDF = "pdf"  # ISO 32000.
    PICTURE = "picture"  # A photograph or a scan: JPEG, PNG, TIFF, WebP, HEIC, GIF, BMP.
    WORD = "word"  # .docx, ISO/IEC 29500.
    SHEETS = "sheets"  # .xlsx.
    SLIDES = "slides"  # .pptx.
    OPEN_DOCUMENT = "open-document"  # .odt, .ods, .odp, ISO/IEC 26300.
    LEGACY = "legacy"  # OLE: .doc, .xls, .ppt, and whatever Office has encrypted.
    RTF = "rtf"  # Rich Text Format.
    HTML = "html"  # A page.
    TEXT = "text"  # Plain text, by its declaration alone.


READERS: dict[Kind, str] = {
    Kind.PDF: "pdf",
    Kind.PICTURE: "pictures",
    Kind.WORD: "word",
    Kind.SHEETS: "sheets",
    Kind.SLIDES: "slides",
    Kind.OPEN_DOCUMENT: "opendocument",
    Kind.LEGACY: "legacy",
    Kind.RTF: "rtf",
    Kind.HTML: "page",
    Kind.TEXT: "plain",
}
"""The module of this package whose ``read(octets) -> Document`` reads a kind. It runs inside the sandbox: it may
take the time and the memory of Limits, and raise what it likes; what it raises is flagged as damage. What it must
do once before the first document is in its ``prepare()``, if it has one."""

HEAD_OCTETS = 1024
"""PDF readers look for the mark so far (ISO 32000-1, annex H.3.4.1)."""
PACKED = b"PK\x03\x04"
"""How a ZIP archive begins (APPNOTE 4.3.7): what is in it, only its end says."""
_MAX_MEMBERS = 10_000
"""Of a ZIP archive that are looked at; documents have some tens."""
_MAX_MEMBER_OCTETS = 2**20
"""Of a list of contents."""
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"GIF87a", b"GIF89a", b"BM")
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
"""ISO/IEC 23008-12, B.4.1."""
_HTML = re.compile(
    rb"(?:\s|<!--(?:(?!-->).)*-->|<\?[^>]*>)*<(?:!doctype\s+html|html|head|body|meta|title)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_EXTENSIONS = {
    Kind.PDF: "pdf",
    Kind.PICTURE: "jpg jpeg jpe png tif tiff webp heic heif gif bmp",
    Kind.WORD: "docx docm dotx dotm",
    Kind.SHEETS: "xlsx xlsm xltx",
    Kind.SLIDES: "pptx pptm ppsx potx",
    Kind.OPEN_DOCUMENT: "odt ott ods odp",
    Kind.LEGACY: "doc dot xls ppt pps wps",
    Kind.RTF: "rtf",
    Kind.HTML: "html htm xhtml",
    Kind.TEXT: "txt text md csv log",
}
_BY_EXTENSION = {extension: kind for kind, names in _EXTENSIONS.items() for extension in names.split()}
_BY_TYPE = {
    "application/pdf": Kind.PDF,
    "application/x-pdf": Kind.PDF,
    "image/jpeg": Kind.PICTURE,
    "image/pjpeg": Kind.PICTURE,
    "image/png": Kind.PICTURE,
    "image/tiff": Kind.PICTURE,
    "image/webp": Kind.PICTURE,
    "image/heic": Kind.PICTURE,
    "image/heif": Kind.PICTURE,
    "image/gif": Kind.PICTURE,
    "image/bmp": Kind.PICTURE,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": Kind.WORD,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template": Kind.WORD,
    "application/vnd.ms-word.document.macroenabled.12": Kind.WORD,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": Kind.SHEETS,
    "application/vnd.ms-excel.sheet.macroenabled.12": Kind.SHEETS,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": Kind.SLIDES,
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow": Kind.SLIDES,
    "application/vnd.oasis.opendocument.text": Kind.OPEN_DOCUMENT,
    "application/vnd.oasis.opendocument.spreadsheet": Kind.OPEN_DOCUMENT,
    "application/vnd.oasis.opendocument.presentation": Kind.OPEN_DOCUMENT,
    "application/msword": Kind.LEGACY,
    "application/vnd.ms-excel": Kind.LEGACY,
    "application/vnd.ms-powerpoint": Kind.LEGACY,
    "application/rtf": Kind.RTF,
    "text/rtf": Kind.RTF,
    "text/html": Kind.HTML,
    "application/xhtml+xml": Kind.HTML,
    "text/plain": Kind.TEXT,
    "text/csv": Kind.TEXT,
    "text/markdown": Kind.TEXT,
}
_MAIN_PARTS = (
    (b"wordprocessingml", Kind.WORD),
    (b"ms-word", Kind.WORD),
    (b"spreadsheetml", Kind.SHEETS),
    (b"ms-excel", Kind.SHEETS),
    (b"presentationml", Kind.SLIDES),
    (b"ms-powerpoint", Kind.SLIDES),
)


_PACKED_KINDS = frozenset({Kind.WORD, Kind.SHEETS, Kind.SLIDES, Kind.OPEN_DOCUMENT})
"""Kinds that are ZIP archives inside."""


def declared_kind(name: str, declared_type: str) -> Kind | None:
    """What its sender called it: by the extension, which people see, then by the media type."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return _BY_EXTENSION.get(extension) or _BY_TYPE.get(declared_type.partition(";")[0].strip().lower())


def detect(octets: bytes, name: str = "", declared_type: str = "") -> Kind | None:
    """The kind of a document; None where it is none that we know. Never raises, whatever the octets are."""
    declared = declared_kind(name, declared_type)
    head = octets[:HEAD_OCTETS]
    if head.startswith(PACKED):
        return _packed(octets, declared)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Kind.LEGACY
    if _is_picture(head):
        return Kind.PICTURE
    if b"%PDF-" in head:
        return Kind.PDF
    bare = head.removeprefix(_MARKS[0]).lstrip()
    if bare.startswith(b"{\\rtf"):
        return Kind.RTF
    if _HTML.match(_narrow(bare)):
        return Kind.HTML
    if declared in {Kind.TEXT, Kind.HTML} and (b"\0" not in head or head.startswith(_MARKS[1:]) or wide_charset(head)):
        return declared
    return None


def _is_picture(head: bytes) -> bool:
    if head.startswith(_PICTURES):
        return not head.startswith(b"BM") or head[6:10] == b"\0\0\0\0"  # Words begin with BM, too.
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS


def _narrow(head: bytes) -> bytes:
    """UTF-16 as octets that the pattern of HTML knows."""
    return head[2:].replace(b"\0", b"") if head.startswith(_MARKS[1:]) else head


def _packed(octets: bytes, declared: Kind | None) -> Kind | None:
    """Of a ZIP archive: what its list of contents says (ISO/IEC 29500-2, 7; ISO/IEC 26300-2, 3.3).

    One that was cut off has lost its list: then it is what it is called, so that its reader says that it is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            names = set(archive.namelist()[:_MAX_MEMBERS])
            if "mimetype" in names and _begin(archive, "mimetype").startswith(b"application/vnd.oasis.opendocument."):
                return Kind.OPEN_DOCUMENT
            contents = _begin(archive, "[Content_Types].xml") if "[Content_Types].xml" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error):
        return declared if declared in _PACKED_KINDS else None
    for part in re.findall(rb'ContentType\s*=\s*["\']([^"\']{1,200})\.main\+xml', contents):
        for word, kind in _MAIN_PARTS:
            if word in part:
                return kind
    folders = {name.partition("/")[0] for name in names}
    return next(
        (
            kind
            for folder, kind in (("word", Kind.WORD), ("xl", Kind.SHEETS), ("ppt", Kind.SLIDES))
            if folder in folders
        ),
        None,
    )


def _begin(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(_MAX_MEMBER_OCTETS)
