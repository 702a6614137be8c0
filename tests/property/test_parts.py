"""What was written as parts is read as these parts; whatever the lines, the standard library sees no other structure."""

from __future__ import annotations

import warnings
from base64 import encodebytes
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from quopri import encodestring

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.decoding.parts import Part, read_tree

OCTETS = st.one_of(
    st.binary(max_size=200), st.lists(st.sampled_from([b"a line", b"--", b"", b"-- ", b"--b"])).map(b"\n".join)
)


@dataclass(frozen=True)
class Leaf:
    kind: str
    encoding: str
    octets: bytes


@dataclass(frozen=True)
class Branch:
    kind: str
    children: tuple[Leaf | Branch, ...]


LEAVES = st.builds(
    Leaf,
    st.sampled_from(["text/plain", "text/html", "application/pdf", "message/rfc822", "message/delivery-status"]),
    st.sampled_from(["base64", "quoted-printable"]),
    OCTETS,
)
TREES = st.recursive(
    LEAVES,
    lambda below: st.builds(
        Branch,
        st.sampled_from(["multipart/mixed", "multipart/alternative", "multipart/digest", "multipart/signed"]),
        st.lists(below, min_size=1, max_size=4).map(tuple),
    ),
    max_leaves=12,
)


def write(tree: Leaf | Branch, end: bytes, number: str = "0") -> bytes:
    """As a mail program does; boundaries are told apart by where they are."""
    if isinstance(tree, Leaf):
        encoded = (
            encodebytes(tree.octets) if tree.encoding == "base64" else encodestring(tree.octets).replace(b"\r", b"=0D")
        )
        head = end.join(
            [f"Content-Type: {tree.kind}".encode(), f"Content-Transfer-Encoding: {tree.encoding}".encode(), b"", b""]
        )
        return head + encoded.replace(b"\n", end)
    fence = f"=_{number}".encode()
    parts = (write(child, end, f"{number}.{count}") for count, child in enumerate(tree.children))
    body = b"".join(b"--" + fence + end + part + end for part in parts)
    return (
        f'Content-Type: {tree.kind}; boundary="{fence.decode()}"'.encode()
        + end * 2
        + body
        + b"--"
        + fence
        + b"--"
        + end
    )


def told(tree: Leaf | Branch, end: bytes) -> object:
    """What must be read; quoted-printable keeps line ends as text has them."""
    if isinstance(tree, Branch):
        return tree.kind, tuple(told(child, end) for child in tree.children)
    text = tree.octets if tree.encoding == "base64" else tree.octets.replace(b"\n", end)
    return tree.kind, text


def found(part: Part) -> object:
    if part.content_type.startswith("multipart/"):
        return part.content_type, tuple(found(child) for child in part.children)
    return part.content_type, part.octets


@given(TREES, st.sampled_from([b"\n", b"\r\n"]))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_what_was_written_as_parts_is_read_as_these_parts(tree: Leaf | Branch, end: bytes) -> None:
    octets = b"Subject: x" + end + write(tree, end)
    read = read_tree(octets)
    assert found(read) == told(tree, end)
    assert read.defects == ()


@given(TREES)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_is_signed_stands_in_the_octets(tree: Leaf | Branch) -> None:
    octets = write(Branch("multipart/signed", (tree,)), b"\r\n")
    exact = read_tree(octets).children[0].exact
    assert octets == b'Content-Type: multipart/signed; boundary="=_0"\r\n\r\n--=_0\r\n' + exact + b"\r\n--=_0--\r\n"


LINES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: multipart/digest; boundary=c", b"Content-Type: text/html",
        b"Content-Type: message/rfc822", b"--b", b"--b", b"--b--", b"--c", b"--c--", b"--b ", b"--bc", b"", b"", b"words",
        b"Subject: x", b" folded", b"From here", b"\r", b"--", b"\xff",
    ]
)  # fmt: skip


def structure(part: Message) -> object:
    """A type ends at the first blank, which the standard library takes along."""
    kind = part.get_content_type().split()[0]
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        return kind, tuple(structure(child) for child in part.get_payload())
    return kind


def ours(part: Part) -> object:
    return (part.content_type, tuple(map(ours, part.children))) if part.children else part.content_type


def repaired(part: Part) -> bool:
    return any("boundary was" in defect for defect in part.defects) or any(map(repaired, part.children))


@given(st.lists(LINES, max_size=30), st.sampled_from([b"\n", b"\r\n", b"\r"]))
@settings(max_examples=1000, deadline=None, derandomize=True)
def test_the_standard_library_sees_no_other_structure(lines: list[bytes], end: bytes) -> None:
    octets = end.join(lines)
    read = read_tree(octets)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = message_from_bytes(octets)
    assert repaired(read) or ours(read) == structure(theirs)
