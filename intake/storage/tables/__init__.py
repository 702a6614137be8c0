"""The tables of the record; digest writes only those under ``shelf``.

What arrived is never changed. What was concluded is appended: the filing with the highest id of a
delivery is in force, and ``decided_at`` says from when, so that any past moment can be read again.
"""

from __future__ import annotations

from intake.storage.tables.arrivals import (
    deliveries,
    failures,
    imports,
    mailbox_messages,
    mailbox_refusals,
    mailboxes,
    raw_messages,
)
from intake.storage.tables.conclusions import (
    answers,
    campaign_bands,
    campaign_letters,
    campaigns,
    filings,
    findings,
    placements,
    respondents,
    serials,
    submissions,
)
from intake.storage.tables.deeds import events, letters
from intake.storage.tables.kinds import ADDRESS, SHA256, Moment, metadata
from intake.storage.tables.readings import attachments, documents, readings
from intake.storage.tables.shelf import edition_files, editions

__all__ = [
    "ADDRESS",
    "SHA256",
    "Moment",
    "answers",
    "attachments",
    "campaign_bands",
    "campaign_letters",
    "campaigns",
    "deliveries",
    "documents",
    "edition_files",
    "editions",
    "events",
    "failures",
    "filings",
    "findings",
    "imports",
    "letters",
    "mailbox_messages",
    "mailbox_refusals",
    "mailboxes",
    "metadata",
    "placements",
    "raw_messages",
    "readings",
    "respondents",
    "serials",
    "submissions",
]
