"""Plain text: its charset told by its first octets, by NUL between them, or by the ladder of charsets."""

from __future__ import annotations

import codecs
import contextlib
import re

from intake.decoding.charsets import decode_text
from intake.decoding.documents.draft import MAX_CHARACTERS, Draft, Full
from intake.decoding.documents.wide import wide_charset
from intake.vocabulary.document import BlockKind, Document, Flag

ENGINE = "intake text 1"
MAX_OCTETS = 4 * MAX_CHARACTERS
"""No charset needs more than four for a character."""
TELLING_OCTETS = 100
"""Above 127, of a text whose charset nobody tells: fewer letters look right in several."""

_ASCII = bytes(range(128))

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def read(octets: bytes, charset: str | None = None) -> Document:
    """Its paragraphs, parted by blank lines; where there are none, its lines are one. ``charset`` as its part said."""
    draft = Draft(ENGINE)
    text = decode(octets[:MAX_OCTETS], draft, charset)
    if len(octets) > MAX_OCTETS:
        draft.flag(Flag.TOO_LARGE)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").replace("\v", "\n")
    with contextlib.suppress(Full):  # The draft is flagged then, and holds what was read.
        for paragraph in _BLANK_LINES.split(lines):
            if paragraph.strip():
                draft.add(BlockKind.PARAGRAPH, paragraph)
    return draft.finish()


def decode(octets: bytes, draft: Draft, declared: str | None = None) -> str:
    """Octets as text; flagged as damaged where some of it cannot be read."""
    name = next((name for mark, name in _MARKS if octets.startswith(mark)), None) or wide_charset(octets)
    if name is not None:
        text, defect = octets.decode(name, "replace").removeprefix("\ufeff"), None
    else:
        text, defect = decode_text(octets, declared)
    if "\ufffd" in text or (defect is not None and defect.endswith("unreadable")):
        draft.flag(Flag.DAMAGED)
    elif defect is not None and "read as" in defect and len(octets.translate(None, _ASCII)) < TELLING_OCTETS:
        draft.flag(Flag.GUESSED)
    return text
