"""The two ways out: a folder, and the configured relay."""

from __future__ import annotations

import contextlib
import os
import re
import smtplib
import ssl
from dataclasses import dataclass
from pathlib import Path

from intake.errors import OutboxError
from intake.vocabulary.letter import LetterRefused, LetterUncertain

RELAY_SECONDS = 60.0
"""RFC 5321, 4.5.3.2 allows minutes; a relay of one's own that takes longer is down."""

TEMPORARY, PERMANENT = 400, 500
"""From these reply codes on, the other side declines for now, or for good (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, slots=True)
class FolderCarrier:
    """Writes each letter as an .eml file; nothing leaves the machine."""

    folder: Path

    def hand_over(self, rcpt_to: str, octets: bytes, name: str) -> str:  # noqa: ARG002 - Carrier
        """Write whole or not at all. Raises OutboxError."""
        path = self.folder / f"{name}.eml"
        partial = path.with_suffix(".partial")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                file.write(octets)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            raise OutboxError(f"{path} cannot be written: {error.strerror}") from error
        return f"written to {path.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayCarrier:
    """Hands each letter to one mail host (RFC 5321), from the null sender (RFC 3834, 3.3)."""

    host: str
    port: int
    starttls: bool
    user: str = ""
    password: str = ""

    def hand_over(self, rcpt_to: str, octets: bytes, name: str) -> str:  # noqa: ARG002 - Carrier
        """Raises LetterRefused, LetterUncertain, OutboxError."""
        if not rcpt_to.isascii():
            raise LetterRefused("the address needs SMTPUTF8 (RFC 6531), which these letters do not use")
        relay = smtplib.SMTP(timeout=RELAY_SECONDS)
        try:
            self._greet(relay)
            self._expect(relay.mail(""))
            self._expect(relay.rcpt(rcpt_to))
            self._expect(relay.docmd("DATA"))
        except (smtplib.SMTPException, OSError) as error:
            relay.close()
            raise OutboxError(f"{self.host}: {error}") from error
        except (LetterRefused, OutboxError):
            self._leave(relay)
            raise
        try:
            relay.send(_stuffed(octets))
            answer = relay.getreply()
        except (smtplib.SMTPException, OSError) as error:
            relay.close()
            raise LetterUncertain(f"{self.host} went silent after the final dot: {error}") from error
        self._leave(relay)
        code, said = self._expect(answer)
        return f"{code} {said}"

    def _greet(self, relay: smtplib.SMTP) -> None:
        relay.connect(self.host, self.port)
        if self.starttls:
            relay.starttls(context=ssl.create_default_context())
        if self.user:
            relay.login(self.user, self.password)
        relay.ehlo_or_helo_if_needed()

    @staticmethod
    def _leave(relay: smtplib.SMTP) -> None:
        """Whatever is said to QUIT changes nothing about the letter."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            relay.docmd("QUIT")
        relay.close()

    @staticmethod
    def _expect(answer: tuple[int, bytes]) -> tuple[int, str]:
        code, said = answer[0], answer[1].decode("utf-8", "replace")
        if code >= PERMANENT:
            raise LetterRefused(f"{code} {said}")
        if code >= TEMPORARY:
            raise OutboxError(f"{code} {said}")
        return code, said


def _stuffed(octets: bytes) -> bytes:
    """The octets, which end in CRLF, with dots doubled and the end of data (RFC 5321, 4.5.2)."""
    return re.sub(rb"\A\.|(?<=\r\n)\.", b"..", octets) + b".\r\n"
