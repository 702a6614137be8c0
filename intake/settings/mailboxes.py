"""The keys of an ``[[imap]]`` table: a mailbox account that we watch, and how we log in to it."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _some_folders(folders: tuple[str, ...]) -> tuple[str, ...]:
    if not folders or not all(folders):
        raise ValueError('names no folder; write a list such as ["INBOX", "Junk"]')
    if len(set(folders)) < len(folders):
        raise ValueError("names a folder twice; name each once")
    return folders


def _plain_name(name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise ValueError("is no name; write a short one, such as office")
    return name


class Oauth(_Table):
    """Logging in with a token (RFC 7628 and its predecessor XOAUTH2) instead of a password."""

    provider: Literal["microsoft", "google"]
    client_id: str
    client_secret_env: str = ""
    client_secret_file: str = ""
    tenant: str = ""
    token_file: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.client_secret_env and self.client_secret_file:
            raise ValueError("has client_secret_env and client_secret_file; keep one of the two")
        secret = self.client_secret_env or self.client_secret_file
        if self.provider == "microsoft":
            if not self.tenant:
                raise ValueError("lacks tenant; add the directory id of your organization")
            if bool(secret) == bool(self.token_file):
                raise ValueError(
                    "needs either a client secret (an application logs in) or token_file (a person did, with "
                    "`intake authorize`); add one of the two"
                )
        elif not self.token_file:
            raise ValueError("lacks token_file; add the file that holds the refresh token")
        return self

    @property
    def by_person(self) -> bool:
        """Whether a person has to let us in once, with ``intake authorize``."""
        return self.provider == "microsoft" and bool(self.token_file)


class Imap(_Table):
    """An account whose folders we watch."""

    name: Annotated[str, AfterValidator(_plain_name)]
    host: str
    port: int = Field(default=993, ge=1, le=65535)
    encryption: Literal["tls", "starttls", "none"] = "tls"
    allow_plain_text: bool = False
    user: str
    password_env: str = ""
    password_file: str = ""
    oauth: Oauth | None = None
    folders: Annotated[tuple[str, ...], AfterValidator(_some_folders)] = ("INBOX", "Junk")
    after: Literal["leave", "flag", "move"] = "leave"
    move_to: str = ""
    max_octets: int = Field(default=50 * 2**20, ge=2**16)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        ways = [bool(self.password_env), bool(self.password_file), self.oauth is not None]
        if ways.count(True) != 1:
            found = "no way" if not any(ways) else "several ways"
            raise ValueError(f"has {found} to log in; write one of password_env, password_file and oauth")
        if (self.after == "move") != bool(self.move_to):
            raise ValueError('needs after = "move" and move_to together; write both or neither')
        if self.move_to in self.folders:
            raise ValueError("moves mail to a folder that it watches; name another one in move_to")
        if self.encryption == "none" and not self.allow_plain_text and not _is_loopback(self.host):
            raise ValueError(
                'would send mail and password in plain text; write encryption = "tls", or allow_plain_text = true'
            )
        return self


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
