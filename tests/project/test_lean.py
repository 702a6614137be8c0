"""The two commands run with what requirements/runtime.txt locks, and import nothing beyond it."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

LEAN = """
import importlib.abc, sys

class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in FORBIDDEN:
            raise ImportError(f"{name} is not among the requirements at run time")

home, *FORBIDDEN = sys.argv[1:]
sys.meta_path.insert(0, Refuse())
import digest.cli
import intake.cli

for arguments in (["list"], ["list", "--json"], ["work", "--once"], ["doctor"]):
    try:
        intake.cli.main(["--home", home, *arguments])
    except SystemExit as end:
        assert end.code in (None, 0), (arguments, end.code)
try:
    digest.cli.main(["--home", home, "daily"])
except SystemExit as end:
    assert end.code in (None, 0), end.code
print("lean")
"""


def canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_nothing_beyond_the_runtime_is_imported(
    project: Path, tmp_path: Path, plain_environment: dict[str, str]
) -> None:
    lock = (project / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    allowed = {*re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE), "consultation-intake"}
    allowed |= {"coverage"}  # It may be measuring us.
    forbidden = [
        module
        for module, distributions in packages_distributions().items()
        if not allowed & {canonical(one) for one in distributions}
    ]
    assert {"psycopg", "pytest", "hypothesis"} <= set(forbidden)
    done = subprocess.run(
        [sys.executable, "-c", LEAN, str(tmp_path / "home"), *forbidden],
        cwd=tmp_path,
        env=plain_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.endswith("lean\n"), done.stderr


def test_postgres_without_its_extra_is_refused_in_one_sentence(
    tmp_path: Path, plain_environment: dict[str, str]
) -> None:
    program = LEAN.partition("import digest.cli")[0] + (
        "import intake.cli\nintake.cli.main(['--home', home, 'list'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), "psycopg"],
        cwd=tmp_path,
        env={**plain_environment, "INTAKE_STORE_URL": "postgresql+psycopg://intake@127.0.0.1:1/intake"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "psycopg" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
