"""What was understood of one delivery, before anything is decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.vocabulary.document import Document, Flag
from intake.vocabulary.mail import ParsedMessage


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a message and in the files that it carries."""

    message: ParsedMessage
    language: str | None
    """ISO 639-1; None where it cannot be told."""
    documents: Mapping[str, Document] = field(default_factory=dict)
    """The texts of its files, by the sha256 of the attachment, in the order of the attachments."""
    unread: Mapping[str, Flag] = field(default_factory=dict)
    """Files that are documents and were left alone in this message: by sha256, why."""
    read_by: str = ""
    """The program that reads documents, and its version."""

    def document(self, sha256: str) -> Document | None:
        """What is known of an attached file; a Document without text for one that was left alone."""
        if sha256 in self.unread:
            return Document(flags=(self.unread[sha256],))
        return self.documents.get(sha256)
