"""Mail from disk, captured in the order in which it lies there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from intake.arrival.folder import Passed, arrive, find, read_manifest
from intake.capture.spool import capture
from intake.errors import UnreadableSource
from intake.pipeline import Desk
from intake.vocabulary.mail import Arrival

MAX_BATCH = 200
"""Messages in one commit: at this number the fsync is no longer what one waits for."""
MAX_BATCH_OCTETS = 32 * 2**20
"""32 MiB in memory at once, whatever the number."""


@dataclass(slots=True)
class ImportTally:
    """What an import found: every file is in one of the three counts."""

    captured: int = 0
    known: int = 0
    """Captured by an earlier import: the same file with the same octets."""
    passed: list[Passed] = field(default_factory=list)


def import_paths(
    paths: Sequence[Path], manifest: Path | None, desk: Desk, progress: TextIO | None = None
) -> ImportTally:
    """Capture all mail below these paths. Raises UnreadableSource, before or amid; what was captured stays."""
    witnesses = read_manifest(manifest) if manifest else {}
    settings, tally, used = desk.settings, ImportTally(), set[str]()
    batch: list[Arrival] = []
    for found in find(paths, listed=tuple(witnesses)):
        if isinstance(found, Passed):
            tally.passed.append(found)
            continue
        witness = witnesses.get(found.name) or witnesses.get(found.path.name)
        used.update({found.name, found.path.name})
        batch.append(
            arrive(
                found,
                witness=witness,
                now=desk.clock(),
                addresses=settings.addresses,
                default_address=settings.service.addresses[0],
                trusted_hosts=settings.imports.trusted_hosts,
            )
        )
        if len(batch) >= MAX_BATCH or sum(len(one.octets) for one in batch) >= MAX_BATCH_OCTETS:
            _capture(batch, desk, tally, progress)
    _capture(batch, desk, tally, progress)
    if missing := [name for name in witnesses if name not in used]:
        raise UnreadableSource(
            f"{manifest}: names {len(missing)} files that were not found, such as {missing[0]}; "
            f"the {tally.captured} that were found are captured."
        )
    return tally


def _capture(batch: list[Arrival], desk: Desk, tally: ImportTally, progress: TextIO | None) -> None:
    with desk.store.write() as connection:
        ids = capture(connection, batch, desk.agent)
    tally.captured += sum(number is not None for number in ids)
    tally.known += sum(number is None for number in ids)
    batch.clear()
    if progress and progress.isatty():
        print(f"\r{tally.captured + tally.known} messages …", end="", file=progress, flush=True)
