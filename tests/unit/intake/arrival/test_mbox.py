"""An mbox file gives back the messages that were put in, octet for octet."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.arrival.mbox import read_mbox

FROM = b"From amina@labo.example Mon Nov 30 09:00:00 2026\n"
ONE = b"Subject: one\n\nfirst\n"
TWO = b"Subject: two\n\nsecond\n"


def read(folder: Path, octets: bytes) -> list[tuple[str, bytes]]:
    path = folder / "box.mbox"
    path.write_bytes(octets)
    return list(read_mbox(path))


@pytest.mark.parametrize(
    ("octets", "messages"),
    [
        (b"", []),
        (FROM + ONE + b"\n", [ONE]),
        (FROM + ONE, [ONE]),
        (FROM + ONE + b"\n" + FROM + TWO + b"\n", [ONE, TWO]),
        (
            (FROM + ONE + b"\n" + FROM + TWO).replace(b"\n", b"\r\n"),
            [ONE.replace(b"\n", b"\r\n"), TWO.replace(b"\n", b"\r\n")],
        ),
        (FROM + b"\nFrom we have nothing\n", [b"\nFrom we have nothing\n"]),
        (
            FROM + b"S: x\n\ntext\nFrom a@b.example Mon Nov 30 09:00:00 2026\nmore\n",
            [b"S: x\n\ntext\nFrom a@b.example Mon Nov 30 09:00:00 2026\nmore\n"],
        ),
        (
            FROM + b"S: x\n\n>From here on\n>>From there on\n> From afar\n",
            [b"S: x\n\nFrom here on\n>From there on\n> From afar\n"],
        ),
        (FROM + b"S: x\n\nend without line feed", [b"S: x\n\nend without line feed"]),
        (FROM + b"S: x\n\ntwo empty lines\n\n\n", [b"S: x\n\ntwo empty lines\n\n"]),
        (FROM + ONE + b"\n" + b"From a@b.example Mon Nov 30 09:00:00 2026 +0100\n" + TWO, [ONE, TWO]),
        (FROM + b"S: x\n\n\xff\x00\xfe\n", [b"S: x\n\n\xff\x00\xfe\n"]),
    ],
    ids=[
        "empty-file",
        "one",
        "one-without-final-empty-line",
        "two",
        "crlf",
        "no-date-is-no-separator",
        "separator-needs-an-empty-line-before",
        "quoting-is-undone-once",
        "no-final-line-feed",
        "only-one-empty-line-is-the-formats",
        "date-with-zone",
        "eight-bit",
    ],
)
def test_messages_come_out_as_they_went_in(tmp_path: Path, octets: bytes, messages: list[bytes]) -> None:
    assert [message for _, message in read(tmp_path, octets)] == messages


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (FROM, "amina@labo.example"),
        (b"From MAILER-DAEMON Mon Nov 30 09:00:00 2026\n", "MAILER-DAEMON"),
        (b"From - Mon Nov 30 09:00:00 2026\n", "-"),
        (b"From amina@labo.example\n", "amina@labo.example"),
        (b"From b\xf8rge@labo.example Mon Nov 30 09:00:00 2026\n", "b\ufffdrge@labo.example"),
    ],
)
def test_the_address_of_the_separator_is_told(tmp_path: Path, line: bytes, address: str) -> None:
    assert read(tmp_path, line + ONE) == [(address, ONE)]


def test_each_message_has_the_address_of_its_own_separator(tmp_path: Path) -> None:
    other = FROM.replace(b"amina", b"basile")
    found = read(tmp_path, FROM + ONE + b"\n" + other + TWO)
    assert [address for address, _ in found] == ["amina@labo.example", "basile@labo.example"]


def test_messages_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "box.mbox"
    path.write_bytes((FROM + ONE + b"\n") * 3)
    reading = read_mbox(path)
    assert next(reading)[1] == ONE
    reading.close()
