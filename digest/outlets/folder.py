"""Folders that are complete or not there, and folders to which editions are added."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from digest.outlets.manifest import MANIFEST, hash_file, read_manifest, write_manifest
from intake.errors import ExportRefused


@contextmanager
def create_folder(target: Path) -> Iterator[Path]:
    """A temporary sibling to write into; it takes the name of ``target`` only when all went well.

    Raises ExportRefused where ``target`` exists and is not an empty folder.
    """
    target = target.absolute()
    if target.is_symlink() or (target.exists() and not (target.is_dir() and not any(target.iterdir()))):
        raise ExportRefused(f"{target} exists and is not an empty folder; name a new one with --out.")
    parent = target.parent
    parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=parent))
    try:
        yield staging
        for path in staging.iterdir():
            _settle(path)
        _settle(staging)
        staging.replace(target)  # Replaces an empty folder, and refuses any other.
        _settle(parent)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def add_editions(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write the files of an edition beside earlier ones, and name them in the manifest.

    A line that the manifest already has is kept as it is, so that an altered file stays found. Raises
    ExportRefused where the folder holds a file of this name with other octets, or a manifest not ours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    try:
        hashes = read_manifest(manifest.read_bytes()) if manifest.exists() else {}
    except ValueError as error:
        raise ExportRefused(f"{manifest} is not as it was written: {error}. Name another folder.") from error
    for name, octets in files.items():
        path = folder / name
        if path.is_symlink() or (path.exists() and path.read_bytes() != octets):
            raise ExportRefused(f"{path} exists and says something else; name another folder with --out.")
    for name, octets in files.items():
        _write(folder / name, octets)
        hashes[name] = hash_file(folder / name)
    _write(manifest, write_manifest(hashes))
    _settle(folder)
    return tuple(folder / name for name in files)


def _write(path: Path, octets: bytes) -> None:
    """Whole or not at all, whoever looks at it meanwhile."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(octets)
    _settle(part)
    part.replace(path)


def _settle(path: Path) -> None:
    """Onto the disk: a name must not survive a power cut that its octets did not."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
