"""Whole e-mails where octets lie outside the database: imported, read, filed, shown and exported octet for octet."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from service import letter

import digest.cli
import intake.cli


@pytest.fixture(autouse=True)
def _log_of_its_own() -> Iterator[None]:
    """The commands, run in this very process, set up a log that ends with the test's standard error."""
    yield
    structlog.reset_defaults()


MAIN: dict[str, Callable[..., object]] = {"intake": intake.cli.main, "digest": digest.cli.main}


@pytest.mark.parametrize("way", ["disk", "object-store"])
def test_from_the_file_to_the_export(
    way: str,
    home: Path,
    config: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    toml = config / "intake.toml"
    head, _, tail = toml.read_text(encoding="utf-8").partition("[vault]\n")
    tail = tail.replace('way = "database"', f'way = "{way}"', 1)
    if way == "object-store":
        tail = tail.replace('url = ""', f'url = "{request.getfixturevalue("s3_url")}"', 1)
    toml.write_text(f"{head}[vault]\n{tail}", encoding="utf-8")

    def run(program: str, *arguments: str) -> bytes:
        with pytest.raises(SystemExit) as ended:
            MAIN[program](["--home", str(home), "--config", str(config), *arguments])
        said = capfdbinary.readouterr()
        assert ended.value.code in {None, 0}, said.err.decode()
        return said.out

    octets = letter(1, "We answer question 1.\r\n.and a dot")
    (tmp_path / "letter.eml").write_bytes(octets)
    run("intake", "import", str(tmp_path / "letter.eml"))
    run("intake", "work", "--once")
    with closing(sqlite3.connect(home / "intake.db")) as connection:
        rows = connection.execute("SELECT place, octets, status FROM raw_messages, deliveries").fetchall()
    assert rows == [(way, None, "filed")]
    assert run("intake", "show", "1", "--raw") == octets
    out = str(tmp_path / "out")
    run("digest", "export", "--all", "--format", "mboxrd", "--audience", "restricted", "--out", out)
    assert b"FAULT" not in run("digest", "verify", out)
    assert f"vault: {way}, all octets match their sha256\n".encode() in run("intake", "doctor")
