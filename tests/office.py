"""Office files written part by part, for the tests: what no program would write, and what few programs do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NAMES = (
    f'xmlns:w="{W}" xmlns:r="{_OFFICE}/relationships" xmlns:m="{_OFFICE}/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)
_ROOTS = {"styles": "styles", "numbering": "numbering", "settings": "settings", "footnotes": "footnotes",
          "endnotes": "endnotes", "comments": "comments", "header": "hdr", "footer": "ftr"}  # fmt: skip


def pack(parts: Mapping[str, str | bytes], *, first: str = "") -> bytes:
    """A ZIP archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """Identifier to type and target."""
    inside = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def content_types(types: Mapping[str, str]) -> str:
    """Part to the end of its content type."""
    inside = "".join(
        f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/>'
        for part, kind in types.items()
    )
    return (
        f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{inside}</Types>'
    )


def write_word(body: str, *, prolog: str = "", raw: Mapping[str, str | bytes] | None = None, **parts: str) -> bytes:
    """A .docx: the inside of w:body, and of other parts by their kind (``header2`` is a second header)."""
    targets, types = {}, {"word/document.xml": "wordprocessingml.document.main"}
    files: dict[str, str | bytes] = {
        "word/document.xml": f'<?xml version="1.0"?>{prolog}<w:document {_NAMES}><w:body>{body}</w:body></w:document>'
    }
    for name, inside in parts.items():
        kind = name.rstrip("0123456789")
        targets[name] = (kind, f"{name}.xml")
        types[f"word/{name}.xml"] = f"wordprocessingml.{kind}"
        files[f"word/{name}.xml"] = f'<?xml version="1.0"?><w:{_ROOTS[kind]} {_NAMES}>{inside}</w:{_ROOTS[kind]}>'
    files |= {
        "word/_rels/document.xml.rels": relations(targets),
        "_rels/.rels": relations({"main": ("officeDocument", "word/document.xml")}),
        **(raw or {}),
    }
    return pack({"[Content_Types].xml": content_types(types), **files})


def paragraph(text: str = "", properties: str = "") -> str:
    """A w:p of one run."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def item(number: int, level: int = 0, text: str = "x") -> str:
    """A paragraph in a list."""
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(at: int, style: str, text: str, *, start: int = 1, more: str = "", last: str = "") -> str:
    """A level of a list; ``more`` stands before the pattern, as the schema has it, ``last`` behind it."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{text}"/>{last}</w:lvl>'
    )


def definition(name: int, *levels: str, more: str = "") -> str:
    """The rules of a list."""
    return f'<w:abstractNum w:abstractNumId="{name}"><w:multiLevelType w:val="multilevel"/>{more}{"".join(levels)}</w:abstractNum>'


def numbered(name: int, of: int, overrides: str = "") -> str:
    """A list with these rules."""
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def restart(at: int, start: int) -> str:
    """A list that starts anew."""
    return f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
