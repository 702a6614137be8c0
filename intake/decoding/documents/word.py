"""Word documents (.docx, ISO/IEC 29500-1, 17). Runs inside the sandbox.

What Word shows is read: numbers of lists computed, tracked changes accepted, hidden text left out; comments apart.
"""

from __future__ import annotations

import contextlib

from intake.decoding.documents import revisions
from intake.decoding.documents.draft import Draft, Full
from intake.decoding.documents.numbering import Numbering
from intake.decoding.documents.package import Element, Package, local
from intake.decoding.documents.pieces import text_of
from intake.decoding.documents.runs import Notes, Runs, outermost
from intake.decoding.documents.stories import Story
from intake.decoding.documents.styles import Styles, W, is_on
from intake.vocabulary.document import Document, Flag

ENGINE = "intake word 1"
MAX_STORIES = 500
"""Headers and footers of a document: six a section."""

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def read(octets: bytes) -> Document:
    """A .docx as text. Raises zipfile.BadZipFile where it is no archive at all."""
    package = Package(octets)
    draft = Draft(ENGINE)
    reader = _Reader(package, draft)
    with contextlib.suppress(Full):  # The draft is flagged then, and holds what was read.
        reader.read()
    for flag in package.flags:
        draft.flag(flag)
    if reader.runs.has_hidden:
        draft.flag(Flag.HIDDEN_TEXT)
    if draft.is_empty and reader.runs.has_pictures:
        draft.flag(Flag.NO_TEXT_LAYER)
    return draft.finish()


class _Reader:
    def __init__(self, package: Package, draft: Draft) -> None:
        self._package, self._draft = package, draft
        self._main = package.main_part("word/document.xml")
        self._relations = package.relations(self._main)
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"), self._styles)
        self._notes = Notes()
        self.runs = Runs(self._styles, self._notes)

    def read(self) -> None:
        root = self._package.tree(self._main)
        body = None if root is None else root.find(f"{W}body")
        if body is None:
            self._draft.flag(Flag.DAMAGED)
            return
        if revisions.has_changes(root):
            self._draft.flag(Flag.TRACKED_CHANGES)
        self._comments()
        self._margins(root, "headerReference")
        self._story().read(body)
        self._read_notes()
        self._margins(root, "footerReference")

    def _part(self, kind: str) -> Element | None:
        name = next((one.target for one in self._relations.values() if one.type == kind), "")
        return self._package.tree(name) if name else None

    def _story(self) -> Story:
        self.runs.begin()
        return Story(self._draft, self._styles, self._numbering, self.runs)

    def _margins(self, root: Element, reference: str) -> None:
        """Headers or footers, those alone that some page shows, and none twice (17.10)."""
        settings = self._part("settings")
        has_even = settings is not None and is_on(settings.find(f"{W}evenAndOddHeaders"))
        shown: dict[str, None] = {}
        for section in root.iter(f"{W}sectPr"):
            has_first = is_on(section.find(f"{W}titlePg"))
            kinds = {"default"} | {kind for kind, one in (("even", has_even), ("first", has_first)) if one}
            for one in section.iterfind(W + reference):
                related = self._relations.get(one.get(f"{_R}id", ""))
                if one.get(f"{W}type", "default") in kinds and related is not None and related.target:
                    shown[related.target] = None
        said: set[str] = set()
        for name in list(shown)[:MAX_STORIES]:
            part = self._package.tree(name)
            text = "" if part is None else "".join(part.itertext())
            if part is not None and text.strip() and text not in said:
                said.add(text)
                if revisions.has_changes(part):
                    self._draft.flag(Flag.TRACKED_CHANGES)
                self._story().read(part)

    def _read_notes(self) -> None:
        """Those that the text refers to, each behind its mark; notes may hold marks themselves."""
        parts = {kind: _by_id(self._part(f"{kind}s")) for kind in ("footnote", "endnote")}
        stories = {kind: self._story() for kind in parts}
        read: set[tuple[str, str]] = set()
        for kind, identifier, mark in self._notes.met:
            note = parts[kind].get(identifier)
            if note is None or (kind, identifier) in read:
                continue
            read.add((kind, identifier))
            if mark:
                self._draft.lead(mark)
            stories[kind].read(note)

    def _comments(self) -> None:
        for comment in self._by_order("comments"):
            texts = (text_of(self.runs.read(one, hidden=False)) for one in outermost(comment, "p"))
            self._draft.comment(comment.get(f"{W}author", ""), "\n".join(texts))

    def _by_order(self, kind: str) -> list[Element]:
        part = self._part(kind)
        return [one for one in part if local(one) == "comment"] if part is not None else []


def _by_id(part: Element | None) -> dict[str, Element]:
    notes = [] if part is None else [one for one in part if local(one) in {"footnote", "endnote"}]
    return {note.get(f"{W}id", ""): note for note in notes if note.get(f"{W}type", "normal") == "normal"}
