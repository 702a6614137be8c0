"""Office files as packages: a ZIP archive of XML parts (ISO/IEC 29500-2; ISO/IEC 26300-2), opened with care.

Nothing is unpacked beyond its limit, no entity is resolved, no address is visited. A part that is damaged is read as
far as it goes; what was wrong is kept as flags.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from intake.vocabulary.document import Flag

MAX_MEMBERS = 10_000
"""A document with a thousand pictures has some two thousand."""
MAX_PART_OCTETS = 24 * 2**20
"""Of one part, unpacked: as a tree it takes ten times as much memory. A thousand pages have 12 MiB."""
MAX_TOTAL_OCTETS = 64 * 2**20
"""Of all parts that are unpacked; pictures are not."""
MAX_NAME_CHARACTERS = 1000
"""Of a part."""

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/([a-zA-Z]+)/([a-zA-Z]+)")
"""Names of ISO/IEC 29500 Strict; those of Transitional mean the same."""
_CHUNK = 64 * 1024
_REMEMBERED: Final = ("Id", "Type", "Target", "TargetMode")

Element = Any
"""An element of lxml, which declares no types."""

_CAREFULLY: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "recover": True,
    "remove_comments": True,
    "remove_pis": True,
}
"""How XML from outside is read: no entity, no file and no host is asked for, and what breaks ends there."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: the last word of its type, and the name of a part ("" where it lies outside)."""

    type: str
    target: str


class Package:
    """An open archive. Raises zipfile.BadZipFile where it is none."""

    def __init__(self, octets: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(octets))
        self.flags: dict[Flag, None] = {}
        infos = self._archive.infolist()
        if len(infos) > MAX_MEMBERS:
            self.flags[Flag.TOO_LARGE] = None
        self._members = {info.filename.lstrip("/").lower(): info for info in infos[:MAX_MEMBERS]}
        self._room = MAX_TOTAL_OCTETS

    @property
    def names(self) -> list[str]:
        """Of all parts, in the order of the archive."""
        return [info.filename for info in self._members.values()]

    def read(self, name: str) -> bytes | None:
        """A part as far as it can and may be unpacked; None where there is none."""
        info = self._members.get(name.lower())
        if info is None:
            return None
        most = min(MAX_PART_OCTETS, self._room)
        octets = bytearray()
        try:
            with self._archive.open(info) as member:
                while len(octets) <= most and (chunk := member.read(_CHUNK)):
                    octets += chunk
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError):
            self.flags[Flag.DAMAGED] = None
        except RuntimeError:  # What zipfile raises for a password.
            self.flags[Flag.ENCRYPTED] = None
        if len(octets) > most:
            self.flags[Flag.TOO_LARGE] = None
        del octets[most:]
        self._room -= len(octets)
        return bytes(octets)

    def tree(self, name: str) -> Element | None:
        """The root of a part that is XML; None where there is none, or not one element of it can be read."""
        octets = self.read(name)
        return None if octets is None else self.parse(octets)

    def parse(self, octets: bytes) -> Element | None:
        """The root of XML, as far as it is well-formed, no deeper than 256 elements (libxml2's limit)."""
        parser = etree.XMLParser(**_CAREFULLY)
        try:
            root = etree.fromstring(_STRICT.sub(_transitional, octets), parser)
        except (etree.XMLSyntaxError, ValueError):
            root = None
        # Neither standard allows a document type: whoever writes one wants entities to be read.
        if root is None or len(parser.error_log) or _has_type(root):
            self.flags.setdefault(Flag.DAMAGED)
        return root

    def walk(self, name: str, *tags: str) -> Iterator[Element]:
        """The elements of a part that have one of these tags, one by one: each is gone when the next is asked for."""
        octets = self.read(name)
        if not octets:
            return
        source = io.BytesIO(_STRICT.sub(_transitional, octets))
        walk = etree.iterparse(source, tag=tags, **_CAREFULLY)
        try:
            for _, element in walk:
                yield element
                element.clear(keep_tail=False)
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError:
            self.flags[Flag.DAMAGED] = None
        if len(walk.error_log) or (walk.root is not None and _has_type(walk.root)):
            self.flags[Flag.DAMAGED] = None

    def relations(self, name: str) -> dict[str, Relation]:
        """By their identifiers, those of a part ("" for the package: ISO/IEC 29500-2, 6.5)."""
        folder, base = posixpath.split(name)
        root = self.tree(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, Relation] = {}
        for element in root if root is not None else ():
            identifier, kind, target, mode = (element.get(key, "") for key in _REMEMBERED)
            inside = mode != "External" and len(target) <= MAX_NAME_CHARACTERS
            path = posixpath.normpath(posixpath.join("/", folder, target))[1:] if inside else ""
            found[identifier] = Relation(kind.rpartition("/")[2], path)
        return found

    def main_part(self, usual: str) -> str:
        """The name of the part that the package is about."""
        parts = (one.target for one in self.relations("").values() if one.type == "officeDocument")
        return next((part for part in parts if part.lower() in self._members), usual)


def _has_type(root: Element) -> bool:
    return root.getroottree().docinfo.internalDTD is not None


def _transitional(match: re.Match[bytes]) -> bytes:
    return b"http://schemas.openxmlformats.org/%b/2006/%b" % match.groups()


def local(element: Element) -> str:
    """The name of an element without its namespace; "" where it is no element, as an entity that was not resolved."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
