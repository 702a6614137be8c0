"""README.md shows what the commands really say."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

SCRIPTS = Path(sysconfig.get_path("scripts"))
SHOWN = ("intake --help", "intake list --help", "digest --help")


def blocks(readme: str) -> dict[str, str]:
    """What follows ``$ command`` in a block, by command."""
    found = re.findall(r"^```(?:text|console)\n\$ ([^\n]+)\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    return {command: said for command, said in found if command.endswith("--help")}


@pytest.fixture(scope="module")
def readme(project: Path) -> str:
    return (project / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", SHOWN)
def test_the_help_is_what_the_command_says(
    command: str, readme: str, plain_environment: dict[str, str], tmp_path: Path
) -> None:
    program, *arguments = command.split()
    done = subprocess.run(
        [str(SCRIPTS / program), *arguments],
        cwd=tmp_path,
        env=plain_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    said = [line.rstrip() for line in done.stdout.rstrip().splitlines()]
    assert blocks(readme)[command].rstrip().splitlines() == said


def test_every_help_block_is_compared(readme: str) -> None:
    assert sorted(blocks(readme)) == sorted(SHOWN)


def test_make_can_make_what_the_pages_say(project: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (project / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md"):
        named = re.findall(r"(?:`|^)make ([a-z-]+)", (project / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert set(named) <= targets, page


def test_the_picture_fits_a_terminal(readme: str) -> None:
    picture = next(block for block in re.findall(r"```text\n(.*?)```", readme, re.DOTALL) if "┌" in block)
    assert max(map(len, picture.splitlines())) <= 80
