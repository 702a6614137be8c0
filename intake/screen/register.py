"""The register on a terminal: a table for all deliveries, and what is safe to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from intake.vocabulary.submission import Status


def printable(text: object) -> Text:
    """Foreign text without control characters, and never read as markup."""
    return Text("".join(c if c.isprintable() else " " for c in str(text or "")))


def moment(text: str, zone: ZoneInfo) -> str:
    """``2027-01-09 23:59:58 CET``."""
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def print_list(lines: Iterable[Mapping[str, Any]], counts: Mapping[Status, int], zone: ZoneInfo) -> None:
    """One row a delivery; below it, the sum that closes."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("No.", "Received", "From", "Subject", "Status", "Why", "Reference"):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"No.", "Status"})
    for line in lines:
        who = line["respondent"]["name"] or line["author_address"] or line["mail_from"]
        late = " (late)" if line["late"] else ""
        table.add_row(
            str(line["delivery"]),
            moment(line["received_at"], zone),
            printable(who),
            printable((line["subject"] or "")[:60]),
            line["status"] + late,
            printable(line["reason"]),
            ", ".join(line["references"]),
        )
    console = Console()
    console.print(table)
    console.print(closing_sum(counts))


def closing_sum(counts: Mapping[Status, int]) -> str:
    """``26 received = 19 filed + 4 held + …``: every status that occurs, and nothing else."""
    parts = " + ".join(f"{number} {status.value}" for status, number in counts.items() if number)
    return f"{sum(counts.values())} received = {parts or '0'}"
