"""The fast reader gives what the patient one gives, or leaves the message to it."""

from __future__ import annotations

import random
from base64 import encodebytes
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from system import SHARED

from intake.decoding.parts import read_tree
from intake.decoding.splitter import read_parts, split

HANDOUT = SHARED / "mail" / "handout"
MESSAGES = 3_000
TORTURED_MESSAGES = 1_000_000
FIELDS = (
    "Subject: =?utf-8?q?r=C3=A9ponse?=", "X-Empty:", "X-Folded: one\n\ttwo", "X-Folded:\n one", "X-Blank: a\n \n b", "MIME-Version: 1.0",
    "Content-Disposition: attachment; filename=a.pdf", "Content-Transfer-Encoding: 8bit", "Content-Transfer-Encoding: x-uuencode",
    "Content-ID: <a>", "Received: from a by b; c", "x-lower :a", "X-Raw: \udce9\udcff", "Content-Transfer-Encoding: base64 ",
)  # fmt: skip
KINDS = (
    "text/plain", "text/html; charset=utf-8", "application/pdf; name=a.pdf", "message/rfc822", "message/delivery-status",
    "TEXT/PLAIN", "text", "application/octet-stream",
)  # fmt: skip
MULTIPARTS = ("mixed", "alternative", "related", "signed; protocol=x", "digest", "report; report-type=x")
BODIES = (
    b"", b"\n", b"a\n", b"a\n\n", b"=41=\nb\n", b"--x\n", b"--\n-- \nName\n", b"Subject: in\n\ntext\n", b"begin 644 a\n#86)C\n`\nend\n",
    b"\xe9\xff\n", b"a\rb\r\n", b"From a\n", b"\0\n", encodebytes(b"x" * 100), encodebytes(b"x" * 5000), b"QUJD QQ==\n", b"QQ==QQ==\n", b"QQ=\n--\n",
)  # fmt: skip
LINES = st.sampled_from(
    [
        b"Content-Type: text/plain; charset=utf-8", b"Content-Type: multipart/mixed; boundary=x", b"--x", b"--x", b"--x--", b"", b"", b"--x ",
        b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable", b"Content-Type: message/rfc822", b"--xy",
        b'Content-Type: multipart/signed; boundary="y"', b"--y", b"--y--", b"--y--\t", b"Subject: a", b"QUJDREVG", b"a=3D=", b" folded",
        b"a\rb", b"\r--x", b"--x--x", b"From a@b.example", b"no field", b":", b"a:", b"x--x", b"Content-Type: multipart/digest; boundary=x",
        b'Content-Type: multipart/mixed;\n boundary="x\n y"', encodebytes(b"x" * 4000).rstrip(b"\n"),
    ]
)  # fmt: skip


def agree(octets: bytes) -> bool:
    """Whether the fast reader could read it; then both say the same."""
    fast = split(octets)
    if fast is None:
        return False
    assert fast == read_tree(octets)
    return True


def written(chance: random.Random) -> bytes:
    """A message as programs write it, and now and then one that was spoilt on its way."""
    octets = b"".join(_part(chance, 0))
    if chance.random() < 0.5:
        octets = octets.replace(b"\n", b"\r\n")
    if chance.random() < 0.3:
        start = chance.randrange(len(octets) + 1)
        spoilt = chance.choice((b"", b"\r", b"\n", b"--x", b"\n--x\n", b"\n--x--\n", b" ", b":", b"\n\n", b"--", b"\0"))
        octets = octets[:start] + spoilt + octets[start + chance.randrange(8) :]
    return octets


def _part(chance: random.Random, depth: int) -> Iterator[bytes]:
    fields = chance.sample(FIELDS, chance.randrange(4))
    if depth > 3 or chance.random() < 0.4:
        if chance.random() < 0.8:
            fields.append(f"Content-Type: {chance.choice(KINDS)}")
        encoding = chance.choice(("base64", "quoted-printable", "7bit", ""))
        fields += [f"Content-Transfer-Encoding: {encoding}"] if encoding else []
        chance.shuffle(fields)
        yield _header(fields) + chance.choice(BODIES)
        return
    boundary = chance.choice(("x", "xy", "=_1 2", "x--", f"b{depth}", f"b{depth}"))
    fields.append(f'Content-Type: multipart/{chance.choice(MULTIPARTS)}; boundary="{boundary}"')
    chance.shuffle(fields)
    yield _header(fields) + chance.choice((b"", b"", b"preamble\n", b"\n"))
    for _ in range(chance.choice((0, 1, 1, 2, 2, 3))):
        yield f"--{boundary}{chance.choice(('', '', '', ' '))}\n".encode()
        yield from _part(chance, depth + 1)
        yield chance.choice((b"\n", b"\n", b""))
    yield f"--{boundary}{chance.choice(('--', '--', '--', ''))}{chance.choice(chr(10) + ' ')}".encode()
    yield chance.choice((b"", b"", b"\nepilogue\n", b"\n \n", b"\nContent-Transfer-Encoding: base64\n\n" + BODIES[14]))


def _header(fields: list[str]) -> bytes:
    return "\n".join((*fields, "", "")).encode("utf-8", "surrogateescape")


@given(st.lists(LINES, max_size=25), st.sampled_from([b"\n", b"\r\n"]))
@settings(max_examples=MESSAGES, deadline=None, derandomize=True)
@example([b"Content-Type: multipart/mixed; boundary=x", b"", b"--x", b"", b"a", b"--x", b"--x--"], b"\n")
@example([b"Content-Type: multipart/mixed; boundary=x", b"", b"--x", b"", b"a\r--x", b"b", b"--x--"], b"\n")
@example([b"Content-Type: multipart/mixed; boundary=x", b"", b"--x", b"", b"--x--", b"--x--"], b"\r\n")
@example([], b"\n")
def test_whatever_the_lines_are(lines: list[bytes], end: bytes) -> None:
    agree(end.join(lines))


def test_messages_as_programs_write_them() -> None:
    chance = random.Random(1)
    regular = sum(agree(written(chance)) for _ in range(MESSAGES))
    assert regular > MESSAGES * 0.3  # Most spoilt ones are not.


@pytest.mark.torture
def test_a_million_messages() -> None:
    chance = random.Random(2)
    regular = sum(agree(written(chance)) for _ in range(TORTURED_MESSAGES))
    assert regular > TORTURED_MESSAGES * 0.3


def test_every_message_of_our_own_tests() -> None:
    files = sorted(Path(__file__).parents[1].glob("*/*.eml"))
    assert len(files) > 50
    for file in files:
        agree(file.read_bytes())


@pytest.mark.shared
def test_every_message_of_the_handout() -> None:
    files = [file for file in sorted(HANDOUT.rglob("*")) if file.is_file()]
    assert sum(agree(file.read_bytes()) for file in files) > len(files) / 2


def test_an_irregular_message_is_read_all_the_same() -> None:
    octets = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n"
    assert split(octets) is None
    assert read_parts(octets) == read_tree(octets)
    assert "CloseBoundaryNotFoundDefect" in read_parts(octets).defects
