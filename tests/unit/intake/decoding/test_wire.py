from __future__ import annotations

import pytest

from intake.decoding.message import decode
from intake.decoding.wire import tame_header

REST = b"\r\n\r\nbody\nwith bare LF\r\n"


@pytest.mark.parametrize("stray", [b"\n", b"\r"], ids=["LF", "CR"])
def test_a_bare_line_end_makes_no_header(stray: bytes) -> None:
    message = decode(b"From: a@b.example\r\nSubject: hello" + stray + b"Auto-Submitted: auto-replied" + REST)
    assert message.subject == "hello Auto-Submitted: auto-replied"
    assert message.auto_submitted is None
    assert "a bare CR or LF stood in the header" in [defect.what for defect in message.defects]
    assert message.text == "body\nwith bare LF"


@pytest.mark.parametrize(
    "octets",
    [
        b"From: a@b.example\nSubject: from a file\n\nbody\n",
        b"From: a@b.example\r\nSubject: whole\r\n\r\nbody\r\n",
        b"Received: by a relay\r\nFrom: a@b.example\nSubject: mixed\n\nbody\r\n\r\nmore\r\n",
        b"Subject: no end of header\r\nX: y\nZ: z",
        b"",
    ],
    ids=["LF", "CRLF", "relayed from a file", "no body", "empty"],
)
def test_other_messages_are_left_alone(octets: bytes) -> None:
    assert tame_header(octets) == (octets, None)
