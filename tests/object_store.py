"""An S3 server of our own: moto, in a process beside the tests, which ends with them."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from system import START_SECONDS, require, require_module

PROXYLESS = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class ObjectServer:
    """Answers on a loopback port; takes any key."""

    port: int

    def new_bucket(self) -> str:
        """Its URL, as [vault] url takes it."""
        name = f"bucket-{next(_numbers)}"
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{name}", method="PUT")
        PROXYLESS.open(request, timeout=START_SECONDS).close()
        return f"s3://{name}/vault"

    @property
    def environment(self) -> dict[str, str]:
        """What the service needs to find it and to be let in."""
        return {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ALLOW_HTTP": "true",
        }


@pytest.fixture(scope="session")
def object_server() -> Iterator[ObjectServer]:
    """One a session, or a worker of xdist."""
    require_module("obstore", "obstore")
    require_module("moto", "moto[s3]")
    (setpriv,) = require("setpriv")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [setpriv, "--pdeathsig", "KILL", sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    quiet = {**os.environ, "COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet)
    try:
        _wait(process, port)
        yield ObjectServer(port)
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            PROXYLESS.open(f"http://127.0.0.1:{port}/moto-api/", timeout=START_SECONDS).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("moto does not start")


@pytest.fixture
def s3_url(object_server: ObjectServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket of the test's own; the environment lets us in."""
    for name, value in object_server.environment.items():
        monkeypatch.setenv(name, value)
    return object_server.new_bucket()
