"""Numbers as the cells of a sheet show them (ISO/IEC 29500-1, 18.8.30): dates, shares, thousands.

Names of months are English, and the order of a date without an order of its own is that of ISO 8601: what a program
shows there depends on its own language, which the file does not know.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 14: "yyyy-mm-dd",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""By their numbers (18.8.30)."""
MAX_FORMAT_CHARACTERS = 255
"""As in Excel."""
MAX_DECIMALS = 30

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')
_DATE = re.compile(r"(?i)[ymdhs]")
_PART = re.compile(r"(?i)\[h+\]|\[m+\]|\[s+\]|y+|m+|d+|h+|s+(?:\.0+)?|am/pm|a/p|\x00[^\x00]*\x00|.")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LAST_DAY = 2_958_466
"""The day after 9999-12-31."""
_LEAP_THAT_WAS_NONE = 60
"""Excel's year 1900 has a 29 February; the days before it count one less."""


def show(value: float, code: str, *, since_1904: bool = False) -> str:
    """A number by the code of its format; as itself where the code says nothing that we know."""
    sections = _sections(code[:MAX_FORMAT_CHARACTERS])
    section = sections[0]
    if value < 0 and len(sections) > 1 and sections[1]:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2 and sections[2]:  # noqa: PLR2004 - positive, negative, nought, text.
        section = sections[2]
    bare = re.sub(r"\x00[^\x00]*\x00", "", section)
    if bare.strip().lower() in {"general", "@", ""}:
        return section.replace("\x00", "") if bare == "" and section else plain(value)
    if _DATE.search(bare) and not re.search(r"[#0?]", re.sub(r"(?i)s+\.0+", "s", bare)):
        return _show_date(value, section, since_1904=since_1904) or plain(value)
    return _show_number(value, section, bare)


def plain(value: float) -> str:
    """As a cell without a format shows it: eleven digits at most."""
    if value == int(value) and abs(value) < 1e11:  # noqa: PLR2004
        return str(int(value))
    return f"{value:.10g}".replace("e", "E")


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[str, ...]:
    """Positive, negative, nought; words are set between NULs."""
    marked = _QUOTED.sub(lambda one: f"\0{one[1] or one[2]}\0" if one[1] or one[2] else "", code)
    return tuple(marked.split(";")[:4])


def _show_number(value: float, section: str, bare: str) -> str:
    digits = re.search(r"[#0?][#0?,]*(?:\.[#0?]*)?,*(?:E[+-][#0?]+)?", section)
    if digits is None or "/" in bare:
        return plain(value)
    pattern = digits[0]
    whole, _, decimals = pattern.partition(".")
    exponent = "E" in pattern
    value *= 100 ** bare.count("%")
    value /= 1000 ** (len(pattern) - len(pattern.rstrip(",")))
    places = min(len(re.sub(r"E.*|[^#0?]", "", decimals)), MAX_DECIMALS)
    if exponent:
        text = f"{value:.{places}E}"
    else:
        text = f"{value:{',' if ',' in whole.rstrip(',') else ''}.{places}f}"
        least = whole.count("0")
        sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
        integer = text.partition(".")[0]
        text = sign + "0" * max(0, least - len(integer)) + text
        optional = len(decimals) - len(decimals.rstrip("#?"))
        if optional and "." in text:
            head, _, tail = text.partition(".")
            kept = tail[: places - optional] + tail[places - optional :].rstrip("0")
            text = f"{head}.{kept}" if kept else head
    return (section[: digits.start()] + text + section[digits.end() :]).replace("\0", "").strip()


def _show_date(value: float, section: str, *, since_1904: bool) -> str | None:
    if not 0 <= value < _LAST_DAY:
        return None
    day = value if since_1904 or value >= _LEAP_THAT_WAS_NONE else value + 1
    moment = (datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)) + timedelta(  # noqa: DTZ001 - no zone.
        seconds=round(day * 86_400)
    )
    parts = [one[0] for one in _PART.finditer(section)]
    is_half = any(one.lower() in {"am/pm", "a/p"} for one in parts)
    out: list[str] = []
    letters = [one[0].lower() for one in parts if one[0].lower() in "ymdhs[" and one[0] != "\0"]
    at = -1
    for part in parts:
        if part[0] == "\0":
            out.append(part.strip("\0"))
            continue
        if part[0].lower() not in "ymdhs[" or part.lower() in {"am/pm", "a/p"}:
            out.append(("AM" if moment.hour < 12 else "PM") if part.lower() in {"am/pm", "a/p"} else part)  # noqa: PLR2004
            continue
        at += 1
        around = (letters[at - 1] if at else "", letters[at + 1] if at + 1 < len(letters) else "")
        is_minute = around[0] in {"h", "["} or around[1] == "s"
        out.append(_part(part.lower(), moment, value, is_minute=is_minute, is_half=is_half))
    return "".join(out)


def _part(part: str, moment: datetime, value: float, *, is_minute: bool, is_half: bool) -> str:
    """One piece of a date; m stands for minutes beside hours or seconds, else for months."""
    wide = len(part) > 1
    match part[0]:
        case "[":
            return str(round(value * {"h": 24, "m": 1440, "s": 86_400}[part[1]] // 1))
        case "y":
            return f"{moment.year:04}" if len(part) > 2 else f"{moment.year % 100:02}"  # noqa: PLR2004
        case "m" if is_minute:
            return f"{moment.minute:02}" if wide else str(moment.minute)
        case "m":
            name = _MONTHS[moment.month - 1]
            return {1: str(moment.month), 2: f"{moment.month:02}", 3: name[:3], 5: name[0]}.get(len(part), name)
        case "d":
            name = _DAYS[moment.weekday()]
            return {1: str(moment.day), 2: f"{moment.day:02}", 3: name[:3]}.get(len(part), name)
        case "h":
            hour = (moment.hour % 12 or 12) if is_half else moment.hour
            return f"{hour:02}" if wide else str(hour)
        case _:
            return f"{moment.second:02}" if wide else str(moment.second)
