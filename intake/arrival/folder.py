"""Mail from disk: .eml and .msg files, folders of them, Maildir, mbox, and .zip and .tar files of these."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from io import BufferedReader
from pathlib import Path, PurePosixPath

from intake.arrival.archives import ArchiveFault, Member, TooMuch, is_archive, read_archive
from intake.arrival.envelopes import read_header, recipient, reverse_path
from intake.arrival.manifest import Witness
from intake.arrival.mbox import MAX_MESSAGE_OCTETS, Letter, Survey, read_mbox, stands_between, survey
from intake.arrival.times import witnessed
from intake.errors import UnreadableSource
from intake.vocabulary.mail import Arrival, Envelope, Transport

MAX_FILE_OCTETS = MAX_MESSAGE_OCTETS
"""256 MiB for one message: five times what the listener takes, so that no real mail is refused."""
MAIL_SUFFIXES = frozenset({".eml", ".mai", ".rfc822"})
"""Files of these names are mail whatever they hold; others are looked into."""
OUTLOOK_SUFFIX = ".msg"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How Outlook's .msg begins, and any .doc (MS-CFB, 2.2)."""
START_OCTETS = 4096
"""Of a file that are looked at to tell what it is."""

_HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:")
_MAIL_HEADER = re.compile(
    rb"^(from|to|subject|date|received|message-id|mime-version|content-type|return-path|delivered-to)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a file that holds many messages has been read."""

    position: int
    """Octets of an mbox, members of an archive."""
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A message found on disk."""

    name: str
    """Where it lay, below the path that was named; ``round.mbox#17``, ``round.zip/answer.eml``."""
    path: Path
    octets: bytes
    from_line: str | None = None
    """The address of the From_ line; None outside an mbox."""
    place: str = ""
    """Which one of those that the file holds; empty where it holds one."""
    source_octets: int = 0
    """Octets of the file that it took."""
    mark: Mark | None = None
    """Where to go on after it; None where that cannot be said."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that holds no mail, and why we think so."""

    name: str
    why: str
    source_octets: int = 0


@dataclass(frozen=True, slots=True)
class Noted:
    """A file was read to its end, and what a person may want to know of that."""

    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """So many messages of a file were not read again: an earlier import was there."""

    messages: int
    source_octets: int


Item = Found | Passed | Noted | Skipped
Resume = Callable[[Path], Mark | None]
"""How far an earlier import came in this file, if the file is still the same as far as that."""


def anew(path: Path) -> Mark | None:  # noqa: ARG001
    """Every file from its beginning."""
    return None


def find(paths: Iterable[Path], listed: Collection[str] = (), resume: Resume = anew) -> Iterator[Item]:
    """Everything below these paths, in the order of ``listed`` and then by name; links are not followed.

    Raises UnreadableSource for a path that is not there or cannot be read.
    """
    rank = {name: position for position, name in enumerate(listed)}
    for path in paths:
        if not path.exists():
            raise UnreadableSource(f"{path}: there is no such file or folder; check the path.")
        try:
            if path.is_dir():
                for one, name in _below(path, rank):
                    yield from _read_file(one, name, one.parent.name in {"cur", "new"}, resume)
            else:
                yield from _read_file(path, path.name, True, resume)
        except OSError as error:
            raise UnreadableSource(f"{error.filename or path}: cannot be read ({error.strerror}).") from error


def measure(paths: Iterable[Path]) -> int:
    """Octets of all files that ``find`` would look at."""
    return sum(
        sum(one.stat().st_size for one, _ in _below(path, {})) if path.is_dir() else path.stat().st_size
        for path in paths
        if path.exists()
    )


def _below(folder: Path, rank: Mapping[str, int]) -> list[tuple[Path, str]]:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    files = [path for path in files if not _is_half_delivered(path)]
    named = [(path, path.relative_to(folder).as_posix()) for path in files]
    last = len(rank)
    return sorted(named, key=lambda one: (rank.get(one[1], last), one[1]))


def _is_half_delivered(path: Path) -> bool:
    """Below ``tmp`` of a Maildir lies what its writer has not finished (cr.yp.to/proto/maildir.html)."""
    maildir = path.parent.parent
    return path.parent.name == "tmp" and (maildir / "cur").is_dir() and (maildir / "new").is_dir()


def _read_file(path: Path, name: str, named: bool, resume: Resume) -> Iterator[Item]:
    if is_archive(path):
        yield from _read_members(path, name, resume(path))
        return
    with path.open("rb") as file:
        size = path.stat().st_size
        if not _is_mbox(file, name):
            yield _single(file, path, name, size, named)
            return
        shown, before = survey(file), resume(path)
        if before is not None and stands_between(file, shown, before.position):
            yield Skipped(before.messages, before.position)
        else:
            before = Mark(0, 0)
        file.seek(before.position)
        yield from _read_letters(file, path, name, shown, before)


def _single(file: BufferedReader, path: Path, name: str, size: int, named: bool) -> Found | Passed:
    """A file with one message, if with any."""
    start = file.peek(START_OCTETS)[:START_OCTETS]
    suffix = PurePosixPath(name).suffix.lower()
    outlook = start.startswith(OLE_MAGIC) and suffix == OUTLOOK_SUFFIX
    if not (named or outlook or suffix in MAIL_SUFFIXES or _looks_like_mail(start)):
        return Passed(name, "does not begin like a mail message", size)
    if size > MAX_FILE_OCTETS:
        return Passed(name, f"larger than {MAX_FILE_OCTETS} octets", size)
    return Found(name=name, path=path, octets=file.read(), source_octets=size)


def _is_mbox(file: BufferedReader, name: str) -> bool:
    return PurePosixPath(name).suffix.lower() not in MAIL_SUFFIXES and file.peek(8).startswith(b"From ")


def _looks_like_mail(start: bytes) -> bool:
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return bool(_HEADER_LINE.match(start) and len(_MAIL_HEADER.findall(start)) > 1)


def _read_letters(file: BufferedReader, path: Path, name: str, shown: Survey, before: Mark) -> Iterator[Item]:
    number, position, unquoted, nested = before.messages, before.position, 0, False
    for letter in read_mbox(file, shown, before.position):
        number += 1
        span, position = letter.end - position, letter.end
        unquoted, nested = unquoted + letter.unquoted, nested or letter.nested
        yield _found_letter(letter, path, f"{name}#{number}", Mark(position, number), span)
    dialect = shown.dialect(quoted=unquoted > 0, nested=nested)
    yield Noted(name, f"taken for {dialect.value}; {unquoted} lines unquoted")


def _found_letter(letter: Letter, path: Path, name: str, mark: Mark, span: int) -> Found | Passed:
    if letter.octets is None:
        return Passed(name, f"larger than {MAX_FILE_OCTETS} octets", span)
    return Found(
        name=name,
        path=path,
        octets=letter.octets,
        from_line=letter.address,
        place=str(mark.messages),
        source_octets=span,
        mark=mark,
    )


def _read_members(path: Path, name: str, before: Mark | None) -> Iterator[Item]:
    before = before or Mark(0, 0)
    if before.position:
        yield Skipped(before.messages, 0)
    messages = before.messages
    for member in read_archive(path, before.position):
        if not isinstance(member, Member):
            yield Passed(f"{name}/{member.name}" if member.name else name, member.why)
            continue
        try:
            for item in _read_member(member, path, name, messages):
                messages += isinstance(item, Found)
                yield item
        except TooMuch as error:
            yield Passed(name, str(error))
            return
        except ArchiveFault as error:
            yield Passed(f"{name}/{member.name}", str(error))


def _read_member(member: Member, path: Path, archive: str, messages: int) -> Iterator[Item]:
    name = f"{archive}/{member.name}"
    if _is_mbox(member.file, name):
        for item in _read_letters(member.file, path, name, Survey(), Mark(0, 0)):
            if isinstance(item, Found):
                yield replace(item, place=f"{member.number}#{item.place}", mark=None, source_octets=0)
            else:
                yield item
        return
    named = PurePosixPath(member.name).parent.name in {"cur", "new"}
    item = _single(member.file, path, name, member.size, named)
    if isinstance(item, Passed):
        yield replace(item, source_octets=member.packed)
        return
    mark = Mark(member.number, messages + 1)
    yield replace(item, place=str(member.number), mark=mark, source_octets=member.packed)


def arrive(
    found: Found,
    *,
    witness: Witness | None,
    now: datetime,
    addresses: Collection[str],
    default_address: str,
    trusted_hosts: Collection[str],
    header_of: Callable[[bytes], bytes] | None = None,
    sha256: str | None = None,
) -> Arrival:
    """What lay on disk, as an arrival.

    The reverse-path is the manifest's, else Return-Path, else the mbox From_ line, else the header
    From; the recipient the manifest's, else the first of our addresses that the message names. It
    arrived when the manifest says, else when a trusted host's Received line says, else now. Where the
    octets are Outlook's, ``header_of`` gives the header that they keep. ``sha256`` of the octets, if it is known.
    """
    block = found.octets
    if header_of is not None and block.startswith(OLE_MAGIC):
        block = header_of(block)
    header = read_header(block)
    rcpt_to = (witness.rcpt_to if witness else None) or recipient(header, addresses) or default_address
    if witness and witness.mail_from is not None:
        mail_from = witness.mail_from or None
    else:
        mail_from = reverse_path(header, found.from_line)
    received_at = (witness.received_at if witness else None) or witnessed(block, trusted_hosts) or now
    sha256 = sha256 or hashlib.sha256(found.octets).hexdigest()
    key = f"folder\n{found.path.resolve()}\n{found.place}\n{sha256}\n{rcpt_to}"
    return Arrival(
        envelope=Envelope(mail_from=mail_from, rcpt_to=rcpt_to),
        octets=found.octets,
        transport=Transport.FOLDER,
        captured_at=now,
        received_at=received_at,
        source_file=found.name,
        arrival_key=hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest(),
    )
