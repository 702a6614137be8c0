from __future__ import annotations

import csv
import hashlib
import mailbox
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digest.outlets.archive.verification import verify_folder
from digest.outlets.manifest import MANIFEST, write_manifest
from intake.errors import ExportRefused

MESSAGES = (
    b"Subject: one\r\n\r\nFrom here\r\n",
    b"Subject: two\n\n>From there",
    b"Subject: three\r\n\nmixed\r",
    b"",
)


@pytest.fixture
def archive(record: Any, run: Any, tmp_path: Path) -> Path:
    """An export of four messages, one of them from nobody."""
    for number, octets in enumerate(MESSAGES):
        record.receive(octets=octets, mail_from=None if number == 1 else "=cmd@example.org")
    ran = run("export", "--all", "--format", "mboxrd", "--audience", "restricted", "--out", tmp_path / "out")
    assert (ran.code, ran.err) == (0, "")
    return tmp_path / "out"


def test_an_export_says_what_was_checked_and_what_not(archive: Path) -> None:
    verdict = verify_folder(archive)
    assert verdict.faults == ()
    assert any("4 messages" in line for line in verdict.checked)
    assert "that the record holds no further messages" in verdict.unchecked


def test_independent_tools_read_it(archive: Path, tmp_path: Path) -> None:
    with closing(mailbox.mbox(archive / "messages.mbox", create=False)) as found:
        assert [message["Subject"] for message in found] == ["one", "two", "three", None]
    subprocess.run(["sha256sum", "--check", "--strict", MANIFEST], cwd=archive, check=True, capture_output=True)
    split = tmp_path / "split"
    split.mkdir()
    if git := shutil.which("git"):
        command = [git, "mailsplit", "--mboxrd", "--keep-cr", f"-o{split}", str(archive / "messages.mbox")]
        subprocess.run(command, check=True, capture_output=True)
        message = (split / "0001").read_bytes().partition(b"\n")[2]
        assert message.replace(b"\n", b"\r\n") == MESSAGES[0] + b"\r\n"


def test_the_index_names_each_message(archive: Path) -> None:
    with (archive / "index.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["raw_sha256"] for line in lines] == [hashlib.sha256(octets).hexdigest() for octets in MESSAGES]
    assert [line["line_ends"] for line in lines] == ["crlf", "lf", "mixed", "lf"]
    assert [line["final_newline"] for line in lines] == ["yes", "no", "no", "no"]
    assert (lines[0]["mail_from"], lines[1]["mail_from"]) == ("'=cmd@example.org", "")
    assert lines[0]["received_at"].endswith("Z")


def flip(path: Path, place: int) -> None:
    octets = bytearray(path.read_bytes())
    octets[place] ^= 1
    path.write_bytes(octets)


def test_an_altered_message_is_named(archive: Path) -> None:
    place = (archive / "messages.mbox").read_bytes().index(b"there")
    flip(archive / "messages.mbox", place)
    faults = verify_folder(archive).faults
    assert faults[0].startswith("messages.mbox: is not as it was written")
    assert faults[1:] == ("messages.mbox: the message of delivery 2 is altered",)


def rewrite_manifest(folder: Path) -> None:
    names = [path for path in folder.iterdir() if path.name != MANIFEST]
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in names}
    (folder / MANIFEST).write_bytes(write_manifest(hashes))


def test_a_message_added_behind_the_index_is_found_whatever_the_manifest_says(archive: Path) -> None:
    with (archive / "messages.mbox").open("ab") as file:
        file.write(b"From x\n\nforged\n\n")
    rewrite_manifest(archive)
    assert verify_folder(archive).faults == ("messages.mbox: holds more after the last message that index.csv names",)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"lf","no"', b'"??","no"'), (b'"yes"', b'"nes"'), (b"delivery", b"delivering"), (b'"crlf"', b'"crlf')],
)
def test_a_hostile_index_is_a_fault_and_no_crash(archive: Path, old: bytes, new: bytes) -> None:
    index = archive / "index.csv"
    index.write_bytes(index.read_bytes().replace(old, new, 1))
    rewrite_manifest(archive)
    assert any(fault.startswith("index.csv") for fault in verify_folder(archive).faults)


def test_missing_and_further_files_are_named(archive: Path) -> None:
    (archive / "extra\x1b.txt").write_bytes(b"")
    (archive / "index.csv").unlink()
    faults = verify_folder(archive).faults
    assert "index.csv: is missing" in faults
    assert any("extra" in fault and "\x1b" not in fault for fault in faults)
    (archive / MANIFEST).unlink()
    assert f"{MANIFEST}: is missing" in verify_folder(archive).faults


def test_a_link_is_no_file_of_ours(archive: Path) -> None:
    (archive / "index.csv").unlink()
    (archive / "index.csv").symlink_to("/dev/zero")
    assert "index.csv: is not a regular file" in verify_folder(archive).faults


def test_what_is_neither_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="neither"):
        verify_folder(tmp_path)
    with pytest.raises(ExportRefused, match="not a folder"):
        verify_folder(tmp_path / "nowhere")


@pytest.fixture
def compiled(record: Any, run: Any, tmp_path: Path) -> Path:
    """Two revisions in one folder."""
    for _ in range(2):
        record.respond()
        assert run("compile", "ott", "--out", tmp_path / "compiled").code == 0
    return tmp_path / "compiled"


def test_a_folder_of_compiled_versions(compiled: Path) -> None:
    verdict = verify_folder(compiled)
    assert verdict.faults == ()
    assert any("2 versions" in line for line in verdict.checked)


def test_a_page_must_name_its_own_data(compiled: Path) -> None:
    shutil.copy(compiled / "ott-rev1.json", compiled / "ott-rev2.json")
    rewrite_manifest(compiled)
    assert verify_folder(compiled).faults == (
        "ott-rev2.html: names another sha256 for its data than ott-rev2.json has",
    )


def test_a_page_alone_is_not_compared(compiled: Path) -> None:
    (compiled / "ott-rev2.json").unlink()
    rewrite_manifest(compiled)
    verdict = verify_folder(compiled)
    assert verdict.faults == ()
    assert any("ott-rev2.json is not in the folder" in line for line in verdict.unchecked)


@pytest.mark.parametrize("name", ["ott-rev1.html", "ott-rev2.json", MANIFEST])
def test_a_flipped_bit_is_found_anywhere(compiled: Path, run: Any, name: str) -> None:
    whole = (compiled / name).read_bytes()
    for place in (0, len(whole) // 2, len(whole) - 1):
        flip(compiled / name, place)
        ran = run("verify", compiled)
        assert ran.code == 1
        assert ran.err.count("\n") == 1
        (compiled / name).write_bytes(whole)
    assert run("verify", compiled).code == 0
