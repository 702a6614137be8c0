"""Imports and reading runs that are killed go on where they were: nothing lost, nothing twice, memory constant."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ADDRESS = "cwg-internet+ott@consultations.example"
PATIENCE_SECONDS = 60.0


def letter(number: int, body: str) -> bytes:
    return (
        f"From amina@labo.example Mon Nov 30 09:00:00 2026\nFrom: Amina Diallo <amina{number}@labo.example>\n"
        f"To: {ADDRESS}\nSubject: Contribution {number}\nMessage-ID: <{number}.test@labo.example>\n"
        f"Date: Mon, 30 Nov 2026 09:00:00 +0000\n\nWe answer question {number} with yes.\n{body}\n\n"
    ).encode()


def write_box(path: Path, messages: int, body: str = "") -> Path:
    with path.open("wb") as file:
        for number in range(messages):
            file.write(letter(number, body))
    return path


def start(home: Path, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "intake", "--home", str(home), *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, env=os.environ
    )


def finish(process: subprocess.Popen[str]) -> str:
    said, complaint = process.communicate(timeout=600)
    assert process.returncode == 0, complaint
    return said


def ask(home: Path, query: str) -> list[tuple[object, ...]]:
    """Without a line of ours. It may have to undo what a killed program left half done, so not read-only."""
    with sqlite3.connect(f"file:{home / 'intake.db'}?mode=rw", uri=True, timeout=30) as connection:
        rows: list[tuple[object, ...]] = connection.execute(query).fetchall()
    return rows


def kill_when(process: subprocess.Popen[str], home: Path, query: str, least: int) -> None:
    """Kill -9, all processes of the group, when so many are counted."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if ask(home, query)[0][0] >= least:  # type: ignore[operator]
                break
        except sqlite3.OperationalError:
            pass  # Not there yet.
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "it had ended before it could be killed; let it have more to do"


def test_an_import_that_is_killed_goes_on_and_so_does_the_reading(home: Path, tmp_path: Path) -> None:
    messages = 1500
    path = write_box(tmp_path / "round.mbox", messages, "x" * 70 + "\n" + "y" * 60)
    kill_when(start(home, "import", path, "--quiet"), home, "SELECT count(*) FROM deliveries", 200)
    first = ask(home, "SELECT count(*), max(id) FROM deliveries")[0]
    assert ask(home, "SELECT messages FROM imports") == [(first[0],)], "the cursor commits with the messages"
    said = finish(start(home, "import", path, "--quiet"))
    assert said.splitlines()[-1] == f"{messages - int(str(first[0]))} captured, {first[0]} imported before, 0 no mail."
    sources = [row[0] for row in ask(home, "SELECT source_file FROM deliveries ORDER BY id")]
    assert sources == [f"round.mbox#{number}" for number in range(1, messages + 1)]

    work = ("work", "--once", "--processes", "2")
    kill_when(start(home, *work), home, "SELECT count(*) FROM deliveries WHERE status = 'filed'", 100)
    with sqlite3.connect(home / "intake.db") as connection:  # Five minutes pass.
        connection.execute(
            "UPDATE deliveries SET leased_until = '2000-01-01 00:00:00.000000' WHERE status = 'captured'"
        )
    finish(start(home, *work))
    assert ask(home, "SELECT status, count(*) FROM deliveries GROUP BY status") == [("filed", messages)]
    filed = [row[0] for row in ask(home, "SELECT delivery_id FROM filings")]
    assert sorted(filed) == list(range(1, messages + 1)), "each once"
    references = [str(row[0]) for row in ask(home, "SELECT reference FROM submissions ORDER BY id")]
    serials = [int(reference.split("-")[2]) for reference in references]
    assert sorted(serials) == list(range(1, messages + 1)), "no reference is skipped or given twice"


def test_an_import_tells_what_it_took_a_file_for(home: Path, tmp_path: Path) -> None:
    path = write_box(tmp_path / "round.mbox", 3, ">From here on\n>>From there on")
    assert finish(start(home, "import", path)).splitlines() == [
        "round.mbox: taken for mboxrd; 6 lines unquoted.",
        "3 captured, 0 imported before, 0 no mail.",
    ]


# --- memory -------------------------------------------------------------------------------------------------


def growth_octets(home: Path, path: Path) -> int:
    """By how much an import of this file is larger, at its largest, than one of a single message."""
    script = (
        "import re, sys\nfrom pathlib import Path\nfrom intake.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        # Not getrusage, which tells the peak of the parent where that is larger.
        "print('peak', re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    peaks = []
    for one, box in ((home / "small", write_box(path.parent / "one.mbox", 1)), (home / "large", path)):
        command = [sys.executable, "-c", script, "--home", str(one), "import", str(box), "--quiet"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        peaks.append(int(re.search(r"peak (\d+)", said)[1]) * 1024)  # type: ignore[index]
    return peaks[1] - peaks[0]


MOST = 100 * 2**20
"""100 MiB: two batches, one of them once more in the hands of the database, and its cache; nothing that grows with the file."""


def test_the_size_of_a_mailbox_is_nothing_to_the_memory(home: Path, tmp_path: Path) -> None:
    path = write_box(tmp_path / "round.mbox", 4000, ("z" * 75 + "\n") * 400)
    assert path.stat().st_size > MOST
    assert growth_octets(home, path) < MOST


@pytest.mark.torture
def test_200_000_messages_are_nothing_to_the_memory(home: Path, tmp_path: Path) -> None:
    path = write_box(tmp_path / "round.mbox", 200_000, ("z" * 75 + "\n") * 20)
    assert growth_octets(home, path) < MOST
    assert ask(home / "large", "SELECT count(*) FROM deliveries") == [(200_000,)]
