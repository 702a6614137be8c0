"""What differs between two dossiers of a delivery, fact by fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NOT_COMPARED = frozenset({"software", "read_by", "attempts", "failures"})
"""Facts about the reading, not about the message."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that reads otherwise, such as ``attachments[1].text``. The values are plain JSON."""

    fact: str
    before: Any
    after: Any


def compare(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    """The facts that differ, in their order; None stands for one that is not there."""
    old, new = dict(_facts(before)), dict(_facts(after))
    names = dict.fromkeys((*old, *new))
    return tuple(Change(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def _facts(content: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        name = f"{path}{key}"
        if key in NOT_COMPARED:
            continue
        if key == "findings":
            yield from _answers(value)
        elif isinstance(value, dict):
            yield from _facts(value, f"{name}.")
        elif isinstance(value, list) and key != "spans" and any(isinstance(one, dict) for one in value):
            for number, one in enumerate(value, start=1):
                yield from _facts(one, f"{name}[{number}].")
        else:
            yield name, value


def _answers(findings: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """By rule, so that an answer that is new moves no other."""
    asked: dict[str, int] = {}
    for one in findings:
        asked[one["rule"]] = asked.get(one["rule"], 0) + 1
        again = f"[{asked[one['rule']]}]" if asked[one["rule"]] > 1 else ""
        placed = f" ({', '.join(one['consultations'])})" if one["consultations"] else ""
        yield f"findings.{one['rule']}{again}", f"{'yes' if one['matched'] else 'no'}: {one['reason']}{placed}"
