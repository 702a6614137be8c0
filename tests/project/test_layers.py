"""Every contract of pyproject.toml holds, and would be seen to break: one violation is planted for each."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sysconfig.get_path("scripts")) / "lint-imports"
CONTRACTS: list[str] = [
    contract["name"]
    for contract in tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
]
PLANTS: dict[str, list[tuple[str, str]]] = {
    "intake: the flow, from the command down to the words": [
        ("intake/vocabulary/mail.py", "import intake.settings"),
        ("intake/filing/rules.py", "import intake.ledger.register"),
        ("intake/utils.py", "STRAY = True"),
    ],
    "digest: the record is read, disclosed, made an edition, formatted, sent out": [
        ("digest/corpus/reader.py", "import digest.formats.html"),
        ("digest/helpers.py", "STRAY = True"),
    ],
    "nothing undisclosed: what is printed passed disclosure": [
        ("digest/formats/html.py", "import digest.corpus.reader"),
        ("digest/outlets/folder.py", "import intake.storage.session"),
    ],
    "intake never imports digest": [("intake/press.py", "import digest.cli")],
    "digest knows of intake only its words, errors, settings, storage and text": [
        ("digest/corpus/reader.py", "import intake.ledger.listing"),
    ],
    "vocabulary and errors: standard library only": [("intake/errors.py", "import structlog")],
    "aiosmtpd enters by one door": [("intake/worker.py", "import aiosmtpd")],
    "imapclient enters by one door": [("intake/collecting/watch.py", "import imapclient")],
    "msal enters by one door": [("intake/arrival/imap.py", "import msal")],
    "mail-parser enters by one door": [("intake/filing/automatic.py", "import mailparser")],
    "olefile enters by one door": [("intake/filing/rules.py", "import olefile")],
    "obstore enters by one door": [("intake/capture/commit.py", "import obstore")],
    "SQL lives in storage, and in the modules that own a query": [("intake/pipeline.py", "import sqlalchemy")],
}
"""For each contract, by name, the line that breaks it and where."""


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(LINT_IMPORTS), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def verdicts(output: str) -> dict[str, str]:
    """KEPT or BROKEN by contract, as the report's list says."""
    return dict(re.findall(r"^(.+) (KEPT|BROKEN)(?: \(.*\))?$", output, re.MULTILINE))


def test_all_contracts_are_kept() -> None:
    done = lint_imports(PROJECT)
    assert done.returncode == 0, done.stdout


def test_every_contract_has_a_planted_violation() -> None:
    assert sorted(PLANTS) == sorted(CONTRACTS), "a contract without a violation is not known to work"


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_violation_breaks_its_contract(contract: str, tmp_path: Path) -> None:
    for number, (file, line) in enumerate(PLANTS[contract]):
        copy = tmp_path / str(number)
        for package in ("intake", "digest"):
            shutil.copytree(PROJECT / package, copy / package, ignore=shutil.ignore_patterns("*.eml", "__pycache__"))
        shutil.copy(PROJECT / "pyproject.toml", copy)
        with (copy / file).open("a", encoding="utf-8") as module:
            module.write(f"\n{line}\n")
        done = lint_imports(copy)
        assert done.returncode == 1, f"{line!r} in {file} goes unseen"
        assert verdicts(done.stdout)[contract] == "BROKEN", f"{line!r} in {file}: {done.stdout}"
