"""The characters of a Word paragraph: runs, fields, controls, signs; tracked changes accepted, hidden text left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from intake.decoding.documents import revisions
from intake.decoding.documents.numerals import write_number
from intake.decoding.documents.package import Element, local
from intake.decoding.documents.pieces import CHECKED, UNCHECKED, Boxed, Filled, Piece, text_of
from intake.decoding.documents.styles import VAL, Styles, W, count_of, is_on
from intake.decoding.documents.symbols import read_symbol

MAX_FIELDS = 64
"""That are open within one another."""
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "‑"}
_INSIDE = frozenset({"hyperlink", "ins", "moveTo", "smartTag", "customXml", "sdtContent", "dir", "bdo", "fldSimple",
                     "oMath", "oMathPara"})  # fmt: skip
"""Whose content is shown as if they were not there."""
_PICTURES = frozenset({"drawing", "pict", "object"})
_NOTES = frozenset({"footnoteReference", "endnoteReference"})
_NOTE_STYLES = {"footnote": "decimal", "endnote": "lowerRoman"}
"""Unless the document says otherwise, which we do not follow: the mark is the same at both its places."""


@dataclass(slots=True)
class _Open:
    """A field between its beginning and its end (17.16.18); a form's knows its data."""

    form: Element | None
    shows: bool = False
    pieces: list[Piece] = field(default_factory=list)


class Notes:
    """Footnotes and endnotes, numbered as they are met."""

    def __init__(self) -> None:
        self.met: list[tuple[str, str, str]] = []
        """Kind (footnote, endnote), identifier, and the mark in the text."""
        self._counts = {"footnote": 0, "endnote": 0}

    def meet(self, reference: Element) -> str:
        """The mark of a note; "" where its maker wrote another one (17.11.14)."""
        kind = local(reference).removesuffix("Reference")
        mark = ""
        if reference.get(f"{W}customMarkFollows", "").lower() not in {"1", "true", "on"}:
            self._counts[kind] += 1
            mark = f"[{write_number(self._counts[kind], _NOTE_STYLES[kind])}]"
        self.met.append((kind, reference.get(f"{W}id", ""), mark))
        return mark


class Runs:
    """Reads one paragraph after the other; fields stay open across their ends."""

    def __init__(self, styles: Styles, notes: Notes) -> None:
        self._styles = styles
        self._notes = notes
        self._fields: list[_Open] = []
        self._out: list[Piece] = []
        self.has_hidden = False
        self.has_pictures = False

    def read(self, paragraph: Element, *, hidden: bool) -> list[Piece]:
        """What a paragraph shows; ``hidden``: unless its runs say otherwise, nothing."""
        self._out = []
        self._walk(paragraph, hidden)
        return self._out

    def begin(self) -> None:
        """A story begins: fields of another one do not reach into it."""
        self._fields.clear()

    def _walk(self, element: Element, hidden: bool) -> None:
        for child in element:
            name = local(child)
            if name in {"r", "fld"}:
                self._run(child, hidden)
            elif name == "sdt":
                self._control(child, hidden)
            elif name == "AlternateContent":
                self._walk(choose(child), hidden)
            elif name in _INSIDE:
                self._walk(child, hidden)
            elif name == "t":  # Of a formula.
                self._say(child.text or "", hidden)
            elif name and child.tag.startswith(_M):
                self._walk(child, hidden)

    def _run(self, run: Element, hidden: bool) -> None:
        properties = run.find(f"{W}rPr")
        if properties is not None:
            hidden = self._is_hidden(properties, hidden)
        for child in run:
            name = local(child)
            if name == "fldChar":
                self._field(child)
            elif name == "AlternateContent":
                self._run(choose(child), hidden)
            elif name in _PICTURES:
                self._picture(child)
            elif name == "ruby":
                for one in child.iterfind(f"{W}rubyBase"):
                    self._walk(one, hidden)
            else:
                self._say(self._read(child, name, hidden), hidden)

    def _read(self, child: Element, name: str, hidden: bool) -> str:
        """What an element that is text, or stands for some, says."""
        if name == "t":
            return child.text or ""
        if name in _BREAKS and child.get(f"{W}type") not in {"page", "column"}:
            return _BREAKS[name]
        if name == "sym":
            code = child.get(f"{W}char", "")
            return read_symbol(int(code, 16), child.get(f"{W}font", "")) if _is_hex(code) else ""
        if name in _NOTES and self._shows and not hidden:
            return self._notes.meet(child)
        return ""

    def _is_hidden(self, properties: Element, hidden: bool) -> bool:
        vanish = properties.find(f"{W}vanish")
        if vanish is not None:
            return is_on(vanish)
        style = properties.find(f"{W}rStyle")
        return hidden or (style is not None and self._styles.get(style.get(VAL)).hidden)

    def _say(self, text: str, hidden: bool) -> None:
        if not text or not self._shows:
            return
        if hidden:
            self.has_hidden = self.has_hidden or bool(text.strip())
        else:
            self._append(text)

    @property
    def _shows(self) -> bool:
        """Whether we are in no instruction of a field, which nobody sees."""
        return all(one.shows for one in self._fields)

    def _append(self, piece: Piece) -> None:
        form = next((one for one in reversed(self._fields) if one.form is not None), None)
        (self._out if form is None else form.pieces).append(piece)

    def _picture(self, element: Element) -> None:
        self.has_pictures = True
        boxes = [Boxed(one) for one in outermost(element, "txbxContent")] if self._shows else []
        self._out += boxes

    def _field(self, mark: Element) -> None:
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin" and len(self._fields) < MAX_FIELDS:
            self._fields.append(_Open(mark.find(f"{W}ffData")))
        elif kind == "separate" and self._fields:
            self._fields[-1].shows = True
        elif kind == "end" and self._fields:
            done = self._fields.pop()
            if done.form is not None and self._shows:
                self._append(_filled(done.form, done.pieces))

    def _control(self, control: Element, hidden: bool) -> None:
        content = control.find(f"{W}sdtContent")
        if content is None:
            return
        tag = tag_of(control)
        if not tag:
            self._walk(content, hidden)
            return
        outer, self._out = self._out, []
        self._walk(content, hidden)
        inner, self._out = self._out, outer
        text = "" if shows_placeholder(control) else text_of(inner)
        self._out += [Filled(tag, text), *(one for one in inner if isinstance(one, Boxed))]


def _filled(form: Element, pieces: list[Piece]) -> Filled:
    """What is in a legacy form field (17.16.17)."""
    name = form.find(f"{W}name")
    text = text_of(pieces).strip()
    if (box := form.find(f"{W}checkBox")) is not None:
        said = box.find(f"{W}checked")
        text = CHECKED if is_on(said if said is not None else box.find(f"{W}default")) else UNCHECKED
    elif (choices := form.find(f"{W}ddList")) is not None:
        chosen = count_of(choices.find(f"{W}result"))
        entries = [one.get(VAL, "") for one in choices.iterfind(f"{W}listEntry")]
        at = chosen if chosen is not None else count_of(choices.find(f"{W}default")) or 0
        text = entries[at] if 0 <= at < len(entries) else text
    return Filled("" if name is None else name.get(VAL, ""), text)


def tag_of(control: Element) -> str:
    """What the maker of a form called a content control; "" where they did not (17.5.2)."""
    for name in ("tag", "alias"):
        found = control.find(f"{W}sdtPr/{W}{name}")
        if found is not None and found.get(VAL, "").strip():
            return str(found.get(VAL)).strip()
    return ""


def shows_placeholder(control: Element) -> bool:
    """Whether a content control shows its prompt, and nothing that was filled in (17.5.2.39)."""
    return is_on(control.find(f"{W}sdtPr/{W}showingPlcHdr"))


def choose(alternatives: Element) -> Element:
    """Of the ways to say one thing, the first; ours is the text, which all of them hold (ISO/IEC 29500-3, 9.3)."""
    return next((one for one in alternatives if local(one) in {"Choice", "Fallback"}), ())


def outermost(element: Element, name: str) -> list[Element]:
    """The elements of this name that lie in no other of that name; of alternatives, in the first alone."""
    found: list[Element] = []
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if local(one) == name:
            found.append(one)
        elif local(one) == "AlternateContent":
            waiting += reversed(list(choose(one)))
        elif local(one) not in revisions.DROPPED:
            waiting += reversed(list(one))
    return found


def _is_hex(text: str) -> bool:
    return 0 < len(text) <= 6 and all(one in "0123456789abcdefABCDEF" for one in text)  # noqa: PLR2004 - U+10FFFF.
