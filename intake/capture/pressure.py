"""Back-pressure: when no more mail may be taken for now, and why."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from intake.capture import spool
from intake.errors import StoreError, StoreUnavailable
from intake.settings import Settings
from intake.storage.session import Store
from intake.vocabulary.vault import Place

FRESH_SECONDS = 1.0
"""An answer is good for so long: at full speed a thousand messages, a thousandth of either limit."""


class Pressure:
    """Says at once why no mail can be taken, or None; measures on a thread of its own, and never raises."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Measures once, so that the first answer is a true one."""
        self._store = store
        self._settings = settings
        self._measuring = threading.Lock()
        self._why: str | None = None
        self._due = 0.0
        self._measuring.acquire()
        self._measure()

    def __call__(self) -> str | None:
        """The last answer; one that is not fresh any more is renewed meanwhile. No dialogue waits for a disk."""
        if time.monotonic() >= self._due and self._measuring.acquire(blocking=False):
            threading.Thread(target=self._measure, name="pressure", daemon=True).start()
        return self._why

    def _measure(self) -> None:
        try:
            self._why = find_pressure(self._store, self._settings)
        except Exception as error:  # noqa: BLE001 - fate: no message is touched; senders keep theirs and come again.
            self._why = f"the limits cannot be measured: {error!r}"
        finally:
            self._due = time.monotonic() + FRESH_SECONDS
            self._measuring.release()


def find_pressure(store: Store, settings: Settings) -> str | None:
    """Look at both limits now: what waits to be read, and what is free on our disks."""
    limits = settings.capture
    try:
        with store.read() as connection:
            waiting = spool.count_waiting(connection, limits.max_backlog)
    except (StoreUnavailable, StoreError) as error:
        return str(error)
    if waiting >= limits.max_backlog:
        return f"{waiting} deliveries wait to be read, the most that capture.max_backlog allows"
    for folder in folders_of(settings):
        if (free := free_octets(folder)) < limits.min_free_octets:
            return f"{free} octets are free for {folder}, less than capture.min_free_octets {limits.min_free_octets}"
    return None


def folders_of(settings: Settings) -> Iterator[Path]:
    """Where capture writes on this machine."""
    yield settings.home
    if settings.vault.way is Place.DISK:
        yield settings.vault_folder


def free_octets(folder: Path) -> int:
    """What is left for us on the file system where a folder is, or will be. Raises OSError."""
    return shutil.disk_usage(_existing(folder)).free


def try_writing(folder: Path) -> None:
    """Write a file that leaves nothing behind. Raises OSError where that is not possible."""
    with tempfile.TemporaryFile(dir=_existing(folder)):
        pass


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())
