"""PowerPoint 97 to 2003 (.ppt, MS-PPT): the texts of each slide, and the notes of its speaker."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.decoding.documents.draft import Draft
from intake.vocabulary.document import BlockKind, Flag

MAX_DEPTH = 32
"""Records inside records; PowerPoint nests eight."""
MAX_RECORDS = 500_000
"""That are looked at, of a whole presentation."""
MAX_EDITS = 1000
"""Times that a file was saved without being written anew."""

_CONTAINER = 0xF
_DOCUMENT, _SLIDE_INFO, _SLIDE_ATOM, _NOTES_ID = 1000, 1017, 1007, 16
_LIST, _PERSIST, _OUTLINE_REF, _HEADER, _CHARACTERS, _OCTETS = 4080, 1011, 3998, 3999, 4000, 4008
_EDIT, _DIRECTORY = 4085, 6002
_SLIDES, _NOTES = 0, 2
_TITLES = {0, 6}
_NOTES_TEXT = 2
_HIDDEN = 0x04
_ENCRYPTED_TOKEN = 0xF3D1C4DF


@dataclass(frozen=True, slots=True)
class _Record:
    """A record (2.3.1): instance and type, and where its content is."""

    instance: int
    type: int
    is_container: bool
    start: int
    end: int


@dataclass(slots=True)
class _Entry:
    """A slide, or a page of notes, in the list of the document; with the texts of its outline."""

    persist: int
    identifier: int
    texts: list[tuple[int, str]] = field(default_factory=list)


def read(stream: bytes, user: bytes, draft: Draft) -> None:
    """The streams PowerPoint Document and Current User. Raises Full; struct.error where they are damaged."""
    _, _, _, _, token, offset = struct.unpack_from("<HHIIII", user)
    if token == _ENCRYPTED_TOKEN:
        draft.flag(Flag.ENCRYPTED)
        return
    _Presentation(stream, draft).read(offset)


class _Presentation:
    def __init__(self, stream: bytes, draft: Draft) -> None:
        self._stream, self._draft = stream, draft
        self._left = MAX_RECORDS

    def read(self, offset: int) -> None:
        places, document = self._directory(offset)
        start = places.get(document, -1)
        root = next(self._records(start, len(self._stream)), None) if start >= 0 else None
        if root is None or root.type != _DOCUMENT:
            self._draft.flag(Flag.DAMAGED)
            return
        slides = list(self._entries(root, _SLIDES))
        notes = {entry.identifier: places.get(entry.persist, -1) for entry in self._entries(root, _NOTES)}
        for entry in slides:
            self._slide(places.get(entry.persist, -1), entry, notes)

    def _directory(self, offset: int) -> tuple[dict[int, int], int]:
        """Where each object is, the latest edit first (2.1.2); and which is the document."""
        places: dict[int, int] = {}
        document, seen = 0, set[int]()
        while offset not in seen and len(seen) < MAX_EDITS:
            seen.add(offset)
            edit = next(self._records(offset, len(self._stream)), None)
            if edit is None or edit.type != _EDIT:
                self._draft.flag(Flag.DAMAGED)
                break
            before, directory, identifier = struct.unpack_from("<III", self._stream, edit.start + 8)
            document = document or identifier
            for record in self._records(directory, len(self._stream)):
                if record.type == _DIRECTORY:
                    places = dict(self._places(record)) | places
                break
            if before == 0:
                break
            offset = before
        return places, document

    def _places(self, record: _Record) -> Iterator[tuple[int, int]]:
        at = record.start
        while at + 4 <= record.end:
            (head,) = struct.unpack_from("<I", self._stream, at)
            first, count = head & 0xFFFFF, head >> 20
            at += 4
            for index in range(min(count, (record.end - at) // 4)):
                yield first + index, struct.unpack_from("<I", self._stream, at + 4 * index)[0]
            at += 4 * count

    def _records(self, start: int, end: int) -> Iterator[_Record]:
        end = min(end, len(self._stream))
        while 0 <= start <= end - 8:
            self._left -= 1
            self._draft.tick()
            if self._left < 0:
                self._draft.flag(Flag.TOO_LARGE)
                return
            head, kind, size = struct.unpack_from("<HHI", self._stream, start)
            stop = min(start + 8 + size, end)
            yield _Record(head >> 4, kind, head & 15 == _CONTAINER, start + 8, stop)
            start = stop

    def _inside(self, record: _Record, depth: int = 0) -> Iterator[_Record]:
        """All records in one, in order; those that hold others, before them."""
        for one in self._records(record.start, record.end):
            yield one
            if one.is_container and depth < MAX_DEPTH:
                yield from self._inside(one, depth + 1)

    def _entries(self, document: _Record, instance: int) -> Iterator[_Entry]:
        """Slides or notes in their order (2.4.14.3)."""
        for listed in self._records(document.start, document.end):
            if listed.type != _LIST or listed.instance != instance:
                continue
            entry, kind = None, -1
            for record in self._records(listed.start, listed.end):
                if record.type == _PERSIST:
                    if entry is not None:
                        yield entry
                    persist, _, _, identifier = struct.unpack_from("<IIII", self._stream, record.start)
                    entry = _Entry(persist, identifier)
                elif record.type == _HEADER:
                    (kind,) = struct.unpack_from("<I", self._stream, record.start)
                    if entry is not None:
                        entry.texts.append((kind, ""))
                elif record.type in {_CHARACTERS, _OCTETS} and entry is not None and entry.texts:
                    entry.texts[-1] = kind, self._text(record)
            if entry is not None:
                yield entry

    def _text(self, record: _Record) -> str:
        octets = self._stream[record.start : record.end]
        if record.type == _OCTETS:
            return octets.decode("latin-1")  # The lower halves of UTF-16 (2.9.43).
        return octets.decode("utf-16-le", "replace")

    def _slide(self, place: int, entry: _Entry, notes: dict[int, int]) -> None:
        slide = next(self._records(place, len(self._stream)), None) if place >= 0 else None
        if slide is None:
            self._draft.flag(Flag.DAMAGED)
            return
        texts, notes_place = [], -1
        for record in self._inside(slide):
            if record.type == _SLIDE_INFO and self._stream[record.start + 10] & _HIDDEN:
                self._draft.flag(Flag.HIDDEN_TEXT)
                return
            if record.type == _SLIDE_ATOM:
                (identifier,) = struct.unpack_from("<I", self._stream, record.start + _NOTES_ID)
                notes_place = notes.get(identifier, -1) if identifier else -1
        for kind, text in self._texts(slide, entry.texts):
            texts.append((kind, text))
        for kind, text in sorted(texts, key=lambda one: one[0] not in _TITLES):
            self._say(kind, text)
        page = next(self._records(notes_place, len(self._stream)), None) if notes_place >= 0 else None
        for kind, text in self._texts(page, []) if page is not None else ():
            if kind == _NOTES_TEXT:
                self._say(kind, text)

    def _texts(self, page: _Record, outline: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """The texts of its shapes, in their order; those of the outline are kept elsewhere, and referred to."""
        kind = -1
        for record in self._inside(page):
            if record.type == _HEADER:
                (kind,) = struct.unpack_from("<I", self._stream, record.start)
            elif record.type in {_CHARACTERS, _OCTETS}:
                yield kind, self._text(record)
            elif record.type == _OUTLINE_REF:
                (index,) = struct.unpack_from("<I", self._stream, record.start)
                if index < len(outline):
                    yield outline[index]

    def _say(self, kind: int, text: str) -> None:
        lines = [line.replace("\v", "\n") for line in text.split("\r")]
        if kind in _TITLES:
            title = "\n".join(line for line in lines if line.strip())
            if title:
                self._draft.add(BlockKind.HEADING, title, level=1)
            return
        for line in lines:
            if line.strip(" \n\t*"):  # An asterisk stands for a number or a date that the program fills in.
                self._draft.add(BlockKind.PARAGRAPH, line)
