"""A copy of the project's configuration whose listener takes a free port."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from disks import Mount, mounting
from service import Service

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = shutil.copytree(PROJECT / "config", tmp_path / "config")
    toml = folder / "intake.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("port = 8025", "port = 0"), encoding="utf-8")
    return folder


Start = Callable[..., Service]


@pytest.fixture
def start(home: Path, config: Path) -> Iterator[Start]:
    """Starts the service, as often as asked; what still runs at the end is killed."""
    started: list[Service] = []

    def start(prefix: Sequence[str] = ()) -> Service:
        started.append(Service(home, config, prefix))
        return started[-1]

    yield start
    for service in started:
        service.kill()


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mounts a file system of the test's own; needs root."""
    with mounting() as mount:
        yield mount
