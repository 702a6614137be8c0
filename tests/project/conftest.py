"""The project itself, as its tests see it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of pyproject.toml."""
    return PROJECT


@pytest.fixture(scope="session")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def plain_environment() -> dict[str, str]:
    """What a new user's shell has: no settings of ours, a terminal of 80 columns without colours."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("INTAKE_", "PYTEST_"))}
    return {**kept, "COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}
