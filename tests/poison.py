"""What reading processes are given instead of our own reading; spawned processes import it by name."""

from __future__ import annotations

import os
import time

from intake.decoding.message import decode
from intake.vocabulary.mail import ParsedMessage


def deadly(octets: bytes) -> ParsedMessage:
    """Reads, unless the message says what to do instead."""
    if b"POISON" in octets:
        os.abort()
    if b"SLEEP" in octets:
        time.sleep(600)
    if b"FAULT" in octets:
        raise ZeroDivisionError("ours")
    return decode(octets)
