"""A rehearsal beside the real work: mailboxes are read and judged, nothing in them changes, and nothing is sent.

What it finds goes into a record of its own, which may be thrown away.
"""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from intake.collecting import collect
from intake.errors import SettingsError, UnreadableSource
from intake.ledger.listing import rows
from intake.pipeline import Desk
from intake.settings import Settings, Store
from intake.settings.tables import Vault
from intake.vocabulary.mail import Clock
from intake.vocabulary.submission import Status
from intake.worker import open_desk, process

LOOK_SECONDS = 0.5
"""Between two looks at what was captured."""
COLUMNS = ("message", "status", "consultation")
"""Of the hand-made list; a further column is for the secretariat's own notes."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a person decided about one message; None where they left it open."""

    status: str | None
    consultations: frozenset[str] | None


@dataclass(slots=True)
class Comparison:
    """The hand-made list, and what became of each line of it."""

    expected: Mapping[str, Expected]
    agreed: int = 0
    differed: int = 0
    unlisted: int = 0
    _met: set[str] = field(default_factory=set)

    def judge(self, line: Mapping[str, Any]) -> str:
        """One line about one delivery, with what was expected of it; counted."""
        found = f"{line['status']} {' '.join(line['consultations'])}".rstrip()
        who = f"{line['source_file']}  {line['message_id'] or 'no Message-ID'}  {line['author_address'] or ''}".rstrip()
        keys = (_key(line["message_id"] or ""), _key(line["source_file"] or ""))
        key = next((key for key in keys if key in self.expected), None)
        if key is None:
            self.unlisted += 1
            return f"not listed  {found}  {who}  ({line['reason']})"
        self._met.add(key)
        wanted = self.expected[key]
        alike = wanted.status in {None, line["status"]} and wanted.consultations in {
            None,
            frozenset(line["consultations"]),
        }
        if alike:
            self.agreed += 1
            return f"agrees      {found}  {who}"
        self.differed += 1
        by_hand = f"{wanted.status or '?'} {' '.join(sorted(wanted.consultations or ()))}".rstrip()
        return f"DIFFERS     {found}, by hand {by_hand}  {who}  ({line['reason']})"

    def sum(self) -> str:
        """The closing sentence; every line of the list is in one of its numbers."""
        missing = len(self.expected) - len(self._met)
        return (
            f"{self.agreed} agree, {self.differed} differ, {self.unlisted} are not on the list, "
            f"{missing} of the list have not arrived."
        )


def read_expected(path: Path) -> dict[str, Expected]:
    """A CSV file with a heading: message (its Message-ID, or its name in our list), status, consultation.

    Several consultations are parted by spaces; what is left empty is not compared. Raises UnreadableSource.
    """
    known = {status.value for status in Status}
    expected: dict[str, Expected] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                raise UnreadableSource(f"{path}: lacks the column {missing[0]}; its first line is {','.join(COLUMNS)}.")
            for number, row in enumerate(reader, start=2):
                status = (row["status"] or "").strip()
                if status and status not in known:
                    raise UnreadableSource(f"{path}, line {number}: {status} is no status; use {', '.join(known)}.")
                slugs = (row["consultation"] or "").split()
                expected[_key(row["message"] or "")] = Expected(status or None, frozenset(slugs) or None)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableSource(f"{path}: the list cannot be read ({error}).") from error
    return expected


def _key(text: str) -> str:
    return text.strip().removeprefix("<").removesuffix(">")


def shadowed(settings: Settings) -> Settings:
    """The same, with a record of its own below the data folder, mailboxes left as they are, and no receipts.

    Raises SettingsError where no mailbox is configured.
    """
    if not settings.mailboxes:
        raise SettingsError("intake.toml: there is no [[imap]] table; --shadow reads mailboxes, so add one.")
    record = settings.home / "shadow" / "intake.db"
    toml = settings.toml.model_copy(
        update={
            "store": Store(url=f"sqlite:///{record}"),
            "vault": Vault(),
            "imap": tuple(one.model_copy(update={"after": "leave", "move_to": ""}) for one in settings.mailboxes),
            "receipts": settings.receipts.model_copy(update={"enabled": False}),
        }
    )
    return replace(settings, toml=toml)


def serve_shadow(
    settings: Settings, clock: Clock, stop: threading.Event, comparison: Comparison, say: Callable[[str], object]
) -> None:
    """Collect, read and place until ``stop`` is set, saying each result; at the end the sum. Nothing is sent.

    Raises SettingsError and StoreError before anything is read.
    """
    desk = open_desk(shadowed(settings), clock)
    watching = threading.Thread(target=collect, args=(desk, stop), name="mailboxes")
    watching.start()
    try:
        while not stop.wait(LOOK_SECONDS):
            _judge_new(desk, comparison, say)
    finally:
        stop.set()
        watching.join()
        _judge_new(desk, comparison, say)
        desk.store.close()
    say(comparison.sum())


def _judge_new(desk: Desk, comparison: Comparison, say: Callable[[str], object]) -> None:
    for delivery, _ in process(desk, patient=False):
        with desk.store.read() as connection:
            line = next(rows(connection, only=delivery.id))
        if line["status"] != Status.CAPTURED.value:  # Else it failed, and is tried again.
            say(comparison.judge(line))
