"""What Office kept in OLE files (MS-CFB): .doc, .ppt, .xls; and .docx and its kin where they are encrypted.

Runs inside the sandbox.
"""

from __future__ import annotations

import contextlib
import io
import struct

import olefile

from intake.decoding.documents import old_sheets, old_slides, old_word
from intake.decoding.documents.draft import Draft, Full
from intake.vocabulary.document import Document, Flag

ENGINE = f"intake legacy 1, olefile {olefile.__version__}"
MAX_STREAM_OCTETS = 64 * 2**20
"""Of one stream; a file is no larger."""


def read(octets: bytes) -> Document:
    """The text of a file. Raises OSError where it is no OLE file."""
    draft = Draft(ENGINE)
    # Of few octets olefile thinks that they are the name of a file.
    with (
        olefile.OleFileIO(io.BytesIO(octets)) as ole,
        contextlib.suppress(Full),
    ):  # The draft is flagged then, and holds the rest.
        try:
            _read(ole, draft)
        except (struct.error, IndexError):
            draft.flag(Flag.DAMAGED)
    return draft.finish()


def _read(ole: olefile.OleFileIO, draft: Draft) -> None:
    def stream(name: str) -> bytes:
        if not ole.exists(name):
            return b""
        with ole.openstream(name) as opened:
            octets: bytes = opened.read(MAX_STREAM_OCTETS)
        return octets

    if ole.exists("EncryptedPackage"):  # MS-OFFCRYPTO, 2.3.2.
        draft.flag(Flag.ENCRYPTED)
    elif ole.exists("WordDocument"):
        old_word.read(stream("WordDocument"), (stream("0Table"), stream("1Table")), stream("Data"), draft)
    elif ole.exists("PowerPoint Document"):
        old_slides.read(stream("PowerPoint Document"), stream("Current User"), draft)
    elif ole.exists("Workbook") or ole.exists("Book"):
        old_sheets.read(stream("Workbook") or stream("Book"), draft)
    else:
        draft.flag(Flag.UNSUPPORTED)
