"""The two ways out: a folder, and the configured relay."""

from __future__ import annotations

import os
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
        try:
            with smtplib.SMTP(self.host, self.port, timeout=RELAY_SECONDS) as relay:
                if self.starttls:
                    relay.starttls(context=ssl.create_default_context())
                if self.user:
                    relay.login(self.user, self.password)
                relay.ehlo_or_helo_if_needed()
                self._expect(relay.mail(""))
                self._expect(relay.rcpt(rcpt_to))
                code, said = self._data(relay, octets)
        except LetterUncertain:
            raise
        except (smtplib.SMTPException, OSError) as error:
            raise OutboxError(f"{self.host}: {error}") from error
        return f"{code} {said}"

    def _data(self, relay: smtplib.SMTP, octets: bytes) -> tuple[int, str]:
        try:
            answer: tuple[int, bytes | str] = relay.data(octets)
        except smtplib.SMTPDataError as error:  # DATA itself was declined: nothing was sent.
            answer = (error.smtp_code, error.smtp_error)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise LetterUncertain(f"{self.host} went silent after the final dot: {error}") from error
        return self._expect(answer)

    @staticmethod
    def _expect(answer: tuple[int, bytes | str]) -> tuple[int, str]:
        code = answer[0]
        said = answer[1].decode("utf-8", "replace") if isinstance(answer[1], bytes) else answer[1]
        if code >= PERMANENT:
            raise LetterRefused(f"{code} {said}")
        if code >= TEMPORARY:
            raise OutboxError(f"{code} {said}")
        return code, said
