"""Scanned pages, read by tesseract where it is installed.

Runs outside the sandbox and looks at nothing: the picture of a page is made inside, and read inside by the program.
"""

from __future__ import annotations

import functools
import json
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from intake.decoding.documents import confinement
from intake.decoding.documents.limits import Limits
from intake.decoding.documents.sandbox import Ending, Sandbox
from intake.vocabulary.document import Block, BlockKind, Document, Flag

SCRIPTS = {
    "Arabic": ("ara",),
    "Han": ("chi_sim", "eng"),
    "HanS": ("chi_sim", "eng"),
    "HanT": ("chi_tra", "chi_sim", "eng"),
    "Cyrillic": ("rus", "eng"),
    "Latin": ("eng", "fra", "spa"),
}
"""What tesseract calls a script, and the languages by which it is then read. Arabic by itself: with English beside it,
words in ten pages come out as nonsense in Latin letters (seen: 3 of 100 words wrong instead of 1)."""
BLANK = 2
"""Scripts in which a page shows no word at all: it shows none in any, as noise does; letters look like some letters."""
DOTS_PER_INCH = "200"
"""Of the pictures that are handed to it."""
SURE = 70.0
"""Mean confidence, of 100: a page read in the wrong script has 20 to 50, a clean one 85 and more."""
LEAST_SURE = 15.0
"""Words below are specks and lines; real ones in a poor photograph have more."""
ASK_SECONDS = 10.0
"""For the program to say which languages it has."""

_SCRIPT = re.compile(r"^Script: (\w+)$", re.MULTILINE)
_NUMBER = re.compile(r"-?\d{1,3}(\.\d+)?")
_DIRECTION = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HAN = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
_WORD_LEVEL, _COLUMNS = 5, 12


@dataclass(frozen=True, slots=True)
class Page:
    """A recognized page."""

    paragraphs: tuple[str, ...]
    confidence: float
    """The mean of its words, of 100; 0 for an empty page."""


@functools.cache
def languages() -> frozenset[str]:
    """Those tesseract can read here; none where it is not installed."""
    program = confinement.located("tesseract")
    if program is None:
        return frozenset()
    try:
        done = subprocess.run(  # noqa: S603 - asked for its own list, it is given nothing to read.
            [program, "--list-langs"], capture_output=True, text=True, timeout=ASK_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(done.stdout.split("\n")[1:]) - {""}


@functools.cache
def version() -> str:
    """``tesseract 5.3.0``; empty where it is not installed."""
    program = confinement.located("tesseract")
    if program is None:
        return ""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=ASK_SECONDS, check=False)  # noqa: S603 - as above
    return (done.stdout or done.stderr).partition("\n")[0].strip()


def recognize(document: Document, octets: bytes, sandbox: Sandbox, limits: Limits) -> Document:
    """The document with what its scanned pages show; unchanged where nothing here can read them."""
    if not languages() & {name for names in SCRIPTS.values() for name in names}:
        return document
    found = sandbox.perform({"do": "scans"}, octets, limits)
    scans = _scans(found.answer) if found.ending is Ending.DONE else []
    if not scans:
        return document
    deadline = time.monotonic() + limits.recognition_seconds
    flags: list[Flag] = [flag for flag in document.flags if flag is not Flag.NO_TEXT_LAYER]
    blocks, script = list(document.blocks), ""
    read, shift = 0, 0
    for page, place in scans[: limits.pages]:
        if time.monotonic() > deadline:
            flags.append(Flag.TIMED_OUT)
            break
        picture = sandbox.perform({"do": "page", "page": page}, octets, limits)
        if picture.ending is not Ending.DONE:
            flags.append(Flag.TIMED_OUT if picture.ending is Ending.EXPIRED else Flag.DAMAGED)
            continue
        if not picture.answer:
            continue
        seen, script = _read_page(picture.answer, script, sandbox, limits, deadline)
        own = [Block(BlockKind.PARAGRAPH, paragraph) for paragraph in seen.paragraphs]
        blocks[place + shift : place + shift] = own
        shift += len(own)
        read += bool(own)
        if own and seen.confidence < SURE:
            flags.append(Flag.IMPLAUSIBLE)
    if len(scans) > limits.pages:
        flags.append(Flag.TOO_LARGE)
    flags.append(Flag.RECOGNIZED if read else Flag.NO_TEXT_LAYER)
    engine = f"{document.engine}, {version()}" if read else document.engine
    return replace(document, blocks=tuple(blocks), flags=tuple(dict.fromkeys(flags)), engine=engine)


def _scans(answer: bytes) -> list[tuple[int, int]]:
    """Pages, and the blocks before which they belong; none where the answer is none: who answers may be taken over."""
    try:
        return [(int(page), max(0, int(block))) for page, block in json.loads(answer)]
    except (ValueError, TypeError, RecursionError):
        return []


def _read_page(picture: bytes, script: str, sandbox: Sandbox, limits: Limits, deadline: float) -> tuple[Page, str]:
    """The page, and its script, which the next page will probably have, too."""
    best, best_script, empty = Page((), 0.0), script, 0
    for one in _scripts(picture, script, sandbox, limits):
        page = _read_as(picture, one, sandbox, limits)
        if page.confidence > best.confidence:
            best, best_script = page, one
        empty += not page.confidence
        if empty >= BLANK or best.confidence >= SURE or time.monotonic() > deadline:
            break
    return best, best_script


def _scripts(picture: bytes, known: str, sandbox: Sandbox, limits: Limits) -> Iterator[str]:
    """In what order to try them: that of the page before, what tesseract sees, all others."""
    tried = [known] if known else []
    yield from tried
    if "osd" in languages():
        seen = sandbox.run(
            [_program(), "stdin", "stdout", "--psm", "0", "-l", "osd"], picture, limits, limits.page_cpu_seconds
        )
        script = _SCRIPT.search(seen.answer.decode("utf-8", "replace"))
        if script and script[1] in SCRIPTS and script[1] not in tried:
            tried.append(script[1])
            yield script[1]
    yield from (one for one in ("Latin", "Arabic", "Cyrillic", "Han") if one not in tried)


def _read_as(picture: bytes, script: str, sandbox: Sandbox, limits: Limits) -> Page:
    names = [name for name in SCRIPTS[script] if name in languages()]
    if not names:
        return Page((), 0.0)
    command = [
        _program(),
        "stdin",
        "stdout",
        "-l",
        "+".join(names),
        "--psm",
        "3",
        "--dpi",
        DOTS_PER_INCH,
        "-c",
        "tessedit_create_tsv=1",
    ]
    outcome = sandbox.run(command, picture, limits, limits.page_cpu_seconds)
    return parse(outcome.answer.decode("utf-8", "replace")) if outcome.ending is Ending.DONE else Page((), 0.0)


def _program() -> str:
    program = confinement.located("tesseract")
    return str(Path(program or "/usr/bin/tesseract"))


def parse(table: str) -> Page:
    """A page of tesseract's table (TSV, twelve columns; level 5 is a word): paragraphs, lines joined."""
    paragraphs: dict[tuple[str, str, str], list[str]] = {}
    sure: list[float] = []
    for line in table.splitlines()[1:]:
        cells = line.split("\t")
        if (
            len(cells) != _COLUMNS
            or cells[0] != str(_WORD_LEVEL)
            or not (word := _DIRECTION.sub("", cells[11]).strip())
        ):
            continue
        confidence = float(cells[10]) if _NUMBER.fullmatch(cells[10]) else 0.0
        if confidence >= LEAST_SURE:
            paragraphs.setdefault((cells[1], cells[2], cells[3]), []).append(word)
        sure.append(confidence)
    texts = tuple(_join(words) for words in paragraphs.values())
    return Page(texts, sum(sure) / len(sure) if sure else 0.0)


def _join(words: list[str]) -> str:
    """With spaces between words, and none between Chinese characters."""
    text = ""
    for word in words:
        apart = text and not (_HAN.match(text[-1]) and _HAN.match(word))
        text += f" {word}" if apart else word
    return text
