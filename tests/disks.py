"""Disks of a test's own, which may be full or read-only without harm to anybody else."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from system import NOT_RUN, require

Mount = Callable[[Path, str], Path]


@contextmanager
def mounting() -> Iterator[Mount]:
    """Gives what mounts a small file system in memory on a folder: the fault is then a real one."""
    mounted: list[Path] = []

    def mount(folder: Path, options: str) -> Path:
        (program,) = require("mount")
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([program, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False)
        if done.returncode:
            pytest.skip(f"{NOT_RUN}needs the right to mount a file system (run as root)")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True, capture_output=True)


def fill(folder: Path) -> Path:
    """Leave nothing free; what comes back makes room again when it is removed."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**20, 2**16, 2**9, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
    return ballast
