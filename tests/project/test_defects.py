"""Each defect that docs/defects.md names has a test, and the version it was seen in is the one we use."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs" / "defects.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| Defect", "| ---"))]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:40])
def test_a_defect_has_a_test_that_is_there(row: str) -> None:
    named = re.findall(r"`(tests/[\w./-]+?)(?:::(\w+))?`", row.split("|")[3])
    assert named
    for path, test in named:
        text = (PROJECT / path).read_text(encoding="utf-8")
        assert not test or re.search(rf"^def {test}\(", text, re.MULTILINE), f"{path}::{test}"


def test_the_versions_are_those_that_are_installed() -> None:
    seen = dict(re.findall(r"^## (\w+) ([\d.]+)$", PAGE, re.MULTILINE))
    assert seen == {name: version(name) for name in ("aiosmtpd", "imapclient")}
