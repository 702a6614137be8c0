"""Writes small messages of several parts."""

from __future__ import annotations

TOP = b"From: Amina <amina@labo.example>\r\nSubject: Parts\r\nMIME-Version: 1.0\r\n"


def multipart(kind: str, *parts: bytes, boundary: str = "b1") -> bytes:
    """The Content-Type line of a multipart, and its parts."""
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    return (
        f"Content-Type: multipart/{kind}; boundary={boundary}\r\n\r\n".encode() + body + f"--{boundary}--\r\n".encode()
    )


def part(field: str, body: str, *more: str) -> bytes:
    """A part without its boundary; ``more`` are fields."""
    return "\r\n".join([f"Content-Type: {field}", *more, "", body]).encode()


PLAIN = part("text/plain", "the plain words")
HTML = part("text/html", "<p>the <b>marked</b> words</p>")
PDF = part("application/pdf; name=a.pdf", "JVBERi0=", "Content-Transfer-Encoding: base64")
LOGO = part("image/png", "iVBOR", "Content-ID: <logo>", "Content-Transfer-Encoding: base64")
