"""The locks: every package by its hash, one version of each, and nothing of whoever made them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

LOCKS = ("runtime", "postgres", "dev", "build")


def read_lock(project: Path, name: str) -> str:
    return (project / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock, re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_hashes(name: str, project: Path) -> None:
    entries = re.split(r"^(?=[a-z])", read_lock(project, name), flags=re.MULTILINE)[1:]
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("name", LOCKS)
def test_no_index_and_no_address_is_in_it(name: str, project: Path) -> None:
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", read_lock(project, name))


def test_what_runs_is_what_is_tested(project: Path) -> None:
    every = pins(read_lock(project, "dev")).items()
    for name in LOCKS:
        assert pins(read_lock(project, name)).items() <= every, name


def test_what_pyproject_names_is_locked(project: Path, pyproject: dict[str, Any]) -> None:
    def names(requirements: list[Any]) -> set[str]:
        found = (re.match(r"[A-Za-z0-9._-]+", one) for one in requirements if isinstance(one, str))
        return {match[0].lower() for match in found if match}

    runtime = names(pyproject["project"]["dependencies"])
    extras = pyproject["project"]["optional-dependencies"]
    postgres = runtime | names(extras["postgres"])
    groups = pyproject["dependency-groups"]
    assert runtime <= set(pins(read_lock(project, "runtime")))
    assert postgres <= set(pins(read_lock(project, "postgres")))
    every = runtime.union(*map(names, extras.values()), names(groups["dev"]), names(groups["build"]))
    assert every <= set(pins(read_lock(project, "dev")))
    assert names(groups["build"]) <= set(pins(read_lock(project, "build")))
