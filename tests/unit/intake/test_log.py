"""The log goes to standard error, a line an event, from the level that is asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from intake.log import configure_log


@pytest.fixture(autouse=True)
def _defaults_afterwards() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("asked", "default", "shown"),
    [
        ("", logging.INFO, ["info", "error"]),
        ("", logging.WARNING, ["error"]),
        ("DEBUG", logging.WARNING, ["debug", "info", "error"]),
        ("error", logging.INFO, ["error"]),
        ("nonsense", logging.INFO, ["info", "error"]),
    ],
)
def test_the_level_is_the_one_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], asked: str, default: int, shown: list[str]
) -> None:
    monkeypatch.setenv("INTAKE_LOG", asked)
    configure_log(default)
    log = structlog.get_logger()
    for level in ("debug", "info", "error"):
        getattr(log, level)("Something happened", action="tested")
    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.splitlines()
    assert [line.split("level=")[1].split()[0] for line in lines] == shown
    assert all('action=tested event="Something happened"' in line for line in lines)
