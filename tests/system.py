"""Parts that a machine may lack: programs, a PostgreSQL server, the folder shared/ beside the project.

A test that needs one is skipped by name where it is missing, and fails where CI=true: there nothing may be missing.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGES = Path(__file__).with_name("system-packages.txt")
SHARED = Path(__file__).resolve().parents[2] / "shared"
NOT_RUN = "not run: "
"""How the reason of such a skip begins."""
START_SECONDS = 60.0
"""For a server to take connections; it takes one or two."""


def locate(program: str) -> str | None:
    """Where a program is; Debian keeps those of PostgreSQL outside PATH, a folder a version."""
    found = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    newest = sorted(found, key=lambda path: float(path.parents[1].name))[-1:]
    return shutil.which(program) or next((str(path) for path in newest), None)


def require(*programs: str) -> list[str]:
    """The paths of these programs; without them the test is not run."""
    paths = {program: locate(program) for program in programs}
    if missing := [program for program, path in paths.items() if path is None]:
        not_run(f"{', '.join(missing)} ({how_to_get(missing)})")
    return [path for path in paths.values() if path is not None]


def require_module(name: str, requirement: str) -> None:
    """Without this module the test is not run; ``make setup`` installs all of them."""
    if importlib.util.find_spec(name) is None:
        not_run(f"{name} (pip install '{requirement}')")


def how_to_get(programs: list[str]) -> str:
    """``apt-get install strace``."""
    lines = [line.split() for line in PACKAGES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    package_of = {program: package for package, *within in lines for program in within}
    return f"apt-get install {' '.join(dict.fromkeys(package_of.get(one, one) for one in programs))}"


def not_run(what: str) -> None:
    """Skip for want of ``what``, or fail where nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"cannot run: needs {what}", pytrace=False)
    pytest.skip(f"{NOT_RUN}needs {what}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before a test marked ``system`` or ``shared``."""
    require(*(str(name) for mark in item.iter_markers("system") for name in mark.args))
    if any(item.iter_markers("shared")) and not SHARED.is_dir():
        not_run("the folder shared/ beside the project")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """At the end, name what was not run."""
    lines = [
        f"{report.nodeid}: {report.longrepr[2].partition(NOT_RUN)[2]}"
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and NOT_RUN in report.longrepr[2]
    ]
    if lines:
        terminalreporter.section(f"not run on this machine: {len(lines)}")
        for line in lines:
            terminalreporter.line(line)


# --- PostgreSQL --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server of our own on a loopback port; it trusts whoever connects."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://intake@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        """One statement outside any transaction."""
        import psycopg

        dsn = f"host=127.0.0.1 port={self.port} user=intake dbname=postgres"
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real server with durable defaults, in a folder of its own; one a session, or a worker of xdist."""
    require_module("psycopg", "psycopg[binary]")
    initdb, postgres, setpriv = require("initdb", "postgres", "setpriv")
    drop, uid = _another_user(setpriv)
    folder = Path(tempfile.mkdtemp(prefix="intake-postgres-"))
    os.chown(folder, uid, -1)
    data = folder / "data"
    made = [initdb, "--pgdata", str(data), "--username=intake", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run([*drop, *made], check=True, capture_output=True)
    process, port = _start([*drop, postgres, "-D", str(data), "-k", str(folder)], folder / "log")
    try:
        yield PostgresServer(port)
    finally:
        process.send_signal(signal.SIGINT)  # A fast shutdown: open sessions are ended.
        try:
            process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder)


def _another_user(setpriv: str) -> tuple[list[str], int]:
    """The command that drops privileges, and to whom: PostgreSQL refuses to run as root.

    It also sees to it that the server ends with us, however we end.
    """
    with_us = [setpriv, "--pdeathsig", "INT"]
    if os.geteuid() != 0:
        return with_us, os.geteuid()
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return [*with_us, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"], user.pw_uid


def _start(command: list[str], log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start on a free port; where another took it in the meantime, on the next."""
    for _ in range(3):
        port = _free_port()
        small = ["listen_addresses=127.0.0.1", f"port={port}", "shared_buffers=16MB", "max_connections=40"]
        options = [part for setting in small for part in ("-c", setting)]
        with log.open("ab") as file:
            process = subprocess.Popen([*command, *options], stdout=file, stderr=file)
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if _answers(port):
                return process, port
            time.sleep(0.05)
        process.kill()
        process.wait()
    raise RuntimeError(f"PostgreSQL does not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    import psycopg

    try:
        PostgresServer(port).run("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


_numbers = itertools.count(1)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database of the test's own, by the URL that [store] url takes."""
    database = f"test_{next(_numbers)}"
    postgres_server.run(f"CREATE DATABASE {database}")
    yield postgres_server.url(database)
    postgres_server.run(f"DROP DATABASE {database} WITH (FORCE)")
