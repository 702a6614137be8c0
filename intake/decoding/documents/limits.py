"""What one document may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one document; what goes beyond is flagged, and costs this document alone."""

    max_octets: int = 64 * 2**20
    """Of a file that is looked at: what a mail of 50 MiB can hold, and room for what was packed in one."""
    memory_octets: int = 512 * 2**20
    """Address space of the process, its program and libraries included."""
    cpu_seconds: int = 4
    """Of reading: hundreds of pages take one second."""
    wall_seconds: float = 20.0
    """Of reading, on a machine that does other things, too."""
    answer_octets: int = 32 * 2**20
    """Of the text with its structure: a thousand full pages have three."""
    page_cpu_seconds: int = 30
    """Of recognizing one page: tesseract takes three."""
    pages: int = 20
    """That are recognized; a longer scan is read by a person."""
    recognition_seconds: float = 120.0
    """Of recognizing all pages; the worker has five minutes for a message."""
