"""The text of a body part: transfer and charset decoded, HTML and format=flowed unfolded."""

from __future__ import annotations

import re
from email.message import Message

from inscriptis import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError, ParserError
from lxml.html import HTMLParser, document_fromstring

from intake.decoding.charsets import decode_text
from intake.decoding.headers import read_parameter

MAX_HTML_CHARACTERS = 4 * 2**20
"""4 Mi characters of HTML are turned into text: a book; more is an attack on the parser."""

_HTML = ParserConfig(display_links=False)
_SEEN_OR_NOT = re.compile(r"(?i)\b(?:display|white-space)\s*:[^;]*")
_BLANK_LINES = re.compile(r"\n{3,}")


def read_text(part: Message, octets: bytes) -> tuple[str, str | None]:
    """The text of a text/* part, and what was wrong with it (None: nothing). Lines end in LF."""
    text, defect = decode_text(octets, declared_charset(part))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if part.get_content_type() == "text/html":
        html, html_defect = html_to_text(text)
        return html, html_defect or defect
    if read_parameter(part, "format").lower() == "flowed":
        text = unfold_flowed(text, delsp=read_parameter(part, "delsp").lower() == "yes")
    return text, defect


def declared_charset(part: Message) -> str | None:
    """The charset parameter, if it can be read at all."""
    return read_parameter(part, "charset") or None


def html_to_text(html: str) -> tuple[str, str | None]:
    """What a reader would see, hidden elements left out; a defect where the HTML cannot be read."""
    cut = html[:MAX_HTML_CHARACTERS]
    defect = None if len(cut) == len(html) else "HTML cut at its limit"
    # A declaration of an encoding inside a text that is decoded already makes lxml refuse it.
    cut = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", cut)
    try:
        text = _render(cut) if cut.strip() else ""
    except (LxmlError, ValueError, RecursionError, AssertionError, IndexError, KeyError):
        text, defect = re.sub(r"<[^<>]*>", " ", cut), "HTML could not be parsed; tags were cut out"
    lines = (line.rstrip() for line in text.replace("\xa0", " ").split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n"), defect


def _render(html: str) -> str:
    """Of the author's style only what hides is obeyed: an indent of 100,000 columns is no content.

    Without huge_tree the parser drops, silently, what lies deeper than 255 elements.
    """
    try:
        tree = document_fromstring(html, parser=HTMLParser(huge_tree=True))
    except ParserError:  # Nothing but text or comments.
        tree = document_fromstring(f"<pre>{html}</pre>", parser=HTMLParser(huge_tree=True))
    for element in tree.iterfind(".//*[@style]"):
        element.set("style", ";".join(_SEEN_OR_NOT.findall(element.get("style"))))
    return str(Inscriptis(tree, _HTML).get_text())


def unfold_flowed(text: str, *, delsp: bool) -> str:
    """RFC 3676, 4: a line that ends in a space goes on in the next one of the same quote depth."""
    out: list[tuple[int, list[str]]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        body = line.lstrip(">")
        depth = len(line) - len(body)
        body = body.removeprefix(" ")  # Space-stuffing, 4.4.
        flows = body.endswith(" ") and body != "-- "
        if flows and delsp:
            body = body[:-1]
        if open_depth == depth and out and body != "-- ":
            out[-1][1].append(body)
        else:
            out.append((depth, [body]))
        open_depth = depth if flows else None
    return "\n".join((">" * depth + " " if depth else "") + "".join(bodies) for depth, bodies in out)
