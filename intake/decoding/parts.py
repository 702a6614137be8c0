"""A message taken apart: its parts as plain values, whichever parser found them.

``read_tree`` goes by the standard library's parser with ``compat32``; a faster one may stand beside it, as long
as it gives equal values. What a part means is none of this module's business: see message.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.decoding.bulk import Bulk, take_out
from intake.decoding.parameters import first_word
from intake.decoding.tolerant import MAX_DEPTH, MAX_PARTS, Node, parse
from intake.decoding.transfer import transfer_decode

MAX_HEADER_CHARACTERS = 256 * 1024
"""Of all fields of one header together; programs write a few thousand, a long mailing list 100 KiB."""
MAX_FIELD_CHARACTERS = 64 * 1024
"""Of one field; longer ones are attacks or faults, and are cut."""


_TOO_DEEP = (f"nested deeper than {MAX_DEPTH}; kept as it stood",)

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a message; the message itself is the first. Two readings of the same octets compare with ``==``.

    Messages inside (``message/*``) are leaves: whoever wants to look inside reads their octets as a message.
    """

    fields: Fields
    """Name and raw value of each header field, in order: folds as they stood, octets above 127 as lone surrogates
    (``surrogateescape``), no line end behind; cut at MAX_FIELD_CHARACTERS, and together at MAX_HEADER_CHARACTERS."""
    content_type: str
    """As ``content_type`` reads it: lower case, without parameters."""
    children: tuple[Part, ...] = ()
    """Of a multipart whose parts were found; else empty."""
    octets: bytes = b""
    """Of a leaf: its body, transfer-decoded."""
    exact: bytes = b""
    """Of the first part of a multipart/signed, its header and body as they stood, line ends too; else empty."""
    epilogue: bytes = b""
    """Of a multipart: what stood behind its last boundary, if more than blanks."""
    defects: tuple[str, ...] = ()
    """What was wrong with it, in the order in which it was noticed: names of classes of email.errors, or a sentence."""

    def raw(self, name: str) -> list[str]:
        """Raw values of one header field, by name without regard to case."""
        return [value for key, value in self.fields if key.lower() == name.lower()]

    @property
    def maintype(self) -> str:
        """What stands before the slash."""
        return self.content_type.partition("/")[0]

    @property
    def disposition(self) -> str:
        """What Content-Disposition says (RFC 2183, 2), lower case, without parameters; '' where it says nothing."""
        return first_word(next(iter(self.raw("content-disposition")), ""))


def cap_fields(fields: Sequence[tuple[str, str]]) -> tuple[Fields, tuple[str, ...]]:
    """The fields within the limits, and a sentence for each limit that was passed."""
    if sum(len(name) + len(value) for name, value in fields) <= MAX_FIELD_CHARACTERS:
        return tuple(fields), ()
    kept, defects, room = [], [], MAX_HEADER_CHARACTERS
    for name, value in fields:
        if len(name) + len(value) > MAX_FIELD_CHARACTERS:
            defects.append(f"a header field longer than {MAX_FIELD_CHARACTERS} octets was cut")
        short = value[: max(0, MAX_FIELD_CHARACTERS - len(name))]
        room -= len(name) + len(short)
        if room < 0:
            defects.append(f"a header longer than {MAX_HEADER_CHARACTERS} octets; its rest is in the octets")
            break
        kept.append((name[:MAX_FIELD_CHARACTERS], short))
    return tuple(kept), tuple(dict.fromkeys(defects))


def read_tree(octets: bytes) -> Part:
    """Take a message apart. Never raises for anything a message can hold: defects are noted in the parts.

    Levels beyond MAX_DEPTH stay one leaf, with a defect; what follows MAX_PARTS parts is the last child of
    the message, of type application/octet-stream.
    """
    light, bulk = take_out(octets)
    root, rest = parse(light)
    bulk.settle(root)
    tree = _part(root, light, bulk)
    if rest is None:
        return tree
    last = Part(
        fields=(),
        content_type="application/octet-stream",
        octets=bulk.restore(light[rest:]),
        defects=(f"more than {MAX_PARTS} parts; the rest is kept as it stood",),
    )
    return replace(tree, children=(*tree.children, last))


def _part(node: Node, text: bytes, bulk: Bulk, *, exact: bool = False) -> Part:
    fields, cut = cap_fields([(name, str(value)) for name, value in node.raw_items()])
    children = [child for child in node.get_payload() if isinstance(child, Node)] if node.is_multipart() else []
    octets, wrong = (b"", ()) if node.is_multipart() else _octets(node, bulk)
    deep = node.too_deep and node.kind.startswith("multipart/")
    return Part(
        fields=fields,
        content_type=node.kind,
        children=tuple(
            _part(child, text, bulk, exact=node.kind == "multipart/signed" and number == 0)
            for number, child in enumerate(children)
        ),
        octets=octets,
        exact=bulk.restore(_without_line_end(text[node.start : node.end])) if exact else b"",
        epilogue=bulk.restore((node.epilogue or "").encode("ascii", "surrogateescape")).strip(),
        defects=(*(type(defect).__name__ for defect in node.defects), *node.repairs, *_TOO_DEEP[:deep], *cut, *wrong),
    )


def _octets(node: Node, bulk: Bulk) -> tuple[bytes, tuple[str, ...]]:
    taken_out = bulk.decoded(node)
    if taken_out is not None:
        return taken_out, ()
    body = str(node.get_payload()).encode("ascii", "surrogateescape")
    return transfer_decode(body, first_word(node.value("content-transfer-encoding") or ""))


def _without_line_end(octets: bytes) -> bytes:
    """The line end before a boundary belongs to the boundary (RFC 2046, 5.1.1)."""
    return octets.removesuffix(b"\n").removesuffix(b"\r")
