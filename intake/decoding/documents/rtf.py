"""Rich Text Format (1.9.1): what a word processor shows of it. Runs inside the sandbox.

Labels of lists are kept in the file as text, for readers like this one; deleted and hidden text is left out.
"""

from __future__ import annotations

import contextlib
import re

from intake.decoding.documents.draft import Draft, Full
from intake.decoding.documents.rtf_story import RtfStory
from intake.vocabulary.document import Document, Flag

ENGINE = "intake rtf 1"
MAX_OCTETS = 48 * 2**20
"""Of a file; most of a large one is pictures, written as hexadecimal digits."""

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(\r?\n|[^a-zA-Z])|([{}])|([^\\{}\r\n]+)"
)


def read(octets: bytes) -> Document:
    """The text of a file, up to its limit."""
    draft = Draft(ENGINE)
    story = RtfStory(draft)
    with contextlib.suppress(Full):  # The draft is flagged then, and holds what was read.
        _read(octets[:MAX_OCTETS], story)
    with contextlib.suppress(Full):
        story.finish()
    if len(octets) > MAX_OCTETS:
        draft.flag(Flag.TOO_LARGE)
    if story.has_hidden:
        draft.flag(Flag.HIDDEN_TEXT)
    if story.has_pictures and draft.is_empty:
        draft.flag(Flag.NO_TEXT_LAYER)
    return draft.finish()


def _read(octets: bytes, story: RtfStory) -> None:
    at = 0
    while (token := _TOKEN.search(octets, at)) is not None:
        at = token.end()
        word, number, code, symbol, brace, text = token.groups()
        if brace == b"{":
            story.open()
        elif brace:
            story.close()
        elif word == b"bin":
            at += min(max(int(number or 0), 0), len(octets))
        elif story.to_skip:  # What older readers show for the character that was read.
            passed = min(story.to_skip, len(text)) if text else 1
            story.to_skip -= passed
            at -= len(text) - passed if text else 0
        elif code:
            story.say_octets(bytes((int(code, 16),)))
        elif text:
            story.say_octets(text)
        elif symbol in {b"\n", b"\r\n", b"\r"}:
            story.control("par", None)
        else:
            story.control((word or symbol).decode("latin-1"), None if number is None else int(number))
