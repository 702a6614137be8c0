"""The vault on disk: write-once files, named by SHA-256, below two levels of folders."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from intake.errors import StoreUnavailable, UnknownDelivery
from intake.vocabulary.mail import RawMessage
from intake.vocabulary.vault import name_all

WRITERS = 8
"""Files written at once: a file system joins the fsyncs of several; more than eight gain nothing."""
STALE_SECONDS = 86_400.0
"""A day: no file takes so long to be written."""
READ_ONLY = 0o400
"""Nobody rewrites what arrived: not even its owner, by mistake."""

_NAME = re.compile(r"[0-9a-f]{64}")

log = structlog.get_logger()


class DiskVault:
    """``ab/cd/abcd…``; a file has its name only when it is whole and on the disk."""

    def __init__(self, folder: Path) -> None:
        """Nothing is made before something is kept."""
        self._folder = folder
        self._incoming = folder / "incoming"
        self._known: set[Path] = set()
        """Folders of which this process knows that they outlast a loss of power."""

    def keep_all(self, many: Sequence[bytes]) -> list[RawMessage]:
        """Files first, then the folders that name them: after that, a loss of power takes nothing."""
        raws = name_all(many)
        fresh = {raw.sha256: octets for raw, octets in zip(raws, many, strict=True)}
        try:
            leaves = {self._path(sha256).parent for sha256 in fresh}
            for leaf in leaves:
                self._prepare(leaf)
            with ThreadPoolExecutor(WRITERS) as pool:
                list(pool.map(self._write, fresh.items()))
                list(pool.map(_sync, leaves))
        except OSError as error:
            self._known.clear()  # Whatever happened to the folder, nothing about it is known any more.
            raise StoreUnavailable(f"the vault {self._folder} takes nothing: {error.strerror}") from error
        return raws

    def read(self, sha256: str) -> bytes:
        """What the file of this name holds. Raises UnknownDelivery, StoreUnavailable."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise UnknownDelivery(f"The vault {self._folder} holds nothing named {sha256}.") from error
        except OSError as error:
            raise StoreUnavailable(f"the vault {self._folder} cannot be read: {error.strerror}") from error

    def names(self) -> Iterator[str]:
        """Every file that is where its name belongs."""
        for path in self._folder.glob("??/??/*"):
            if _NAME.fullmatch(path.name) and path == self._path(path.name):
                yield path.name

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def _prepare(self, leaf: Path) -> None:
        """Make a folder and those above it, and write down durably that they exist."""
        for folder in (self._folder, self._incoming, leaf.parent, leaf):
            if folder not in self._known:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _sync(folder.parent)
                self._known.add(folder)
                if folder == self._incoming:
                    self._sweep()

    def _sweep(self) -> None:
        """Remove what a killed writer left behind unnamed; times are those of the file system itself."""
        now = self._incoming.stat().st_mtime
        for path in self._incoming.iterdir():
            with contextlib.suppress(FileNotFoundError):  # Its writer was alive after all, and has named it.
                if now - path.stat().st_mtime > STALE_SECONDS:
                    path.unlink()

    def _write(self, one: tuple[str, bytes]) -> None:
        sha256, octets = one
        path = self._path(sha256)
        if path.exists():
            if path.read_bytes() == octets:
                return
            log.warning("Octets were damaged, arrived again, and are put right", action="healed", sha256=sha256)
        handle, temporary = tempfile.mkstemp(dir=self._incoming)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(octets)
                file.flush()
                os.fchmod(handle, READ_ONLY)
                os.fsync(handle)
            os.replace(temporary, path)  # noqa: PTH105 - both are names of files, not links to follow
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _sync(folder: Path) -> None:
    """Write down durably which names a folder holds (man 2 fsync: a file's own fsync does not)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
