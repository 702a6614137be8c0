"""Mail from disk: .eml files, folders of them, Maildir and mbox."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path

from intake.arrival.mbox import read_mbox
from intake.arrival.times import MAX_HEADER_OCTETS, witnessed
from intake.errors import UnreadableSource
from intake.vocabulary.mail import Arrival, Envelope, Transport

MAX_FILE_OCTETS = 256 * 2**20
"""256 MiB for one message: five times what the listener takes, so that no real mail is refused."""
MAIL_SUFFIXES = frozenset({".eml", ".mai", ".rfc822"})
"""Files of these names are mail whatever they hold; others are looked into."""

_HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:")
_MAIL_HEADER = re.compile(
    rb"^(from|to|subject|date|received|message-id|mime-version|content-type|return-path|delivered-to)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A message found on disk."""

    name: str
    """Where it lay, below the path that was named; ``round.mbox#17`` inside an mbox."""
    path: Path
    octets: bytes
    from_line: str | None = None
    """The address of the From_ line; None outside an mbox."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that holds no mail, and why we think so."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What a manifest line says of one file."""

    mail_from: str | None
    rcpt_to: str | None
    received_at: datetime | None


def find(paths: Iterable[Path], listed: Collection[str] = ()) -> Iterator[Found | Passed]:
    """Everything below these paths, in the order of ``listed`` and then by name; links are not followed.

    Raises UnreadableSource for a path that is not there or cannot be read.
    """
    rank = {name: position for position, name in enumerate(listed)}
    for path in paths:
        if not path.exists():
            raise UnreadableSource(f"{path}: there is no such file or folder; check the path.")
        try:
            if path.is_dir():
                yield from _find_below(path, rank)
            else:
                yield from _read(path, path.name, named=True)
        except OSError as error:
            raise UnreadableSource(f"{error.filename or path}: cannot be read ({error.strerror}).") from error


def _find_below(folder: Path, rank: Mapping[str, int]) -> Iterator[Found | Passed]:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    files = [path for path in files if not _is_half_delivered(path)]
    names = {path: path.relative_to(folder).as_posix() for path in files}
    last = len(rank)
    for path in sorted(files, key=lambda path: (rank.get(names[path], last), names[path])):
        yield from _read(path, names[path], named=path.parent.name in {"cur", "new"})


def _is_half_delivered(path: Path) -> bool:
    """Below ``tmp`` of a Maildir lies what its writer has not finished (cr.yp.to/proto/maildir.html)."""
    maildir = path.parent.parent
    return path.parent.name == "tmp" and (maildir / "cur").is_dir() and (maildir / "new").is_dir()


def _read(path: Path, name: str, *, named: bool) -> Iterator[Found | Passed]:
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"From ") and path.suffix.lower() not in MAIL_SUFFIXES:
        for number, (address, octets) in enumerate(read_mbox(path), start=1):
            yield Found(name=f"{name}#{number}", path=path, octets=octets, from_line=address)
    elif path.stat().st_size > MAX_FILE_OCTETS:
        yield Passed(name, f"larger than {MAX_FILE_OCTETS} octets")
    elif named or path.suffix.lower() in MAIL_SUFFIXES or _looks_like_mail(start):
        yield Found(name=name, path=path, octets=path.read_bytes())
    else:
        yield Passed(name, "does not begin like a mail message")


def _looks_like_mail(start: bytes) -> bool:
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return bool(_HEADER_LINE.match(start) and len(_MAIL_HEADER.findall(start)) > 1)


def read_manifest(path: Path) -> dict[str, Witness]:
    """JSON Lines with ``file`` and, each optional, ``mail_from``, ``rcpt_to``, ``received_at``.

    Other keys are not read. Raises UnreadableSource, naming the line.
    """
    witnesses: dict[str, Witness] = {}
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSource(f"{path}: the manifest cannot be read ({error}).") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            at = datetime.fromisoformat(row["received_at"]) if row.get("received_at") else None
            witnesses[_text(row["file"])] = Witness(
                mail_from=None if row.get("mail_from") is None else _text(row["mail_from"]),
                rcpt_to=None if row.get("rcpt_to") is None else _text(row["rcpt_to"]),
                received_at=at,
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnreadableSource(f"{path}, line {number}: is no manifest line ({error}); see --help.") from error
        if at is not None and at.utcoffset() is None:
            raise UnreadableSource(f"{path}, line {number}: received_at has no time zone; add one such as +01:00.")
    return witnesses


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def arrive(
    found: Found,
    *,
    witness: Witness | None,
    now: datetime,
    addresses: Collection[str],
    default_address: str,
    trusted_hosts: Collection[str],
) -> Arrival:
    """What lay on disk, as an arrival.

    The reverse-path is the manifest's, else Return-Path, else the mbox From_ line, else the header
    From; the recipient the manifest's, else the first of our addresses that the message names. It
    arrived when the manifest says, else when a trusted host's Received line says, else now.
    """
    header = BytesHeaderParser().parsebytes(found.octets[:MAX_HEADER_OCTETS])
    rcpt_to = (witness.rcpt_to if witness else None) or _recipient(header, addresses) or default_address
    if witness and witness.mail_from is not None:
        mail_from = witness.mail_from or None
    else:
        mail_from = _reverse_path(header, found.from_line)
    received_at = (witness.received_at if witness else None) or witnessed(found.octets, trusted_hosts) or now
    place = found.name.rpartition("#")[2] if found.from_line is not None else ""
    key = f"folder\n{found.path.resolve()}\n{place}\n{hashlib.sha256(found.octets).hexdigest()}\n{rcpt_to}"
    return Arrival(
        envelope=Envelope(mail_from=mail_from, rcpt_to=rcpt_to),
        octets=found.octets,
        transport=Transport.FOLDER,
        captured_at=now,
        received_at=received_at,
        source_file=found.name,
        arrival_key=hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest(),
    )


def _addresses(header: Message, *names: str) -> list[str]:
    values = [str(value) for name in names for value in header.get_all(name, [])]
    try:
        return [address for _, address in getaddresses(values) if address]
    except RecursionError:  # Thousands of opening brackets: the stdlib's parser goes down one by one.
        return []


def _recipient(header: Message, addresses: Collection[str]) -> str | None:
    named = _addresses(header, "X-Gm-Original-To", "X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc")
    return next((address for address in named if address.lower() in addresses), None)


def _reverse_path(header: Message, from_line: str | None) -> str | None:
    return_path = header.get("Return-Path")
    if return_path is not None and str(return_path).strip():
        return next(iter(_addresses(header, "Return-Path")), None)
    if from_line is not None and "@" in from_line:
        return from_line
    return next(iter(_addresses(header, "From")), None)
