"""Members of .zip and .tar files, one at a time; nothing is ever written to disk under a name of theirs.

Whoever sends an archive chooses what it becomes: names that climb out of a folder, links, a kilobyte
that unfolds to a terabyte. So names are labels here, links are not read, and what unfolds is counted.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

MAX_MEMBERS = 100_000
"""Members of one archive: a zip's table of contents is held in memory, some 600 octets for each."""
MAX_DIRECTORY_OCTETS = 32 * 2**20
"""32 MiB of a zip's table of contents: MAX_MEMBERS with names of ordinary length, and room."""
MAX_TOTAL_OCTETS = 64 * 2**30
"""64 GiB unfolded from one archive: a whole round with its attachments, and a disk survives it."""
MAX_RATIO = 200
"""Octets unfolded for each of the file: text gives 3 to 20, the same letter again and again 100."""
RATIO_FREE_OCTETS = 64 * 2**20
"""64 MiB are unfolded whatever the ratio: they hurt nobody."""
MAX_TAR_NAME_OCTETS = 2**20
"""1 MiB for a tar's long name or extended header, which is held in memory."""
BUFFER_OCTETS = 64 * 1024
"""Unfolded at once."""

TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz")
SUFFIXES = (".zip", *TAR_SUFFIXES)
"""By the name, since .docx and .jar are zips too."""

_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, gzip.BadGzipFile,
    EOFError, OSError, ValueError, NotImplementedError, RuntimeError, struct.error, UnicodeError,
)  # fmt: skip
"""What the standard library raises over damaged archives."""
_END_OF_ZIP = b"PK\5\6"
_END_OF_ZIP64 = b"PK\6\6"
_NAME_TYPES = frozenset(
    {tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}
)


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive; to be read before the next is asked for."""

    number: int
    """From 1, folders and links counted."""
    name: str
    size: int
    """As the archive says; ``file`` gives no more than that."""
    file: BufferedReader
    packed: int
    """Octets of the archive that it took, as far as that can be told."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A member, or with an empty name the rest of the archive, that cannot be read, and why."""

    number: int
    name: str
    why: str


class ArchiveFault(Exception):
    """A member cannot be read on; the text says why."""


class TooMuch(ArchiveFault):
    """A limit was reached: the archive is not read on."""


@dataclass(slots=True)
class _Meter:
    """Counts what an archive unfolds to."""

    packed: int
    unfolded: int = 0

    def count(self, octets: int) -> None:
        """Raises TooMuch."""
        self.unfolded += octets
        if self.unfolded > MAX_TOTAL_OCTETS:
            raise TooMuch(f"unfolds to more than {MAX_TOTAL_OCTETS} octets")
        if self.unfolded > max(RATIO_FREE_OCTETS, MAX_RATIO * self.packed):
            raise TooMuch(f"unfolds to more than {MAX_RATIO} times its size")


class _Guarded(RawIOBase):
    """A stream that counts what is read from it, and whose faults are ArchiveFaults."""

    def __init__(self, file: IO[bytes], meter: _Meter) -> None:
        """Closing it leaves ``file`` open."""
        self._file, self._meter = file, meter

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises ArchiveFault."""
        try:
            octets = self._file.read(len(buffer))
        except _BROKEN as error:
            raise ArchiveFault(_damage(error)) from error
        self._meter.count(len(octets))
        buffer[: len(octets)] = octets
        return len(octets)


def _buffered(stream: _Guarded) -> BufferedReader:
    return BufferedReader(cast("RawIOBase", stream), BUFFER_OCTETS)


def _damage(error: BaseException) -> str:
    """What is wrong, in words. Raises the error itself where the disk, not the archive, is at fault."""
    if isinstance(error, OSError) and error.errno:
        raise error
    return f"cannot be unpacked: {str(error) or type(error).__name__}"


class _TarInfo(tarfile.TarInfo):
    """A tar header whose names are of bounded length."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _TarInfo:
        """Raises tarfile.HeaderError."""
        info = super().frombuf(buf, encoding, errors)
        if info.type in _NAME_TYPES and info.size > MAX_TAR_NAME_OCTETS:
            raise tarfile.ReadError("a name is too long")
        return info


def is_archive(path: Path) -> bool:
    """Whether its name says so."""
    return path.name.lower().endswith(SUFFIXES)


def read_archive(path: Path, start: int = 0) -> Iterator[Member | Refused]:
    """The members after the first ``start``, in the order in which they lie there.

    A limit, or damage, ends it with what was read before; an archive in the archive is refused.
    """
    read = _read_tar if path.name.lower().endswith(TAR_SUFFIXES) else _read_zip
    number = start
    try:
        for one in read(path, start, _Meter(path.stat().st_size)):
            number = one.number
            if number > MAX_MEMBERS:
                raise TooMuch(f"holds more than {MAX_MEMBERS} members; unpack it, and name the folder")
            if isinstance(one, Member) and one.name.lower().endswith(SUFFIXES):
                yield Refused(number, one.name, "an archive in an archive; unpack the outer one")
            else:
                yield one
    except ArchiveFault as error:
        yield Refused(number, "", str(error))
    except _BROKEN as error:
        yield Refused(number, "", _damage(error))


def _read_zip(path: Path, start: int, meter: _Meter) -> Iterator[Member | Refused]:
    _check_directory(path)
    with zipfile.ZipFile(path) as archive:
        for number, info in enumerate(archive.infolist()[start:], start=start + 1):
            if info.is_dir():
                continue
            if info.flag_bits & 0x1:
                yield Refused(number, info.filename, "is encrypted; unpack it with its password, and name the folder")
                continue
            try:
                file = archive.open(info)
            except _BROKEN as error:
                yield Refused(number, info.filename, _damage(error))
                continue
            with file:
                plain = _buffered(_Guarded(file, meter))
                yield Member(number, info.filename, info.file_size, plain, info.compress_size)


def _check_directory(path: Path) -> None:
    """The table of contents is read as a whole, so its size is looked at before. Raises TooMuch."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2**16 - 200))
        tail = file.read()
    at, at64 = tail.rfind(_END_OF_ZIP), tail.rfind(_END_OF_ZIP64)
    if at < 0 or len(tail) < at + 16:
        return  # No zip at all: zipfile says so.
    members, octets = struct.unpack_from("<HL", tail, at + 10)
    if at64 >= 0 and len(tail) >= at64 + 48:
        members, octets = struct.unpack_from("<QQ", tail, at64 + 32)
    if members > MAX_MEMBERS or octets > MAX_DIRECTORY_OCTETS:
        raise TooMuch(f"holds more than {MAX_MEMBERS} members; unpack it, and name the folder")


def _read_tar(path: Path, start: int, meter: _Meter) -> Iterator[Member | Refused]:
    with path.open("rb") as packed, _unpacked(packed) as plain:
        stream = _buffered(_Guarded(plain, meter))
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_TarInfo) as archive:
            behind = 0
            for number, info in enumerate(archive, start=1):
                archive.members = []  # type: ignore[attr-defined]  # Else it remembers every member.
                if number <= start or not info.isreg() or info.issparse():
                    if number > start and info.isreg():
                        yield Refused(number, info.name, "is a sparse file; unpack it, and name the folder")
                    continue
                file = archive.extractfile(info)
                if file is not None:
                    member = _buffered(_Guarded(file, _Meter(meter.packed)))
                    yield Member(number, info.name, info.size, member, packed.tell() - behind)
                    behind = packed.tell()


def _unpacked(packed: BinaryIO) -> IO[bytes]:
    start = packed.read(6)
    packed.seek(0)
    if start.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=packed))
    if start.startswith(b"\xfd7zXZ"):
        return lzma.LZMAFile(packed)
    if start.startswith(b"BZh"):
        return bz2.BZ2File(packed)
    return packed
