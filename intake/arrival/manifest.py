"""What a manifest says of files: the envelope and the time that their octets do not tell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from intake.errors import UnreadableSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What a manifest line says of one file."""

    mail_from: str | None
    rcpt_to: str | None
    received_at: datetime | None


def read_manifest(path: Path) -> dict[str, Witness]:
    """JSON Lines with ``file`` and, each optional, ``mail_from``, ``rcpt_to``, ``received_at``.

    Other keys are not read. Raises UnreadableSource, naming the line.
    """
    witnesses: dict[str, Witness] = {}
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSource(f"{path}: the manifest cannot be read ({error}).") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            at = datetime.fromisoformat(row["received_at"]) if row.get("received_at") else None
            witnesses[_text(row["file"])] = Witness(
                mail_from=None if row.get("mail_from") is None else _text(row["mail_from"]),
                rcpt_to=None if row.get("rcpt_to") is None else _text(row["rcpt_to"]),
                received_at=at,
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnreadableSource(f"{path}, line {number}: is no manifest line ({error}); see --help.") from error
        if at is not None and at.utcoffset() is None:
            raise UnreadableSource(f"{path}, line {number}: received_at has no time zone; add one such as +01:00.")
    return witnesses


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
