"""HTML to text, as far as a reader sees it: what is hidden is left out, what is quoted stays marked."""

from __future__ import annotations

import re
from typing import NamedTuple

from intake.decoding.markup import RAW, Sheet, Tag, read_markup
from intake.decoding.numbering import read_number, write_number
from intake.decoding.page import Page, Row
from intake.decoding.quotations import is_attribution
from intake.decoding.styles import (
    WHITE,
    Colour,
    Style,
    are_alike,
    has_left_border,
    is_clear,
    is_gone,
    is_tiny,
    read_colour,
    read_sheet,
    read_style,
)

MAX_HTML_CHARACTERS = 4 * 2**20
"""4 Mi characters of HTML are turned into text: a book; more is an attack on the parser."""
MAX_DEPTH = 100_000
"""Open elements; further ones are passed over, their words are not."""
MAX_LOOK_BACK = 200
"""Open elements among which the one is sought that an end tag closes."""
MAX_QUOTATIONS = 50
"""Marks before a quoted line; a thread of fifty letters is quoted as deep as that."""
RULE = "_" * 32
"""A drawn line, as Outlook writes it in plain text."""

_HIDDEN = "some of its HTML is hidden from readers and was left out"
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_LISTS = frozenset({"ul", "ol", "dir", "menu"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SPACED = _LISTS | _HEADINGS | {"p", "dl", "table", "blockquote", "pre", "figure", "fieldset"}
_PARTS = frozenset(
    {"body", "html", "thead", "tbody", "tfoot", "tr", "li", "dt", "dd", "legend", "caption", "figcaption"}
)
_SECTIONS = frozenset(
    {"div", "center", "address", "article", "aside", "section", "header", "footer", "main", "nav", "form", "details"}
)
_BLOCKS = _SPACED | _PARTS | _SECTIONS
_CELLS = frozenset({"td", "th"})
_BARRIERS = frozenset({"table", "td", "th", "caption", "html"})
_QUOTE_CLASS = re.compile(r"(?i)\b(?:gmail_quote|protonmail_quote|tutanota_quote|cite)\b")
_QUOTE_IDS = frozenset({"isreplycontent", "orimsghtmlseperator", "replysplit"})


class _Open(NamedTuple):
    """An element that is open, with what it has from those around it."""

    name: str
    gone: bool = False
    invisible: bool = False
    tiny: bool = False
    clear: bool = False
    colour: Colour | None = None
    behind: Colour | None = WHITE
    """None where a picture, or a colour that we do not know, is behind the letters."""
    verbatim: bool = False
    depth: int = 0
    """Of quotation."""
    level: int = 0
    """Of lists."""
    way: str = ""
    """Of numbering; '*' for bullets."""

    @property
    def is_hidden(self) -> bool:
        alike = self.colour is not None and self.behind is not None and are_alike(self.colour, self.behind)
        return self.gone or self.invisible or self.tiny or self.clear or alike


def html_to_text(html: str) -> tuple[str, str | None]:
    """What a reader would see, and what is to be said of it (None: nothing).

    Quotations are marked by ``>`` (RFC 3676, 4.5), cells set apart by tabs, list items keep their numbers. Where all
    is hidden, all is shown, since nobody writes a letter that cannot be seen.
    """
    cut = html[:MAX_HTML_CHARACTERS]
    defects = [] if len(cut) == len(html) else ["HTML cut at its limit"]
    reading = _Reading()
    text = reading.read(cut)
    if reading.hid:
        defects.append(_HIDDEN)
    if reading.hid and not text.strip():
        text, defects[-1] = _Reading(shows_all=True).read(cut), "all of its HTML is hidden from readers"
    return text, "; ".join(defects) or None


class _Reading:
    def __init__(self, *, shows_all: bool = False) -> None:
        self._shows_all = shows_all
        self._page = Page()
        self._open = [_Open("")]
        self._numbers: list[int] = []
        """Of the lists that are open: the number of the next item."""
        self._rules: dict[str, Style] = {}
        self.hid = False
        """Whether words were left out since nobody sees them."""

    def read(self, html: str) -> str:
        for piece in read_markup(html):
            if isinstance(piece, str):
                self._write(piece)
            elif isinstance(piece, Sheet):
                read_sheet(piece.css, self._rules)
            elif piece.is_end:
                self._end(piece.name)
            else:
                self._begin(piece)
        return self._page.text()

    def _write(self, words: str) -> None:
        top = self._open[-1]
        if top.name in RAW or (top.name in {"head", "tr", "table"} and not words.strip()):
            return
        if top.is_hidden and not self._shows_all:
            self.hid = self.hid or bool(words.strip(" \t\n\r\f\v\xa0\u200b\u200c\u200d\u034f\u00ad\ufeff"))
            return
        self._page.write(words, top.depth, verbatim=top.verbatim)

    def _begin(self, tag: Tag) -> None:
        name, page = tag.name, self._page
        self._close_implied(name)
        if name in _BLOCKS:
            page.end_block(margin=name in _SPACED and not (name in _LISTS and self._open[-1].level))
        element = self._element(tag)
        hidden = element.is_hidden and not self._shows_all
        if name == "br" and not hidden:
            page.end_line(self._open[-1].depth)
        elif (name == "hr" or tag.attributes.get("id") == "divRplyFwdMsg") and not hidden:
            self._rule()
        elif name == "table":
            page.rows.append(Row(len(page.lines)))
        elif name == "tr" and page.rows:
            page.rows[-1] = Row(len(page.lines))
        elif name in _CELLS and page.rows:
            row = page.rows[-1]
            page.end_block()
            row.is_next = len(page.lines) > row.first_line
            row.cells += row.is_next
        elif name == "li" and not hidden:
            self._item(tag, element)
        elif name in _LISTS:
            self._numbers.append(read_number(tag.attributes.get("start", ""), 1))
        if name not in _VOID and len(self._open) < MAX_DEPTH:
            self._open.append(element)

    def _rule(self) -> None:
        page, depth = self._page, self._open[-1].depth
        page.end_block()
        if page.lines and page.lines[-1][1] != RULE:
            page.write(RULE, depth)
            page.end_block()

    def _item(self, tag: Tag, element: _Open) -> None:
        number = "* "
        if element.way != "*" and self._numbers:
            at = read_number(tag.attributes.get("value", ""), self._numbers[-1])
            self._numbers[-1] = at + 1
            number = write_number(at, tag.attributes.get("type", "") or element.way)
        elif element.way == "none":
            number = ""
        self._page.marker = "  " * min(max(0, element.level - 1), 20) + number

    def _close_implied(self, name: str) -> None:
        """End tags that people leave out (HTML, 13.1.2.4)."""
        if name in _BLOCKS and name != "li":
            self._end("p", limit=MAX_LOOK_BACK // 10)
        if name == "li":
            self._end("li", stops=_BARRIERS | _LISTS)
        elif name in _CELLS:
            self._end("td", "th", stops=frozenset({"table", "tr"}))
        elif name == "tr":
            self._end("tr", stops=frozenset({"table"}))

    def _end(self, *names: str, stops: frozenset[str] = _BARRIERS, limit: int = MAX_LOOK_BACK) -> None:
        opened = self._open
        if names[0] in _CELLS or names[0] == "tr":
            stops = frozenset({"table"})
        elif names[0] in {"table", "html"}:
            stops = frozenset()
        for at in range(len(opened) - 1, max(0, len(opened) - 1 - limit), -1):
            if opened[at].name in names:
                while len(opened) > at:
                    self._leave(opened.pop())
                return
            if opened[at].name in stops:
                return

    def _leave(self, element: _Open) -> None:
        name, page = element.name, self._page
        if name in _BLOCKS or name in _CELLS:
            page.end_block(margin=name in _SPACED and not (name in _LISTS and element.level > 1))
        if name in _LISTS and self._numbers:
            self._numbers.pop()
        if name == "li":
            page.marker = ""
        if name == "table" and page.rows:
            page.rows.pop()
        if name == "tr" and page.rows:
            page.rows[-1] = Row(len(page.lines))

    def _element(self, tag: Tag) -> _Open:
        name, said, around = tag.name, tag.attributes, self._open[-1]
        style = self._style(tag) if said or self._rules else {}
        is_list = name in _LISTS
        element = around if not (style or said or is_list or name == "pre") else self._styled(around, style, said)
        if name == "blockquote" and around.depth < MAX_QUOTATIONS and self._is_quotation(said, style):
            element = element._replace(depth=around.depth + 1)
        if is_list:
            shape = (
                style.get("list-style-type") or said.get("type", "") or style.get("list-style", "").partition(" ")[0]
            )
            way = shape if name == "ol" else "none" if shape == "none" else "*"
            element = element._replace(level=around.level + 1, way=way)
        white = style.get("white-space", "")
        verbatim = name in {"pre", "xmp", "listing", "textarea"} or (around.verbatim if not white else "pre" in white)
        return element._replace(name=name, verbatim=verbatim)

    def _style(self, tag: Tag) -> Style:
        style: dict[str, str] = {}
        if self._rules:
            names = [tag.name, *(f".{one}" for one in tag.attributes.get("class", "").lower().split()[:20])]
            if identity := tag.attributes.get("id", "").lower():
                names.append(f"#{identity}")
            for one in names:
                style |= self._rules.get(one, {})
                style |= self._rules.get(tag.name + one, {})
        return style | dict(read_style(tag.attributes.get("style", "")))

    @staticmethod
    def _styled(around: _Open, style: Style, said: object) -> _Open:
        attributes: Style = said if isinstance(said, dict) else {}
        colour = style.get("color") or attributes.get("color", "") or attributes.get("text", "")
        behind = style.get("background-color") or style.get("background") or attributes.get("bgcolor", "")
        seen = style.get("visibility", "")
        below = around.behind
        if style.get("background-image", "none") != "none" or "url(" in behind or attributes.get("background"):
            below = None
        elif behind and not is_clear(behind) and behind not in {"none", "inherit", "initial"}:
            below = read_colour(behind)
        return around._replace(
            gone=around.gone or "hidden" in attributes or is_gone(style),
            invisible=seen in {"hidden", "collapse"} if seen else around.invisible,
            tiny=is_tiny(style, before=around.tiny),
            clear=is_clear(colour) if colour else around.clear,
            colour=read_colour(colour) if colour else around.colour,
            behind=below,
        )

    def _is_quotation(self, said: object, style: Style) -> bool:
        """Programs indent by the same element; a stroke, a type or a class shows a quotation, or who wrote it."""
        attributes: Style = said if isinstance(said, dict) else {}
        if attributes.get("type", "").lower() == "cite" or attributes.get("cite"):
            return True
        if _QUOTE_CLASS.search(attributes.get("class", "")) or attributes.get("id", "").lower() in _QUOTE_IDS:
            return True
        if has_left_border(style) or self._open[-1].depth:
            return True
        return is_attribution(next((line for _, line in reversed(self._page.lines[-3:]) if line.strip()), ""))
