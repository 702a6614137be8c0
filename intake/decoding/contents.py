"""What a message holds, part by part: which words are its text, which parts are files, what lies inside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from intake.decoding import outlook
from intake.decoding.attachments import make_attachment
from intake.decoding.bodies import declared_charset, html_to_text, read_text
from intake.decoding.headers import read_filename, read_parameter
from intake.decoding.parts import Part
from intake.decoding.seals import enclosed, seal_of, seals_of_text
from intake.decoding.splitter import read_parts
from intake.decoding.tnef import open_tnef
from intake.decoding.tolerant import MAX_PARTS
from intake.decoding.transfer import take_uuencoded
from intake.vocabulary.mail import Attachment, Defect, InnerMessage, ParsedMessage, Seal

MAX_LEVELS = 10
"""Messages inside messages that are opened; a thread that was forwarded as files has three or four."""
MAX_CALENDAR_OCTETS = 64 * 1024
"""Of a calendar that are looked through for its method, which stands at its beginning."""
STUB_SHARE = 0.2
"""A plain text with less than this share of the words of its HTML is a notice that there is HTML."""

_UNFENCED = frozenset({"NoBoundaryInMultipartDefect", "StartBoundaryNotFoundDefect"})
"""Of a multipart in which no part can be found: what stands there is most likely the letter itself."""
_WORDS = ("text/plain", "text/html", "text/enriched")
_FILES = frozenset(
    {"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rtf", "text/richtext", "text/csv"}
)
"""Kinds of text that nobody writes a letter in."""
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_METHOD = re.compile(rb"(?im)^METHOD:(\w+)")

Decode = Callable[[bytes, "Limits"], ParsedMessage]


@dataclass(slots=True)
class Limits:
    """What may still be opened; one for a message and all that is inside it. The rest stays closed, as files."""

    parts: int = MAX_PARTS
    levels: int = MAX_LEVELS


@dataclass(slots=True)
class Contents:
    """What the walk through the parts gathers."""

    limits: Limits
    decode: Decode
    """Reads a message inside."""
    charset: str | None
    """Of the body: raw octets in names most likely share it."""
    texts: list[str] = field(default_factory=list)
    spare_texts: list[str] = field(default_factory=list)
    """Of winmail.dat: the text of the message where it has no other."""
    sources: list[str] = field(default_factory=list)
    """Texts and the source of HTML, in which addresses are looked for."""
    attachments: list[Attachment] = field(default_factory=list)
    inner: list[InnerMessage] = field(default_factory=list)
    seals: list[Seal] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    calendar_method: str | None = None

    @property
    def text(self) -> str:
        """The body, complete."""
        texts = [text for text in self.texts if text.strip()] or self.spare_texts
        return "\n\n".join(text.strip("\n") for text in texts if text.strip())

    def walk(self, part: Part, position: str = "1") -> None:
        """Take in a part and what is below it; the parser has bounded the depth."""
        self.limits.parts -= 1
        self.defects += [Defect(f"part {position}", what) for what in part.defects]
        if seal := seal_of(part):
            self.seals.append(seal)
        if part.epilogue:
            self._note(position, f"{len(part.epilogue)} octets behind the last boundary, which no reader shows")
        if part.children and part.content_type == "multipart/alternative":
            self._walk_alternative(part.children, position)
        elif part.children:
            for number, child in enumerate(part.children, start=1):
                self.walk(child, f"{position}.{number}")
        elif self._is_text(part):
            self._read_text(part, position)
        else:
            self._keep(part, position)

    def _note(self, position: str, what: str) -> None:
        self.defects.append(Defect(f"part {position}", what))

    def _is_text(self, part: Part) -> bool:
        """A first text with a name, but not called an attachment, is the letter all the same."""
        if any(defect in _UNFENCED for defect in part.defects):
            return True
        if part.maintype != "text" or part.content_type in _FILES or part.disposition == "attachment":
            return False
        if part.content_type not in _WORDS and part.disposition:
            return False
        return not read_filename(part, self.charset) or not any(text.strip() for text in self.texts)

    def _read_text(self, part: Part, position: str) -> None:
        octets, cut = part.octets, None
        files: list[tuple[str, bytes]] = []
        if b"\nbegin " in octets or octets.startswith(b"begin "):
            octets, files, cut = take_uuencoded(octets)
        text, defect = read_text(part, octets)
        self.texts.append(text)
        self.seals += seals_of_text(text)
        if b"http" in octets:
            self.sources.append(octets.decode("latin-1") if part.content_type == "text/html" else text)
        for what in (defect, cut):
            if what:
                self._note(position, what)
        for number, (name, file) in enumerate(files, start=1):
            self._add(file, "application/octet-stream", name, f"{position}.{number}")

    def _walk_alternative(self, children: Sequence[Part], position: str) -> None:
        """One text, several dresses (RFC 2046, 5.1.4); the files of an unchosen dress are files all the same."""
        readings = []
        for number, child in enumerate(children, start=1):
            own = replace(self, texts=[])
            own.walk(child, f"{position}.{number}")
            self.calendar_method = own.calendar_method
            if any(text.strip() for text in own.texts):
                readings.append((child.content_type, own.texts))
        plain = next((texts for kind, texts in readings if kind == "text/plain"), None)
        html = next((texts for kind, texts in reversed(readings) if kind != "text/plain"), None)
        if plain and html and _words(plain) < STUB_SHARE * _words(html):
            self._note(position, "its plain text says next to nothing of what its HTML says")
            plain = None
        self.texts += plain or html or []

    def _keep(self, part: Part, position: str) -> None:
        name = read_filename(part, self.charset)
        kind, octets = part.content_type, part.octets
        if kind == "text/calendar":
            said = read_parameter(part, "method")
            found = _METHOD.search(octets[:MAX_CALENDAR_OCTETS])
            self.calendar_method = (said or (found[1].decode() if found else "")).upper() or None
        if kind == "message/external-body":
            self.sources.append(read_parameter(part, "url"))
        inline = part.disposition == "inline" or bool(part.raw("content-id"))
        charset = (declared_charset(part) or "") if kind.startswith("text/") else ""
        kept = self._add(octets, kind, name, position, inline=inline, charset=charset)
        if kind in _TNEF or kept.detected_type == "application/ms-tnef":
            self._open_tnef(octets, kept.name, position)
        elif Seal.SMIME_SIGNED in self.seals and (content := enclosed(octets)) is not None:
            self.walk(read_parts(content), f"{position}.1")

    def _add(
        self,
        octets: bytes,
        kind: str,
        name: str,
        position: str,
        *,
        inline: bool = False,
        container: str = "",
        charset: str = "",
    ) -> Attachment:
        """Keep a file, and open it where it is a message."""
        kept = make_attachment(
            octets=octets,
            declared_type=kind,
            given_name=name,
            position=position,
            inline=inline,
            container=container,
            charset=charset,
        )
        number = len(self.attachments)
        self.attachments.append(kept)
        is_mail = kind in {"message/rfc822", "message/global", "message/news"} or (
            kept.detected_type == "message/rfc822" and name.lower().endswith(".eml")
        )
        if is_mail or kept.detected_type == outlook.MEDIA_TYPE:
            self._open_message(number, kept, position)
        return kept

    def _open_message(self, number: int, kept: Attachment, position: str) -> None:
        """A message inside, with its own author; what it carries is ours too, and says where it lay."""
        if self.limits.levels == 0 or self.limits.parts <= 0:
            self._note(position, f"kept closed: beyond {MAX_LEVELS} messages in messages, or {MAX_PARTS} parts")
            return
        self.limits.levels -= 1
        message = self.decode(kept.octets, self.limits)
        self.limits.levels += 1
        self.defects += [Defect(f"part {position} > {one.where}", one.what) for one in message.defects]
        self.inner.append(
            InnerMessage(
                attachment=number,
                author=message.author,
                subject=message.subject,
                date=message.date,
                text=message.text,
                spans=message.spans,
            )
        )
        before = len(self.attachments)
        self.inner += [replace(one, attachment=one.attachment + before) for one in message.inner]
        self.attachments += [replace(one, container=one.container or kept.name) for one in message.attachments]

    def _open_tnef(self, octets: bytes, container: str, position: str) -> None:
        opened = open_tnef(octets)
        if opened.defect:
            self._note(position, opened.defect)
        text = opened.text if opened.text.strip() else html_to_text(opened.html)[0]
        if text.strip():
            self.spare_texts.append(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd"))
        elif opened.rtf:
            self._add(opened.rtf, "application/rtf", "message.rtf", position, container=container)
        self.sources += [opened.html, text]
        for count, file in enumerate(opened.files, start=1):
            kind = file.kind.lower() or "application/octet-stream"
            place = f"{position}.{count}"
            if file.is_message and self.limits.levels:
                self._open_tnef_inside(file.octets, file.name, container, place)
            else:
                self._add(file.octets, kind, file.name, place, container=container)

    def _open_tnef_inside(self, octets: bytes, name: str, container: str, position: str) -> None:
        """A message inside winmail.dat, which is TNEF again: of who wrote it, only its header would say."""
        number = len(self.attachments)
        kept = self._add(octets, "application/ms-tnef", f"{name or 'message'}.tnef", position, container=container)
        own = replace(self, spare_texts=[])
        self.limits.levels -= 1
        own._open_tnef(octets, kept.name, position)  # noqa: SLF001 - of its own kind.
        self.limits.levels += 1
        text = "\n\n".join(own.spare_texts)
        self.inner.append(InnerMessage(attachment=number, author=None, subject=name, date=None, text=text, spans=()))


def _words(texts: Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)
