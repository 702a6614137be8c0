"""What a person should know of the files of a message before they rely on its texts."""

from __future__ import annotations

from dataclasses import replace

from intake.filing.case import Case
from intake.vocabulary.document import Flag
from intake.vocabulary.submission import Filing, Finding, Status

_SAID = {
    Flag.NO_TEXT_LAYER: "holds pictures of pages, which nothing here could read",
    Flag.RECOGNIZED: "was read from pictures: letters may be wrong",
    Flag.IMPLAUSIBLE: "reads unlike a text: look at the original",
    Flag.GUESSED: "does not say its charset, and is too short to show it: look at the original",
    Flag.TRACKED_CHANGES: "has tracked changes, all taken as accepted",
    Flag.COMMENTS: "has comments, which are kept apart",
    Flag.HIDDEN_TEXT: "has text that is not shown to who opens it",
    Flag.ENCRYPTED: "needs a password: ask the sender for it",
    Flag.DAMAGED: "cannot be read, or not to its end: ask the sender for it again",
    Flag.TOO_LARGE: "is larger than we read: look at the original",
    Flag.TIMED_OUT: "took too long to be read: look at the original",
    Flag.UNSUPPORTED: "is of a kind that we do not read: look at the original",
    Flag.NOT_READ: "was not read for want of time: `intake replay` reads it",
}


def notice(case: Case, filing: Filing) -> Filing:
    """Add a finding for each flag of its files, where a person may come to read them. It decides nothing."""
    if filing.status not in {Status.FILED, Status.HELD}:
        return filing
    findings = tuple(
        Finding(rule="file", matched=True, reason=f"{attachment.name} {_SAID[flag]}")
        for attachment in case.message.attachments
        if attachment.sha256 in case.documents
        for flag in case.documents[attachment.sha256].flags
    )
    return replace(filing, findings=(*filing.findings, *findings))
