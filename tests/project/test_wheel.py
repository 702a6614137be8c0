"""The wheel holds the whole service: it runs outside the checkout, with nothing beside it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from system import require_module

COPIED = ("intake", "digest", "migrations", "config", "pyproject.toml", "README.md", "LICENSE")
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, since a build may leave things behind."""
    require_module("hatchling", "hatchling")
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in COPIED:
        if (project / name).is_dir():
            shutil.copytree(project / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(project / name, source)
    subprocess.run([sys.executable, "-c", BUILD, str(out)], cwd=source, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def files_below(project: Path, name: str) -> set[str]:
    found = (path for path in (project / name).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(project).as_posix() for path in found}


def test_every_file_of_the_packages_is_in_it_and_no_other(wheel: Path, project: Path) -> None:
    code = files_below(project, "intake") | files_below(project, "digest")
    data = {f"intake/_project/{name}" for part in ("migrations", "config") for name in files_below(project, part)}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == code | data


@pytest.mark.parametrize(
    "needed",
    [
        "intake/_project/config/intake.toml",
        "intake/_project/config/consultations/ott.toml",
        "intake/_project/migrations/env.py",
        "intake/receipt/templates/receipt.txt.j2",
        "intake/text/locale/ar/LC_MESSAGES/intake.po",
        "intake/filing/languages/zh.toml",
        "intake/demo/night.toml",
        "digest/templates/compiled.html.j2",
    ],
)
def test_what_the_code_reads_is_in_it(wheel: Path, needed: str) -> None:
    assert needed in zipfile.ZipFile(wheel).namelist()


@pytest.mark.parametrize("module", ["intake", "digest"])
def test_it_runs_outside_the_checkout(
    wheel: Path, module: str, tmp_path: Path, plain_environment: dict[str, str]
) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environment = {**plain_environment, "PYTHONPATH": str(tmp_path / "site")}
    home = ["--home", str(tmp_path / "home")]
    for arguments in (["--help"], *([[*home, "list"], [*home, "doctor"]] if module == "intake" else [])):
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
