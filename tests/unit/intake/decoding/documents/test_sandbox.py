"""The sandbox from outside, and, through the interpreter run as a program in it, from inside."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import make_page, make_pdf
from system import not_run, require

from intake.decoding.documents import confinement, landlock, record, sandbox, seccomp
from intake.decoding.documents.limits import Limits
from intake.decoding.documents.sandbox import Ending, Outcome, Sandbox
from intake.errors import SandboxUnavailable

QUICK = Limits(cpu_seconds=2, wall_seconds=3.0)
WORDS = make_pdf(make_page(b"BT /F 12 Tf 72 700 Td (words) Tj ET"))
READ = {"do": "read", "name": "", "declared_type": ""}


@pytest.fixture(scope="module", params=["bubblewrap", "alone"])
def one(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """With bubblewrap, and without."""
    bwrap = require("bwrap")[0] if request.param == "bubblewrap" else None
    box = Sandbox(bwrap=bwrap, readable=[Path("/usr/bin")])
    yield box
    box.close()


def interpreter(box: Sandbox) -> str:
    """One that runs inside: in bubblewrap our own; else one that any user may run, since root becomes nobody."""
    if box.is_wrapped or os.geteuid() != 0:
        return confinement.interpreter()
    for path in (confinement.interpreter(), "/usr/bin/python3"):
        folders = Path(path).resolve().parents
        if Path(path).is_file() and all(folder.stat().st_mode & 0o001 for folder in folders):
            return path
    not_run("an interpreter outside the home of root (apt-get install python3)")
    raise AssertionError


def inside(box: Sandbox, program: str, limits: Limits = QUICK) -> Outcome:
    """Run Python in it, as confined as any program that reads."""
    return box.run([interpreter(box), "-I", "-S", "-c", program], b"", limits)


def reads(box: Sandbox) -> bool:
    outcome = box.perform(READ, WORDS, Limits())
    return outcome.ending is Ending.DONE and record.read(outcome.answer).text == "words"


def attempt(statement: str) -> str:
    """A program that prints ``refused`` or ``done``."""
    return f"import os, socket, signal, ctypes\ntry:\n    {statement}\nexcept OSError:\n    print('refused')\nelse:\n    print('done')"


def test_it_reads(one: Sandbox) -> None:
    assert reads(one)


def test_what_is_tried_inside_is_shown_to_work_outside() -> None:
    """Otherwise the refusals below would prove nothing."""
    for statement in (*REFUSED, REFUSED_FILES[0]):
        program = [confinement.interpreter(), "-I", "-S", "-c", attempt(statement)]
        assert "done" in subprocess.run(program, capture_output=True, text=True, check=True).stdout, statement
    Path("/tmp/written-by-a-document").unlink()


REFUSED = (
    "os.fork() or os._exit(0)",
    "os.posix_spawn('/bin/true', ['true'], {})",
    "socket.socket()",
    "socket.socket(socket.AF_UNIX)",
    "socket.socketpair()",
    "os.kill(os.getppid(), 0)",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_no_process_no_network_no_signal(one: Sandbox, statement: str) -> None:
    assert inside(one, attempt(statement)).answer == b"refused\n"


REFUSED_FILES = (
    "os.write(os.open('/tmp/written-by-a-document', os.O_CREAT | os.O_WRONLY), b'x')",
    "open('/etc/shadow').read()",
)


@pytest.mark.parametrize("statement", REFUSED_FILES)
def test_no_file_is_written_and_none_of_others_read(one: Sandbox, statement: str) -> None:
    assert inside(one, attempt(statement)).answer == b"refused\n"
    Path("/tmp/written-by-a-document").unlink(missing_ok=True)


@pytest.fixture
def canary() -> Iterator[Path]:
    """A file that everybody may read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "canary")
        path.write_text("CANARY")
        Path(folder).chmod(0o755)
        yield path


def test_a_file_that_everybody_may_read_is_hidden(one: Sandbox, canary: Path) -> None:
    assert landlock.is_known() or one.is_wrapped, "this kernel is too old for the test (Linux 5.13)"
    for path in (canary, Path("/etc/passwd")):
        assert inside(one, attempt(f"open({str(path)!r}).read()")).answer == b"refused\n"
    assert inside(one, attempt(f"os.listdir({str(canary.parent)!r})")).answer == b"refused\n"
    outside = subprocess.run(["cat", canary], capture_output=True, text=True, check=True)
    assert outside.stdout == "CANARY"


@pytest.mark.system("bwrap")
def test_the_world_of_bubblewrap_is_small(canary: Path) -> None:
    box = Sandbox(bwrap=confinement.bubblewrap())
    try:
        outcome = inside(box, f"import os; print(os.path.exists({str(canary)!r}), sorted(os.environ))")
        assert outcome.ending is Ending.DONE
        seen, *listed = outcome.answer.decode().split(" ", 1)
        assert seen == "False"
        assert "home" not in listed[0]
        assert "INTAKE" not in listed[0]
    finally:
        box.close()


def test_a_server_beside_it_hears_nothing(one: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        assert inside(one, attempt(f"socket.create_connection(('127.0.0.1', {port}), 1)")).answer == b"refused\n"
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_filter_stays_when_nothing_is_left_to_lose(one: Sandbox) -> None:
    asked = inside(one, "import ctypes; print(ctypes.CDLL(None).prctl(21, 0, 0, 0, 0))")  # PR_GET_SECCOMP
    assert asked.answer == b"2\n"
    user = inside(one, "import os; print(os.getuid(), os.getgroups())").answer.split()
    assert int(user[0]) != 0


def test_memory_is_bounded(one: Sandbox) -> None:
    outcome = inside(one, "b = bytearray(2**30); print(len(b))")
    assert outcome.ending is not Ending.DONE
    assert outcome.peak_octets < QUICK.memory_octets
    assert reads(one)


def test_the_processor_is_bounded(one: Sandbox) -> None:
    assert inside(one, "while True: pass").ending is Ending.EXPIRED
    assert reads(one)


def test_waiting_is_bounded(one: Sandbox) -> None:
    limits = Limits(cpu_seconds=1, wall_seconds=0.5)
    started = time.monotonic()
    assert inside(one, "import time; time.sleep(600)", limits).ending is Ending.EXPIRED
    assert time.monotonic() - started < 30
    assert reads(one)


def test_what_it_says_is_bounded(one: Sandbox) -> None:
    limits = Limits(answer_octets=1000)
    assert inside(one, "print('x' * 1000)", limits).ending is Ending.OVERFLOW
    assert inside(one, "print('x' * 999)", limits).ending is Ending.DONE
    assert reads(one)


def test_threads_are_allowed_and_bounded_by_memory(one: Sandbox) -> None:
    """Libraries in Rust start some."""
    program = "import threading; t = threading.Thread(target=print, args=('from a thread',)); t.start(); t.join()"
    assert inside(one, program).answer == b"from a thread\n"


def test_a_crash_costs_one_document(one: Sandbox) -> None:
    for program in ("import os; os.abort()", "import ctypes; ctypes.string_at(0)", "raise SystemExit(7)"):
        assert inside(one, program).ending is Ending.FAILED
        assert reads(one)


def test_an_answer_that_is_none_costs_one_document(one: Sandbox) -> None:
    assert one.perform({"do": "nothing that there is"}, WORDS, Limits()).ending is Ending.FAILED
    assert reads(one)


def test_it_starts_again_where_it_was_ended(one: Sandbox) -> None:
    assert reads(one)
    process = one._process
    assert process is not None
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert reads(one)


def test_it_is_used_by_many_threads(one: Sandbox) -> None:
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(reads(one))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 8


def test_a_fork_gets_one_of_its_own(one: Sandbox) -> None:
    assert reads(one)
    child = os.fork()
    if child == 0:
        os._exit(0 if reads(one) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert reads(one)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    box = Sandbox()
    assert reads(box)
    process, open_before = box._process, len(list(Path("/proc/self/fd").iterdir()))
    assert process is not None
    for _ in range(20):
        assert reads(box)
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before
    box.close()
    assert process.poll() is not None


def test_without_any_sandbox_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "interpreter", lambda: "/bin/false")
    with pytest.raises(SandboxUnavailable):
        Sandbox().perform(READ, WORDS, Limits())


def test_a_broken_bubblewrap_is_said_and_done_without(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    box = sandbox._open_sandbox("/bin/false")
    try:
        assert not box.is_wrapped
        assert reads(box)
    finally:
        box.close()
    assert "bubblewrap" in capsys.readouterr().out


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_judges_as_it_should(machine: str) -> None:
    """The program of BPF, run by hand: what it says to a call by its number and arguments."""
    column, audit = seccomp._MACHINES[machine]

    def judge(name: str | int, *arguments: int, may_start_program: bool = False, audit: int = audit) -> int:
        number = CALLS[name][column] if isinstance(name, str) else name
        code = seccomp.filter_program(machine, may_start_program=may_start_program)
        data = struct.pack("<IIQ6Q", number, audit, 0, *arguments, *[0] * (6 - len(arguments)))
        lines = list(struct.iter_unpack("<HBBI", code))
        at, value = 0, 0
        while True:
            operation, true, false, k = lines[at]
            at += 1
            if operation == 0x20:
                value = struct.unpack_from("<I", data, k)[0]
            elif operation == 0x06:
                return int(k)
            else:
                holds = {0x15: value == k, 0x35: value >= k, 0x45: bool(value & k)}[operation]
                at += true if holds else false

    allow, refuse, unknown, kill = 0x7FFF0000, 0x00050001, 0x00050000 | 38, 0x80000000
    for name in ("socket", "connect", "kill", "ptrace", "unlinkat", "execve", "execveat", "io_uring_setup"):
        assert judge(name) == refuse, name
    assert judge("execve", may_start_program=True) == allow
    assert judge("read") == judge("mmap") == judge("exit_group") == allow
    assert judge("clone", 17) == refuse  # SIGCHLD: a process.
    assert judge("clone", 0x3D0F00) == allow  # What pthread_create asks for.
    assert judge("clone3") == judge("openat2") == unknown
    assert judge("openat", 0, 0, os.O_RDONLY | os.O_CLOEXEC) == allow
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_TMPFILE | os.O_RDWR):
        assert judge("openat", 0, 0, flags) == refuse
    assert judge(0x40000000 + 57) == kill
    assert judge("read", audit=0x40000003) == kill  # i386 on the same machine.


CALLS = {
    **seccomp._DENIED,
    **seccomp._STARTS,
    **seccomp._UNSEEN,
    "read": (0, 63),
    "mmap": (9, 222),
    "exit_group": (231, 94),
}
CALLS |= {name: numbers for name, (numbers, *_) in seccomp._JUDGED.items()}


def test_the_numbers_are_those_of_this_machine() -> None:
    """Its own headers say them."""
    (compiler,) = require("cpp")
    asked = "#include <sys/syscall.h>\n" + "".join(f"want {name} SYS_{name}\n" for name in CALLS)
    done = subprocess.run([compiler, "-P"], input=asked, capture_output=True, text=True, check=True)
    column, _ = seccomp._MACHINES[os.uname().machine]
    said = dict(line.split()[1:] for line in done.stdout.splitlines() if line.startswith("want "))
    for name, numbers in CALLS.items():
        if said[name].isdigit():  # What its headers do not know yet, they leave as it is.
            assert numbers[column] == int(said[name]), name
    assert sum(number.isdigit() for number in said.values()) > 50
