"""What a process that reads a document cannot do: see files, reach the network, start others, outgrow its limits.

Four layers. bubblewrap, where it is, gives it a world of read-only programs and nothing else. Landlock lets it open
only these, wherever it is. A filter of system calls (seccomp) takes away sockets, new processes and other processes'
memory. Resource limits bound the rest.
"""

from __future__ import annotations

import os
import pwd
import resource
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import intake
from intake.decoding.documents import landlock, seccomp
from intake.decoding.documents.limits import Limits

MAX_OPEN_FILES = 32
"""A library opens its code and its data one after the other."""

_SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64", "/lib32")
_DATA = (
    "/usr/share/tesseract-ocr",
    "/usr/share/tessdata",
    "/usr/share/poppler",
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/usr/share/fonts",
    "/usr/share/fontconfig",
)
_DEVICES = ("/dev/null", "/dev/urandom")
PROGRAMS = ("pdftotext", "tesseract")
"""That may be run inside, where they are installed."""

_NOBODY = "65534"
_UNCONFINED_USER = "nobody"
"""Whom root becomes: its limits would not bind it."""


def bubblewrap() -> str | None:
    """Where it is installed; whether this machine lets it work shows when it is started."""
    return shutil.which("bwrap")


def located(program: str) -> str | None:
    """Where one of PROGRAMS is, outside and inside alike."""
    return shutil.which(program)


def wrapped(command: list[str], bwrap: str, paths: Iterable[Path]) -> list[str]:
    """The command in a world of its own: no network, no other process, no file but programs and their data.

    Not --die-with-parent: it ends with the thread that started it, and a service has many. The warden ends when its
    line does, and all others with the warden.
    """
    world = [bwrap, "--unshare-all", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    world += ["--uid", _NOBODY, "--gid", _NOBODY, "--hostname", "reader", "--dev", "/dev", "--chdir", "/"]
    for path in paths:
        if path.is_symlink():
            world += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            world += ["--ro-bind", str(path), str(path)]
    return [*world, "--", *command]


def interpreter() -> str:
    """The program itself, past the links that a virtual environment has for it."""
    return str(Path(sys.executable).resolve())


def readable() -> list[Path]:
    """Interpreter, libraries, this package; folders before what lies in them."""
    paths = {Path(one) for one in (*_SYSTEM, *_DATA, interpreter(), *intake.__path__)}
    paths |= {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= {Path(sys.base_prefix, "lib")}
    paths |= {Path(one) for program in PROGRAMS if (one := located(program))}
    return sorted(paths)


def hiding(paths: list[str]) -> int | None:
    """The rules of Landlock for ``renounce``, by which only these paths can be opened; None where there is none."""
    return landlock.make_rules(map(Path, (*paths, *_DEVICES))) if landlock.is_known() else None


def renounce(limits: Limits, rules: int | None, *, cpu_seconds: int, may_start_program: bool) -> None:
    """Give up, for ever, what a reader does not need. Called once, in the process that reads one document.

    Raises OSError where the system refuses: then the process must not go on.
    """
    for limit, most in (
        (resource.RLIMIT_AS, limits.memory_octets),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
    ):
        resource.setrlimit(limit, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))  # SIGXCPU says why; SIGKILL would not.
    if os.geteuid() == 0:
        user = pwd.getpwnam(_UNCONFINED_USER)
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
    seccomp.gain_nothing()
    if rules is not None:
        landlock.obey(rules)
    if seccomp.is_known():
        seccomp.install(may_start_program=may_start_program)
    else:  # It counts threads, too, and those of the whole user: libraries that need one fail.
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
