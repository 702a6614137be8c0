"""Somebody's own mail through the same pipeline: read only, nothing is sent."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from intake.importing import import_paths
from intake.ledger.listing import count_by_status, rows
from intake.progress import show_on
from intake.screen import print_list
from intake.settings import read_settings
from intake.vocabulary.mail import Clock
from intake.worker import open_desk, process


def rehearse(mail: Path, into: Path | None, clock: Clock) -> None:
    """Show what would become of this mail; the outbox stays untouched. Raises UnreadableSource."""
    home = into or Path(tempfile.mkdtemp(prefix="intake-rehearsal-"))
    desk = open_desk(read_settings(home), clock)
    with show_on(sys.stderr, time.monotonic, quiet=False) as progress:
        tally = import_paths([mail], None, desk, progress)
    print(f"{tally.captured} messages read from {mail}, which is left as it was.")
    for done, _ in enumerate(process(desk, patient=False), start=1):
        if sys.stderr.isatty():
            print(f"\r{done} of {tally.captured} …", end="", file=sys.stderr, flush=True)
    with desk.store.read() as connection:
        print_list(rows(connection), count_by_status(connection), desk.settings.zone)
    for passed in tally.passed:
        print(f"not mail: {passed.name} ({passed.why})")
    print(f"Nothing was sent. The record of this rehearsal: {home}")
    desk.store.close()
