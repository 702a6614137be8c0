"""The envelope of mail that lies in a mailbox or on disk: transport is over, its traces stand in the header."""

from __future__ import annotations

import re
from collections.abc import Collection
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from intake.arrival.times import MAX_HEADER_OCTETS

RECIPIENT_FIELDS = ("X-Gm-Original-To", "X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc")
"""Where hosts note for whom they delivered, and then what the sender wrote; the first that names us counts."""

_HEADER_END = re.compile(rb"\r?\n\r?\n")


def read_header(octets: bytes) -> Message:
    """The header block alone; what follows is not looked at."""
    block = octets[:MAX_HEADER_OCTETS]
    end = _HEADER_END.search(block)  # The stdlib would go through the rest of it line by line.
    return BytesHeaderParser().parsebytes(block[: end.end()] if end else block)


def recipient(header: Message, addresses: Collection[str]) -> str | None:
    """The first of our addresses (lower case) that the message names, or None."""
    return next((one for one in _addresses(header, *RECIPIENT_FIELDS) if one.lower() in addresses), None)


def reverse_path(header: Message, from_line: str | None = None) -> str | None:
    """Return-Path (RFC 5321, 4.4), else the address of an mbox From_ line, else the header From.

    None is the null path: Return-Path is there, and names nobody.
    """
    return_path = header.get("Return-Path")
    if return_path is not None and str(return_path).strip():
        return next(iter(_addresses(header, "Return-Path")), None)
    if from_line is not None and "@" in from_line:
        return from_line
    return next(iter(_addresses(header, "From")), None)


def _addresses(header: Message, *names: str) -> list[str]:
    values = [str(value) for name in names for value in header.get_all(name, [])]
    try:
        return [address for _, address in getaddresses(values) if address]
    except RecursionError:  # Thousands of opening brackets: the stdlib's parser goes down one by one.
        return []
