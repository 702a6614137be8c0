"""The text of a body part: charset decoded, HTML and format=flowed unfolded."""

from __future__ import annotations

from intake.decoding.charsets import decode_text
from intake.decoding.flowed import unfold_flowed
from intake.decoding.headers import read_parameter
from intake.decoding.html import html_to_text
from intake.decoding.parts import Part
from intake.decoding.spans import mark_spans

__all__ = ["declared_charset", "html_to_text", "mark_spans", "read_text", "unfold_flowed"]


def read_text(part: Part, octets: bytes) -> tuple[str, str | None]:
    """The text of a text/* part, and what was wrong with it (None: nothing). Lines end in LF."""
    text, defect = decode_text(octets, declared_charset(part))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if part.content_type == "text/html":
        html, html_defect = html_to_text(text)
        return html, "; ".join(filter(None, (html_defect, defect))) or None
    if read_parameter(part, "format").lower() == "flowed":
        text = unfold_flowed(text, delsp=read_parameter(part, "delsp").lower() == "yes")
    return text, defect


def declared_charset(part: Part) -> str | None:
    """The charset parameter, if it can be read at all."""
    return read_parameter(part, "charset") or None
