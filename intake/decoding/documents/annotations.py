"""What was put onto the pages of a PDF: fields that were filled in, text that was typed, notes (ISO 32000-1, 12.5)."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from intake.vocabulary.document import Block, BlockKind

MAX_ANNOTATIONS = 2000
"""Of one page: a form has some tens."""
MAX_TEXT_OCTETS = 2**20
"""Of one field or note."""

_CHECKED = {pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON}
_NO_FIELD = {pdfium.FPDF_FORMFIELD_PUSHBUTTON, pdfium.FPDF_FORMFIELD_SIGNATURE, -1}


def read_annotations(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> Iterator[Block | str]:
    """Blocks for what was filled in and typed onto the page; a text for each note."""
    for at in range(min(pdfium.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
        one = pdfium.FPDFPage_GetAnnot(page, at)
        if not one:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(one)
        if kind == pdfium.FPDF_ANNOT_WIDGET and document.formenv is not None:
            yield from _field(document.formenv, one)
        elif kind not in {pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP}:
            contents = _string(pdfium.FPDFAnnot_GetStringValue, one, b"Contents").strip()
            if contents:
                typed = kind == pdfium.FPDF_ANNOT_FREETEXT
                yield Block(BlockKind.PARAGRAPH, contents) if typed else contents
        pdfium.FPDFPage_CloseAnnot(one)


def _field(form: pypdfium2.PdfFormEnv, one: pdfium.FPDF_ANNOTATION) -> Iterator[Block]:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, one)
    if kind in _NO_FIELD:
        return
    value = _string(pdfium.FPDFAnnot_GetFormFieldValue, form, one)
    if kind in _CHECKED:
        value = value if pdfium.FPDFAnnot_IsChecked(form, one) else ""
    if value.strip():
        yield Block(BlockKind.FIELD, value.strip(), tag=_string(pdfium.FPDFAnnot_GetFormFieldName, form, one))


def _string(function: object, *arguments: object) -> str:
    """A text that PDFium writes into a buffer as UTF-16."""
    assert callable(function)
    size = int(function(*arguments, None, 0))
    if not 2 < size <= MAX_TEXT_OCTETS:  # noqa: PLR2004 - its closing zero
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\0")
