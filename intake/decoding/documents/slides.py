"""Slides (.pptx, ISO/IEC 29500-1, 19): titles, texts with their bullets and numbers, tables, notes of the speaker."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from intake.decoding.documents.draft import Draft, Full, Place
from intake.decoding.documents.numerals import write_number
from intake.decoding.documents.package import Element, Package, Relation, local
from intake.decoding.documents.symbols import BULLET, read_bullet
from intake.vocabulary.document import BlockKind, Document, Flag

ENGINE = "intake slides 1"
MAX_SLIDES = 2000
"""Of a presentation."""
MAX_LEVEL = 9
"""Of paragraphs (20.1.7)."""

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = frozenset({"title", "ctrTitle"})
_UNREAD = frozenset({"dt", "sldNum", "sldImg", "hdr"})
"""Places for a date, a number, a picture: the program fills them."""
_SERIES = (
    ("arabicDb", "decimalFullWidth"), ("arabic1", "arabicAlpha"), ("arabic2", "arabicAbjad"), ("arabic", "decimal"),
    ("alphaLc", "lowerLetter"), ("alphaUc", "upperLetter"), ("romanLc", "lowerRoman"), ("romanUc", "upperRoman"),
    ("circleNum", "decimalEnclosedCircle"), ("ea1", "chineseCounting"), ("hebrew2", "hebrew2"),
    ("hindiNum", "hindiNumbers"), ("hindiAlpha", "hindiVowels"), ("thaiAlpha", "thaiLetters"),
    ("thaiNum", "thaiNumbers"),
)  # fmt: skip
"""Of automatic numbers (20.1.10.61), by how their names begin."""
_ENDS = (("Period", "", "."), ("ParenBoth", "(", ")"), ("ParenR", "", ")"), ("Minus", "", "-"))


def read(octets: bytes) -> Document:
    """A presentation as text. Raises zipfile.BadZipFile where it is no archive at all."""
    package = Package(octets)
    draft = Draft(ENGINE)
    main = package.main_part("ppt/presentation.xml")
    root = package.tree(main)
    if root is None:
        draft.flag(Flag.DAMAGED)
    else:
        show = _Show(package, draft)
        with contextlib.suppress(Full):  # The draft is flagged then, and holds what was read.
            show.read(root, package.relations(main))
        if show.has_pictures and draft.is_empty:
            draft.flag(Flag.NO_TEXT_LAYER)
    for flag in package.flags:
        draft.flag(flag)
    return draft.finish()


class _Show:
    def __init__(self, package: Package, draft: Draft) -> None:
        self._package, self._draft = package, draft
        self._trees: dict[str, Element | None] = {}
        self.has_pictures = False

    def read(self, root: Element, relations: dict[str, Relation]) -> None:
        """All slides in the order in which they are shown. Raises Full."""
        authors = {
            one.get("id", ""): one.get("name", "")
            for relation in relations.values()
            if relation.type == "commentAuthors" and (part := self._package.tree(relation.target)) is not None
            for one in part
        }
        listed = list(root.iterfind(f"{_P}sldIdLst/{_P}sldId"))
        if len(listed) > MAX_SLIDES:
            self._draft.flag(Flag.TOO_LARGE)
        for one in listed[:MAX_SLIDES]:
            relation = relations.get(one.get(f"{_R}id", ""))
            if relation is not None and relation.target:
                self._slide(relation.target, authors)

    def _slide(self, name: str, authors: dict[str, str]) -> None:
        slide = self._package.tree(name)
        if slide is None:
            self._draft.flag(Flag.DAMAGED)
            return
        if slide.get("show", "1") in {"0", "false"}:
            self._draft.flag(Flag.HIDDEN_TEXT)
            return
        relations = self._package.relations(name)
        shapes = list(_shapes(slide))
        layout = self._part(relations, "slideLayout")
        styles = _Styles(layout, self._master(relations))
        for shape in sorted(shapes, key=lambda one: _place_of(one) not in _TITLES):
            self._shape(shape, styles, relations)
        for one in relations.values():
            if one.type == "notesSlide":
                self._notes(one.target)
            elif one.type == "comments" and (part := self._package.tree(one.target)) is not None:
                for comment in part:
                    text = " ".join(t.text or "" for t in comment.iter() if local(t) in {"text", "t"})
                    self._draft.comment(authors.get(comment.get("authorId", ""), ""), text)

    def _part(self, relations: dict[str, Relation], kind: str) -> Element | None:
        name = next((one.target for one in relations.values() if one.type == kind), "")
        if name and name not in self._trees:
            self._trees[name] = self._package.tree(name)
        return self._trees.get(name)

    def _master(self, relations: dict[str, Relation]) -> Element | None:
        layout = next((one.target for one in relations.values() if one.type == "slideLayout"), "")
        return self._part(self._package.relations(layout), "slideMaster") if layout else None

    def _shape(self, shape: Element, styles: _Styles, relations: dict[str, Relation]) -> None:
        kind = local(shape)
        if kind == "pic":
            self.has_pictures = True
        elif kind == "graphicFrame":
            for table in shape.iter(f"{_A}tbl"):
                self._table(table)
            for one in shape.iter():
                if local(one) == "relIds":
                    self._diagram(relations.get(one.get(f"{_R}dm", "")))
        elif (body := shape.find(f"{_P}txBody")) is not None and _place_of(shape) not in _UNREAD:
            if _place_of(shape) in _TITLES:
                title = "\n".join(filter(None, (_text(one) for one in body.iter(f"{_A}p"))))
                if title:
                    self._draft.add(BlockKind.HEADING, title, level=1)
            else:
                self._paragraphs(body, styles.of(shape, body), None)

    def _paragraphs(self, body: Element, styles: list[Element], place: Place | None) -> None:
        counts: dict[int, tuple[str, int]] = {}
        for paragraph in body.iterfind(f"{_A}p"):
            self._draft.tick()
            text, properties = _text(paragraph), paragraph.find(f"{_A}pPr")
            said = "0" if properties is None else properties.get("lvl", "0")
            level = min(int(said), MAX_LEVEL - 1) if said.isdecimal() else 0
            if not text:
                continue
            label = _label(_bullet(properties, level, styles), level, counts)
            if label:
                self._draft.add(BlockKind.ITEM, f"{label} {text}", level=level + 1, place=place)
            else:
                self._draft.add(BlockKind.PARAGRAPH, text, place=place)

    def _table(self, table: Element) -> None:
        number = self._draft.open_table()
        for at, row in enumerate(table.iterfind(f"{_A}tr"), 1):
            for column, cell in enumerate(row.iterfind(f"{_A}tc"), 1):
                if {cell.get("hMerge", "0"), cell.get("vMerge", "0")} & {"1", "true"}:
                    continue
                place, body, before = Place(number, at, column), cell.find(f"{_A}txBody"), self._draft.size
                if body is not None:
                    self._paragraphs(body, [], place)
                if self._draft.size == before:
                    self._draft.add(BlockKind.CELL, "", place=place)

    def _diagram(self, relation: Relation | None) -> None:
        """The texts of a diagram, in the order in which they were entered (21.4)."""
        part = self._package.tree(relation.target) if relation is not None and relation.target else None
        for paragraph in part.iter(f"{_A}p") if part is not None else ():
            if text := _text(paragraph):
                self._draft.add(BlockKind.PARAGRAPH, text)

    def _notes(self, name: str) -> None:
        notes = self._package.tree(name)
        for shape in _shapes(notes) if notes is not None else ():
            body = shape.find(f"{_P}txBody")
            if body is not None and _place_of(shape) == "body":
                self._paragraphs(body, [], None)


class _Styles:
    """Where the bullet of a paragraph may be said, beside itself: from the nearest to the farthest (20.1.2.4)."""

    def __init__(self, layout: Element | None, master: Element | None) -> None:
        self._places = list(_shapes(layout)) if layout is not None else []
        self._body = None if master is None else master.find(f"{_P}txStyles/{_P}bodyStyle")

    def of(self, shape: Element, body: Element) -> list[Element]:
        """The styles of the lists in a shape."""
        found = [body.find(f"{_A}lstStyle")]
        place = _placeholder(shape)
        if place is not None:
            for one in self._places:
                other = _placeholder(one)
                inside = one.find(f"{_P}txBody")
                if other is not None and inside is not None and other.get("idx", "0") == place.get("idx", "0"):
                    found.append(inside.find(f"{_A}lstStyle"))
            if place.get("type", "body") in {"body", "obj", "subTitle"}:
                found.append(self._body)
        return [one for one in found if one is not None]


def _shapes(slide: Element) -> Iterator[Element]:
    """In their order; groups opened, of alternatives the first."""
    trees = list(slide.iterfind(f"{_P}cSld/{_P}spTree"))
    waiting = [child for tree in trees for child in tree][::-1]
    while waiting:
        one = waiting.pop()
        name = local(one)
        if name == "grpSp":
            waiting += list(one)[::-1]
        elif name == "AlternateContent":
            waiting += [child for way in list(one)[:1] for child in way][::-1]
        elif name in {"sp", "pic", "graphicFrame"}:
            yield one


def _placeholder(shape: Element) -> Element | None:
    found: Element | None = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return found


def _place_of(shape: Element) -> str:
    place = _placeholder(shape)
    return "" if place is None else str(place.get("type", "obj"))


def _text(paragraph: Element) -> str:
    out: list[str] = []
    for child in paragraph:
        name = local(child)
        if name in {"r", "fld"}:
            out += [one.text or "" for one in child.iterfind(f"{_A}t")]
        elif name == "br":
            out.append("\n")
        elif name == "AlternateContent" or "math" in name.lower():
            out += [one.text or "" for one in child.iter() if local(one) == "t"]
    return "".join(out).replace("\v", "\n").strip()


def _bullet(properties: Element | None, level: int, styles: list[Element]) -> Element | None:
    """What says how a paragraph begins: the first of its own properties and of its styles that says something."""
    own = [] if properties is None else [properties]
    for one in (*own, *(style.find(f"{_A}lvl{level + 1}pPr") for style in styles)):
        for child in one if one is not None else ():
            if local(child) in {"buNone", "buAutoNum", "buChar", "buBlip"}:
                return child
    return None


def _label(bullet: Element | None, level: int, counts: dict[int, tuple[str, int]]) -> str:
    kind = "" if bullet is None else local(bullet)
    for deeper in [one for one in counts if one > level or (one == level and kind != "buAutoNum")]:
        del counts[deeper]
    if bullet is None or kind == "buNone":
        return ""
    if kind != "buAutoNum":
        font = next((one.get("typeface", "") for one in bullet.itersiblings(f"{_A}buFont", preceding=True)), "")
        return read_bullet(bullet.get("char", BULLET)[:4], font) or BULLET
    series, said = bullet.get("type", "arabicPeriod"), bullet.get("startAt", "1")
    start = int(said) if said.isdecimal() and len(said) < 6 else 1  # noqa: PLR2004 - 32767 (20.1.10.75).
    name = f"{series} {start}"
    number = counts[level][1] + 1 if counts.get(level, ("",))[0] == name else start
    counts[level] = name, number
    style = next((style for beginning, style in _SERIES if series.startswith(beginning)), "decimal")
    before, behind = next(((one, two) for end, one, two in _ENDS if series.endswith(end)), ("", ""))
    return before + write_number(number, style) + behind
