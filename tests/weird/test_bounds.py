"""Hostile mail within its bounds: each message in a process of its own, which may use so much and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SECONDS = 5.0
"""Of processor time for one message."""
MEBIBYTES = 512
"""Of memory that the process may hold at its peak, with all of Python and the libraries."""

READ = """
import json, re, sys, time
from intake.decoding.message import decode
octets = sys.stdin.buffer.read()
start = time.process_time()
read = decode(octets)
print(json.dumps({
    "seconds": time.process_time() - start,
    # Not ru_maxrss: that begins with what the process held which started this one.
    "mebibytes": int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) / 1024,
    "text": len(read.text),
    "files": [one.size for one in read.attachments],
    "defects": sorted({one.what for one in read.defects}),
    "subject": read.subject[:100],
    "author": read.author.address if read.author else None,
}))
"""

HEAD = b"From: Odd Writer <odd@strange.example>\r\nSubject: Hostile\r\n"


def multiparts(levels: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))


def read(octets: bytes) -> dict[str, Any]:
    """What a process of its own found in a message, and what it took."""
    ran = subprocess.run(
        [sys.executable, "-c", READ],
        input=octets,
        capture_output=True,
        timeout=120,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    assert found["seconds"] < SECONDS, found
    assert found["mebibytes"] < MEBIBYTES, found
    assert (found["subject"], found["author"]) == ("Hostile", "odd@strange.example")
    return found


def test_nine_hundred_levels() -> None:
    octets = HEAD + multiparts(900) + b"Content-Type: text/plain\r\n\r\nAt the bottom."
    found = read(octets)
    assert "nested deeper than 50; kept as it stood" in found["defects"]
    assert sum(found["files"]) == len(octets) - len(HEAD + multiparts(50)) - len(
        b"Content-Type: multipart/mixed; boundary=b50\r\n\r\n"
    )


def test_twenty_thousand_parts() -> None:
    part = b"--b\r\nContent-Disposition: attachment\r\n\r\n12345\r\n"
    octets = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 20_000 + b"--b--\r\n"
    found = read(octets)
    assert "more than 1000 parts; the rest is kept as it stood" in found["defects"]
    assert found["files"][:-1] == [5] * 999
    assert found["files"][-1] == len(part) * 19_001 - len(b"--b\r\n") + len(b"--b--\r\n")


@pytest.mark.parametrize("before", [b"", HEAD], ids=["above", "below"])
def test_a_header_line_of_500_kilobytes(before: bytes) -> None:
    octets = before + b"X-Long: " + b"long " * 100_000 + b"\r\n" + (b"" if before else HEAD) + b"\r\nThe words.\r\n"
    found = read(octets)
    assert "a header field longer than 65536 octets was cut" in found["defects"]
    assert found["text"] == len("The words.")


@pytest.mark.parametrize("kind", [b"plain", b"html", b"plain; format=flowed"])
@pytest.mark.parametrize("fill", [b"x", b"> ", b"<", b"-- ", b"http://"], ids=repr)
def test_a_line_of_two_megabytes(kind: bytes, fill: bytes) -> None:
    found = read(HEAD + b"Content-Type: text/" + kind + b"\r\n\r\n" + fill * (2_000_000 // len(fill)) + b"\r\n")
    assert found["text"] + sum(found["files"]) > 0 or fill in {b"<", b"-- "}


BAITS = {
    "encoded-words": b"X: " + b"=?utf-8?q?" * 6000 + b"\r\n",
    "words-that-end": b"X: " + b"=?a?q?b?= " * 6000 + b"\r\n",
    "comments": b"To: " + b"(" * 60_000 + b"\r\n",
    "comments-that-end": b"To: " + b"(" * 30_000 + b")" * 30_000 + b"\r\n",
    "quotes": b"To: " + b'"' * 60_000 + b"\r\n",
    "escapes": b"To: " + b'"\\' * 30_000 + b"\r\n",
    "commas": b"To: " + b"a," * 30_000 + b"<\r\n",
    "angles": b"To: " + b"<" * 60_000 + b"\r\n",
    "groups": b"To: " + b"a:" * 30_000 + b";\r\n",
    "at-signs": b"To: " + b"a@" * 30_000 + b"\r\n",
    "ids": b"References: " + b"<" * 60_000 + b"\r\n",
    "ids-that-end": b"References: " + b"<a@b> " * 10_000 + b"\r\n",
    "date": b"Date: " + b"1 Nov " * 10_000 + b"\r\n",
    "dates": b"Date: 1/1/" * 5000 + b"\r\n",
    "hops": b"Received: from ((a by [b] ;" * 2000 + b"\r\n",
    "many-hops": b"Received: from a by b; Mon, 30 Nov 2026 10:00:00 +0000\r\n" * 3000,
    "folds": b"X: " + b"\r\n " * 20_000 + b"x\r\n",
    "parameters": b"Content-Type: text/plain" + b'; a*0*="' * 8000 + b"\r\n",
    "sections": b"Content-Type: text/plain" + b"".join(b"; charset*%d*=x" % n for n in range(5000)) + b"\r\n",
    "percent": b"Content-Disposition: attachment; filename*=" + b"%" * 60_000 + b"\r\n",
    "boundary": b"Content-Type: multipart/mixed; boundary=" + b"-" * 60_000 + b"\r\n",
    "spaces": b"Subject" + b" " * 60_000 + b": x\r\n",
}


@pytest.mark.parametrize("name", BAITS)
def test_baits_for_patterns_that_take_the_square(name: str) -> None:
    found = read(HEAD + BAITS[name] + b"\r\nThe words.\r\n")
    assert found["text"] + sum(found["files"]) >= len("The words.")


BODIES = {
    "armour": b"Content-Type: text/plain\r\n\r\n" + b"-----BEGIN PGP \r\n" * 100_000,
    "uuencode": b"Content-Type: text/plain\r\n\r\n" + b"begin 644 a\r\nM\r\n" * 100_000,
    "uuencode-of-one-letter": b"Content-Type: text/plain\r\n\r\n" + b"begin 644 a\r\n!A\r\n" * 100_000,
    "base64-of-dots": b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"A.=" * 600_000,
    "base64-of-equals": b"Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"QQ=\r\nx y" * 200_000,
    "quoted": b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=\r\n" * 600_000,
    "winmail": b"Content-Type: application/ms-tnef\r\n\r\n" + b"\x78\x9f\x3e\x22\0\0" + bytes(2_000_000),
    "cms": b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n" + b"\x30\x80" * 1_000_000,
    "outlook": b"Content-Type: application/vnd.ms-outlook\r\n\r\n\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    + b"\xff" * 2_000_000,
    "addresses": b"Content-Type: text/html\r\n\r\n" + b'<a href="https://' * 100_000,
    "digest": b"Content-Type: multipart/digest; boundary=b\r\n\r\n" + b"--b\r\n\r\nSubject: x\r\n\r\ny\r\n" * 20_000,
    "messages": b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"\r\nx",
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies_that_would_cost_much(name: str) -> None:
    read(HEAD + BODIES[name])
