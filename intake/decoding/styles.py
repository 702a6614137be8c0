"""What a style says of whether its words are seen, and of what they are in: hidden, quoted, numbered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

MAX_STYLE_CHARACTERS = 2000
"""Of one style attribute that are read."""
MAX_SHEET_CHARACTERS = 256 * 1024
"""Of all style sheets of a message; Outlook writes 20 KiB."""
MAX_RULES = 2000
"""Of all style sheets that are kept."""
FAR_OUT = 500
"""Pixels outside of the page from which on nobody sees what is there."""
TINY = 1.0
"""Pixels or points up to which letters cannot be read."""
SAME_COLOUR = 8
"""Difference, of 255, in red, green and blue up to which letters cannot be told from what is behind them."""

Style = Mapping[str, str]
Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)

_NAMED: Mapping[str, Colour] = {
    "white": WHITE, "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0), "red": (255, 0, 0), "blue": (0, 0, 255), "green": (0, 128, 0), "gray": (128, 128, 128),
    "grey": (128, 128, 128), "silver": (192, 192, 192), "navy": (0, 0, 128), "yellow": (255, 255, 0),
}  # fmt: skip
_NUMBER = re.compile(r"(-?\d{0,7}(?:\.\d{1,7})?)\s*(px|pt|em|rem|ex|%|in|cm|mm|pc|)")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]{1,6})%?)?\s*\)")
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]{0,15})?[.#][\w-]{1,60}|body|html|table|td|blockquote", re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)


@lru_cache(maxsize=512)
def read_style(text: str) -> Style:
    """Declarations by property, lower case; the last of each counts."""
    style: dict[str, str] = {}
    for one in text[:MAX_STYLE_CHARACTERS].lower().split(";"):
        name, colon, value = one.partition(":")
        if colon:
            style[name.strip()] = value.partition("!")[0].strip()
    return style


def read_sheet(css: str, rules: dict[str, Style]) -> None:
    """Add the rules whose selector is one class, id or element; those for print or small screens are left out."""
    depth, selector = 0, ""
    pieces = re.split(r"([{}])", _CSS_COMMENT.sub(" ", css[:MAX_SHEET_CHARACTERS]))
    for piece in pieces:
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            selector = piece.rpartition(";")[2]
        elif depth == 1 and "@" not in selector:
            for one in selector.split(","):
                name = one.strip().lower()
                if _SELECTOR.fullmatch(name) and len(rules) < MAX_RULES:
                    rules[name] = {**rules.get(name, {}), **read_style(piece)}


def is_gone(style: Style) -> bool:
    """Whether it takes the element, and all that is in it, out of sight."""
    display, hidden = style.get("display", ""), style.get("overflow", "") == "hidden"
    if display == "none" or style.get("mso-hide", "") == "all" or _is_zero(style.get("opacity", "")):
        return True
    if hidden and any(_is_zero(style.get(name, "")) for name in ("max-height", "height", "width", "max-width")):
        return True
    if style.get("position", "") in {"absolute", "fixed"} and any(
        _pixels(style.get(name, "")) <= -FAR_OUT for name in ("left", "top", "right", "bottom")
    ):
        return True
    return _pixels(style.get("text-indent", "")) <= -FAR_OUT


def is_tiny(style: Style, *, before: bool) -> bool:
    """Whether its letters are too small to read; ``before``: whether those around it are."""
    size = style.get("font-size") or _size_in(style.get("font", ""))
    found = _NUMBER.fullmatch(size)
    if found is None or not found[1].strip("-."):
        return before and not size
    if found[2] in {"em", "rem", "ex", "%"}:
        return (before and found[2] != "rem") or float(found[1]) == 0
    return float(found[1]) <= (TINY if found[2] in {"px", "pt", ""} else 0)


def read_colour(value: str) -> Colour | None:
    """None where it is none that we know."""
    value = value.strip().lower()
    if value.startswith("#") and re.fullmatch(r"#[0-9a-f]{3}|#[0-9a-f]{6}", value):
        digits = value[1:] if len(value) > len("#fff") else "".join(one * 2 for one in value[1:])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := _RGB.match(value):
        return int(found[1]), int(found[2]), int(found[3])
    return _NAMED.get(value)


def is_clear(value: str) -> bool:
    """Whether a colour lets all light through."""
    found = _RGB.match(value.strip().lower())
    return value.strip().lower() == "transparent" or bool(found and found[4] and _is_zero(found[4]))


def are_alike(one: Colour, other: Colour) -> bool:
    """Whether letters of one colour disappear before the other."""
    return all(abs(a - b) <= SAME_COLOUR for a, b in zip(one, other, strict=True))


def has_left_border(style: Style) -> bool:
    """The stroke beside a quotation."""
    border = style.get("border-left") or style.get("border-left-style") or style.get("border-left-width") or ""
    return bool(border) and "none" not in border and not border.startswith("0")


def _is_zero(value: str) -> bool:
    found = _NUMBER.fullmatch(value)
    return found is not None and bool(found[1].strip("-.")) and float(found[1]) == 0


def _pixels(value: str) -> float:
    found = _NUMBER.fullmatch(value)
    if found is None or not found[1].strip("-."):
        return 0.0
    return float(found[1]) * {"em": 16.0, "rem": 16.0, "in": 96.0, "cm": 38.0, "pt": 4 / 3, "%": 10.0}.get(
        found[2], 1.0
    )


def _size_in(font: str) -> str:
    return next((one.partition("/")[0] for one in font.split() if _NUMBER.match(one) and one[:1].isdigit()), "")
