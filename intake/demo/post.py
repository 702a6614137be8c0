"""The mail of the night: written for this project, everyone in it is invented."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One mail, when it is sent, and what the demo officer decides if it is held."""

    file: str
    octets: bytes
    mail_from: str
    rcpt_to: str
    at: datetime
    act: str
    note: str
    kill_after: bool
    under: tuple[str, ...]
    not_relevant: bool
    reason: str


def read_posts() -> tuple[Post, ...]:
    """All mail, in the order of sending."""
    folder = files("intake.demo")
    table: dict[str, Any] = tomllib.loads(folder.joinpath("night.toml").read_text(encoding="utf-8"))
    return tuple(
        Post(
            file=row["file"],
            octets=folder.joinpath("mail", row["file"]).read_bytes(),
            mail_from=row["mail_from"],
            rcpt_to=row["rcpt_to"],
            at=row["at"],
            act=row["act"],
            note=row["note"],
            kill_after=row.get("kill_after", False),
            under=tuple(row.get("under", ())),
            not_relevant=row.get("not_relevant", False),
            reason=row.get("reason", ""),
        )
        for row in table["mail"]
    )
