"""A second opinion on the header, asked for when somebody looks closely: the only door of mail-parser."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime

import mailparser

from intake.decoding.wire import MAX_HEADER_OCTETS
from intake.vocabulary.mail import Defect, Hop

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LISTS = ("date_header_defects", "address_header_defects")

logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # It logs header values: names, addresses.


def testify(octets: bytes) -> tuple[tuple[Hop, ...], tuple[Defect, ...]]:
    """mail-parser's reading of the header block: Received hops, newest first, and defects it noticed.

    It stands beside the record, and never in it. Whatever it raises is a defect of the message, no more.
    """
    block = _HEADER_END.split(octets[:MAX_HEADER_OCTETS], maxsplit=1)[0] + b"\r\n\r\n"
    try:
        mail = mailparser.parse_from_bytes(block)
        received = [hop for hop in mail.received if isinstance(hop, dict)]
        found = [item for name in _LISTS for item in getattr(mail, name, None) or [] if isinstance(item, dict)]
    except Exception as error:  # noqa: BLE001 - fate: mail-parser raises outside its own tree; the message stands without it.
        return (), (Defect("header", f"mail-parser: {type(error).__name__}"),)
    return tuple(_hop(hop) for hop in reversed(received)), tuple(_defect(item) for item in found)


def _hop(said: dict[str, object]) -> Hop:
    at = said.get("date_utc")
    try:
        moment = datetime.fromisoformat(str(at)).replace(tzinfo=UTC) if at else None
    except ValueError:
        moment = None
    return Hop(by=_text(said.get("by")), origin=_text(said.get("from")), at=moment)


def _defect(said: dict[str, object]) -> Defect:
    return Defect(str(said.get("header", "header")), str(said.get("reason") or said.get("message") or said))


def _text(value: object) -> str | None:
    return str(value) if value else None
