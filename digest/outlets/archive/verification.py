"""What ``digest verify`` does: looks at a folder that we wrote, and says what it checked and what not.

The folder may come from anywhere: nothing in it is believed, followed or run.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from digest.outlets.archive.mbox import COLUMNS, INDEX, MESSAGES
from digest.outlets.archive.mboxrd import LineEnds, Quoted, restore
from digest.outlets.manifest import MANIFEST, MAX_MANIFEST_BYTES, hash_file, read_manifest
from intake.errors import ExportRefused

MAX_FAULTS = 100
"""Named one by one; more would hide the first."""
_EDITION = re.compile(r"[a-z0-9-]+-rev[0-9]+\.(?:html|json)")
_NAMED = re.compile(rb'<meta name="edition-sha256" content="([0-9a-f]{64})">')
_HEAD_BYTES = 2**14
"""16 KiB: where the head of a page names the sha256 of its data."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in one folder; ``faults`` is empty where all is well."""

    folder: Path
    kind: str
    checked: tuple[str, ...]
    unchecked: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """What a line of the index says about the place of its message in the mbox."""

    offset: int
    length: int
    line_ends: LineEnds
    final_newline: bool


def verify_folder(folder: Path) -> Verdict:
    """Check an export, or a folder of compiled versions. Raises ExportRefused where it is neither."""
    if not folder.is_dir():
        raise ExportRefused(f"{folder} is not a folder; give the folder of an export or of compiled versions.")
    names = {path.name for path in folder.iterdir()}
    if names & {MESSAGES, INDEX}:
        return _verify_export(folder)
    if any(_EDITION.fullmatch(name) for name in names):
        return _verify_editions(folder)
    raise ExportRefused(f"{folder} holds neither an export nor compiled versions; there is nothing to verify.")


def _verify_export(folder: Path) -> Verdict:
    faults = list(_check_manifest(folder))
    restored = 0
    if _is_file(folder / MESSAGES) and _is_file(folder / INDEX):
        for fault in _check_messages(folder):
            if fault is None:
                restored += 1
            elif len(faults) < MAX_FAULTS:
                faults.append(fault)
    return Verdict(
        folder,
        "export, mboxrd",
        (
            f"{MANIFEST} names every file of the folder, and each has the sha256 named",
            f"restored from {MESSAGES}, with the size and sha256 that {INDEX} names: {_count(restored, 'message')}",
        ),
        (
            "that the record holds no further messages",
            f"that senders, recipients, times and statuses in {INDEX} are those of the record",
            f"that {MANIFEST} is the one first written: compare its sha256, {_try_hash(folder / MANIFEST)}",
        ),
        tuple(faults),
    )


def _verify_editions(folder: Path) -> Verdict:
    faults = list(_check_manifest(folder))
    pages = sorted(path for path in folder.glob("*.html") if _is_file(path) and _EDITION.fullmatch(path.name))
    alone, paired = [], 0
    for page in pages:
        data = page.with_suffix(".json")
        if not _is_file(data):
            alone.append(f"that {page.name} says what its data say: {data.name} is not in the folder")
            continue
        with page.open("rb") as file:
            named = _NAMED.search(file.read(_HEAD_BYTES))
        if named is None or named[1].decode() != hash_file(data):
            faults.append(f"{page.name}: names another sha256 for its data than {data.name} has")
        paired += 1
    return Verdict(
        folder,
        "compiled versions",
        (
            f"{MANIFEST} names every file of the folder, and each has the sha256 named",
            f"named in the page, the sha256 of its data: {_count(paired, 'version')}",
        ),
        (
            *alone,
            "that the record holds no further responses or revisions",
            "that the responses printed are those of the messages with the sha256 named",
            f"that {MANIFEST} is the one first written: compare its sha256, {_try_hash(folder / MANIFEST)}",
        ),
        tuple(faults),
    )


def _check_manifest(folder: Path) -> Iterator[str]:
    present = {path.name: path for path in sorted(folder.iterdir()) if path.name != MANIFEST}
    manifest = folder / MANIFEST
    if not _is_file(manifest):
        yield f"{MANIFEST}: is missing"
        return
    if manifest.stat().st_size > MAX_MANIFEST_BYTES:
        yield f"{MANIFEST}: is not as it was written: it is larger than {MAX_MANIFEST_BYTES} octets"
        return
    try:
        hashes = read_manifest(manifest.read_bytes())
    except ValueError as error:
        yield f"{MANIFEST}: is not as it was written: {error}"
        return
    for name, sha256 in hashes.items():
        if name not in present:
            yield f"{name}: is missing"
        elif not _is_file(present[name]):
            yield f"{name}: is not a regular file"
        elif hash_file(present[name]) != sha256:
            yield f"{name}: is not as it was written; its sha256 is another than {MANIFEST} names"
    for name in present.keys() - hashes.keys():
        yield f"{_show(name)}: is not named in {MANIFEST}"


def _check_messages(folder: Path) -> Iterator[str | None]:
    """For each line of the index a fault, or None where the message came back as it was."""
    size, expected = (folder / MESSAGES).stat().st_size, 0
    with (
        (folder / MESSAGES).open("rb") as mbox,
        (folder / INDEX).open(encoding="utf-8", errors="replace", newline="") as index,
    ):
        table = csv.reader(index, strict=True)
        try:
            if tuple(next(table, ())) != COLUMNS:
                yield f"{INDEX}: does not begin with the names of its columns"
                return
            for cells in table:
                line = dict(zip(COLUMNS, cells, strict=False))
                place = _read_place(line, expected, size)
                if place is None:
                    yield f"{INDEX}: line {table.line_num} does not say where in {MESSAGES} its message stands"
                    continue
                mbox.seek(place.offset)
                octets = restore(Quoted(mbox.read(place.length), place.line_ends, place.final_newline))
                same = hashlib.sha256(octets).hexdigest() == line["raw_sha256"] and str(len(octets)) == line["size"]
                yield None if same else f"{MESSAGES}: the message of delivery {_show(line['delivery'])} is altered"
                expected = place.offset + place.length
        except csv.Error as error:
            yield f"{INDEX}: line {table.line_num} cannot be read: {error}"
    if size > expected + 1:
        yield f"{MESSAGES}: holds more after the last message that {INDEX} names"


def _read_place(line: Mapping[str, str], after: int, size: int) -> _Place | None:
    """Where a message stands: behind the one before, and within the mbox; None where that is not said."""
    try:
        offset, length = int(line["offset"]), int(line["length"])
        ends, final = LineEnds(line["line_ends"]), {"yes": True, "no": False}[line["final_newline"]]
    except (KeyError, ValueError):
        return None
    return _Place(offset, length, ends, final) if after < offset <= offset + length <= size else None


def _is_file(path: Path) -> bool:
    """A regular file; a link could lead anywhere, and a pipe would never end."""
    return path.is_file() and not path.is_symlink()


def _try_hash(path: Path) -> str:
    return hash_file(path) if _is_file(path) else "which cannot be read"


def _show(foreign: str) -> str:
    return foreign if foreign.isprintable() else ascii(foreign)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
