"""What reading processes are given instead of our own reader of documents; spawned processes import it by name."""

from __future__ import annotations

import os
from pathlib import Path

from intake.decoding.documents.limits import Limits
from intake.vocabulary.document import Block, BlockKind, Document, Flag

HEAD = b"%PDF-\n"
"""What a file must begin with to be handed to a reader of PDF."""
COUNTED = "INTAKE_TEST_COUNTED"
"""Names the file to which each reading adds a line; processes that are started inherit it."""


def spell(octets: bytes, name: str, declared_type: str, limits: Limits) -> Document:
    """Each line of the file is a paragraph; what it says of itself becomes a flag."""
    if counted := os.environ.get(COUNTED):
        with Path(counted).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
    flags = tuple(flag for flag in Flag if flag.name.encode() in octets)
    lines = octets.removeprefix(HEAD).decode("utf-8", "replace").splitlines()
    return Document(blocks=tuple(Block(BlockKind.PARAGRAPH, line) for line in lines), flags=flags, engine="speller 1")


def shout(octets: bytes, name: str, declared_type: str, limits: Limits) -> Document:
    """A later release, which reads in capitals."""
    return Document(
        blocks=(Block(BlockKind.PARAGRAPH, octets.removeprefix(HEAD).decode("utf-8", "replace").upper()),),
        engine="shouter 2",
    )
