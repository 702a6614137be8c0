"""CHANGELOG.md is kept as keepachangelog.com has it, and goes with the version."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.fixture(scope="module")
def changelog(project: Path) -> str:
    return (project / "CHANGELOG.md").read_text(encoding="utf-8")


def releases(changelog: str) -> list[tuple[str, str]]:
    heads = re.findall(r"^## (.*)$", changelog, re.MULTILINE)
    found = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2}|unreleased)", head) for head in heads]
    assert all(found), heads
    return [(match[1], match[2]) for match in found if match]


def test_the_newest_is_the_version_of_the_project(changelog: str, pyproject: dict[str, Any]) -> None:
    assert releases(changelog)[0][0] == pyproject["project"]["version"]


def test_releases_are_dated_and_in_order(changelog: str) -> None:
    versions = [tuple(map(int, version.split("."))) for version, _ in releases(changelog)]
    days = [day for _, day in releases(changelog)]
    assert versions == sorted(set(versions), reverse=True)
    assert "unreleased" not in days[1:], "only the newest may wait for its day"
    dated = [date.fromisoformat(day) for day in days if day != "unreleased"]
    assert dated == sorted(dated, reverse=True)


def test_sections_are_the_known_ones(changelog: str) -> None:
    assert set(re.findall(r"^### (.*)$", changelog, re.MULTILINE)) <= SECTIONS
