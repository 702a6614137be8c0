"""Whatever messages are written to an mbox by its rules, the same come out."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.arrival.mbox import read_mbox, survey

SEPARATOR = b"From amina@labo.example Mon Nov 30 09:00:00 2026"
LINES = st.one_of(
    st.binary(max_size=20).map(lambda octets: octets.replace(b"\n", b"").replace(b"\r", b"")),
    st.sampled_from(
        [b"", b"From here on", b">From afar", b">>From", SEPARATOR, b"> From", b"from ", b"Subject: x", b"From x 2026"]
    ),
)


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    return b"".join(line + end for line in draw(st.lists(LINES, min_size=1, max_size=8)))


def write(octets: bytes) -> bytes:
    """One message as mboxrd writes it."""
    end = b"\r\n" if octets.endswith(b"\r\n") else b"\n"
    return SEPARATOR + end + re.sub(rb"(?m)^(>*From )", rb">\1", octets) + end


def read(octets: bytes) -> list[bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "box.mbox"
        path.write_bytes(octets)
        with path.open("rb") as file:
            return [letter.octets or b"" for letter in read_mbox(file, survey(file))]


@given(st.lists(messages(), max_size=4))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_what_was_written_comes_out(written: list[bytes]) -> None:
    assert read(b"".join(map(write, written))) == written


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_octets_are_read_and_none_is_invented(octets: bytes) -> None:
    found = read(octets)
    assert sum(map(len, found)) <= len(octets)
    assert read(octets) == found
