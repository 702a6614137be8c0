"""Reads one captured message, and the files that it carries: each file once, however often it is mailed."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import structlog

from intake.decoding import documents as reader
from intake.decoding.documents.confinement import PROGRAMS, located
from intake.decoding.documents.limits import Limits
from intake.decoding.message import decode
from intake.errors import SandboxUnavailable
from intake.filing.forwards import unfold
from intake.storage import documents, vault
from intake.storage.session import Store
from intake.text.language import detect
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.document import Document, Flag
from intake.vocabulary.mail import Attachment, Delivery, ParsedMessage
from intake.vocabulary.reading import Reading

MAX_COVER_CHARACTERS = 300
"""A text no longer than this that has a longer one attached is a cover: what is attached is the response."""
DOCUMENTS_SECONDS = 150.0
"""For all files of one message that were not read before: enough for the recognition of one long scan."""
MAX_DOCUMENTS = 500
"""Files of one message that are read; answers come with less than ten, and time is limited besides."""
MAX_CHARACTERS = 10_000_000
"""Of the files of one message, after which the rest is left alone: twenty long books, or a trap."""
MIN_PICTURE_OCTETS = 30_000
"""A picture that is attached and smaller is no legible page."""
MIN_INLINE_PICTURE_OCTETS = 200_000
"""Within a text stand logos and signatures; only what is as large as a photograph may be a page."""

Decode = Callable[[bytes], ParsedMessage]
Extract = Callable[[bytes, str, str, Limits], Document]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """What reads. It goes to other processes, so that functions are named by their module."""

    decode: Decode = decode
    extract: Extract = reader.extract
    read_by: str = ""
    """How ``extract`` signs; empty: as our own does, see ``signature``."""
    seconds: float = DOCUMENTS_SECONDS
    again: bool = False
    """Whether files that took too long at an earlier time are tried once more."""


SOFTWARE = Software()


def knowing(consultations: Iterable[Consultation], software: Software = SOFTWARE) -> Software:
    """The same software, told our calls: who repeats one quotes it, with or without a mark."""
    known = tuple(text for one in consultations for text in one.announcement.values())
    return replace(software, decode=partial(decode, known=known)) if software.decode is decode else software


@cache
def signature() -> str:
    """Our readers and the programs that help them: where one of these is new, files are worth reading anew."""
    return " + ".join((f"documents {reader.VERSION}", *(one for one in PROGRAMS if located(one))))


def read(delivery: Delivery, store: Store, home: Path, software: Software = SOFTWARE) -> Reading:
    """Read a captured message and its files; what was read in a file is kept at once, for all messages.

    Raises StoreUnavailable, DamagedOctets; anything else is a fault of ours.
    """
    with store.read() as connection:
        octets = vault.read(connection, delivery.raw.sha256)
    message = software.decode(octets)
    files = {one.sha256: one for one in message.attachments if is_document(one)}
    if not files:
        return Reading(message, _language(message, {}))
    desk = _Desk(store, home, software, software.read_by or signature())
    found, unread = desk.read_all(files)
    return Reading(message, _language(message, found), found, unread, desk.read_by)


def is_document(attachment: Attachment) -> bool:
    """Whether an attached file may hold something to read: no logo, nothing whose kind we do not know."""
    kind = attachment.detected_type or attachment.declared_type
    if kind.startswith("image/"):
        least = MIN_INLINE_PICTURE_OCTETS if attachment.inline else MIN_PICTURE_OCTETS
        if attachment.size < least:
            return False
    return bool(attachment.octets) and reader.is_extractable(
        attachment.declared_type, attachment.name, attachment.detected_type
    )


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where files are read, and where what was read is looked up and kept."""

    store: Store
    home: Path
    software: Software
    read_by: str

    def read_all(self, files: Mapping[str, Attachment]) -> tuple[dict[str, Document], dict[str, Flag]]:
        """The texts of files by sha256, in their order; and why others were left alone in this message."""
        found: dict[str, Document] = {}
        unread: dict[str, Flag] = {}
        deadline = time.monotonic() + self.software.seconds
        characters = 0
        for sha256, file in files.items():
            if not reader.begins_as_known(file.octets, file.name, file.declared_type):
                unread[sha256] = Flag.UNSUPPORTED
            elif characters > MAX_CHARACTERS or len(found) >= MAX_DOCUMENTS:
                unread[sha256] = Flag.TOO_LARGE
            elif document := self._read_once(file, deadline):
                found[sha256] = document
                characters += sum(len(block.text) for block in document.blocks)
            else:
                unread[sha256] = Flag.NOT_READ
        return found, unread

    def _read_once(self, file: Attachment, deadline: float) -> Document | None:
        if document := self._known(file):
            return document
        with self._alone(file.sha256):  # Another process may have read it while we waited.
            return self._known(file) or self._read(file, deadline - time.monotonic())

    def _known(self, file: Attachment) -> Document | None:
        with self.store.read() as connection:
            document = documents.load(connection, [file.sha256], self.read_by).get(file.sha256)
        too_slow = document is not None and Flag.TIMED_OUT in document.flags
        return None if too_slow and self.software.again else document

    def _read(self, file: Attachment, seconds: float) -> Document | None:
        """None where the time of the message ran out first: that says nothing about the file."""
        if seconds <= 0:
            return None
        limits = Limits()
        hurried = seconds < limits.wall_seconds + limits.recognition_seconds
        if hurried:
            limits = replace(limits, recognition_seconds=max(0.0, seconds - limits.wall_seconds))
        try:
            declared = f"{file.declared_type}; charset={file.charset}" if file.charset else file.declared_type
            document = self.software.extract(file.octets, file.name, declared, limits)
        except SandboxUnavailable as error:  # The message goes on without; `intake doctor` looks for it.
            log.error("No sandbox for documents", action="documents", error=str(error))
            return None
        if hurried and Flag.TIMED_OUT in document.flags:
            return None
        with self.store.write() as connection:
            documents.keep(connection, file.sha256, self.read_by, document)
        return document

    @contextmanager
    def _alone(self, sha256: str) -> Iterator[None]:
        """Let no other process of this host read the same file meanwhile; who ends lets go of it."""
        folder = self.home / "reading"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{sha256[:2]}.lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _language(message: ParsedMessage, texts: Mapping[str, Document]) -> str | None:
    """Of the text; where that only says what is attached, of the first file that says enough; else of the subject."""
    letter = unfold(message)
    own = letter.own_text or "\n".join(one.text for one in letter.inner)
    spoken = next((language for one in texts.values() if (language := detect(one.text))), None)
    longest = max((len(one.text) for one in texts.values()), default=0)
    # What a report carries is the letter that it reports on (RFC 6522).
    if spoken and message.report_type is None and len(own) <= MAX_COVER_CHARACTERS and longest > len(own):
        return spoken
    return detect(own) or spoken or detect(message.text) or detect(message.subject)
