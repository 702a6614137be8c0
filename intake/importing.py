"""Mail from disk, captured in the order in which it lies there; a second run goes on where the first was."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from intake.arrival.archives import is_archive
from intake.arrival.folder import Found, Item, Mark, Noted, Passed, Skipped, anew, arrive, find, measure
from intake.arrival.manifest import Witness, read_manifest
from intake.capture.spool import capture
from intake.decoding.outlook import header_of
from intake.errors import UnreadableSource
from intake.pipeline import Desk
from intake.storage import imports
from intake.storage.imports import Cursor
from intake.vocabulary.mail import Arrival, RawMessage
from intake.vocabulary.vault import name

MAX_BATCH = 500
"""Messages in one commit: at this number the fsync is no longer what one waits for."""
MAX_BATCH_OCTETS = 16 * 2**20
"""16 MiB; two batches are in memory at once, and the database holds one of them once more while it writes."""
START_OCTETS = 4096
"""By which a file is known again: the header of the first message, with its date and Message-ID."""


class Progress(Protocol):
    """Is told how the import goes on."""

    def begin(self, octets: int) -> None:
        """So much is to be read."""
        ...

    def advance(self, messages: int, octets: int) -> None:
        """So much has been read and captured since the last call."""
        ...


@dataclass(slots=True)
class ImportTally:
    """What an import found: every message and every other file is in one of the three counts."""

    captured: int = 0
    known: int = 0
    """Captured by an earlier import: the same file with the same octets."""
    passed: list[Passed] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    """What was seen of files as a whole."""


@dataclass(slots=True)
class _Batch:
    """What the next commit will hold."""

    arrivals: list[Arrival] = field(default_factory=list)
    raws: list[RawMessage] = field(default_factory=list)
    """The names of their octets."""
    octets: int = 0
    """Of the messages."""
    source_octets: int = 0
    """Of the files that have been read for it."""
    known: int = 0
    """Messages that were skipped, since an earlier import was there."""
    marks: dict[Path, Mark] = field(default_factory=dict)
    passed: list[Passed] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        return len(self.arrivals) >= MAX_BATCH or self.octets >= MAX_BATCH_OCTETS


def import_paths(
    paths: Sequence[Path], manifest: Path | None, desk: Desk, progress: Progress | None = None
) -> ImportTally:
    """Capture all mail below these paths. Raises UnreadableSource, before or amid; what was captured stays."""
    witnesses = read_manifest(manifest) if manifest else {}
    tally, used = ImportTally(), set[str]()
    if progress:
        progress.begin(measure(paths))
    with desk.store.read() as connection:
        cursors = imports.recall(connection)
    # A manifest may say something else than the last time, so with one every message is looked at again.
    items = find(paths, listed=tuple(witnesses), resume=anew if manifest else lambda path: _resume(path, cursors))
    with desk.store.alone(), closing(_ahead(_batches(items, witnesses, used, desk))) as batches:
        for batch in batches:
            _commit(batch, desk, tally, progress)
    if missing := [name for name in witnesses if name not in used]:
        raise UnreadableSource(
            f"{manifest}: names {len(missing)} files that were not found, such as {missing[0]}; "
            f"the {tally.captured} that were found are captured."
        )
    return tally


def _ahead(batches: Iterator[_Batch]) -> Generator[_Batch, None, None]:
    """Read the next batch while this one is committed: that takes as long, and waits for the disk."""
    with ThreadPoolExecutor(1, "import-reading") as reading:
        coming = reading.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reading.submit(next, batches, None)
            yield batch


def _batches(items: Iterable[Item], witnesses: dict[str, Witness], used: set[str], desk: Desk) -> Iterator[_Batch]:
    batch = _Batch()
    for item in items:
        if isinstance(item, Noted):
            batch.noted.append(item)
            continue
        if isinstance(item, Skipped):
            batch.known += item.messages
        elif isinstance(item, Passed):
            batch.passed.append(item)
        else:
            witness = witnesses.get(item.name) or witnesses.get(item.path.name)
            if witness:
                used.update({item.name, item.path.name})
            _add(batch, item, witness, desk)
        batch.source_octets += item.source_octets
        if batch.is_full:
            yield batch
            batch = _Batch()
    yield batch


def _add(batch: _Batch, found: Found, witness: Witness | None, desk: Desk) -> None:
    settings, raw = desk.settings, name(found.octets)
    arrival = arrive(
        found,
        witness=witness,
        now=desk.clock(),
        addresses=settings.addresses,
        default_address=settings.service.addresses[0],
        trusted_hosts=settings.imports.trusted_hosts,
        header_of=header_of,
        sha256=raw.sha256,
    )
    batch.arrivals.append(arrival)
    batch.raws.append(raw)
    batch.octets += raw.size
    if found.mark is not None:
        batch.marks[found.path] = found.mark


def _commit(batch: _Batch, desk: Desk, tally: ImportTally, progress: Progress | None) -> None:
    """Messages and cursors in one transaction."""
    raws = desk.store.vaults.secure([arrival.octets for arrival in batch.arrivals], batch.raws)
    with desk.store.write() as connection:
        ids = capture(connection, batch.arrivals, desk.agent, raws)
        for path, mark in batch.marks.items():
            imports.note(connection, _cursor(path, mark))
    tally.captured += sum(number is not None for number in ids)
    tally.known += sum(number is None for number in ids) + batch.known
    tally.passed += batch.passed
    tally.noted += batch.noted
    if progress:
        progress.advance(len(ids) + batch.known, batch.source_octets)


def _cursor(path: Path, mark: Mark) -> Cursor:
    status = path.stat()
    return Cursor(
        path=str(path.resolve()),
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        start_sha256=_start_sha256(path, status.st_size),
        position=mark.position,
        messages=mark.messages,
    )


def _resume(path: Path, cursors: Mapping[str, Cursor]) -> Mark | None:
    """Where an earlier import stood, if this is the file that it read, or that file with more at its end."""
    cursor = cursors.get(str(path.resolve()))
    if cursor is None:
        return None
    status = path.stat()
    same = (status.st_size, status.st_mtime_ns) == (cursor.size, cursor.mtime_ns)
    grown = status.st_size > cursor.size and not is_archive(path)
    if not (same or grown) or _start_sha256(path, cursor.size) != cursor.start_sha256:
        return None
    return Mark(cursor.position, cursor.messages)


def _start_sha256(path: Path, size: int) -> str:
    """Of the first octets of a file, as far as it reached when it had this size."""
    with path.open("rb") as file:
        return hashlib.sha256(file.read(min(START_OCTETS, size))).hexdigest()
