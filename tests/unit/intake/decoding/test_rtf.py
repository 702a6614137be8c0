"""Compressed RTF, by the examples of its specification."""

from __future__ import annotations

import pytest

from intake.decoding.rtf import decompress

SIMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0"
)
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def test_the_examples_of_the_specification() -> None:
    """MS-OXRTFCP, 3.1.1 and 3.1.2."""
    assert decompress(SIMPLE) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompress(CROSSING) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@pytest.mark.parametrize("end", range(16, len(SIMPLE)))
def test_what_ends_early_gives_what_was_there(end: int) -> None:
    assert b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n".startswith(decompress(SIMPLE[:end]))


@pytest.mark.parametrize("octets", [b"", b"short", bytes(16), b"x" * 40])
def test_anything_else_is_refused(octets: bytes) -> None:
    with pytest.raises(ValueError, match="no compressed RTF"):
        decompress(octets)
