"""Addresses of files that were left with a cloud service, in place of an attachment. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import parse_qs, urlsplit

MAX_LINKS = 50
"""Of one message; people send one or two."""
MAX_CHARACTERS = 2**21
"""Of a text, or its HTML, that are looked through."""

_ADDRESS = re.compile(r"https?://[^\s<>\"'\\^`{|}\u3000-\u303f\uff00-\uffef]{4,2000}")
_WRAPPERS = (
    (re.compile(r"[a-z0-9.-]{0,100}safelinks\.protection\.outlook\.com"), "url"),
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), "q"),
)
"""Services that put an address of their own before the one that was written, and the field in which that stands."""
_FILES = tuple(
    (re.compile(host), re.compile(path))
    for host, path in (
        (r"1drv\.ms", r"/."),
        (r"onedrive\.live\.com", r"/."),
        (r"[a-z0-9-]+\.sharepoint\.(?:com|cn|us|de)", r"/(?::[a-z]:/|sites/|personal/|teams/)"),
        (r"drive\.google\.com", r"/(?:file|open|drive|uc|folderview)"),
        (r"docs\.google\.com", r"/(?:document|spreadsheets|presentation|drawings|file|uc|open)"),
        (r"(?:www\.|dl\.)?dropbox(?:usercontent)?\.com", r"/(?:s|sh|scl|t|l|scl/fi)/"),
        (r"db\.tt", r"/."),
        (r"we\.tl", r"/."),
        (r"(?:[a-z0-9-]+\.)?wetransfer\.com", r"/downloads/"),
        (r"(?:disk|360)\.yandex\.[a-z.]{2,6}", r"/(?:d|i|a|client|public)"),
        (r"yadi\.sk", r"/."),
        (r"(?:cloud|files|attach)\.mail\.ru", r"/."),
        (r"(?:pan|yun)\.baidu\.com", r"/(?:s|share|wap)"),
        (r"share\.weiyun\.com", r"/."),
        (r"(?:wx|exmail|en)?\.?mail\.qq\.com", r"/(?:cgi-bin/ftn|ftn/download)"),
        (
            r"(?:u|dashi|mail|[a-z0-9]+\.mail)\.(?:163|126)\.com",
            r"/(?:t\d|html/cloud-attachment|large-attachment|filehub|.{0,80}download)",
        ),
        (r"(?:www\.aliyundrive|www\.alipan)\.com", r"/s/"),
        (r"(?:www\.)?icloud\.com(?:\.cn)?", r"/(?:attachment|iclouddrive|pages|numbers|keynote)"),
        (r"share\.icloud\.com", r"/."),
        (r"(?:[a-z0-9-]+\.)*box\.com", r"/(?:s|v|file)/"),
        (r"mega(?:\.co)?\.nz", r"/(?:file|folder|#)"),
        (r"drive\.proton\.me", r"/urls/"),
        (r"(?:www\.)?swisstransfer\.com", r"/d/"),
        (r"(?:[a-z0-9-]+\.)?(?:smash|fromsmash)\.(?:com|gg)", r"/."),
        (r"(?:www\.)?(?:mediafire\.com|sendspace\.com|transfernow\.net|filemail\.com|terabox\.com)", r"/."),
        (r"[a-z0-9.-]+", r"/(?:index\.php/)?s/[A-Za-z0-9]{15}(?:/download)?/?[?#]*$"),
    )
)
"""Host and path, as the services write them when somebody shares a file; the last is Nextcloud, on any host."""


def cloud_links(texts: Iterable[str]) -> tuple[str, ...]:
    """Addresses of shared files in texts, or in the source of HTML; each once, in order, as they lead there."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _ADDRESS.finditer(text[:MAX_CHARACTERS]):
            address = _unwrapped(unescape(match[0]).rstrip(").,;:!?]»…"))
            if address and is_file(address):
                found.setdefault(address)
            if len(found) == MAX_LINKS:
                return tuple(found)
    return tuple(found)


def is_file(address: str) -> bool:
    """Whether an address is one of a shared file."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    path = parts.path + ("?" if parts.query else "") + ("#" if parts.fragment else "")
    return any(file_host.fullmatch(host) and file_path.match(path) for file_host, file_path in _FILES)


def _unwrapped(address: str) -> str:
    try:
        parts = urlsplit(address)
        for host, name in _WRAPPERS:
            if host.fullmatch((parts.hostname or "").lower()) and (inner := parse_qs(parts.query).get(name)):
                return inner[0] if inner[0].startswith(("http://", "https://")) else ""
    except ValueError:
        return ""
    return address
