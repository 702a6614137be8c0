"""Every leaf that is not the body is kept, under a name that is safe to show and to write."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import unicodedata

from intake.decoding.sniffing import sniff
from intake.vocabulary.mail import Attachment

MAX_NAME_OCTETS = 200
"""In UTF-8, of the 255 that file systems allow: room for a number before it."""

_EXTENSIONS = {
    "message/rfc822": ".eml", "message/delivery-status": ".txt", "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt", "text/rfc822-headers": ".txt", "text/calendar": ".ics", "text/plain": ".txt",
    "text/html": ".html", "text/vcard": ".vcf", "text/x-vcard": ".vcf", "application/pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
}  # fmt: skip
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


def make_attachment(
    *,
    octets: bytes,
    declared_type: str,
    given_name: str,
    position: str,
    inline: bool,
    container: str = "",
    charset: str = "",
) -> Attachment:
    """``position`` (such as ``2.1``) names a part that gives itself no name."""
    detected_type = sniff(octets)
    return Attachment(
        name=safe_name(given_name) or f"part-{position}{_extension(declared_type, detected_type)}",
        original_name=given_name,
        declared_type=declared_type,
        charset=charset,
        detected_type=detected_type,
        octets=octets,
        sha256=hashlib.sha256(octets).hexdigest(),
        inline=inline,
        container=container,
    )


def safe_name(given: str) -> str:
    """The last part of the name without path, control or bidi characters; '' where nothing is left."""
    name = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    name = re.sub(r"\s+", " ", _UNSAFE.sub("_", name)).strip(" .")
    stem, dot, extension = name.rpartition(".")
    keep = MAX_NAME_OCTETS - len((dot + extension).encode())
    return _cut(stem, keep) + dot + extension if dot and keep > 0 else _cut(name, MAX_NAME_OCTETS)


def _cut(text: str, octets: int) -> str:
    return text.encode()[:octets].decode("utf-8", "ignore")


def _extension(declared_type: str, detected_type: str) -> str:
    """By the declared type; where that says nothing, by what the octets show."""
    for kind in (declared_type, detected_type):
        extension = _EXTENSIONS.get(kind) or (mimetypes.guess_extension(kind) if kind else None)
        if extension and extension != ".bin":
            return extension
    return ".bin"
