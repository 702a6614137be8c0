"""Messages out of an mbox file, one at a time, whichever of the formats of that name it is.

The four (mboxrd, mboxo, mboxcl, mboxcl2) differ in what they do with body lines that begin with ``From ``.
No file says which it is; what its first part shows decides how all of it is read, so that a second
reading, or one that goes on in the middle, finds the same messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

MAX_MESSAGE_OCTETS = 256 * 2**20
"""256 MiB for one message, as for a file; a longer one is passed over, and not held in memory."""
BLOCK_OCTETS = 2**20
"""Read at once, 1 MiB: beyond that a disk is not quicker, below it Python is slower."""
SURVEY_OCTETS = 64 * 2**20
"""64 MiB at the beginning show how a file was written; a program does not change its habits amid one."""
MAX_LINE_OCTETS = 1024
"""A longer line is no From_ line: an address has 256 octets at most, a date 40."""
MAX_HEADER_OCTETS = 256 * 1024
"""Of header block in which Content-Length is looked for."""

_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME = rb"\d{1,2}:\d\d(?::\d\d)?"
_DATE = (
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:"
    + _MONTH
    + rb" +\d{1,2} +"
    + _TIME
    + rb"(?: +[A-Za-z0-9+:-]{1,8})? +\d{4}|\d{1,2} +"
    + _MONTH
    + rb" +\d{4} +"
    + _TIME
    + rb")(?!\d)"
)
_DATED = re.compile(rb"From (?P<address>[^\r\n]*?)[ \t]*" + _DATE + rb"[^\r\n]*\r?\n?")
"""RFC 4155, appendix A, and what is written instead: an address, perhaps empty, and asctime's date."""
_ANY = re.compile(rb"From (?P<address>\S[^\r\n]*)\r?\n?")
_HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:|\r?\n")
_QUOTED = re.compile(rb"(?m)^>(>*From )")
_QUOTED_ONCE = re.compile(rb"(?m)^>(From )")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*(\d{1,12})[ \t]*\r?$")


class Dialect(StrEnum):
    """How the writer of an mbox kept body lines from looking like From_ lines."""

    RD = "mboxrd"  # A > before each such line, quoted ones too: undone without loss.
    O = "mboxo"  # noqa: E741 - its name. A > before bare ones only: a line that had one already loses it.
    CL = "mboxcl"  # A > before bare ones, and Content-Length says where a message ends.
    CL2 = "mboxcl2"  # Nothing is quoted; Content-Length alone says where a message ends.
    OPEN = "mbox without quoted lines"  # Nothing needed quoting, or nobody did it.


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first part of a file shows of its writer."""

    dated: bool = True
    """From_ lines carry a date; a line without one is text."""
    measured: bool = False
    """The Content-Length of the first message leads to a From_ line, or to the end."""
    bare: bool = False
    """A body line begins with ``From ``: the writer does not quote all of them, so it is not mboxrd."""

    def dialect(self, *, quoted: bool, nested: bool) -> Dialect:
        """With what the whole reading met: quoted lines, and such as were quoted twice."""
        if self.measured:
            return Dialect.CL2 if self.bare else Dialect.CL
        if nested and not self.bare:
            return Dialect.RD
        return Dialect.O if quoted else Dialect.OPEN


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of an mbox."""

    address: str
    """Of the From_ line."""
    octets: bytes | None
    """Unquoted; None where it is larger than MAX_MESSAGE_OCTETS."""
    end: int
    """Where the next From_ line begins, in octets from the start of the file."""
    unquoted: int = 0
    """Lines that lost a ``>``."""
    nested: bool = False
    """One of them keeps another ``>``."""


def survey(file: BinaryIO) -> Survey:
    """Look at the beginning of a file that can seek, and stand at its beginning again. Raises OSError."""
    file.seek(0)
    window = _Window(file, 0)
    window.need(MAX_LINE_OCTETS)
    dated = _DATED.match(window.octets) is not None
    measured = window.measured_end(Survey(dated=dated)) is not None
    bare, at = False, 0
    while not bare and window.base < SURVEY_OCTETS:
        at = window.octets.find(b"\nFrom ", at)
        if at < 0:
            at = max(0, len(window.octets) - len(b"\nFrom "))
            if not window.grow():
                break
        else:
            window.need(at + 1 + 2 * MAX_LINE_OCTETS)
            bare, at = not _separates(window.octets, at, dated=dated), at + 1
        if at > BLOCK_OCTETS:  # What stands before a line is looked at too.
            window.drop(at - MAX_LINE_OCTETS)
            at = MAX_LINE_OCTETS
    file.seek(0)
    return Survey(dated=dated, measured=measured, bare=bare)


def stands_between(file: BinaryIO, shown: Survey, position: int) -> bool:
    """Whether a message begins at this position, or the file ends there. Raises OSError."""
    file.seek(position)
    start = file.read(2 * MAX_LINE_OCTETS)
    return not start or _opens(start, _blank(start), dated=shown.dated)


def read_mbox(file: BinaryIO, shown: Survey, start: int = 0) -> Iterator[Letter]:
    """Each message from the From_ line at ``start`` on; memory holds one at a time.

    A From_ line counts only at the beginning or after an empty line, which belongs to the format.
    ``file`` stands at ``start``; it must be able to seek where ``shown.measured``. Raises OSError.
    """
    window = _Window(file, start)
    window.need(MAX_LINE_OCTETS)
    window.drop(_blank(window.octets))
    while window.octets:
        opening = window.line_end()
        address = _address(bytes(window.octets[:opening]))
        end = window.measured_end(shown) if shown.measured else None
        body = (opening, end) if end is not None else window.next_separator(opening, shown)
        octets = None if body is None else window.cut(*body)
        following = window.following(body[1] if body else None)
        window.drop(following)
        if body is None:
            yield Letter(address, None, window.base)
        elif octets:
            yield _unquoted(address, octets, window.base, shown)
        elif following > opening:
            yield Letter(address, b"", window.base)


def _unquoted(address: str, octets: bytes, end: int, shown: Survey) -> Letter:
    if b">From " not in octets or (shown.measured and shown.bare):
        return Letter(address, octets, end)
    plain, lines = (_QUOTED_ONCE if shown.bare else _QUOTED).subn(rb"\1", octets)
    return Letter(address, plain, end, lines, nested=lines > 0 and b">>From " in octets)


def _blank(octets: bytes | bytearray, at: int = 0) -> int:
    """Where what follows an empty line at this place begins; the same place where there is none."""
    return next((at + len(end) for end in (b"\n", b"\r\n") if octets.startswith(end, at)), at)


def _address(line: bytes) -> str:
    match = _DATED.match(line) or _ANY.match(line)
    return (match["address"].split() or [b"-"])[0].decode("ascii", "replace") if match else "-"


def _separates(octets: bytearray, at: int, *, dated: bool) -> bool:
    """Whether the line that begins after the line feed at ``at`` begins a message."""
    before = octets[max(0, at - 2) : at]
    blank = before.endswith(b"\n") or before == b"\n\r" or (at == 1 and before == b"\r") or at == 0
    return blank and _opens(octets, at + 1, dated=dated)


def _opens(octets: bytes | bytearray, at: int, *, dated: bool) -> bool:
    """A From_ line; one without a date only before something that looks like a header."""
    line_end = octets.find(b"\n", at, at + MAX_LINE_OCTETS) + 1 or len(octets)
    if line_end - at > MAX_LINE_OCTETS:
        return False
    if dated:
        return _DATED.fullmatch(octets, at, line_end) is not None
    return _ANY.fullmatch(octets, at, line_end) is not None and _HEADER_LINE.match(octets, line_end) is not None


class _Window:
    """The part of the file that is in memory: from the From_ line of the present message on."""

    def __init__(self, file: BinaryIO, base: int) -> None:
        """``base`` is where the file stands now."""
        self.file, self.base, self.octets = file, base, bytearray()

    def grow(self) -> bool:
        """Read another block; False at the end of the file."""
        block = self.file.read(BLOCK_OCTETS)
        self.octets += block
        return bool(block)

    def need(self, octets: int) -> None:
        """Read until so many octets are there, or the file ends."""
        while len(self.octets) < octets and self.grow():
            pass

    def drop(self, octets: int) -> None:
        """Forget what is behind."""
        del self.octets[:octets]
        self.base += octets

    def cut(self, start: int, end: int) -> bytes:
        """A copy of a part."""
        with memoryview(self.octets) as view:
            return bytes(view[start:end])

    def line_end(self) -> int:
        """Where the From_ line ends, its line feed included."""
        self.need(MAX_LINE_OCTETS)
        return self.octets.find(b"\n") + 1 or len(self.octets)

    def following(self, end: int | None) -> int:
        """The start of the next From_ line, behind the empty line that ends a body; None: it is behind us."""
        if end is None:
            return 0
        self.need(end + MAX_LINE_OCTETS)
        for _ in range(2):  # mboxcl counts the empty line among the body's octets, or does not.
            if self.octets.startswith(b"From ", end) or end == len(self.octets):
                break
            end = _blank(self.octets, end)
        return end

    def next_separator(self, start: int, shown: Survey) -> tuple[int, int] | None:
        """Start and end of the body, the empty line before the next From_ line left out.

        None for one that is too large; it is then behind us already.
        """
        at, too_large = max(0, start - 1), False
        while True:
            at = self.octets.find(b"\nFrom ", at)
            if at >= 0:
                self.need(at + 1 + 2 * MAX_LINE_OCTETS)
                if _separates(self.octets, at, dated=shown.dated):
                    break
                at += 1
                continue
            at = max(start - 1, len(self.octets) - len(b"\nFrom "), 0)
            if at > MAX_MESSAGE_OCTETS:
                self.drop(at - MAX_LINE_OCTETS)
                at, start, too_large = MAX_LINE_OCTETS, 0, True
            if not self.grow():
                at = -1
                break
        if too_large:
            self.drop(len(self.octets) if at < 0 else at + 1)
            return None
        return (start, len(self.octets) - self._final_blank(start)) if at < 0 else (start, self._before(at, start))

    def _before(self, at: int, start: int) -> int:
        """The end of a body before the empty line whose line feed stands at ``at``."""
        return max(start, at - 1 if self.octets[at - 1 : at] == b"\r" else at)

    def _final_blank(self, start: int) -> int:
        """Octets of an empty line at the very end of the file."""
        tail = bytes(self.octets[max(start, len(self.octets) - 3) :])
        for blank in (b"\r\n", b"\n"):
            if tail == blank or tail.endswith(b"\n" + blank):
                return len(blank)
        return 0

    def measured_end(self, shown: Survey) -> int | None:
        """Where the body ends by Content-Length; None unless a From_ line, or the end of the file, follows."""
        self.need(MAX_HEADER_OCTETS)
        block = _HEADER_END.search(self.octets, 0, MAX_HEADER_OCTETS)
        length = _LENGTH.search(self.octets, 0, block.start() + 1) if block else None
        if block is None or length is None or int(length[1]) > MAX_MESSAGE_OCTETS:
            return None
        end, here = block.end() + int(length[1]), self.file.tell()
        self.file.seek(self.base + end)
        after = self.file.read(2 * MAX_LINE_OCTETS)
        size = self.file.seek(0, 2)
        self.file.seek(here)
        if self.base + end > size:
            return None
        for _ in range(3):
            if not after or _opens(after, 0, dated=shown.dated):
                self.need(end)
                return end
            after = after[_blank(after) :]
        return None
