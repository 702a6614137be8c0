"""What Rich Text Format remembers: charsets of fonts, and the properties that a group restores at its end."""

from __future__ import annotations

import codecs
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from intake.decoding.documents.pieces import CHECKED, UNCHECKED, Filled, Piece
from intake.decoding.documents.symbols import read_symbol

CODE_PAGES = {
    0: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5hkscs",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
"""By the charset of a font (\\fcharset)."""
SYMBOL_CHARSET = 2
_OTHER_NAMES = {"cp936": "gb18030", "cp950": "big5hkscs", "cp10000": "mac-roman", "cp10007": "mac-cyrillic"}
_DOUBLE = frozenset({"cp932", "cp949", "johab", "gb18030", "big5hkscs"})


class Role(Enum):
    """What the text of a group is for."""

    SHOWN = auto()  # It is part of its flow.
    SKIPPED = auto()  # Nobody sees it.
    FONT = auto()  # The name of a font.
    STYLE = auto()  # The name of a style.
    LABEL = auto()  # The number or bullet of an item.
    AUTHOR = auto()  # Who comments.
    FIELD_NAME = auto()  # What a field of a form is called.
    CHOICE = auto()  # One entry of a field of a form.


@dataclass(slots=True)
class Flow:
    """Text that belongs together: the body, a note, a comment, a header; what is done with it at its end."""

    done: Callable[[str], None] | None = None
    pieces: list[Piece] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    """A field of a form, as far as it was read."""

    is_form: bool = False
    name: list[str] = field(default_factory=list)
    choices: list[list[str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    kind: int = 0
    result: int | None = None
    usual: int = 0

    def set(self, name: str, value: int) -> None:
        """A property by its control word."""
        if name == "fftype":
            self.kind = value
        elif name == "ffres":
            self.result = value
        else:
            self.usual = value


@dataclass(slots=True)
class State:
    r"""Of a group. Paragraph properties are set back by \pard, character properties by \plain."""

    role: Role = Role.SHOWN
    flow: Flow = field(default_factory=Flow)
    form: Form | None = None
    unicode_skip: int = 1
    font: int = -1
    is_hidden: bool = False
    is_deleted: bool = False
    style: int = 0
    outline: int = -1
    level: int = 0
    depth: int = 0
    is_starred: bool = False
    is_fresh: bool = True

    def inner(self) -> State:
        """For a group inside."""
        return replace(self, is_starred=False, is_fresh=True)


@dataclass(slots=True)
class Font:
    """Of the table of fonts."""

    charset: int = 1
    name: list[str] = field(default_factory=list)


class Characters:
    """Octets as characters of the font that they are written in."""

    def __init__(self) -> None:
        self.code_page = "cp1252"
        self.fonts: dict[int, Font] = {}

    def set_code_page(self, name: str) -> None:
        """That of octets in no font whose charset is known; a name that Python does not know changes nothing."""
        with contextlib.suppress(LookupError):
            self.code_page = codecs.lookup(_OTHER_NAMES.get(name, name)).name

    def read(self, octets: bytes, font: int) -> str:
        """Those of one run; what the code page does not know becomes U+FFFD."""
        found = self.fonts.get(font)
        if found is not None and found.charset == SYMBOL_CHARSET:
            return "".join(read_symbol(one, self._name(found)) for one in octets)
        page = self.code_page if found is None else CODE_PAGES.get(found.charset, self.code_page)
        if octets.isascii() and page not in _DOUBLE:
            return octets.decode("ascii")
        return octets.decode(page, "replace")

    def read_unicode(self, unit: int, font: int) -> str:
        """One unit of UTF-16, which may be half a character."""
        found = self.fonts.get(font)
        if found is not None and found.charset == SYMBOL_CHARSET and 0xF000 <= unit <= 0xF0FF:  # noqa: PLR2004 - private.
            return read_symbol(unit, self._name(found))
        return chr(unit)

    @staticmethod
    def _name(font: Font) -> str:
        return "".join(font.name).strip(" ;")


def filled(form: Form) -> Filled:
    """What is in a field of a form: of a box whether it is checked, of a list the entry that was chosen."""
    text = "".join(form.shown)
    chosen = form.result if form.result is not None and form.result != _UNDEFINED else form.usual
    if form.kind == _CHECK_BOX:
        text = CHECKED if chosen == 1 else UNCHECKED
    elif form.kind == _LIST and 0 <= chosen < len(form.choices):
        text = "".join(form.choices[chosen])
    return Filled("".join(form.name).strip(), text.strip())


_CHECK_BOX, _LIST = 1, 2
_UNDEFINED = 25
"""A result that was never set."""
