"""Files that a process can open, as the kernel's Landlock grants them (landlock(7)); it needs no privilege.

It hides files where bubblewrap cannot: in most containers.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446
"""System calls, the same on every architecture since Linux 5.13."""
_VERSION, _BENEATH = 1, 1
_EXECUTE, _READ_FILE, _READ_FOLDER = 1, 4, 8
_ALL = (1 << 13) - 1
"""Whatever its first version knows: reading, writing, running, making, removing."""


def is_known() -> bool:
    """Whether the kernel has it and lets us use it."""
    if sys.platform != "linux":
        return False
    return int(_libc().syscall(_CREATE, None, 0, _VERSION)) > 0


def make_rules(readable: Iterable[Path]) -> int:
    """A descriptor of rules: these files, and what lies in these folders, may be read and run. Raises OSError."""
    handled = struct.pack("<Q", _ALL)
    rules = _call(_CREATE, handled, ctypes.c_size_t(len(handled)), 0)
    for path in readable:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # What is not there, or not for us, needs no rule.
        access = _EXECUTE | _READ_FILE | (_READ_FOLDER if path.is_dir() else 0)
        try:
            _call(_ADD, rules, _BENEATH, struct.pack("<Qi", access, descriptor), 0)
        finally:
            os.close(descriptor)
    return rules


def obey(rules: int) -> None:
    """Let this process open nothing else, for ever; it must have given up gaining privileges. Raises OSError."""
    _call(_RESTRICT, rules, 0)


def _call(number: int, *arguments: object) -> int:
    libc = _libc()
    result = int(libc.syscall(number, *arguments))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"landlock: {os.strerror(error)}")
    return result


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
