"""A filter of system calls (seccomp(2), linux/filter.h): what a reader of documents may not ask of the system.

It holds for the process and for whatever it becomes; nothing takes it away again.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""The column in the tables below, and what the kernel's audit calls the architecture."""
_DENIED = {
    # The network.
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    # Other processes.
    "fork": (57, None),
    "vfork": (58, None),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    # Names and rights of files; whatever is open already stays open.
    "creat": (85, None),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "truncate": (76, 45),
    "ftruncate": (77, 46),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    # Parts of the kernel that readers have no use for, and that were broken before.
    "mount": (165, 40),
    "unshare": (272, 97),
    "setns": (308, 268),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "perf_event_open": (298, 241),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
}
_STARTS = {"execve": (59, 221), "execveat": (322, 281)}
_UNSEEN = {"clone3": (435, 435), "openat2": (437, 437)}
"""What they ask for cannot be seen; libc is sent back to clone and openat."""
_CLONE_THREAD = 0x00010000
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_JUDGED = {
    "clone": ((56, 220), 0, _CLONE_THREAD, True),
    "open": ((2, None), 1, _WRITES, False),
    "openat": ((257, 56), 2, _WRITES, False),
}
"""Numbers; which argument; bits of it; whether one of them must, or none may be set."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS, _ARGUMENT_OCTETS = 0, 4, 16, 8
_X32 = 0x40000000
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _FILTER_MODE = 4, 22, 38, 2


def is_known() -> bool:
    """Whether the filter is known for this machine."""
    return sys.platform == "linux" and os.uname().machine in _MACHINES


def filter_program(machine: str, *, may_start_program: bool) -> bytes:
    """The filter for an architecture as instructions of BPF: no process, no network, no file changed.

    A thread may be started, and files that can be seen may be read.
    """
    column, audit = _MACHINES[machine]
    code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),  # Other numbers for the same calls.
        (_RETURN, 0, 0, _KILL),
    ]
    denied = _DENIED if may_start_program else _DENIED | _STARTS
    for calls, error in ((denied, errno.EPERM), (_UNSEEN, errno.ENOSYS)):
        for numbers in calls.values():
            if (number := numbers[column]) is not None:
                code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | error)]
    for numbers, argument, bits, must in _JUDGED.values():
        if (number := numbers[column]) is not None:
            code += [
                (_EQUAL, 0, 4, number),
                (_LOAD, 0, 0, _ARGUMENTS + argument * _ARGUMENT_OCTETS),
                (_ANY_BIT, int(must), int(not must), bits),
                (_RETURN, 0, 0, _ERROR | errno.EPERM),
                (_RETURN, 0, 0, _ALLOW),
            ]
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *one) for one in code)


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def hide_memory() -> None:
    """Let no other process of the same user look into this one or trace it. Raises OSError."""
    _control(_PR_SET_DUMPABLE, 0, 0)


def gain_nothing() -> None:
    """Let no program that this process becomes have more rights than it. Raises OSError."""
    _control(_PR_SET_NO_NEW_PRIVS, 1, 0)


def install(*, may_start_program: bool) -> None:
    """Put the filter around this process, for ever; it must have said ``gain_nothing``. Raises OSError."""
    code = filter_program(os.uname().machine, may_start_program=may_start_program)
    asked = _Filter(len(code) // 8, code)
    _control(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.addressof(asked))


def _control(option: int, first: int, second: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, *map(ctypes.c_ulong, (first, second, 0, 0))) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl: {os.strerror(number)}")
