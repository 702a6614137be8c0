"""What a new reading changed, on a terminal: one line a fact, from what to what."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.text import Text

from intake.ledger.differences import Change
from intake.screen.register import printable

MAX_SHOWN_CHARACTERS = 70
"""Of a value, around the first place where it differs."""
LEAD_CHARACTERS = 15
"""Of them, before that place."""


def print_replayed(delivery: int, changes: tuple[Change, ...], failure: str | None) -> None:
    """A heading for the delivery, and a line for each fact; nothing where nothing changed."""
    console = Console(soft_wrap=True)
    if failure is not None:
        console.print(printable(f"Delivery {delivery}: our software failed: {failure}"))
    if changes:
        console.print(Text(f"Delivery {delivery}", style="bold"))
    for change in changes:
        before, after = excerpts(change.before, change.after)
        console.print(Text("  "), printable(f"{change.fact}: {before} -> {after}"), sep="")


def excerpts(before: Any, after: Any) -> tuple[str, str]:
    """Both values, cut around the first place where they differ; of a text that is cut, its length."""
    old, new = _written(before), _written(after)
    if max(len(old), len(new)) <= MAX_SHOWN_CHARACTERS:
        return old, new
    same = next((place for place, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), None)
    start = max(0, (min(len(old), len(new)) if same is None else same) - LEAD_CHARACTERS)
    return _cut(old, start), _cut(new, start)


def _written(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _cut(text: str, start: int) -> str:
    end = start + MAX_SHOWN_CHARACTERS
    if start == 0 and len(text) <= end:
        return text
    return f"{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''} ({len(text)} characters)"
