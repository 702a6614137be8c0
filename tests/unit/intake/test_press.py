"""The press runs ``digest`` in a process of its own, and says its sentence when it fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from intake import press
from intake.errors import ExportRefused


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was run; a word ``fail`` among the arguments fails with the sentence after it."""
    seen: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        failed = "fail" in command
        said = command[command.index("fail") + 1] if failed else ""
        return subprocess.CompletedProcess(command, 1 if failed else 0, stdout="printed\n", stderr=said)

    monkeypatch.setattr(press.subprocess, "run", run)
    return seen


@pytest.mark.parametrize(
    ("config", "place"),
    [(None, ["--home", "/home"]), (Path("/config"), ["--home", "/home", "--config", "/config"])],
)
def test_the_command_is_given_home_and_configuration(
    runs: list[list[str]], config: Path | None, place: list[str]
) -> None:
    assert press.run_digest(["daily"], home=Path("/home"), config=config) == "printed\n"
    assert runs == [[sys.executable, "-m", "digest", *place, "daily"]]


@pytest.mark.parametrize(("stderr", "said"), [(" No such round.\n", "No such round."), ("", "digest ended with 1")])
@pytest.mark.usefixtures("runs")
def test_a_failure_is_said_in_the_words_of_digest(stderr: str, said: str) -> None:
    with pytest.raises(ExportRefused) as refused:
        press.run_digest(["fail", stderr], home=Path("/home"), config=None)
    assert str(refused.value) == said
