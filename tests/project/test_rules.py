"""Rules of our own, by the syntax tree: clocks are injected, an error has a fate, files have a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for package in ("intake", "digest") for path in (PROJECT / package).rglob("*.py"))
CLOCKS = {"intake/cli/__init__.py", "digest/cli.py"}
"""The only modules that ask the machine for the time."""
ASKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}
NAMELESS = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}


def asked_times(source: str) -> Iterator[int]:
    """Lines that ask for the wall clock. ``time.monotonic`` measures, and tells nobody what day it is."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (owner, node.attr) in ASKS:
                yield node.lineno


def fateless(source: str) -> Iterator[int]:
    """Lines that catch everything without saying, there or above, what becomes of the message.

    What is raised again as it was needs no word.
    """
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ExceptHandler) or not _catches_all(node.type):
            continue
        last = node.body[-1]
        raised_again = isinstance(last, ast.Raise) and last.exc is None
        said = any("fate:" in line for line in lines[max(0, node.lineno - 2) : node.lineno])
        if not said and not raised_again:
            yield node.lineno


def _catches_all(kind: ast.expr | None) -> bool:
    names = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(name is None or getattr(name, "id", "") in {"Exception", "BaseException"} for name in names)


def module_id(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("path", [path for path in MODULES if module_id(path) not in CLOCKS], ids=module_id)
def test_the_clock_is_injected(path: Path) -> None:
    assert list(asked_times(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_what_catches_everything_says_what_becomes_of_it(path: Path) -> None:
    assert list(fateless(path.read_text(encoding="utf-8"))) == []


def test_every_file_is_named_after_what_is_in_it() -> None:
    files = [
        path for folder in ("intake", "digest", "tests", "migrations") for path in (PROJECT / folder).rglob("*.py")
    ]
    assert [module_id(path) for path in files if path.stem.removeprefix("test_") in NAMELESS] == []
    assert [module_id(path) for path in files if path.parent.name in NAMELESS] == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.datetime.now(datetime.UTC)",
        "import time\ntime.time()",
        "from datetime import date\nclock = date.today",
    ],
)
def test_a_hidden_clock_is_seen(source: str) -> None:
    assert list(asked_times(source)) == [2]


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("try:\n    x()\nexcept Exception:\n    pass", [3]),
        ("try:\n    x()\nexcept:\n    pass", [3]),
        ("try:\n    x()\nexcept (OSError, BaseException):\n    pass", [3]),
        ("try:\n    x()\nexcept Exception:  # fate: kept\n    pass", []),
        ("try:\n    x()\n# fate: kept\nexcept Exception:\n    pass", []),
        ("try:\n    x()\nexcept BaseException:\n    tidy()\n    raise", []),
        ("try:\n    x()\nexcept OSError:\n    pass", []),
    ],
)
def test_an_error_without_a_fate_is_seen(source: str, seen: list[int]) -> None:
    assert list(fateless(source)) == seen
