"""The standard library's parser (``compat32``), with the patience that real mail needs.

Ours are four changes of it. It reads a text that is there as a whole, and takes many body lines at once: where no
boundary can be, nothing is looked for. It knows where each part begins and ends. Messages inside stay closed, as do
levels and parts beyond the limits. And a boundary that was folded, left out, or not the one that was used is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.feedparser import FeedParser
from email.message import Message
from email.policy import Policy, compat32
from typing import Any

from intake.decoding.parameters import first_word, parse_parameters

MAX_PARTS = 1000
"""Parts of one message; real ones stay below 100."""
MAX_DEPTH = 50
"""Levels of multipart inside multipart."""
MAX_GUESSED_OCTETS = 64 * 1024
"""Of a multipart that are looked through for the boundary that was used, where it is not the declared one."""

_VERBATIM = compat32.clone(mangle_from_=False)
_LINE_END = re.compile(r"\r\n|\r|\n")
_SPACED_NAME = re.compile(r"\A([!-9;-~]{1,100})[ \t]+:")
"""Blanks before the colon are obsolete (RFC 5322, 4.5), and no body begins so."""
_LOST_FOLD = re.compile(r"(?i)(?:name|filename|boundary|charset)[0-9*]{0,5}=[^\r\n]*[\r\n]")
"""A parameter on a line of its own, without the blank that would make it part of the field above."""
_FOLD = re.compile(r"\s*[\r\n]\s*")
_USED = re.compile(r"(?i)(?:\A|[\r\n])--([^\r\n]{1,200}?)[ \t]*(?:\r\n|\r|\n)content-[a-z-]{1,40}[ \t]*:")
_CLOSED = "application/octet-stream"


class Found(Exception):
    """As many parts as are read; where the next one begins is its argument."""


class Node(Message):
    """A part of the tree. It shows itself to the parser as a file where it is to stay closed."""

    start = 0
    """Where its header begins in the text that was parsed."""
    end = 0
    """Where its body ends, the line end before a boundary included."""

    def __init__(self, lines: _Lines, policy: Policy = _VERBATIM) -> None:
        super().__init__(policy)
        self.lines = lines
        self.too_deep = False
        self.repairs: list[str] = []
        self._kind: str | None = None
        self._payload: Any
        self._fence: str | None = None

    def value(self, name: str) -> str | None:
        """The raw value of the first field of this name, lower case; None where there is none."""
        return next((str(value) for key, value in self.raw_items() if key.lower() == name), None)

    @property
    def kind(self) -> str:
        """Its content type; the same before and after, once its header is read."""
        if self._kind is None:
            self._kind = content_type(self.value("content-type"), self.get_default_type())
        return self._kind

    def get_content_type(self) -> str:
        """What the parser goes by: closed are messages inside, and levels beyond the limit."""
        closed = self.kind.startswith("message/") or (self.too_deep and self.kind.startswith("multipart/"))
        return _CLOSED if closed else self.kind

    def get_payload(self, i: int | None = None, decode: bool = False) -> Any:  # noqa: ARG002
        """The parts, or the body as it stood, octets above 127 as lone surrogates."""
        return self._payload

    def get_content_maintype(self) -> str:
        """Of ``get_content_type``."""
        return self.get_content_type().partition("/")[0]

    def get_boundary(self, failobj: Any = None) -> Any:
        """The boundary that is used, which is most often the declared one; asked for at the end of the header."""
        if self._fence is None:
            self._fence = self._find_boundary()
            if self._fence is not None:
                self.lines.open(self._fence)
        return failobj if self._fence is None else self._fence

    def _find_boundary(self) -> str | None:
        said = parse_parameters(self.value("content-type") or "").get("boundary")
        declared = said.raw.rstrip() if said else ""
        ways = [declared] if declared else []
        if declared and _FOLD.search(declared):
            ways = [_FOLD.sub("", declared), _FOLD.sub(" ", declared)]
            self.repairs.append("the boundary was folded")
        for way in ways:
            if self.lines.is_ahead(way):
                return way
        used = self.lines.guess()
        if used is not None:
            self.repairs.append("the boundary was not the one that was declared")
            return used
        return ways[0] if ways else None


def content_type(value: str | None, default: str = "text/plain") -> str:
    """The type that a raw Content-Type names (RFC 2045, 5.2): ``default`` where there is none, else text/plain."""
    if value is None:
        return default
    kind = first_word(value)
    return kind if kind.count("/") == 1 and kind.isascii() else "text/plain"


def parse(octets: bytes) -> tuple[Node, int | None]:
    """The tree, and where in the octets the part begins that is one too many (None: there is none). Never raises."""
    return _Parser(octets.decode("ascii", "surrogateescape")).tree()


class _Parser(FeedParser):
    _msgstack: list[Node]

    def __init__(self, text: str) -> None:
        self._count = 0
        self._lines = _Lines(text)
        super().__init__(self._new_node, policy=_VERBATIM)
        self._input = self._lines

    def _new_node(self, policy: Policy = _VERBATIM) -> Node:
        return Node(self._lines, policy)

    def tree(self) -> tuple[Node, int | None]:
        try:
            return self.close(), None  # type: ignore[return-value]
        except Found as enough:
            root = self._msgstack[0]
            for node in self._msgstack:
                node.end = enough.args[0]
            return root, int(enough.args[0])

    def _new_message(self) -> None:
        self._count += 1
        if self._count > MAX_PARTS:
            raise Found(self._lines.at)
        super()._new_message()  # type: ignore[misc]
        node = self._msgstack[-1]
        node.start, node.too_deep = self._lines.at, len(self._msgstack) > MAX_DEPTH
        self._lines.in_header = True

    def _parse_headers(self, lines: list[str]) -> None:
        super()._parse_headers(lines)  # type: ignore[misc]
        self._lines.in_header = False

    def _pop_message(self) -> Node:
        node: Node = super()._pop_message()  # type: ignore[misc]
        node.end = self._lines.at
        self._lines.in_header = False
        if node._fence is not None:  # noqa: SLF001 - parser and node are one.
            self._lines.shut(node._fence)  # noqa: SLF001
        return node


class _Lines:
    """The text as the parser takes it (in place of its BufferedSubFile): one header line, or many of a body."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.in_header = text, 0, True
        self._line, self._began = "", 0
        self._matchers: list[Callable[[str], object]] = []
        self._fences: dict[str, tuple[int, int]] = {}
        """Of each open boundary, with either end of the line before: how often it is open, and where it is next."""

    def open(self, boundary: str) -> None:
        """Stop at this boundary from now on."""
        for mark in _marks(boundary):
            times, next_at = self._fences.get(mark, (0, -1))
            self._fences[mark] = (times + 1, next_at)

    def shut(self, boundary: str) -> None:
        """Stop at it no longer, unless it is open twice."""
        for mark in _marks(boundary):
            times, next_at = self._fences.pop(mark)
            if times > 1:
                self._fences[mark] = (times - 1, next_at)

    def is_ahead(self, boundary: str) -> bool:
        """Whether a line that begins like this boundary follows."""
        return any(self._find(mark) < len(self.text) for mark in _marks(boundary))

    def guess(self) -> str | None:
        """What looks like a boundary in what follows, up to the next one that is known."""
        end = min(self._stop(), self.at + MAX_GUESSED_OCTETS)
        found = _USED.search(self.text, max(self.at - 1, 0), end)
        return found[1] if found else None

    def _find(self, mark: str) -> int:
        """Where the next line begins that begins with this boundary; the end of the text where none does."""
        if self.at == 0 and self.text.startswith(mark[1:]):
            return 0
        return self.text.find(mark, max(self.at - 1, 0)) + 1 or len(self.text)

    def _stop(self) -> int:
        nearest = len(self.text)
        for mark, (times, next_at) in self._fences.items():
            if next_at < self.at:
                next_at = self._find(mark)  # noqa: PLW2901 - remembered, so that the text is gone through once.
                self._fences[mark] = (times, next_at)
            nearest = min(nearest, next_at)
        return nearest

    # What the parser asks for.

    def push_eof_matcher(self, matches: Callable[[str], object]) -> None:
        self._matchers.append(matches)

    def pop_eof_matcher(self) -> Callable[[str], object]:
        return self._matchers.pop()

    def close(self) -> None:
        """All of it is here already."""

    def unreadline(self, line: str) -> None:
        """Go back to where this line began; the parser may give one back after it took the next."""
        self.at = self._began if line == self._line else self.text.rfind(line, 0, self.at)

    def readline(self) -> str:
        """'' at the end of the text, and of a part."""
        stop = self._stop()
        if self.at == stop or self.in_header:
            found = _LINE_END.search(self.text, self.at)
            line = self.text[self.at : found.end() if found else len(self.text)]
            if self.at == stop and any(matches(line) for matches in reversed(self._matchers)):
                return ""
        else:
            line = self.text[self.at : stop]
        self._began, self.at = self.at, self.at + len(line)
        if self.in_header:
            line = " " + line if _LOST_FOLD.match(line) else _SPACED_NAME.sub(r"\1:", line)
        self._line = line
        return line

    def __iter__(self) -> Iterator[str]:
        return iter(self.readline, "")


def _marks(boundary: str) -> tuple[str, str]:
    return "\n--" + boundary, "\r--" + boundary
