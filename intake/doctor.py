"""What can be checked without sending anything, and what to do about what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from intake.errors import IntakeError
from intake.ledger.listing import count_by_status
from intake.receipt import outbox
from intake.screen import closing_sum
from intake.settings import Settings, read_settings
from intake.storage import vault
from intake.storage.session import Store, open_store
from intake.vocabulary.letter import LetterState
from intake.vocabulary.mail import Clock
from intake.vocabulary.submission import Status
from intake.worker import carrier_of

MIN_FREE_OCTETS = 2**30
"""1 GiB: twenty of the largest messages that we take."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    what: str
    passed: bool
    said: str


def examine(home: Path | None, config: Path | None, clock: Clock) -> Iterator[Check]:
    """Check from the ground up; what stands on something broken is not looked at."""
    try:
        settings = read_settings(home, config)
    except IntakeError as error:
        yield Check("configuration", False, str(error))
        return
    live = [one.slug for one in settings.consultations if one.is_live(clock())]
    said = f"{len(settings.consultations)} consultations, live: {', '.join(live) or 'none'}"
    yield Check("configuration", True, said)
    try:
        carrier_of(settings)
        yield Check("outbox", True, f"letters leave by {settings.outbox.way}")
    except IntakeError as error:
        yield Check("outbox", False, str(error))
    try:
        store = open_store(settings.store_url)
    except IntakeError as error:
        yield Check("store", False, str(error))
        return
    yield Check("store", True, f"{store.engine.dialect.name}, at the revision of this release")
    yield _disk(settings)
    yield from _contents(store)
    store.close()


def _disk(settings: Settings) -> Check:
    place = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    said = f"{free // 2**20} MiB free"
    return Check("disk", free >= MIN_FREE_OCTETS, said if free >= MIN_FREE_OCTETS else f"{said}; make room for mail")


def _contents(store: Store) -> Iterator[Check]:
    with store.read() as connection:
        damaged = list(vault.damaged(connection))
        counts = count_by_status(connection)
        uncertain = outbox.count_by_state(connection)[LetterState.UNCERTAIN]
    yield Check(
        "vault",
        not damaged,
        f"octets that are not what they were: {', '.join(damaged)}; restore them from a backup"
        if damaged
        else "all octets match their sha256",
    )
    yield Check("reconciliation", True, closing_sum(counts))
    shunted = counts[Status.SHUNTED]
    yield Check(
        "shunted", not shunted, f"{shunted} our software failed on; run `intake replay --failed`" if shunted else "none"
    )
    yield Check("letters", not uncertain, f"{uncertain} perhaps sent; ask the relay" if uncertain else "none uncertain")
