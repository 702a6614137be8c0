"""The process from which readers fork: it has their libraries loaded, and never looks at a document itself.

Each document gets a process of its own, which gives up its rights (confinement.py), reads, answers into a pipe and
ends. Run as ``main(control)`` by sandbox.py, inside bubblewrap where there is one.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import time
from typing import Any

from intake.decoding.documents import confinement, inside, seccomp
from intake.decoding.documents.limits import Limits

MAX_REQUEST_OCTETS = 16 * 1024
READY = b"ready"
ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
"""Of a program: one thread, since a page is read on one core."""
EXIT_MEMORY, EXIT_FAILED, EXIT_REFUSED = 3, 4, 5
"""How a reader ends that had not memory enough, that raised, that could not give up its rights."""


def main(control: socket.socket, readable: list[str]) -> None:
    """Serve one request after another until the other side is gone; readers can open nothing but ``readable``."""
    rules = confinement.hiding(readable)
    seccomp.hide_memory()
    inside.prepare()
    gc.freeze()  # Shared pages stay shared in the children.
    control.send(READY)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST_OCTETS, 2)
        if not message:
            return
        control.send(json.dumps(_serve(json.loads(message), descriptors, control, rules)).encode())


def _serve(
    request: dict[str, Any], descriptors: list[int], control: socket.socket, rules: int | None
) -> dict[str, Any]:
    document, answer = descriptors
    child = os.fork()
    if child == 0:
        _read(request, document, answer, control, rules)
    os.close(document)
    os.close(answer)
    handle = os.pidfd_open(child)
    expired = False
    try:
        ended = _wait(handle, control, request["wall_seconds"])
        if not ended:
            os.kill(child, signal.SIGKILL)
            expired = True
    finally:
        os.close(handle)
    _, status, usage = os.wait4(child, 0)
    return {"status": os.waitstatus_to_exitcode(status), "expired": expired, "peak_octets": usage.ru_maxrss * 1024}


def _wait(handle: int, control: socket.socket, seconds: float) -> bool:
    """Whether the child ended by itself: in time, and before whoever asked went away."""
    deadline = time.monotonic() + seconds
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    poll.register(control, select.POLLHUP)
    events = poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
    return any(one == handle for one, _ in events)


def _read(request: dict[str, Any], document: int, answer: int, control: socket.socket, rules: int | None) -> None:
    """In the child, which does not return."""
    code = EXIT_REFUSED
    try:
        control.close()
        program = request.get("program")
        limits = Limits(**request["limits"])
        confinement.renounce(limits, rules, cpu_seconds=request["cpu_seconds"], may_start_program=program is not None)
        code = EXIT_FAILED
        if program is not None:
            os.dup2(document, 0)
            os.dup2(answer, 1)
            os.execve(program[0], program, ENVIRONMENT)  # noqa: S606 - it replaces this process, confined as it is.
        with open(document, "rb") as file:
            octets = file.read()
        with open(answer, "wb") as pipe:
            pipe.write(inside.perform(request["task"], octets))
        code = 0
    except MemoryError:
        code = EXIT_MEMORY
    except BaseException:  # noqa: BLE001, S110 - fate: the document is flagged as damaged, the message goes on.
        pass
    finally:
        os._exit(code)
