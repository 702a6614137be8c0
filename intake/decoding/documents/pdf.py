"""PDF (ISO 32000), through PDFium. Runs inside the sandbox.

What a page shows is read: its text, what was typed onto it, and the fields of a form. Notes are kept apart.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from intake.decoding.documents import lines, plausibility
from intake.decoding.documents.annotations import read_annotations
from intake.decoding.documents.direction import RIGHT_TO_LEFT
from intake.decoding.documents.glyphs import Glyph, arrange
from intake.decoding.documents.lines import Line
from intake.vocabulary.document import Block, Document, Flag

MAX_PAGES = 2000
"""That are read."""
MAX_CHARS = 4_000_000
"""Of all pages: four times the longest book."""
MAX_PAGE_CHARS = 100_000
"""Of one page; a full one has five thousand."""
MAX_OBJECTS = 2000
"""Of one page, that are looked at to see whether it is a picture."""
READ_SECONDS = 3.0
"""Of the processor; then what was read stands, and is flagged."""
MAX_TEXT_OBJECTS = 20
"""Of one page, that are asked whether they can be seen."""
FEW_LETTERS = 24
"""Of a page: a scan bears a page number, or a stamp of the machine, at most."""
PICTURE_SHARE = 0.4
"""Of a page, that a picture covers: with few letters it is a scan."""
MANY_PATHS = 60
"""Lines and curves on a page without letters: letters that were drawn."""
PAGE_PIXELS = 3_900_000
"""Of a page as a picture: A4 at 200 dpi. At 300, more Arabic words come out wrong (seen: 4 of 100 instead of 1)."""
DOTS_PER_POINT = 200 / 72

ENGINE = f"pypdfium2 {pypdfium2.PYPDFIUM_INFO.tag}, PDFium {pypdfium2.PDFIUM_INFO.build}"

_ONE_LETTER = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont"
    b"/Helvetica>>>>>>/Contents 4 0 R>>endobj 4 0 obj<</Length 28>>stream\nBT /F 9 Tf 0 0 Td (a) Tj ET \nendstream "
    b"endobj trailer<</Root 1 0 R>>"
)
_PASSWORD = pdfium.FPDF_ERR_PASSWORD
_XFA = {pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND}


@dataclass(slots=True)
class _Page:
    """What was found on one page."""

    lines: list[Line] = field(default_factory=list)
    typed: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_scan: bool = False


def prepare() -> None:
    """Let PDFium look for the fonts of this machine: it takes ten milliseconds, and happens at the first letter."""
    read(_ONE_LETTER)


def read(octets: bytes) -> Document:
    """All pages; of a scan, that it is one."""
    document, flag = _open(octets)
    if document is None:
        return Document(flags=(flag,), engine=ENGINE)
    pages, flags = _read_pages(document)
    blocks: list[Block] = []
    for page, own in zip(pages, lines.compose([page.lines for page in pages]), strict=True):
        blocks += [*own, *page.typed]
    notes = tuple(note for page in pages for note in page.notes)
    text = "\n".join(block.text for block in blocks)
    if any(page.is_scan for page in pages):
        flags.append(Flag.NO_TEXT_LAYER)
    if not plausibility.is_plausible(text):
        flags.append(Flag.IMPLAUSIBLE)
    if notes:
        flags.append(Flag.COMMENTS)
    if document.get_formtype() in _XFA or pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
        flags.append(Flag.UNSUPPORTED)  # A form that only Adobe shows, or files in the file.
    return Document(blocks=tuple(blocks), comments=notes, flags=tuple(dict.fromkeys(flags)), engine=ENGINE)


def find_scans(octets: bytes) -> list[tuple[int, int]]:
    """Pages that are pictures, from 0; and before which block of the document what is recognized there belongs."""
    document, _ = _open(octets)
    if document is None:
        return []
    pages, _ = _read_pages(document)
    found, blocks = [], 0
    for number, (page, own) in enumerate(zip(pages, lines.compose([page.lines for page in pages]), strict=True)):
        if page.is_scan:
            found.append((number, blocks))
        blocks += len(own) + len(page.typed)
    return found


def render(octets: bytes, number: int) -> bytes:
    """A page as a grey picture, as PGM (binary, 8 bits); nothing where it is blank."""
    document, _ = _open(octets)
    if document is None:
        raise ValueError("no page")
    page = document[number]
    width, height = page.get_size()
    scale = min(DOTS_PER_POINT, (PAGE_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    rows = memoryview(bitmap.buffer).cast("B")
    body = b"".join(rows[at * bitmap.stride : at * bitmap.stride + bitmap.width] for at in range(bitmap.height))
    if body.count(body[:1]) == len(body):
        return b""
    return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + body


def _open(octets: bytes) -> tuple[pypdfium2.PdfDocument | None, Flag]:
    try:
        return pypdfium2.PdfDocument(octets), Flag.DAMAGED
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _PASSWORD
        return None, Flag.ENCRYPTED if locked else Flag.DAMAGED


def _read_pages(document: pypdfium2.PdfDocument) -> tuple[list[_Page], list[Flag]]:
    flags: list[Flag] = []
    if document.get_formtype() != pdfium.FORMTYPE_NONE:
        document.init_forms()
    started, count, chars = time.process_time(), len(document), 0
    if count > MAX_PAGES:
        flags.append(Flag.TOO_LARGE)
    pages: list[_Page] = []
    for number in range(min(count, MAX_PAGES)):
        if time.process_time() - started > READ_SECONDS:
            flags.append(Flag.TIMED_OUT)
            break
        if chars > MAX_CHARS:
            flags.append(Flag.TOO_LARGE)
            break
        page, length, damage = _read_page(document, number)
        chars += length
        pages.append(page)
        flags += damage
    if not pages:
        flags.append(Flag.DAMAGED)
    if not any(page.lines or page.typed for page in pages):
        for page in pages:
            page.is_scan = True  # Whatever it shows, it is not text: a document that says nothing is looked at.
    return pages, flags


def _read_page(document: pypdfium2.PdfDocument, number: int) -> tuple[_Page, int, list[Flag]]:
    try:
        page = document[number]
        letters = page.get_textpage()
    except pypdfium2.PdfiumError:
        return _Page(), 0, [Flag.DAMAGED]
    length = letters.count_chars()
    cut = min(length, MAX_PAGE_CHARS)
    found = _Page(lines=_read_lines(letters, cut))
    if sum(len(line.text) for line in found.lines) < FEW_LETTERS:
        found.is_scan = _is_picture(page)
    flags = _hidden(page)
    for block in read_annotations(document, page):
        if isinstance(block, Block):
            found.typed.append(block)
        else:
            found.notes.append(block)
    letters.close()
    page.close()
    return found, cut, [*flags, Flag.TOO_LARGE] if cut < length else flags


# --- text --------------------------------------------------------------------------------------------


def _read_lines(letters: pypdfium2.PdfTextPage, count: int) -> list[Line]:
    text = letters.get_text_range(0, count) if count else ""
    if RIGHT_TO_LEFT.search(text):
        return arrange(list(_glyphs(letters, count)))
    return list(_plain_lines(letters, text))


def _plain_lines(letters: pypdfium2.PdfTextPage, text: str) -> Iterator[Line]:
    """Lines that run from left to right, as PDFium finds them."""
    at = 0
    for whole in text.split("\n"):
        line = whole.rstrip("\r")
        inside = line.strip()
        if inside:
            first = at + _units(line[: len(line) - len(line.lstrip())])
            begin = pdfium.FPDFText_GetCharIndexFromTextIndex(letters, first)
            end = pdfium.FPDFText_GetCharIndexFromTextIndex(letters, first + _units(inside) - 1)
            left, _, baseline = _place(letters, begin)
            _, right, _ = _place(letters, end if end >= 0 else begin)
            yield Line(inside.replace("\0", ""), left, right, baseline, _size(letters, begin, pdfium.FS_MATRIX()))
        at += _units(whole) + 1


def _units(text: str) -> int:
    """Of UTF-16, in which PDFium counts."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def _glyphs(letters: pypdfium2.PdfTextPage, count: int) -> Iterator[Glyph]:
    """What the page shows; spaces and line ends that PDFium made up are left out."""
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    matrix = pdfium.FS_MATRIX()
    for at in range(count):
        code = pdfium.FPDFText_GetUnicode(letters, at)
        if not code or code in {0xA, 0xD, 0xFFFE} or 0xD800 <= code < 0xE000:  # noqa: PLR2004 - half characters
            continue
        letter = chr(code) if code <= 0x10FFFF else "\ufffd"  # noqa: PLR2004 - the last character
        pdfium.FPDFText_GetLooseCharBox(letters, at, box)
        if letter.isspace() and box.right <= box.left:
            continue
        pdfium.FPDFText_GetCharOrigin(letters, at, x, y)
        yield Glyph(letter, box.left, box.right, x.value, y.value, _size(letters, at, matrix))


def _place(letters: pypdfium2.PdfTextPage, at: int) -> tuple[float, float, float]:
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetLooseCharBox(letters, at, box)
    pdfium.FPDFText_GetCharOrigin(letters, at, x, y)
    return box.left, box.right, y.value


def _size(letters: pypdfium2.PdfTextPage, at: int, matrix: pdfium.FS_MATRIX) -> float:
    """Of a letter on the page, in points: that of its font, times what the page does to it."""
    size = float(pdfium.FPDFText_GetFontSize(letters, at))
    if pdfium.FPDFText_GetMatrix(letters, at, matrix):
        size *= (matrix.c**2 + matrix.d**2) ** 0.5
    return size or 1.0


# --- pictures ----------------------------------------------------------------------------------------


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    """Whether a page without letters shows something that may be letters."""
    width, height = page.get_size()
    paths = 0
    for at in range(min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)):
        one = pdfium.FPDFPage_GetObject(page, at)
        kind = pdfium.FPDFPageObj_GetType(one)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            paths += 1
        elif kind in {pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM} and _covers(one, width * height):
            return True
    return paths >= MANY_PATHS


def _hidden(page: pypdfium2.PdfPage) -> list[Flag]:
    """Letters that cannot be seen (ISO 32000-1, 9.3.6): over a picture, what a scanner recognized; else, hidden."""
    over_picture, unseen, seen = False, 0, 0
    for at in range(min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)):
        one = pdfium.FPDFPage_GetObject(page, at)
        kind = pdfium.FPDFPageObj_GetType(one)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            width, height = page.get_size()
            over_picture = over_picture or _covers(one, width * height)
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            invisible = pdfium.FPDFTextObj_GetTextRenderMode(one) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            unseen, seen = unseen + invisible, seen + 1 - invisible
            if unseen + seen >= MAX_TEXT_OBJECTS:
                break
    if not unseen:
        return []
    return [Flag.RECOGNIZED if over_picture else Flag.HIDDEN_TEXT]


def _covers(one: pdfium.FPDF_PAGEOBJECT, area: float) -> bool:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(one, left, bottom, right, top):
        return False
    own = (right.value - left.value) * (top.value - bottom.value)
    return own > PICTURE_SHARE * area
