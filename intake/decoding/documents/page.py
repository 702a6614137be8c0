"""Pages (HTML): what a browser shows of them, as headings, items, cells and paragraphs. Runs inside the sandbox.

Nothing that a page refers to is visited, and nothing in it is run.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HTMLParser

from intake.decoding.documents.draft import MAX_CHARACTERS, Draft, Full, Place
from intake.decoding.documents.numerals import write_letters, write_number
from intake.decoding.documents.package import Element
from intake.decoding.documents.pieces import CHECKED, UNCHECKED
from intake.decoding.documents.plain import decode
from intake.vocabulary.document import BlockKind, Document, Flag

ENGINE = "intake page 1"
MAX_OCTETS = 16 * 2**20
"""Of a page; a book has two."""
MAX_SPAN = 1000
"""Columns that one cell may stretch over (HTML, 4.9.11)."""

_HEAD = 4096
"""Where a page says its charset; browsers look at 1024 octets."""
_CHARSET = re.compile(rb"(?i)<(?:meta|\?xml)\b[^>]{0,500}?(?:charset|encoding)\s*=\s*[\"']?\s*([a-z0-9_:.-]{1,40})")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_HIDING = re.compile(r"(?i)(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_SKIPPED = frozenset({"script", "style", "head", "template", "noscript", "object", "iframe", "svg", "math", "rt", "rp",
                      "datalist", "audio", "video", "canvas"})  # fmt: skip
_BLOCKS = frozenset({"address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details",
                     "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
                     "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu",
                     "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
                     "tr", "ul", "option"})  # fmt: skip
_STYLES = {"1": "decimal", "i": "lowerRoman", "I": "upperRoman"}
_BULLETS = ("•", "◦", "▪")


@dataclass(slots=True)
class _Open:
    """A list or a table that is open."""

    name: str
    number: int = 0
    step: int = 1
    style: str = ""
    row: int = 0
    column: int = 1
    place: Place | None = None
    has_content: bool = False
    spans: dict[int, int] = field(default_factory=dict)


def read(octets: bytes, charset: str | None = None) -> Document:
    """A page as text. ``charset`` as its part said, which goes before what the page says of itself (HTML, 13.2.3.2)."""
    draft = Draft(ENGINE)
    if len(octets) > MAX_OCTETS:
        draft.flag(Flag.TOO_LARGE)
    declared = _CHARSET.search(octets[:_HEAD])
    html = decode(octets[:MAX_OCTETS], draft, charset or (declared[1].decode("ascii") if declared else None))
    html = _DECLARATION.sub("", html[: 2 * MAX_CHARACTERS]).replace("\0", "\ufffd")
    if not html.strip():
        return draft.finish()
    parser = HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    root = etree.fromstring(html, parser)
    if any(error.level_name == "FATAL" for error in parser.error_log):  # Deeper than libxml2 follows: 2048 elements.
        draft.flag(Flag.DAMAGED)
    page = _Page(draft)
    with contextlib.suppress(Full):  # The draft is flagged then, and holds what was read.
        if root is not None:
            page.read(root)
    if page.has_hidden:
        draft.flag(Flag.HIDDEN_TEXT)
    if page.has_pictures and draft.is_empty:
        draft.flag(Flag.NO_TEXT_LAYER)
    return draft.finish()


class _Page:
    """Walks through a page without recursion: pages may be nested as deep as they are long."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._said: list[str] = []
        self._open: list[_Open] = []
        self._label = ""
        self._heading = 0
        self._verbatim = 0
        self.has_hidden = False
        self.has_pictures = False

    def read(self, root: Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            self._draft.tick()
            name = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if name in _SKIPPED or not name or self._hides(element):
                    walk.skip_subtree()
                    continue
                self._begin(element, name)
                self._say(element.text)
            else:
                if name and name not in _SKIPPED and not self._is_hidden(element):
                    self._end(name)
                self._say(element.tail)
        self._flush()

    def _hides(self, element: Element) -> bool:
        if not self._is_hidden(element):
            return False
        self.has_hidden = self.has_hidden or any(one.strip() for one in element.itertext())
        return True

    @staticmethod
    def _is_hidden(element: Element) -> bool:
        style = element.get("style")
        return element.get("hidden") is not None or (style is not None and _HIDING.search(style) is not None)

    def _say(self, text: str | None) -> None:
        if text:
            self._said.append(text if self._verbatim else _BLANKS.sub(" ", text))

    def _begin(self, element: Element, name: str) -> None:
        if name in _BLOCKS:
            self._flush()
        if len(name) == 2 and name[0] == "h" and name[1] in "123456":  # noqa: PLR2004
            self._heading = int(name[1])
        elif name in {"ol", "ul", "menu", "dir"}:
            self._open.append(_list(element, name))
        elif name == "li":
            self._item(element)
        elif name in {"table", "tr", "td", "th"}:
            self._begin_table(element, name)
        elif name == "pre":
            self._verbatim += 1
        elif name == "img":
            self.has_pictures = True
        elif name in {"input", "textarea"}:
            self._field(element, name)

    def _begin_table(self, element: Element, name: str) -> None:
        table = self._table()
        if name == "table":
            self._open.append(_Open("table", number=self._draft.open_table()))
        elif table is not None and name == "tr":
            table.row, table.column = table.row + 1, 1
        elif table is not None:
            self._cell(element, table)

    def _end(self, name: str) -> None:
        if name in _BLOCKS:
            self._flush()
        if name in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self._heading = 0
        elif name in {"ol", "ul", "menu", "dir", "table"}:
            at = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at].name == name), None)
            if at is not None:
                del self._open[at:]
        elif name == "li":
            self._label = ""
        elif name in {"td", "th"} and (table := self._table()) is not None and table.place is not None:
            if not table.has_content:
                self._draft.add(BlockKind.CELL, "", place=table.place)
            table.place = None
        elif name == "pre":
            self._verbatim = max(0, self._verbatim - 1)

    def _flush(self) -> None:
        text = "".join(self._said)
        self._said.clear()
        text = text if self._verbatim else _BLANKS.sub(" ", text)
        if not text.strip():
            return
        label, self._label = self._label, ""
        place = next((one.place for one in reversed(self._open) if one.place is not None), None)
        kind = BlockKind.HEADING if self._heading else BlockKind.ITEM if label else BlockKind.PARAGRAPH
        depth = sum(1 for one in self._open if one.name != "table") if kind is BlockKind.ITEM else self._heading
        self._draft.add(kind, label + text, level=depth, place=place)
        for one in self._open:
            one.has_content = True

    def _table(self) -> _Open | None:
        return next((one for one in reversed(self._open) if one.name == "table"), None)

    def _item(self, element: Element) -> None:
        inside = next((one for one in reversed(self._open) if one.name != "table"), None)
        if inside is None:
            return
        if inside.name != "ol":
            depth = sum(1 for one in self._open if one.name == inside.name)
            self._label = _BULLETS[min(depth, len(_BULLETS)) - 1] + " "
            return
        inside.number = _count(element.get("value"), inside.number + inside.step)
        self._label = "" if inside.style == "none" else f"{_numeral(inside.number, inside.style)}. "

    def _cell(self, element: Element, table: _Open) -> None:
        table.row = max(1, table.row)
        while table.spans.get(table.column, 0) >= table.row:  # A cell above reaches down here.
            table.column += 1
        table.place, table.has_content = Place(table.number, table.row, table.column), False
        width = min(max(1, _count(element.get("colspan"), 1)), MAX_SPAN)
        height = min(max(1, _count(element.get("rowspan"), 1)), MAX_SPAN)
        if height > 1:
            table.spans |= dict.fromkeys(range(table.column, table.column + width), table.row + height - 1)
        table.column += width

    def _field(self, element: Element, name: str) -> None:
        """What was filled in before the page was saved; what a text area holds is its text."""
        kind = element.get("type", "text").lower()
        if name == "textarea" or kind in {"hidden", "submit", "button", "reset", "image", "file", "password"}:
            return
        if kind in {"checkbox", "radio"}:
            self._said.append(f"{CHECKED if element.get('checked') is not None else UNCHECKED} ")
        else:
            self._said.append(f" {element.get('value', '')} ")


def _list(element: Element, name: str) -> _Open:
    start = _count(element.get("start"), 1)
    step = -1 if element.get("reversed") is not None else 1
    kind = element.get("type", "1")
    style = re.search(r"list-style(?:-type)?\s*:\s*([a-z-]+)", element.get("style", ""))
    named = {"lower-roman": "i", "upper-roman": "I", "lower-alpha": "a", "upper-alpha": "A", "lower-latin": "a",
             "upper-latin": "A", "none": "none", "decimal": "1"}  # fmt: skip
    return _Open(name, number=start - step, step=step, style=named.get(style[1], kind) if style else kind)


def _numeral(number: int, style: str) -> str:
    if style in {"a", "A"}:
        return write_letters(number, capital=style == "A") or str(number)
    return write_number(number, _STYLES.get(style, "decimal"))


def _count(text: str | None, usual: int) -> int:
    return int(text) if text and re.fullmatch(r"\s*-?[0-9]{1,6}\s*", text) else usual
