"""The characters of OpenDocument paragraphs (ISO/IEC 26300-3, 6): spaces, notes, fields, boxes; no hidden text."""

from __future__ import annotations

from dataclasses import dataclass

from intake.decoding.documents.draft import Draft
from intake.decoding.documents.open_styles import DRAW, TEXT, OpenStyles
from intake.decoding.documents.package import Element, local
from intake.decoding.documents.pieces import CHECKED, UNCHECKED, Boxed, Filled, Piece, text_of

MAX_SPACES = 1000
"""That one element may stand for."""

_FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
_SKIPPED = frozenset({"number", "soft-page-break", "tracked-changes", "ruby-text", "note-citation", "title", "desc",
                      "annotation-end", "image", "object", "object-ole", "script", "change", "change-start",
                      "change-end", "event-listeners", "binary-data"})  # fmt: skip
_BOXES = frozenset({"text-box", "custom-shape", "rect", "ellipse", "circle", "polygon", "path", "caption", "line",
                    "connector"})  # fmt: skip
_HIDING = frozenset({"hidden-text", "hidden-paragraph"})


@dataclass(frozen=True, slots=True)
class Note:
    """A note that was met: its mark and what it says."""

    mark: str
    body: Element


class OpenText:
    """Reads paragraphs; remembers the notes that it meets, and puts comments into the draft."""

    def __init__(self, styles: OpenStyles, draft: Draft, controls: dict[str, Element]) -> None:
        """``controls`` are the fields of forms, by their identifiers."""
        self._styles, self._draft, self._controls = styles, draft, controls
        self._open: tuple[str, list[Piece]] | None = None
        self.notes: list[Note] = []
        self.has_hidden = False
        self.has_pictures = False

    def read(self, paragraph: Element) -> list[Piece]:
        """What a paragraph shows; spaces run together (6.1.2)."""
        out: list[Piece] = []
        if self._styles.is_hidden("paragraph", paragraph.get(f"{TEXT}style-name", "")):
            self._hide(paragraph)
        else:
            self._walk(paragraph, out)
        if self._open is not None:  # A field that does not end here.
            out += self._open[1]
            self._open = None
        return _collapsed(out)

    def _walk(self, element: Element, out: list[Piece]) -> None:
        self._say((element.text or "").translate(_BLANKS), out)
        for child in element:
            self._child(child, local(child), out)
            self._say((child.tail or "").translate(_BLANKS), out)

    def _say(self, text: str, out: list[Piece]) -> None:
        if text:
            (out if self._open is None else self._open[1]).append(text)

    def _child(self, child: Element, name: str, out: list[Piece]) -> None:
        if name in _SKIPPED or not name:
            self.has_pictures = self.has_pictures or name == "image"
        elif name in _STANDS_FOR:
            count = child.get(f"{TEXT}c", "1")
            self._say(_STANDS_FOR[name] * min(int(count) if count.isdecimal() else 1, MAX_SPACES), out)
        elif name == "annotation":
            self.comment(child)
        elif name in _HIDING or (name == "span" and self._styles.is_hidden("text", child.get(f"{TEXT}style-name", ""))):
            self._hide(child)
        elif name in _BOXES:
            out.append(Boxed(child))
        elif name == "control":
            out += self._filled(child.get(f"{DRAW}control", ""))
        elif name in _READ_BY:
            _READ_BY[name](self, child, out)
        else:
            self._walk(child, out)

    def _hide(self, element: Element) -> None:
        self.has_hidden = self.has_hidden or any(one.strip() for one in element.itertext())

    def _note(self, note: Element, out: list[Piece]) -> None:
        citation, body = (note.find(TEXT + name) for name in ("note-citation", "note-body"))
        mark = f"[{''.join(citation.itertext())[:20]}]" if citation is not None else ""
        self._say(mark, out)
        if body is not None:
            self.notes.append(Note(mark, body))

    def comment(self, annotation: Element) -> None:
        """Put what a reviewer said into the draft, apart from the text."""
        author, lines = "", []
        for one in annotation.iter():
            if local(one) == "creator":
                author = "".join(one.itertext())
            elif local(one) == "p":
                lines.append("".join(one.itertext()))
        self._draft.comment(author, "\n".join(lines))

    def _filled(self, identifier: str) -> list[Piece]:
        """A control of a form that hangs on the text (ISO/IEC 26300-3, 13)."""
        control = self._controls.get(identifier)
        if control is None or local(control) in {"button", "image", "fixed-text", "hidden", "frame"}:
            return []
        text = control.get(f"{_FORM}current-value", control.get(f"{_FORM}value", ""))
        if local(control) in {"checkbox", "radio"}:
            is_on = control.get(f"{_FORM}current-state", control.get(f"{_FORM}current-selected", "")) in {
                "checked",
                "true",
            }
            text = f"{CHECKED if is_on else UNCHECKED} {control.get(f'{_FORM}label', '')}".strip()
        return [Filled(control.get(f"{_FORM}name", ""), text)]

    def _control(self, control: Element, out: list[Piece]) -> None:
        """Word's content controls, as LibreOffice keeps them."""
        said = _attributes(control)
        tag = said.get("tag") or said.get("alias") or ""
        inner: list[Piece] = []
        self._walk(control, inner)
        if tag:
            text = "" if said.get("showing-place-holder") == "true" else text_of(_collapsed(inner))
            inner = [Filled(tag, text), *(one for one in inner if isinstance(one, Boxed))]
        out += inner

    def _begin(self, mark: Element, _: list[Piece]) -> None:
        """Fields of Word's older forms, as LibreOffice keeps them: what is filled in stands between two marks."""
        said = _attributes(mark)
        if said.get("type", "").endswith(".FORMTEXT") and self._open is None:
            self._open = said.get("name", ""), []

    def _end(self, _: Element, out: list[Piece]) -> None:
        if self._open is not None:
            (tag, pieces), self._open = self._open, None
            out.append(Filled(tag, text_of(_collapsed(pieces)).strip()))

    def _box(self, mark: Element, out: list[Piece]) -> None:
        said = _attributes(mark)
        parameters = [_attributes(one) for one in mark]
        if said.get("type", "").endswith(".FORMDROPDOWN"):
            choices = [one.get("value", "") for one in parameters if one.get("name") == "Dropdown_ListEntry"]
            chosen = next((one.get("value", "") for one in parameters if one.get("name") == "Dropdown_Selected"), "")
            at = int(chosen) if chosen.isdecimal() else len(choices)
            out.append(Filled(said.get("name", ""), choices[at] if at < len(choices) else ""))
        elif said.get("type", "").endswith(".FORMCHECKBOX"):
            is_on = any(one.get("name") == "Checkbox_Checked" and one.get("value") == "true" for one in parameters)
            out.append(Filled(said.get("name", ""), CHECKED if is_on else UNCHECKED))


_READ_BY = {
    "note": OpenText._note,  # noqa: SLF001 - methods of the class above.
    "content-control": OpenText._control,  # noqa: SLF001
    "fieldmark-start": OpenText._begin,  # noqa: SLF001
    "fieldmark-end": OpenText._end,  # noqa: SLF001
    "fieldmark": OpenText._box,  # noqa: SLF001
}


def _attributes(element: Element) -> dict[str, str]:
    """Without their namespaces, of which there are several, a program each."""
    return {key.rpartition("}")[2]: value for key, value in element.attrib.items()}


# Blanks of the file run together, those that elements stand for do not: they are kept apart until then.
_SPACE, _TAB, _BREAK = "\ue000", "\ue001", "\ue002"
_BLANKS = {ord("\t"): " ", ord("\n"): " ", ord("\r"): " ", 0xE000: "\ufffd", 0xE001: "\ufffd", 0xE002: "\ufffd"}
_STANDS_FOR = {"s": _SPACE, "tab": _TAB, "line-break": _BREAK}
_SHOWN = str.maketrans({_SPACE: " ", _TAB: "\t", _BREAK: "\n"})


def _collapsed(pieces: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    after_blank = False
    for piece in pieces:
        if not isinstance(piece, str):
            out.append(piece)
            continue
        text = " ".join(piece.split(" ")) if "  " not in piece else _run_together(piece)
        if after_blank:
            text = text.removeprefix(" ")
        if text:
            after_blank = text.endswith(" ")
            out.append(text.translate(_SHOWN))
    return out


def _run_together(text: str) -> str:
    words = [word for word in text.split(" ") if word]
    inside = " ".join(words)
    return (" " if text.startswith(" ") else "") + inside + (" " if text.endswith(" ") and words else "")
