"""An edition as data: its canonical JSON, whose sha256 names it."""

from __future__ import annotations

from digest.edition.model import CompiledEdition, DailyEdition, canonical


def write_json(edition: CompiledEdition | DailyEdition) -> bytes:
    """UTF-8, keys sorted, no white space; the same edition gives the same octets."""
    return canonical(edition)
