"""The keys of ``intake.toml`` and of ``consultations/<slug>.toml``: types, defaults, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

from intake.settings.mailboxes import Imap
from intake.vocabulary.consultation import UN_LANGUAGES, Consultation, Question
from intake.vocabulary.vault import Place


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is no time zone; write one such as Europe/Zurich") from error
    return name


def _formed(pattern: str, remedy: str) -> Callable[[str], str]:
    """A check of the form of a text, with a sentence that people understand."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"has not the right form; {remedy}")
        return text

    return check


def _network(value: Any) -> IPv4Network | IPv6Network:
    try:
        return ip_network(value)
    except ValueError as error:
        raise ValueError("is no network; write one such as 192.0.2.0/28") from error


def _with_zone(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("has no time zone; write it as 2027-01-09T23:59:59+01:00")
    return moment


def _object_store(url: str) -> str:
    if url and not re.match(r"(s3|gs|az)://.", url):
        raise ValueError("names no object store; write one such as s3://bucket/folder")
    return url


def _whole_address(address: str) -> str:
    if address.count("@") != 1 or address.startswith("@") or address.endswith("@"):
        raise ValueError("is no mail address; write one such as office@example.org")
    return address.lower()


def _six_titles(wording: dict[str, str]) -> dict[str, str]:
    missing = [language for language in UN_LANGUAGES if not wording.get(language, "").strip()]
    if missing:
        raise ValueError(f"lacks {', '.join(missing)}; give the title in {', '.join(UN_LANGUAGES)}")
    return wording


def _not_empty(questions: list[QuestionTable]) -> list[QuestionTable]:
    if not questions:
        raise ValueError("is empty; add a [[question]] table for each question, with id and en")
    ids = [question.id for question in questions]
    if len(set(ids)) < len(ids):
        raise ValueError("names an id twice; give each question its own")
    return questions


def _own_names(accounts: tuple[Imap, ...]) -> tuple[Imap, ...]:
    names = [account.name for account in accounts]
    if len(set(names)) < len(names):
        raise ValueError("gives two accounts the same name; give each its own")
    return accounts


Zone = Annotated[str, AfterValidator(_known_zone)]
Moment = Annotated[datetime, Strict(), AfterValidator(_with_zone)]
Day = Annotated[date, Strict()]
Address = Annotated[str, AfterValidator(_whole_address)]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Slug = Annotated[
    str, AfterValidator(_formed(r"[a-z0-9]+(-[a-z0-9]+)*", "use small letters, digits and single hyphens"))
]
Prefix = Annotated[str, AfterValidator(_formed(r"[A-Z]{2,8}", "use two to eight capital letters, such as CWGI"))]
QuestionId = Annotated[str, AfterValidator(_formed(r"[0-9A-Za-z]{1,8}", "use one to eight letters and digits"))]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Service(_Table):
    """Who we are."""

    group: str = "CWG-Internet"
    zone: Zone = "Europe/Zurich"
    reference_prefix: Prefix = "CWGI"
    addresses: tuple[Address, ...] = ("cwg-internet@consultations.example",)


class Smtp(_Table):
    """The listener."""

    host: str = "127.0.0.1"
    port: int = Field(default=8025, ge=0, le=65535)
    hostname: str = "consultations.example"
    max_octets: int = Field(default=50 * 2**20, ge=2**16)
    trusted_relays: tuple[Network, ...] = ()
    proxy_protocol: bool = False
    tls_certificate: str = ""
    tls_key: str = ""
    require_tls: bool = False
    tls_port: int = Field(default=0, ge=0, le=65535)
    lmtp_port: int = Field(default=0, ge=0, le=65535)
    lmtp_socket: str = ""
    processes: int = Field(default=1, ge=1, le=64)


class Limits(_Table):
    """What one listener process bears; what each is for stands in intake/arrival/gate.py."""

    connections: int = Field(default=2000, ge=1)
    peer_connections: int = Field(default=50, ge=1)
    peer_rate: int = Field(default=600, ge=1)
    recipients: int = Field(default=100, ge=1)
    messages: int = Field(default=500, ge=1)
    errors: int = Field(default=50, ge=1)
    command_seconds: float = Field(default=300.0, gt=0)
    block_seconds: float = Field(default=180.0, gt=0)
    data_seconds: float = Field(default=1800.0, gt=0)
    session_seconds: float = Field(default=7200.0, gt=0)
    hops: int = Field(default=50, ge=1)


class Import(_Table):
    """Files handed in."""

    trusted_hosts: tuple[str, ...] = ()


class Store(_Table):
    """Where the record lies; empty means SQLite in the data folder."""

    url: str = ""


class Vault(_Table):
    """Where new octets go; a folder and a URL that are not written to any more are still read."""

    way: Place = Place.DATABASE
    folder: str = "vault"
    url: Annotated[str, AfterValidator(_object_store)] = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.folder:
            raise ValueError("has no folder; name one such as vault, which is its default")
        if self.way is Place.OBJECT_STORE and not self.url:
            raise ValueError("has the way object-store and no url; name one such as s3://bucket/folder")
        if "@" in self.url.partition("://")[2].partition("/")[0]:  # Said without showing it.
            raise ValueError("has a url with a name or password in it; give those by the environment")
        return self


class Capture(_Table):
    """Past which limits no more mail is taken for now."""

    max_backlog: int = Field(default=100_000, ge=1)
    min_free_octets: int = Field(default=2**30, ge=0)


class Receipts(_Table):
    """Acknowledgements."""

    enabled: bool = True
    sender: Address = "cwg-internet@consultations.example"
    max_age_days: int = Field(default=7, ge=1)
    per_sender_hour: int = Field(default=3, ge=1)
    per_sender_day: int = Field(default=10, ge=1)


class Outbox(_Table):
    """How letters leave."""

    way: Literal["folder", "relay"] = "folder"
    folder: str = "outbox"
    relay_host: str = ""
    relay_port: int = Field(default=25, ge=1, le=65535)
    starttls: bool = True
    user: str = ""
    password_file: str = ""


class IntakeToml(_Table):
    """``intake.toml``, key by key; config/intake.toml comments each with its default."""

    service: Service = Service()
    smtp: Smtp = Smtp()
    limits: Limits = Limits()
    imap: Annotated[tuple[Imap, ...], AfterValidator(_own_names)] = ()
    imports: Import = Field(default=Import(), alias="import")
    store: Store = Store()
    vault: Vault = Vault()
    capture: Capture = Capture()
    receipts: Receipts = Receipts()
    outbox: Outbox = Outbox()


class QuestionTable(BaseModel):
    """One [[question]]: id, and its wording by language."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: QuestionId
    en: str
    ar: str | None = None
    es: str | None = None
    fr: str | None = None
    ru: str | None = None
    zh: str | None = None


class ConsultationToml(_Table):
    """``consultations/<slug>.toml``."""

    slug: Slug
    code: str
    symbol: str
    zone: Zone = "Europe/Zurich"
    topic_set: Day
    launched: Moment
    deadline: Moment
    extended_from: Moment | None = None
    compiled_by: Day
    physical: Day
    group_meeting: Day
    addresses: tuple[Address, ...] = ()
    announcement_ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    title: Annotated[dict[str, str], AfterValidator(_six_titles)]
    question: Annotated[list[QuestionTable], AfterValidator(_not_empty)]
    announcement: dict[str, str] = Field(default_factory=dict)

    def frozen(self) -> Consultation:
        """The same as a word of the trade."""
        return Consultation(
            slug=self.slug,
            code=self.code,
            symbol=self.symbol,
            zone=ZoneInfo(self.zone),
            launched=self.launched,
            deadline=self.deadline,
            extended_from=self.extended_from,
            topic_set=self.topic_set,
            compiled_by=self.compiled_by,
            physical=self.physical,
            group_meeting=self.group_meeting,
            title=self.title,
            names=self.names,
            questions=tuple(
                Question(id=q.id, wording={k: v for k, v in q.model_dump().items() if k != "id" and v})
                for q in self.question
            ),
            addresses=self.addresses,
            announcement=self.announcement,
            announcement_ids=self.announcement_ids,
        )
