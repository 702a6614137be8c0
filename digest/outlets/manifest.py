"""The list of a folder's files with their sha256, as ``sha256sum -c`` reads it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

MANIFEST = "manifest-sha256.txt"
MAX_MANIFEST_BYTES = 2**24
"""16 MiB: some 150,000 files. A larger one is not ours."""
_LINE = re.compile(rb"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._-]{0,199})")


def hash_file(path: Path) -> str:
    """The sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(hashes: Mapping[str, str]) -> bytes:
    """Sorted by name, one line a file; the same files give the same octets."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(hashes.items())).encode()


def read_manifest(octets: bytes) -> dict[str, str]:
    """Names and their sha256. Raises ValueError for anything that ``write_manifest`` would not write."""
    hashes: dict[str, str] = {}
    for number, line in enumerate(octets.split(b"\n")[:-1], start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"line {number} is not a sha256, two spaces and a plain file name")
        hashes[match[2].decode()] = match[1].decode()
    if write_manifest(hashes) != octets:
        raise ValueError("its lines are not in order, repeat a name, or the last does not end")
    return hashes
