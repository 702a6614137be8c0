"""What is done inside the sandbox, by the name of a task."""

from __future__ import annotations

import encodings
import importlib
import json
import pkgutil
import re
from typing import Any

from intake.decoding.documents import kinds, record
from intake.vocabulary.document import Document, Flag

PACKAGE = "intake.decoding.documents"
_CHARSET = re.compile(r";\s*charset=[\"']?([^\s;\"']{1,40})", re.IGNORECASE)
"""Of a media type (RFC 2046, 4.1.2)."""


def prepare() -> None:
    """Load what readers need, once, before the first document: afterwards it may be out of reach."""
    for name in {*kinds.READERS.values()}:
        module = importlib.import_module(f"{PACKAGE}.{name}")
        getattr(module, "prepare", _nothing)()
    for codec in pkgutil.iter_modules(encodings.__path__):
        if codec.name not in {"mbcs", "oem", "cp65001"}:  # They exist on Windows alone.
            importlib.import_module(f"encodings.{codec.name}")


def _nothing() -> None:
    """What most readers have to prepare."""


def perform(task: dict[str, Any], octets: bytes) -> bytes:
    """Do it. Raises whatever a library raises."""
    match task:
        case {"do": "read", "name": name, "declared_type": declared_type}:
            return record.write(_read(octets, name, declared_type))
        case {"do": "scans"}:
            return json.dumps(_pages(octets).find_scans(octets)).encode()
        case {"do": "page", "page": page}:
            picture: bytes = _pages(octets).render(octets, page)
            return picture
    raise ValueError(f"no task {task!r}")


def _read(octets: bytes, name: str, declared_type: str) -> Document:
    kind = kinds.detect(octets, name, declared_type)
    if kind not in kinds.READERS:
        return Document(flags=(Flag.UNSUPPORTED,))
    reader = importlib.import_module(f"{PACKAGE}.{kinds.READERS[kind]}")
    charset = _CHARSET.search(declared_type) if kind in {kinds.Kind.TEXT, kinds.Kind.HTML} else None
    document: Document = reader.read(octets, charset[1]) if charset else reader.read(octets)
    return document


def _pages(octets: bytes) -> Any:
    """The module that can show the pages of this kind as pictures."""
    kind = kinds.detect(octets)
    if kind not in {kinds.Kind.PDF, kinds.Kind.PICTURE}:
        raise ValueError("its pages are not pictures")
    return importlib.import_module(f"{PACKAGE}.{kinds.READERS[kind]}")
