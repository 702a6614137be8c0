"""HTML as a run of words and tags, in one pass: its time grows with its length, whatever stands in it.

No tree is built, since the parsers that build one can be made to take minutes (a hundred thousand attributes, or
elements that are never closed), or leave out what lies deeper than 2,048 elements.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MAX_ATTRIBUTES = 50
"""Of one tag that are looked at; programs write ten."""
MAX_OPEN_QUOTES = 20
"""Tags whose quotes do not close: each is looked through up to the end of all."""

RAW = frozenset({"script", "style", "title", "template", "iframe", "select", "datalist"})
"""What is inside is no text of the page; of these, ``style`` is given as one piece."""

_TAG = re.compile(r"""<([a-zA-Z][^\s/<>]*+)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""")
_SIMPLE = re.compile(r"<([a-zA-Z][^\s/<>]*+)([^<>]*+)>")
_END = re.compile(r"</([a-zA-Z][^\s/<>]*+)[^<>]*+>")
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]++)\s*+(?:=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?""")
_LONG_NUMBER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")


@dataclass(frozen=True, slots=True)
class Tag:
    """The beginning or the end of an element."""

    name: str
    """Lower case."""
    is_end: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    """By name in lower case; the first of each counts."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in a style element."""

    css: str


def read_markup(source: str) -> Iterator[str | Tag | Sheet]:
    """Words with their references resolved, tags and style sheets, in order; comments and scripts left out.

    A tag that is never closed is read as words: nothing that can be seen is lost.
    """
    return _Reader(source).pieces()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0
        self._last_close = source.rfind(">")
        self._trials = MAX_OPEN_QUOTES
        self._missing = set[str]()
        """What was looked for up to the end and not found: not to be looked for again."""

    def pieces(self) -> Iterator[str | Tag | Sheet]:
        source = self.source
        while self.at < len(source):
            start = source.find("<", self.at)
            if start < 0 or start > self._last_close:
                yield unescape(source[self.at :])
                return
            if start > self.at:
                yield unescape(source[self.at : start])
            self.at = start
            yield from self._markup()

    def _markup(self) -> Iterator[str | Tag | Sheet]:
        source, start = self.source, self.at
        if source.startswith("<!--", start):
            ends = start + 4 if source.startswith(">", start + 4) else self._find("-->", start + 4)
            self.at = start + 4 if ends is None else source.index(">", ends) + 1
        elif source.startswith(("<!", "<?"), start):
            self.at = source.index(">", start) + 1
        elif end := _END.match(source, start):
            self.at = end.end()
            yield Tag(end[1].lower(), is_end=True)
        elif tag := self._tag(start):
            self.at = tag.end()
            name = tag[1].lower()
            yield Tag(name, attributes=_attributes(tag[2]))
            if name in RAW:
                yield from self._raw(name)
        else:
            self.at = start + 1
            yield "<"

    def _tag(self, start: int) -> re.Match[str] | None:
        """A tag whose quotes do not close ends at the next > all the same; after many of these, every tag does."""
        if self._trials > 0:
            found = _TAG.match(self.source, start)
            if found is not None or not self.source[start + 1 : start + 2].isalpha():
                return found
            self._trials -= 1
        return _SIMPLE.match(self.source, start)

    def _raw(self, name: str) -> Iterator[Sheet | Tag]:
        ends = self._find(f"</{name}", self.at)
        if ends is not None:
            if name == "style":
                yield Sheet(self.source[self.at : ends])
            self.at = ends
        else:  # Never closed: then it is passed over as if it were empty.
            yield Tag(name, is_end=True)

    def _find(self, what: str, start: int) -> int | None:
        if what in self._missing:
            return None
        found = re.compile(re.escape(what), re.IGNORECASE).search(self.source, start, self._last_close + 1)
        if found is None:
            self._missing.add(what)
            return None
        return found.start()


def _attributes(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for number, one in enumerate(_ATTRIBUTE.finditer(text)):
        if number == MAX_ATTRIBUTES:
            break
        value = one[2] if one[2] is not None else one[3] if one[3] is not None else one[4] or ""
        found.setdefault(one[1].lower(), unescape(value))
    return found


def unescape(text: str) -> str:
    """Character references as characters (HTML, 13.5); numbers that no character has become U+FFFD."""
    if "&" not in text:
        return text
    return html.unescape(_LONG_NUMBER.sub("\ufffd", text))
