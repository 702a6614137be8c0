"""A PostgreSQL of a test's own that crashes and comes back, on the same port and data."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from system import START_SECONDS, PostgresServer, _another_user, _answers, _free_port, require, require_module


class FallingPostgres:
    """Running from the start; ``crash`` and ``start`` it as often as wanted."""

    def __init__(self, folder: Path, drop: list[str], program: str) -> None:
        self.port = _free_port()
        self._log = folder / "log"
        small = [f"port={self.port}", "listen_addresses=127.0.0.1", "shared_buffers=16MB", "max_connections=40"]
        options = [part for setting in small for part in ("-c", setting)]
        self._command = [*drop, program, "-D", str(folder / "data"), "-k", str(folder), *options]
        self.start()

    @property
    def url(self) -> str:
        """As [store] url takes it."""
        return PostgresServer(self.port).url("postgres")

    def start(self) -> None:
        """Begin, recovering what a crash left."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.port):
            alive = self._process.poll() is None and time.monotonic() < deadline
            assert alive, self._log.read_text(encoding="utf-8", errors="replace")
            time.sleep(0.05)

    def crash(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """An immediate shutdown, which is a crash for all who are connected; SIGINT ends it in order."""
        self._process.send_signal(how)
        self._process.wait(START_SECONDS)


@contextmanager
def falling_postgres() -> Iterator[FallingPostgres]:
    require_module("psycopg", "psycopg[binary]")
    initdb, program, setpriv = require("initdb", "postgres", "setpriv")
    drop, uid = _another_user(setpriv)
    folder = Path(tempfile.mkdtemp(prefix="intake-postgres-"))
    os.chown(folder, uid, -1)
    made = [initdb, f"--pgdata={folder / 'data'}", "--username=intake", "--auth=trust", "--encoding=UTF8"]
    subprocess.run([*drop, *made, "--locale=C.UTF-8"], check=True, capture_output=True)
    server = FallingPostgres(folder, drop, program)
    try:
        yield server
    finally:
        server.crash(signal.SIGINT)
        shutil.rmtree(folder)
