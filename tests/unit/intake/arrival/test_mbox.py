"""An mbox file gives back the messages that were put in, octet for octet."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from intake.arrival import mbox
from intake.arrival.mbox import Dialect, Letter, Survey, read_mbox, stands_between, survey

FROM = b"From amina@labo.example Mon Nov 30 09:00:00 2026\n"
ONE = b"Subject: one\n\nfirst\n"
TWO = b"Subject: two\n\nsecond\n"


def read(folder: Path, octets: bytes) -> list[tuple[str, bytes]]:
    path = folder / "box.mbox"
    path.write_bytes(octets)
    with path.open("rb") as file:
        return [(letter.address, letter.octets or b"") for letter in read_mbox(file, survey(file))]


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
    with path.open("rb") as file:
        reading = read_mbox(file, survey(file))
        assert next(reading).octets == ONE


# --- which of the formats it is ---------------------------------------------------------------------------


def letters(folder: Path, octets: bytes) -> tuple[list[Letter], Survey]:
    path = folder / "box.mbox"
    path.write_bytes(octets)
    with path.open("rb") as file:
        shown = survey(file)
        return list(read_mbox(file, shown)), shown


def dialect(folder: Path, octets: bytes) -> tuple[Dialect, int]:
    found, shown = letters(folder, octets)
    unquoted = sum(one.unquoted for one in found)
    return shown.dialect(quoted=unquoted > 0, nested=any(one.nested for one in found)), unquoted


def measured(body: bytes) -> bytes:
    return FROM + b"Subject: x\nContent-Length: %d\n\n" % len(body) + body + b"\n"


@pytest.mark.parametrize(
    ("octets", "said", "unquoted"),
    [
        (FROM + ONE, Dialect.OPEN, 0),
        (FROM + ONE + b">From here\n>>From there\n", Dialect.RD, 2),
        (FROM + ONE + b">From here\n>From there\n", Dialect.O, 2),
        (FROM + ONE + b"From bare\n>From here\n>>From there\n", Dialect.O, 1),
        (FROM + ONE + b"From bare\n", Dialect.OPEN, 0),
        (measured(b"one\n>From here\n") + measured(b"two\n"), Dialect.CL, 1),
        (measured(b"one\n\nFrom bare\n>From here\n") + measured(b"two\n"), Dialect.CL2, 0),
    ],
)
def test_the_writers_habits_are_told_by_what_the_file_shows(
    tmp_path: Path, octets: bytes, said: Dialect, unquoted: int
) -> None:
    assert dialect(tmp_path, octets) == (said, unquoted)
    assert dialect(tmp_path, octets.replace(b"\n", b"\r\n") if b"Length" not in octets else octets) == (said, unquoted)


def test_where_bare_lines_show_that_not_all_are_quoted_only_one_quote_is_undone(tmp_path: Path) -> None:
    (letter,), _ = letters(tmp_path, FROM + b"S: x\n\nFrom bare\n>From once\n>>From twice\n")
    assert letter.octets == b"S: x\n\nFrom bare\nFrom once\n>>From twice\n"


@pytest.mark.parametrize(
    "line",
    [
        b"From here on we disagree.\n",
        b"From 2016 to 2026\n",
        b"From amina@labo.example\n",
        b"From Monday 30 November 2026\n",
        b"From a@b.example Mon Nov 30 2026\n",
        b"From a@b.example Mon Nov 30 09:00:00\n",
    ],
)
def test_a_line_of_text_that_nobody_quoted_splits_nothing(tmp_path: Path, line: bytes) -> None:
    body = b"Subject: x\n\nWe answer:\n\n" + line + b"Subject: not a header\n"
    found, _ = letters(tmp_path, FROM + body + b"\n" + FROM + TWO)
    assert [one.octets for one in found] == [body, TWO]


@pytest.mark.parametrize(
    "line",
    [
        b"From a@b.example Mon Nov 30 09:00:00 2026\n",
        b"From a@b.example Mon Nov 30 09:00:00 2026 +0100\n",
        b"From a@b.example  Mon Nov  2 09:00 2026\n",
        b"From a@b.example Mon Nov 30 09:00:00 CET 2026\n",
        b"From 1234567890@xxx Mon Nov 30 12:00:00 +0000 2026\n",
        b"From - Mon Nov 30 09:00:00 2026\n",
        b"From ???@??? Mon Nov 30 09:00:00 2026\n",
        b"From amina at labo.example  Mon Nov 30 09:00:00 2026\n",
        b"From a@b.example Mon Nov 30 09:00:00 2026 remote from host\n",
        b"From a@b.example Mon, 30 Nov 2026 09:00:00 +0000\n",
        b"From  Mon Nov 30 09:00:00 2026\n",
    ],
)
def test_from_lines_as_programs_write_them_split(tmp_path: Path, line: bytes) -> None:
    assert [one.octets for one in letters(tmp_path, line + ONE + b"\n" + line + TWO)[0]] == [ONE, TWO]


def test_where_from_lines_have_no_date_a_header_must_follow(tmp_path: Path) -> None:
    line, body = b"From amina@labo.example\n", b"Subject: x\n\nWe say:\n\nFrom here on\nwe disagree\n"
    assert [one.octets for one in letters(tmp_path, line + body + b"\n" + line + TWO)[0]] == [body, TWO]


def test_a_length_that_leads_nowhere_is_not_believed(tmp_path: Path) -> None:
    lying = FROM + b"Subject: x\nContent-Length: 7\n\nlonger than that\n\n"
    found, shown = letters(tmp_path, lying + FROM + TWO)
    assert not shown.measured
    assert [one.octets for one in found][1] == TWO
    found, shown = letters(tmp_path, measured(b"one\n") + lying + FROM + TWO)
    assert shown.measured
    assert [one.octets for one in found][2] == TWO


def test_a_length_larger_than_the_file_is_not_believed(tmp_path: Path) -> None:
    lying = FROM + b"Subject: x\nContent-Length: 900000\n\ntext\n\n"
    assert len(letters(tmp_path, lying + FROM + TWO)[0]) == 2


def test_a_message_beyond_the_limit_is_passed_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbox, "MAX_MESSAGE_OCTETS", 5000)
    monkeypatch.setattr(mbox, "BLOCK_OCTETS", 1000)
    big = b"Subject: big\n\n" + b"x" * 70 + (b"\n" + b"y" * 70) * 200 + b"\n"
    found, _ = letters(tmp_path, FROM + ONE + b"\n" + FROM + big + b"\n" + FROM + TWO)
    assert [one.octets for one in found] == [ONE, None, TWO]
    found, _ = letters(tmp_path, FROM + ONE + b"\n" + FROM + big)
    assert [one.octets for one in found] == [ONE, None]


@pytest.mark.parametrize("block", [1, 7, 64, 4096])
def test_the_size_of_blocks_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    octets = b"".join(FROM + b"Subject: %d\n\n%s\n\n" % (n, b"text\n\n" * n) for n in range(20))
    whole = letters(tmp_path, octets)[0]
    monkeypatch.setattr(mbox, "BLOCK_OCTETS", block)
    assert letters(tmp_path, octets)[0] == whole
    assert len(whole) == 20


# --- going on where another reading was --------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_reading_goes_on_behind_any_message(tmp_path: Path, end: bytes) -> None:
    octets = (b"".join(FROM + b"Subject: %d\n\ntext %d\n\n" % (n, n) for n in range(5))).replace(b"\n", end)
    path = tmp_path / "box.mbox"
    path.write_bytes(octets)
    with path.open("rb") as file:
        shown = survey(file)
        whole = list(read_mbox(file, shown))
        for number, letter in enumerate(whole, start=1):
            assert stands_between(file, shown, letter.end)
            file.seek(letter.end)
            assert list(read_mbox(file, shown, letter.end)) == whole[number:]
        assert not stands_between(file, shown, whole[0].end + 1)


def test_what_was_added_to_a_file_is_read_from_its_old_end_on(tmp_path: Path) -> None:
    path = tmp_path / "box.mbox"
    path.write_bytes(FROM + ONE)
    with path.open("rb") as file:
        (letter,) = read_mbox(file, survey(file))
    with path.open("ab") as added:
        added.write(b"\n" + FROM + TWO)
    with path.open("rb") as file:
        shown = survey(file)
        assert stands_between(file, shown, letter.end)
        file.seek(letter.end)
        assert [one.octets for one in read_mbox(file, shown, letter.end)] == [TWO]


def test_no_more_than_the_beginning_is_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "SURVEY_OCTETS", 10_000)
    monkeypatch.setattr(mbox, "BLOCK_OCTETS", 1000)
    path = tmp_path / "box.mbox"
    path.write_bytes((FROM + ONE + b"\n") * 5000)
    with Counted(path, "rb") as file:
        survey(file)  # type: ignore[arg-type]
        assert file.octets < 300_000


class Counted(io.FileIO):
    octets = 0

    def read(self, size: int = -1) -> bytes:
        found = super().read(size) or b""
        self.octets += len(found)
        return found
