"""Controls of Rich Text Format: signs, destinations, and what sets one thing of the state in force, within bounds."""

from __future__ import annotations

from collections.abc import Callable

from intake.decoding.documents.rtf_state import Role, State
from intake.decoding.documents.styles import MAX_LEVEL

MAX_DEPTH = 16
"""Tables inside tables."""
SIGNS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ",
    "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "zwj": "\u200d",
    "zwnj": "\u200c", "ltrmark": "\u200e", "rtlmark": "\u200f", "~": "\xa0", "_": "‑", "\\": "\\", "{": "{", "}": "}",
}  # fmt: skip
"""Controls that stand for a sign."""
UNSEEN = frozenset({
    "colortbl", "info", "pict", "nonesttables", "fldinst", "shprslt", "nonshppict", "objdata", "template",
    "listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "bkmkstart", "bkmkend", "xmlnstbl",
    "themedata", "colorschememapping", "latentstyles", "datastore", "private", "tc", "xe", "rxe", "txe", "ftnsep",
    "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "pgdsctbl", "filetbl", "sp", "mmathPr", "upr", "pn",
    "atrfstart", "atrfend",
})  # fmt: skip
"""Destinations whose text nobody sees."""
STARRED = frozenset({
    "shpinst", "shptxt", "annotation", "footnote", "atnauthor", "ud", "ffname", "ffl", "formfield", "do", "dptxbxtext",
    "shppict",
})  # fmt: skip
"""Of those that older readers pass over (\\*), what is read; the rest is not text."""
ROLES = {
    "fonttbl": Role.FONT, "stylesheet": Role.STYLE, "listtext": Role.LABEL, "pntext": Role.LABEL,
    "atnauthor": Role.AUTHOR, "ffname": Role.FIELD_NAME, "ffl": Role.CHOICE,
}  # fmt: skip
"""What the text of a destination is."""


def _pard(state: State, _: int) -> None:
    state.style, state.outline, state.level, state.depth = 0, -1, 0, 0


def _plain(state: State, _: int) -> None:
    state.is_hidden = state.is_deleted = False


def _intbl(state: State, _: int) -> None:
    state.depth = max(1, state.depth)


def _setter(name: str, least: int, most: int) -> Callable[[State, int], None]:
    def set_value(state: State, value: int) -> None:
        setattr(state, name, min(max(value, least), most))

    return set_value


SETTERS: dict[str, Callable[[State, int], None]] = {
    "pard": _pard,
    "plain": _plain,
    "intbl": _intbl,
    "itap": _setter("depth", 0, MAX_DEPTH),
    "ilvl": _setter("level", 0, MAX_LEVEL - 1),
    "s": _setter("style", 0, 2**31),
    "f": _setter("font", 0, 2**31),
    "deff": _setter("font", 0, 2**31),
    "uc": _setter("unicode_skip", 0, 100),
    "v": lambda state, value: setattr(state, "is_hidden", bool(value)),
}
"""By the name of the control: what it sets in the state in force; its number, 1 where it has none, comes with it."""
