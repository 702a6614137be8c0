"""A manifest tells envelope and time, or is refused with its line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.arrival.manifest import Witness, read_manifest
from intake.errors import UnreadableSource


def manifest(folder: Path, text: str | bytes) -> dict[str, Witness]:
    path = folder / "manifest.jsonl"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_manifest(path)


def test_a_manifest_line_tells_envelope_and_time(tmp_path: Path) -> None:
    line = '{"file": "a.eml", "mail_from": "", "rcpt_to": "x@y.example", "received_at": "2026-11-30T10:00:00+01:00", "z": 1}'
    assert manifest(tmp_path, f"\n{line}\n\n") == {
        "a.eml": Witness(mail_from="", rcpt_to="x@y.example", received_at=datetime(2026, 11, 30, 9, tzinfo=UTC))
    }


def test_what_a_manifest_line_leaves_out_is_unknown(tmp_path: Path) -> None:
    assert manifest(tmp_path, '{"file": "a.eml"}') == {"a.eml": Witness(mail_from=None, rcpt_to=None, received_at=None)}


def test_a_manifest_keeps_its_order(tmp_path: Path) -> None:
    assert list(manifest(tmp_path, '{"file": "b"}\n{"file": "a"}\n')) == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "line 1: is no manifest line"),
        ('{"file": "a"}\n[1]', "line 2: is no manifest line"),
        ('{"mail_from": "a@b.example"}', "line 1: is no manifest line"),
        ('{"file": "a", "received_at": "yesterday"}', "line 1: is no manifest line"),
        ('{"file": "a", "received_at": 5}', "line 1: is no manifest line"),
        (
            '{"file": "a", "received_at": "2026-11-30T10:00:00"}',
            "line 1: received_at has no time zone; add one such as",
        ),
        (b"\xff\xfe", "the manifest cannot be read"),
    ],
)
def test_a_wrong_manifest_is_refused_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(UnreadableSource, match=r"manifest\.jsonl") as refused:
        manifest(tmp_path, text)
    assert said in str(refused.value)


@pytest.mark.parametrize("key", ["mail_from", "rcpt_to", "file"])
def test_a_manifest_value_that_is_no_text_is_refused_with_its_line(tmp_path: Path, key: str) -> None:
    line = {"file": '"a.eml"', "mail_from": '"a@b.example"', "rcpt_to": '"c@d.example"', key: "5"}
    with pytest.raises(UnreadableSource, match="line 1"):
        manifest(tmp_path, "{" + ", ".join(f'"{name}": {value}' for name, value in line.items()) + "}")


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85"])
def test_a_manifest_line_ends_at_a_line_feed_and_nowhere_else(tmp_path: Path, character: str) -> None:
    assert list(manifest(tmp_path, f'{{"file": "a.eml", "why": "x{character}y"}}\n')) == ["a.eml"]


def test_a_manifest_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"gone\.jsonl: the manifest cannot be read"):
        read_manifest(tmp_path / "gone.jsonl")
