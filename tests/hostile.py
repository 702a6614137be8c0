"""Documents that were made to do harm: by name, each a function of nothing, or of the path of a canary."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

Maker = Callable[[Path], bytes]


def make_pdf(objects: dict[int, bytes], root: int = 1, trailer: bytes = b"") -> bytes:
    """A file of these objects, with a right table of references."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, start)
    return bytes(out)


def make_stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


def make_page(content: bytes, entries: bytes = b"") -> dict[int, bytes]:
    """The objects of a document of one page with this content."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 4 0 R >> >> /Contents 5 0 R >>"
    )
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return {1: CATALOG, 2: pages, 3: page, 4: FONT, 5: make_stream(content, entries)}


def page_tree_in_a_circle(_: Path) -> bytes:
    return make_pdf(
        {
            1: CATALOG,
            2: b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 100000 >>",
            3: b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 50000 >>",
        }
    )


def page_tree_of_a_billion(_: Path) -> bytes:
    """Ten kids, each with the same ten kids, nine times."""
    tree = {1: CATALOG}
    for depth in range(2, 11):
        kids = b" ".join([b"%d 0 R" % (depth + 1)] * 10)
        tree[depth] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, 10 ** (11 - depth))
    tree[11] = b"<< /Type /Page /Parent 10 0 R /MediaBox [0 0 9 9] >>"
    return make_pdf(tree)


def pages_that_are_claimed(_: Path) -> bytes:
    return make_pdf(
        {
            **make_page(b"BT /F 12 Tf 72 700 Td (one page) Tj ET"),
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>",
        }
    )


def references_in_a_circle(_: Path) -> bytes:
    """The table of references names itself as the one before."""
    whole = make_pdf(make_page(b"BT /F 12 Tf 72 700 Td (kept) Tj ET"))
    start = whole.index(b"xref\n0")
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def dictionaries_without_end(_: Path) -> bytes:
    return make_pdf({**make_page(b""), 6: b"<< /A " * 200_000 + b">> " * 200_000}) + b"<<[" * 500_000


def form_that_draws_itself(_: Path) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /X 6 0 R >> >> /Contents 5 0 R >>"
    form = make_stream(
        b"/X Do " * 50, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    )
    return make_pdf({**make_page(b"/X Do"), 3: page, 6: form})


def content_that_swells(_: Path) -> bytes:
    """One page, whose letters are a gigabyte when unpacked: packed twice."""
    line = b"BT /F 1 Tf 1 0 0 1 72 700 Tm (" + b"swell " * 1000 + b") Tj ET\n"
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(line * 20) for _ in range(9000)) + packer.flush()
    return make_pdf(make_page(zlib.compress(once, 9), b"/Filter [/FlateDecode /FlateDecode]"))


def letters_without_number(_: Path) -> bytes:
    """Arabic letters through a ToUnicode table, half a million on one page, each on a place of its own."""
    table = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <41> <5A> <0627> endbfrange endcmap end"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    words = b"".join(b"1 0 0 1 %d %d Tm (ABCDE(F)G) Tj " % (at * 7 % 595, at * 13 % 842) for at in range(60_000))
    return make_pdf({**make_page(b"BT /F 5 Tf " + words + b"ET"), 4: font, 6: make_stream(table)})


def form_with_an_external_entity(canary: Path) -> bytes:
    """XFA, which asks for a file (CVE-2025-54988 and its like)."""
    form = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "%s">]><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template><field><value><text>&x;</text></value></field></template></xdp:xdp>'
        % canary.as_uri().encode()
    )
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /XFA 6 0 R >> >>"
    return make_pdf({**make_page(b"BT /F 12 Tf 72 700 Td (Please wait) Tj ET"), 1: catalog, 6: make_stream(form)})


def pdf_that_opens_a_file(canary: Path) -> bytes:
    """A stream that lies in another file, and an action that opens it (ISO 32000-1, 7.3.8.2 and 12.6.4.5)."""
    path = str(canary).encode()
    catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (%s) >> >>" % path
    outside = b"<< /Length 0 /F (%s) >>\nstream\n\nendstream" % path
    return make_pdf({**make_page(b""), 1: catalog, 5: outside})


def word_with_an_external_entity(canary: Path) -> bytes:
    text = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "{canary.as_uri()}">]>'
    return make_word(
        text
        + '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>before &x; after</w:t></w:r></w:p></w:body></w:document>'
    )


def word_of_a_billion_laughs(_: Path) -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return make_word(
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "ha">{entities}]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>'
    )


def word_that_swells(_: Path) -> bytes:
    """A gigabyte of blanks in a file of a megabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        with archive.open("word/document.xml", "w") as member:
            for _ in range(1024):
                member.write(b" " * 2**20)
    return out.getvalue()


CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def make_word(document: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", document)
    return out.getvalue()


def make_png(width: int, height: int, rows: bytes) -> bytes:
    """A grey picture; the rows as they are packed."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def picture_without_horizon(_: Path) -> bytes:
    return make_png(2**31 - 1, 2**31 - 1, zlib.compress(b"\0" * 1000))


def picture_that_swells(_: Path) -> bytes:
    """Sixteen gigapixels, well packed."""
    packer = zlib.compressobj(9)
    row = b"\0" * 20_001
    rows = b"".join(packer.compress(row * 100) for _ in range(200)) + packer.flush()
    return make_png(20_000, 20_000, rows)


def picture_of_endless_frames(_: Path) -> bytes:
    """A TIFF whose second directory is its first."""
    entries = [
        (256, 4, 1, 400),
        (257, 4, 1, 400),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (278, 4, 1, 400),
        (279, 4, 1, 160_000),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *one) for one in entries)
    return b"II*\0" + struct.pack("<I", 8 + 160_000) + b"\xff" * 160_000 + directory + struct.pack("<I", 8 + 160_000)


def brackets_in_a_million(_: Path) -> bytes:
    """Bait for patterns that look back: a PDF of brackets, bullets, digits and spaces."""
    line = b"BT /F 5 Tf 72 700 Td (" + rb"\(\(\( 1.1.1.1.1.1 - - - .. " * 2000 + b") Tj ET\n"
    return make_pdf(make_page(line * 12))


DOCUMENTS: dict[str, Maker] = {
    one.__name__: one
    for one in (
        page_tree_in_a_circle,
        page_tree_of_a_billion,
        pages_that_are_claimed,
        references_in_a_circle,
        dictionaries_without_end,
        form_that_draws_itself,
        content_that_swells,
        letters_without_number,
        form_with_an_external_entity,
        pdf_that_opens_a_file,
        word_with_an_external_entity,
        word_of_a_billion_laughs,
        word_that_swells,
        picture_without_horizon,
        picture_that_swells,
        picture_of_endless_frames,
        brackets_in_a_million,
    )
}
