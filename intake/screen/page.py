"""One delivery on a terminal: all that is known of it, under headings, from what arrived to what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from intake.errors import DamagedOctets, UnknownDelivery
from intake.ledger.listing import letters_of
from intake.screen.register import moment, printable
from intake.storage import journal, vault
from intake.storage.session import Connection
from intake.vocabulary.mail import SpanKind

MAX_SHOWN_CHARACTERS = 4000
"""Of one stretch of a text: two screens. The rest is said to be there, and `intake show --json` has it."""
MAX_HEAD_CHARACTERS = 400
"""Of the text of a file, and of a stretch that is not the author's own: enough to know it by."""

_WHOSE = {
    SpanKind.OWN: "own words",
    SpanKind.QUOTED: "quoted",
    SpanKind.SIGNATURE: "signature",
    SpanKind.DISCLAIMER: "disclaimer",
}


def print_one(connection: Connection, known: Mapping[str, Any], zone: ZoneInfo) -> None:
    """Everything that is known of one delivery (ledger.dossier), in the order in which it happened."""
    console = Console()
    console.print(Text(f"Delivery {known['delivery']}: {known['status']}", style="bold"))
    for name, value in _facts(known, zone):
        if value:
            console.print(Text(f"{name + ':':14}"), printable(value), end="\n", sep="")
    for heading, rows in (
        *_texts(known["text"], known["spans"]),
        ("Files left with a cloud service, never fetched", known["links"]),
        ("Attachments", [row for one in enumerate(known["attachments"], 1) for row in _attachment(*one)]),
        *(section for one in known["inner_messages"] for section in _inner(one)),
        ("Defects", [f"{one['where']}: {one['what']}" for one in known["defects"]]),
        ("Relays, newest first, and what mail-parser says of the header", _relays(connection, known, zone)),
        ("Failures of our software", _failures(known, zone)),
        ("Rules", [f"{'yes' if f['matched'] else 'no ':3} {f['rule']}: {f['reason']}" for f in known["findings"]]),
        ("Events", _events(connection, known["delivery"], zone)),
    ):
        if rows:
            console.print(Text(heading, style="bold"))
            for row in rows:
                console.print(Text("  "), printable(row), sep="")
    for state, octets, said in letters_of(connection, known["delivery"]):
        console.print(Text(f"Letter ({state}{': ' + said if said else ''})", style="bold"))
        console.print(letter_text(octets))


def _facts(known: Mapping[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, str | None]]:
    placed = zip(known["references"], known["consultations"], strict=True)
    yield "Why", known["reason"]
    yield "References", ", ".join(f"{reference} ({consultation})" for reference, consultation in placed)
    yield "Received", moment(known["received_at"], zone) + (", late" if known["late"] else "")
    yield "Captured", moment(known["captured_at"], zone)
    yield "Envelope", f"{known['mail_from'] or '<>'} to {known['rcpt_to']}"
    yield "Author", f"{known['respondent']['name'] or ''} <{known['author_address'] or ''}>"
    yield "Subject", known["subject"]
    yield "Language", known["language"]
    yield "Seals", ", ".join(known["seals"])
    yield "SHA-256", known["raw_sha256"]
    yield "Source", known["source_file"]
    yield "Replaces", known["supersedes"]
    yield "Adds to", known["supplements"]
    yield "Duplicate of", known["duplicate_of"]
    yield "Read by", known["software"]
    yield "Attempts", str(known["attempts"]) if known["attempts"] > 1 else None


def _texts(text: str | None, spans: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """The body, each stretch under a heading that says whose words it is; blank stretches are left out."""
    whole: Sequence[Mapping[str, Any]] = [{"kind": SpanKind.OWN.value, "start": 0, "end": len(text or "")}]
    for span in spans or whole:
        kind = SpanKind(span["kind"])
        said = (text or "")[span["start"] : span["end"]].strip()
        most = MAX_SHOWN_CHARACTERS if kind is SpanKind.OWN else MAX_HEAD_CHARACTERS
        yield f"Text, {_WHOSE[kind]}" if spans else "Text", _head(said, most)


def _head(text: str, most: int) -> list[str]:
    """Its first lines; where it goes on, how much of it is left."""
    if not text:
        return []
    rows = text[:most].splitlines()
    return rows if len(text) <= most else [*rows, f"({len(text) - most} characters more: intake show --json)"]


def _attachment(number: int, one: Mapping[str, Any]) -> Iterator[str]:
    yield f"{number}. {one['name']}, {one['type']}, {one['size']} octets"
    if one["original_name"] and one["original_name"] != one["name"]:
        yield f"   its sender named it {one['original_name']!r}"
    if one["detected_type"] and one["detected_type"] != one["type"]:
        yield f"   its octets look like {one['detected_type']}"
    if one["container"]:
        yield f"   it was packed in {one['container']}"
    if one["flags"]:
        yield f"   beware: {', '.join(one['flags'])}"
    if one["text"]:
        yield f"   text of {len(one['text'])} characters{', read by ' + one['engine'] if one['engine'] else ''}:"
        yield from (f"   | {row}" for row in _head(one["text"].strip(), MAX_HEAD_CHARACTERS))
    yield from (f"   comment: {comment}" for comment in one["comments"])


def _inner(one: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    heading = f"Forwarded message in attachment {one['attachment'] + 1}, as its forwarder claims"
    rows = [
        f"Author: {one['author_name'] or ''} <{one['author_address'] or ''}>",
        f"Subject: {one['subject']}",
        f"Date: {one['date'] or 'none'}",
    ]
    yield heading, rows
    yield from ((f"Forwarded: {name}", text) for name, text in _texts(one["text"], one["spans"]))


def _relays(connection: Connection, known: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    """A second opinion, made when somebody looks: it is no part of the record."""
    from intake.decoding.witness import testify

    try:
        hops, defects = testify(vault.read(connection, known["raw_sha256"]))
    except (DamagedOctets, UnknownDelivery) as error:
        return [str(error)]
    rows = [
        f"{moment(hop.at.isoformat(), zone) if hop.at else 'at an unknown time'}: {hop.by} from {hop.origin}"
        for hop in hops
    ]
    return [*rows, *(f"{defect.where}: {defect.what}" for defect in defects)]


def _failures(known: Mapping[str, Any], zone: ZoneInfo) -> Iterable[str]:
    return [
        f"{moment(one['at'], zone)} attempt {one['attempt']}, {one['software']}: {one['failure']}"
        f"{' at ' + one['place'] if one['place'] else ''}"
        for one in known["failures"]
    ]


def _events(connection: Connection, number: int, zone: ZoneInfo) -> list[str]:
    return [
        f"{datetime.strftime(event.at.astimezone(zone), '%Y-%m-%d %H:%M:%S %Z')} {event.type.value} by "
        f"{event.agent.name}{' ' + event.agent.version if event.agent.version else ''}: {event.outcome.value}"
        for event in journal.of_delivery(connection, number)
    ]


def letter_text(octets: bytes) -> Text:
    """A letter of ours as its reader sees it; we wrote it, so the modern parser is safe."""
    letter = message_from_bytes(octets, policy=policy.default)
    head = "".join(f"{name}: {letter[name]}\n" for name in ("From", "To", "Subject", "Date"))
    body = letter.get_body()
    return Text(f"{head}\n{body.get_content() if body else ''}")
