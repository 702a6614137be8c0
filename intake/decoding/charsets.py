"""Octets to text, by the charset that was meant rather than the one that was said."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

SUPERSETS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "l1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "cp1255",
    "iso-8859-6": "iso-8859-6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-mac-cyrillic": "mac-cyrillic",
    "utf-8": "utf-8",
    "utf8": "utf-8",
}
"""What mail programs mean by a name (WHATWG Encoding does the same for web pages)."""

MAX_DETECTED_OCTETS = 64 * 1024
"""64 KiB tell a charset as well as the whole text, at a bounded price."""
SEVEN_BIT = ("iso-2022", "hz", "utf-7")
"""Charsets whose octets all look like ASCII: only the declaration tells."""
WIDE = ("utf-16", "utf-32")
"""Charsets whose octets may all be below 128 too; then NUL, which no other text holds, is among them."""
NOT_OF_MAIL = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
"""Python's own notations, which no mail program means by a charset."""

_LETTERS = b"AZaz09"


def decode_text(octets: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text, and what was wrong with its declaration (None where it was right).

    Tried in order: the declared charset or its superset, UTF-8, a detector, replacement characters.
    Never raises.
    """
    name = (declared or "").strip().strip("\"'").lower()
    telling = name.startswith(SEVEN_BIT) or (name.startswith(WIDE) and b"\0" in octets)
    if telling and (text := _try(octets, name)) is not None:
        return text, None
    if octets.isascii():
        return octets.decode("ascii"), None
    if name and name not in {"ascii", "us-ascii"}:
        text = _try(octets, SUPERSETS.get(name, name))
        if text is not None:
            return text, None
    if (text := _try(octets, "utf-8")) is not None:
        return text, f"declared {name or 'nothing'}, is UTF-8"
    likely = (match.encoding for match in from_bytes(octets[:MAX_DETECTED_OCTETS]))
    best = next((encoding for encoding in likely if _try(_LETTERS, encoding) == _LETTERS.decode()), None)
    if best is not None and (text := _try(octets, best)) is not None:
        return text, f"declared {name or 'nothing'}, read as {best}"
    if name in {"", "ascii", "us-ascii"} and (text := _try(octets, "cp1252")) is not None:
        return text, f"declared {name or 'nothing'}, read as windows-1252"
    return octets.decode("utf-8", "replace"), f"declared {name or 'nothing'}, partly unreadable"


def _try(octets: bytes, name: str) -> str | None:
    try:
        codec = codecs.lookup(name)
        if not getattr(codec, "_is_text_encoding", True):
            return None  # base64, rot13 and their like are named as codecs too.
        if codec.name in NOT_OF_MAIL:
            return None
        text = codec.decode(octets, "strict")[0]
        text.encode("utf-8")  # UTF-7 lets lone surrogates through, which nothing can store.
    except (LookupError, UnicodeError, ValueError):
        return None
    return text
