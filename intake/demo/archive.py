"""An archive that can be checked: sealed, verified, and found damaged once one bit of it is flipped."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from intake.errors import ExportRefused
from intake.press import run_digest


def check_archive(home: Path, say: Callable[[str], None]) -> None:
    """Export the record of a night, check it, damage a copy, and check that too. Raises ExportRefused."""
    archive = home / "archive"
    asked = ["export", "--all", "--format", "mboxrd", "--audience", "restricted", "--out", str(archive)]
    say(run_digest(asked, home=home, config=None).rstrip())
    say(_sha256sum(archive))
    say(run_digest(["verify", str(archive)], home=home, config=None).rstrip())
    damaged = home / "archive-with-one-bit-flipped"
    shutil.copytree(archive, damaged)
    mbox = damaged / "messages.mbox"
    octets = bytearray(mbox.read_bytes())
    octets[len(octets) // 2] ^= 1
    mbox.write_bytes(octets)
    say(f"\nBit 0 of octet {len(octets) // 2} of {mbox.name} is flipped in a copy:")
    say(_sha256sum(damaged))
    try:
        run_digest(["verify", str(damaged)], home=home, config=None)
    except ExportRefused as found:
        say(str(found))
    else:
        raise ExportRefused("One flipped bit was not found.")


def _sha256sum(folder: Path) -> str:
    """The coreutils program, which knows nothing of us, where the machine has it."""
    program = shutil.which("sha256sum")
    if program is None:
        return "(sha256sum is not on this machine)"
    asked = [program, "-c", "manifest-sha256.txt"]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    return f"$ sha256sum -c manifest-sha256.txt\n{(done.stdout + done.stderr).rstrip()}"
