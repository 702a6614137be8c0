"""Tracked changes of a Word document: the text as if all were accepted (ISO/IEC 29500-1, 17.13.5)."""

from __future__ import annotations

from intake.decoding.documents.package import Element
from intake.decoding.documents.styles import W

DROPPED = frozenset({"del", "moveFrom"})
"""Elements whose content an accepted change takes away; of ``ins`` and ``moveTo`` the content stays."""

_CHANGES = tuple(
    W + name
    for name in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange",
                 "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange", "tblGridChange",
                 "tblPrExChange")
)  # fmt: skip


def has_changes(root: Element) -> bool:
    """Whether changes were tracked, and neither accepted nor rejected."""
    return next(root.iter(*_CHANGES), None) is not None


def has_lost_mark(properties: Element | None) -> bool:
    """Whether the end of a paragraph is deleted: what it says goes on in the next one (17.13.5.15)."""
    mark = None if properties is None else properties.find(f"{W}rPr")
    return mark is not None and any(mark.find(W + name) is not None for name in DROPPED)


def is_lost_row(row: Element) -> bool:
    """Whether a row of a table is deleted (17.13.5.12)."""
    return row.find(f"{W}trPr/{W}del") is not None


def is_lost_cell(properties: Element | None) -> bool:
    """Whether a cell is deleted (17.13.5.1)."""
    return properties is not None and properties.find(f"{W}cellDel") is not None
