"""A second opinion on a PDF: pdftotext, where it is installed.

It reads the same letters by other code; where ours reads like no language, its reading may.
"""

from __future__ import annotations

import functools
import re
import subprocess
from dataclasses import replace

from intake.decoding.documents import arabic, confinement, plausibility
from intake.decoding.documents.hyphenation import join, observe
from intake.decoding.documents.limits import Limits
from intake.decoding.documents.sandbox import Ending, Sandbox
from intake.vocabulary.document import Block, BlockKind, Document, Flag

ASK_SECONDS = 10.0
"""For the program to say its version."""

_DIRECTION = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ARABIC = re.compile(r"[\u0621-\u064a]")


@functools.cache
def version() -> str:
    """``pdftotext version 22.12.0``; empty where it is not installed."""
    program = confinement.located("pdftotext")
    if program is None:
        return ""
    done = subprocess.run([program, "-v"], capture_output=True, text=True, timeout=ASK_SECONDS, check=False)  # noqa: S603 - it is given nothing to read
    return (done.stderr or done.stdout).partition("\n")[0].strip()


def consult(document: Document, octets: bytes, sandbox: Sandbox, limits: Limits) -> Document:
    """The reading of poppler where it is more plausible; fields, notes and flags of ours stay."""
    program = confinement.located("pdftotext")
    if program is None:
        return document
    outcome = sandbox.run([program, "-q", "-enc", "UTF-8", "-", "-"], octets, limits)
    if outcome.ending is not Ending.DONE:
        return document
    text = arabic.mend_articles(_DIRECTION.sub("", outcome.answer.decode("utf-8", "replace")))
    if plausibility.doubt(text) >= plausibility.doubt(document.text):
        return document
    fields = tuple(block for block in document.blocks if block.kind is BlockKind.FIELD)
    # Amid Arabic words its lam and alef are swapped, and nothing shows where: a person must look.
    doubtful = not plausibility.is_plausible(text) or _ARABIC.search(text)
    flags = tuple(flag for flag in document.flags if doubtful or flag is not Flag.IMPLAUSIBLE)
    return replace(document, blocks=(*_blocks(text), *fields), flags=flags, engine=version())


def _blocks(text: str) -> tuple[Block, ...]:
    habit = observe(text.splitlines())
    parts = re.split(r"\n[ \t]*\n|\f", text)
    joined = (join(part.splitlines(), habit) for part in parts)
    return tuple(Block(BlockKind.PARAGRAPH, one) for one in joined if one)
