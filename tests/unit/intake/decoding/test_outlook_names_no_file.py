"""olefile takes few octets for the name of a file, and opens it: what comes by mail is never a name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from intake.decoding import outlook
from intake.decoding.message import decode


def test_octets_that_name_a_file_open_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = outlook.MAGIC + b"canary"
    with open(name, "wb") as canary:  # noqa: PTH123 - a name of octets
        canary.write(outlook.MAGIC + b"a secret")
    opened: list[object] = []
    sys.addaudithook(lambda event, arguments: opened.append(arguments[0]) if event == "open" else None)
    decode(name)
    assert name not in opened
