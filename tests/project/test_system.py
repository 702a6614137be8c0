"""A part that is missing: skipped by name on a person's machine, failed where CI=true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NEEDY = """
import pytest

@pytest.mark.system("no-such-program")
def test_needy():
    raise AssertionError("must not be run")

def test_modest():
    pass
"""


def run_needy(folder: Path, project: Path, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_needy.py").write_text(NEEDY)
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(project / "tests")}
    options = ["-p", "system", "-p", "no:cacheprovider", "-o", "markers=system: needs", "--rootdir", str(folder)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options, "test_needy.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("ci", ["", "false"])
def test_on_a_persons_machine_it_is_named_and_passed_over(ci: str, tmp_path: Path, project: Path) -> None:
    done = run_needy(tmp_path, project, ci)
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 skipped" in done.stdout
    assert "not run on this machine: 1" in done.stdout
    assert "test_needy.py::test_needy: needs no-such-program (apt-get install no-such-program)" in done.stdout


def test_in_ci_it_fails(tmp_path: Path, project: Path) -> None:
    done = run_needy(tmp_path, project, "true")
    assert done.returncode == 1
    assert "cannot run: needs no-such-program" in done.stdout
    assert "1 passed" in done.stdout


def test_a_server_of_postgres_writes_through(postgres_url: str) -> None:
    """What it says it has kept is on the disk: no test may pass because durability was switched off."""
    import psycopg

    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
