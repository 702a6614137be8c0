"""The Makefile describes itself, and the gate of the project is whole."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

WANTED = ("setup", "demo", "serve", "test", "torture", "lint", "check", "lock", "clean")


@pytest.fixture(scope="module")
def make_help(project: Path) -> dict[str, str]:
    done = subprocess.run(["make", "help"], cwd=project, capture_output=True, text=True, check=True)
    return dict(re.findall(r"^  make (\S+) +(\S.*)$", done.stdout, re.MULTILINE))


@pytest.mark.system("make")
@pytest.mark.parametrize("target", WANTED)
def test_help_tells_what_each_target_is_for(target: str, make_help: dict[str, str]) -> None:
    assert make_help[target]


def test_the_gate_can_be_run(project: Path) -> None:
    gate = project / ".ci" / "run"
    assert os.access(gate, os.X_OK)
    subprocess.run(["bash", "-n", str(gate)], check=True)
    made = re.findall(
        r"^make --no-print-directory (?:--keep-going )?(\S+)", gate.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert made == ["setup", "lint", "test"], "the tests come last, so that their last line is seen"


def test_the_system_packages_are_named_with_a_program_or_a_file_each(project: Path) -> None:
    lines = (project / "tests" / "system-packages.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[a-z0-9.+-]+ (?:[a-z0-9_-]+|/\S+)", line) for line in lines if not line.startswith("#"))
