"""Prints editions by running the command ``digest``: intake never imports the read side."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from intake.errors import ExportRefused

PRESS_SECONDS = 600
"""The largest compilation takes a minute; ten are a fault."""


def run_digest(arguments: Sequence[str], *, home: Path, config: Path | None) -> str:
    """Run ``digest`` with these arguments; give back what it printed.

    Raises ExportRefused with its own sentence when it fails.
    """
    place = ["--home", str(home), *(["--config", str(config)] if config else [])]
    command = [sys.executable, "-m", "digest", *place, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PRESS_SECONDS, check=False)  # noqa: S603
    if done.returncode != 0:
        raise ExportRefused(done.stderr.strip() or f"digest ended with {done.returncode}")
    return done.stdout
