"""What is different from the revision before, response by response."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.edition.model import Change, ChangeKind, Content, Previous, canonical, plain, sha256

_WORDS = {
    "departure": "the publication of the name",
    "name": "the name",
    "text": "the text",
    "subject": "the subject",
    "files": "the attachments",
    "late": "whether it was in time",
    "received_at": "the time of receipt",
    "duplicates": "how often it was received",
    "supplements": "what it supplements",
    "language": "the language",
    "raw_sha256": "the message",
    "withheld": "what is withheld",
}


@dataclass(frozen=True, slots=True)
class EarlierEdition:
    """An edition as it was stored: enough of it to compare."""

    previous: Previous
    content: dict[str, Any]

    @property
    def content_sha256(self) -> str:
        """Equal for equal content, whatever the revision and the moment."""
        return sha256(canonical(self.content))


def read_stored(model: bytes) -> EarlierEdition:
    """Read the data of a stored compiled version."""
    data = json.loads(model)
    at = datetime.fromisoformat(data["as_of"])
    return EarlierEdition(Previous(data["revision"], at, sha256(model)), data["content"])


def is_unchanged(earlier: EarlierEdition, content: Content) -> bool:
    """Nothing but the moment and the number would be new."""
    return earlier.content_sha256 == sha256(canonical(content))


def list_changes(earlier: EarlierEdition, content: Content) -> tuple[Change, ...]:
    """Each response that is added, replaced, removed or printed otherwise, by reference."""
    return tuple(sorted(_compare(earlier.content, content), key=lambda change: change.reference))


def _compare(before: dict[str, Any], now: Content) -> Iterator[Change]:
    was_printed = {one["reference"]: one for one in (*before["in_time"], *before["late"])}
    was_replaced = {one["reference"]: one["successor"] for one in before["superseded"]}
    printed = {one.reference: one for one in now.contributions}
    replaced = {one.reference: one.successor for one in now.superseded}
    for reference, contribution in printed.items():
        if reference in was_printed:
            if what := _differences(was_printed[reference], plain(contribution)):
                yield Change(reference, ChangeKind.CHANGED, f"changed: {what}")
        elif reference in was_replaced:
            yield Change(reference, ChangeKind.CHANGED, f"no longer superseded by {was_replaced[reference]}")
        else:
            yield Change(reference, ChangeKind.ADDED, "received late" if contribution.late else "received in time")
    for reference, successor in replaced.items():
        if reference in was_printed:
            yield Change(reference, ChangeKind.REPLACED, f"superseded by {successor}")
        elif reference not in was_replaced:
            yield Change(reference, ChangeKind.ADDED, f"already superseded by {successor}")
        elif was_replaced[reference] != successor:
            yield Change(reference, ChangeKind.CHANGED, f"now superseded by {successor}")
    for reference in (was_printed.keys() | was_replaced.keys()) - printed.keys() - replaced.keys():
        yield Change(reference, ChangeKind.REMOVED, "no longer registered under this consultation")


def _differences(before: dict[str, Any], now: Any) -> str:
    keys = [key for key in _WORDS if before.get(key) != now.get(key)]
    other = any(before.get(key) != now.get(key) for key in before.keys() | now.keys() if key not in _WORDS)
    return ", ".join([_WORDS[key] for key in keys] + ["other particulars"] * other)
