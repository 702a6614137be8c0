"""What this machine has for reading documents, and what it lacks."""

from __future__ import annotations

from intake.decoding.documents import landlock, poppler, recognition, seccomp
from intake.decoding.documents.sandbox import shared_sandbox
from intake.errors import SandboxUnavailable

SCRIPTS = {"ara": "Arabic", "chi_sim": "Chinese", "eng": "English", "fra": "French", "rus": "Russian", "spa": "Spanish"}
"""The languages of the consultations, by tesseract's name."""


def survey() -> tuple[bool, str]:
    """Whether documents are read as safely and as fully as they can be here, and one sentence on what is missing."""
    try:
        sandbox = shared_sandbox()
    except SandboxUnavailable as error:
        return False, f"{error}; nothing attached is read until one can be started"
    lacks = []
    if not sandbox.is_wrapped:
        rest = "Landlock alone hides files" if landlock.is_known() else "a broken reader could open files"
        lacks.append(f"bubblewrap, so that {rest} (apt-get install bubblewrap)")
    if not seccomp.is_known():
        lacks.append("a filter of system calls for this processor")
    if missing := [name for code, name in SCRIPTS.items() if code not in recognition.languages()]:
        lacks.append(f"tesseract for {', '.join(missing)}: scans in them are flagged, not read")
    if not poppler.version():
        lacks.append("pdftotext, a second opinion on doubtful PDF (apt-get install poppler-utils)")
    confined = seccomp.is_known() and (sandbox.is_wrapped or landlock.is_known())
    return confined, "read in a sandbox" + (f"; without {'; without '.join(lacks)}" if lacks else ", with all programs")
