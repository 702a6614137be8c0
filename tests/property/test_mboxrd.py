from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.outlets.archive.mbox import write_mbox
from digest.outlets.archive.mboxrd import quote, restore
from digest.outlets.archive.verification import verify_folder

LINES = st.lists(st.sampled_from([b"From ", b">From ", b">>From x", b"\r\n", b"\n", b"\r", b"", b"a", b"\x00\xff"]))
OCTETS = st.one_of(st.binary(max_size=400), LINES.map(b"".join))
MAIL_FROM = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))


@dataclass(frozen=True)
class Message:
    octets: bytes
    mail_from: str | None = None
    delivery: int = 1
    references: tuple[str, ...] = ("CWGI-2026-000017-K",)
    status: str = "filed"
    rcpt_to: str = "office@example.org"
    received_at: datetime = datetime(2026, 11, 25, tzinfo=UTC)
    captured_at: datetime = datetime(2026, 11, 25, tzinfo=UTC)

    @property
    def raw_sha256(self) -> str:
        return hashlib.sha256(self.octets).hexdigest()


@contextmanager
def export(messages: list[Message]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        write_mbox(messages, Path(name))
        yield Path(name)


@given(OCTETS)
def test_any_octets_come_back(octets: bytes) -> None:
    quoted = quote(octets)
    assert restore(quoted) == octets
    assert not quoted.octets.startswith(b"From ")
    assert b"\nFrom " not in quoted.octets


@settings(deadline=None)  # It writes to the disk.
@given(st.lists(st.builds(Message, OCTETS, MAIL_FROM), max_size=5))
def test_any_export_verifies(messages: list[Message]) -> None:
    with export(messages) as folder:
        verdict = verify_folder(folder)
        assert verdict.faults == ()
        assert f"{len(messages)} message" in verdict.checked[1]


@settings(deadline=None)  # It writes to the disk.
@given(st.lists(st.builds(Message, OCTETS, MAIL_FROM), min_size=1, max_size=3), st.data())
def test_one_flipped_bit_is_found(messages: list[Message], data: st.DataObject) -> None:
    with export(messages) as folder:
        path = data.draw(st.sampled_from(sorted(folder.iterdir())))
        octets = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(octets) * 8 - 1))
        octets[place // 8] ^= 1 << place % 8
        path.write_bytes(octets)
        assert verify_folder(folder).faults
