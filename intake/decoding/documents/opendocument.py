"""OpenDocument text, sheets and slides (.odt, .ods, .odp; ISO/IEC 26300). Runs inside the sandbox.

What LibreOffice shows is read: numbers of lists computed, tracked changes accepted, hidden text left out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from intake.decoding.documents.draft import Draft, Full
from intake.decoding.documents.open_story import OpenStory
from intake.decoding.documents.open_styles import OFFICE, STYLE, TEXT, OpenStyles
from intake.decoding.documents.open_text import Note, OpenText
from intake.decoding.documents.package import Element, Package, local
from intake.vocabulary.document import Document, Flag

ENGINE = "intake opendocument 1"
MAX_NOTES = 20_000
"""Of a document; a note may hold notes."""

_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_FORM_ID = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}id"


def read(octets: bytes) -> Document:
    """The text of a file. Raises zipfile.BadZipFile where it is no archive at all."""
    package = Package(octets)
    draft = Draft(ENGINE)
    if b"encryption-data" in (package.read("META-INF/manifest.xml") or b""):
        draft.flag(Flag.ENCRYPTED)
        return draft.finish()
    content, styles = package.tree("content.xml"), package.tree("styles.xml")
    body = None if content is None else content.find(f"{OFFICE}body")
    if body is None:
        draft.flag(Flag.DAMAGED)
    else:
        if next(body.iter(f"{TEXT}changed-region"), None) is not None:
            draft.flag(Flag.TRACKED_CHANGES)
        with contextlib.suppress(Full):  # The draft is flagged then, and holds what was read.
            _read(body, OpenStyles((styles, content)), styles, draft)
    for flag in package.flags:
        draft.flag(flag)
    return draft.finish()


def _read(body: Element, styles: OpenStyles, pages: Element | None, draft: Draft) -> None:
    text = OpenText(styles, draft, _controls(body))
    story = OpenStory(draft, styles, text)
    try:
        _margins(pages, "header", story)
        for kind in body:  # Of one kind: text, spreadsheet, presentation, drawing.
            story.read(kind)
        for note in _unread(text):
            draft.lead(note.mark)
            OpenStory(draft, styles, text).read(note.body)
        _margins(pages, "footer", story)
    finally:
        if text.has_hidden or story.has_hidden:
            draft.flag(Flag.HIDDEN_TEXT)
    if draft.is_empty and text.has_pictures:
        draft.flag(Flag.NO_TEXT_LAYER)


def _unread(text: OpenText) -> Iterator[Note]:
    """Notes in the order in which they are met, while some are."""
    for at in range(MAX_NOTES):
        if at >= len(text.notes):
            return
        yield text.notes[at]


def _controls(body: Element) -> dict[str, Element]:
    """Fields of forms, by their identifiers."""
    found: dict[str, Element] = {}
    for forms in body.iter(f"{OFFICE}forms"):
        for one in forms.iter():
            for key in (_XML_ID, _FORM_ID):
                if local(one) and one.get(key):
                    found[one.get(key)] = one
    return found


def _margins(styles: Element | None, name: str, story: OpenStory) -> None:
    """Headers or footers of all kinds of pages, none twice (ISO/IEC 26300-3, 16.10)."""
    said: set[str] = set()
    for one in styles.iter(STYLE + name) if styles is not None else ():
        text = "".join(one.itertext())
        if text.strip() and text not in said and one.get(f"{STYLE}display", "true") == "true":
            said.add(text)
            story.read(one)
