"""The register on a terminal: a table for all, a page for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from intake.ledger.listing import letters_of
from intake.storage import journal
from intake.storage.session import Connection
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


def print_one(connection: Connection, line: Mapping[str, Any], zone: ZoneInfo) -> None:
    """Everything that is known of one delivery, in the order in which it happened."""
    console = Console()
    console.print(Text(f"Delivery {line['delivery']}: {line['status']}", style="bold"))
    facts = {
        "Why": line["reason"],
        "References": ", ".join(f"{r} ({c})" for r, c in zip(line["references"], line["consultations"], strict=True)),
        "Received": moment(line["received_at"], zone) + (", late" if line["late"] else ""),
        "Captured": moment(line["captured_at"], zone),
        "Envelope": f"{line['mail_from'] or '<>'} to {line['rcpt_to']}",
        "Author": f"{line['respondent']['name'] or ''} <{line['author_address'] or ''}>",
        "Subject": line["subject"],
        "Language": line["language"],
        "SHA-256": line["raw_sha256"],
        "Source": line["source_file"],
        "Replaces": line["supersedes"],
        "Duplicate of": line["duplicate_of"],
    }
    for name, value in facts.items():
        if value:
            console.print(Text(f"{name + ':':14}"), printable(value), end="\n", sep="")
    for heading, rows in (
        ("Attachments", [f"{a['name']}, {a['type']}, {a['size']} octets" for a in line["attachments"]]),
        ("Rules", [f"{'yes' if f['matched'] else 'no ':3} {f['rule']}: {f['reason']}" for f in line["findings"]]),
        ("Events", _events(connection, line["delivery"], zone)),
    ):
        if rows:
            console.print(Text(heading, style="bold"))
            for row in rows:
                console.print(Text("  "), printable(row), sep="")
    for state, octets, said in letters_of(connection, line["delivery"]):
        console.print(Text(f"Letter ({state}{': ' + said if said else ''})", style="bold"))
        console.print(letter_text(octets))


def _events(connection: Connection, number: int, zone: ZoneInfo) -> list[str]:
    return [
        f"{event.at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z} {event.type.value} by {event.agent.name}"
        f"{' ' + event.agent.version if event.agent.version else ''}: {event.outcome.value}"
        for event in journal.of_delivery(connection, number)
    ]


def letter_text(octets: bytes) -> Text:
    """A letter of ours as its reader sees it; we wrote it, so the modern parser is safe."""
    letter = message_from_bytes(octets, policy=policy.default)
    head = "".join(f"{name}: {letter[name]}\n" for name in ("From", "To", "Subject", "Date"))
    body = letter.get_body()
    return Text(f"{head}\n{body.get_content() if body else ''}")
