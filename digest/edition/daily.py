"""Builds the daily digest: what came, what became of it, what waits, which dates come near."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from digest.disclosure.contribution import Notice
from digest.edition.model import DailyEdition, Reconciliation, Reminder
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.submission import Status

LOOKBACK = timedelta(days=1)
"""How far before its window a digest looks for what no digest named: a message is captured moments before
its row is committed, and may have been invisible when the digest before was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From the last digest to this one; ``since`` is None where there was none."""

    group: str
    zone: str
    day: date
    revision: int
    since: datetime | None
    as_of: datetime


def compose_daily(
    window: Window,
    *,
    news: Sequence[Notice],
    before: Mapping[int, Status],
    waiting: tuple[Notice, ...],
    counts: Mapping[Status, int],
    reminders: tuple[Reminder, ...],
) -> DailyEdition:
    """One digest. ``news`` may reach back before the window; ``before`` says what is already known.

    A delivery that no digest named is new, whenever it was captured; one that was named is news only
    if its status is another now. So nothing falls between two digests, and nothing is told twice.
    """
    arrived = tuple(one for one in news if one.delivery not in before)
    decided = tuple(one for one in news if one.delivery in before and before[one.delivery] is not one.status)
    return DailyEdition(
        group=window.group,
        day=window.day,
        zone=window.zone,
        revision=window.revision,
        since=window.since,
        as_of=window.as_of,
        waiting=waiting,
        arrived=arrived,
        decided=decided,
        window=_reconcile(Counter(one.status for one in arrived)),
        record=_reconcile(counts),
        reminders=reminders,
    )


def read_named(models: Iterable[bytes]) -> dict[int, Status]:
    """The status under which stored digests, oldest first, last named each delivery."""
    named: dict[int, Status] = {}
    for model in models:
        data = json.loads(model)
        for one in (*data["arrived"], *data["decided"]):
            named[one["delivery"]] = Status(one["status"])
    return named


def remind(consultations: Iterable[Consultation], compiled: Mapping[str, int], as_of: datetime) -> tuple[Reminder, ...]:
    """Days left to each deadline and compilation of the live consultations, the nearest first.

    ``compiled`` holds the last revision of those that were compiled.
    """
    found = (one for each in consultations if each.is_live(as_of) for one in _remind(each, compiled, as_of))
    return tuple(sorted(found, key=lambda one: (one.days, one.slug)))


def _remind(one: Consultation, compiled: Mapping[str, int], as_of: datetime) -> Iterator[Reminder]:
    today, zone = as_of.astimezone(one.zone).date(), one.zone.key
    if as_of <= one.deadline:
        days = (one.deadline.astimezone(one.zone).date() - today).days
        extended = ", extended" if one.extended_from else ""
        yield Reminder(slug=one.slug, what=f"deadline for responses{extended}", due=one.deadline, days=days, zone=zone)
    days = (one.compiled_by - today).days
    revision = compiled.get(one.slug)
    if days >= 0 or revision is None:
        state = f"last is Rev.{revision}" if revision else "none yet"
        yield Reminder(slug=one.slug, what=f"compiled version due ({state})", due=one.compiled_by, days=days, zone=zone)


def _reconcile(counts: Mapping[Status, int]) -> Reconciliation:
    outcomes = {status: counts.get(status, 0) for status in Status}
    return Reconciliation(received=sum(outcomes.values()), outcomes=outcomes)
