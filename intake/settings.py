"""Configuration: read once at the start, checked, then frozen.

``config/intake.toml`` and ``config/consultations/*.toml`` are data only. Whatever is wrong in them is
said in one sentence that names file, key and remedy (SettingsError).
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from intake.errors import SettingsError, UnknownConsultation
from intake.vocabulary.consultation import UN_LANGUAGES, Consultation, Question

MAX_CONFIG_BYTES = 2**20
"""1 MiB: a consultation with six languages needs some 20 KiB."""


def project_folder(name: str) -> Path:
    """A data folder of the project (``config``, ``migrations``), in the checkout or in the wheel."""
    package = Path(__file__).resolve().parent
    checkout = package.parent / name
    return checkout if checkout.is_dir() else package / "_project" / name


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is no time zone; write one such as Europe/Zurich") from error
    return name


def _with_zone(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("has no time zone; write it as 2027-01-09T23:59:59+01:00")
    return moment


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


Zone = Annotated[str, AfterValidator(_known_zone)]
Moment = Annotated[datetime, AfterValidator(_with_zone)]
Address = Annotated[str, AfterValidator(_whole_address)]
Toml = TypeVar("Toml", bound=BaseModel)
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Service(_Table):
    """Who we are."""

    group: str = "CWG-Internet"
    zone: Zone = "Europe/Zurich"
    reference_prefix: str = Field(default="CWGI", pattern=r"^[A-Z]{2,8}$")
    addresses: tuple[Address, ...] = ("cwg-internet@consultations.example",)


class Smtp(_Table):
    """The listener."""

    host: str = "127.0.0.1"
    port: int = Field(default=8025, ge=0, le=65535)
    hostname: str = "consultations.example"
    max_octets: int = Field(default=50 * 2**20, ge=2**16)
    trusted_relays: tuple[IPv4Network | IPv6Network, ...] = ()


class Import(_Table):
    """Files handed in."""

    trusted_hosts: tuple[str, ...] = ()


class Store(_Table):
    """Where the record lies; empty means SQLite in the data folder."""

    url: str = ""


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
    imports: Import = Field(default=Import(), alias="import")
    store: Store = Store()
    receipts: Receipts = Receipts()
    outbox: Outbox = Outbox()


class QuestionTable(BaseModel):
    """One [[question]]: id, and its wording by language."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=r"^[0-9A-Za-z]{1,8}$")
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
    topic_set: date
    launched: Moment
    deadline: Moment
    extended_from: Moment | None = None
    compiled_by: date
    physical: date
    group_meeting: date
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


@dataclass(frozen=True, slots=True)
class Settings:
    """All that was configured; ``home`` is the data folder, against which relative paths are read."""

    home: Path
    toml: IntakeToml
    consultations: tuple[Consultation, ...]

    @property
    def service(self) -> Service:
        """Who we are."""
        return self.toml.service

    @property
    def smtp(self) -> Smtp:
        """The listener."""
        return self.toml.smtp

    @property
    def imports(self) -> Import:
        """Files handed in."""
        return self.toml.imports

    @property
    def receipts(self) -> Receipts:
        """Acknowledgements."""
        return self.toml.receipts

    @property
    def outbox(self) -> Outbox:
        """How letters leave."""
        return self.toml.outbox

    @property
    def store_url(self) -> str:
        """Where the record lies, as SQLAlchemy writes it."""
        return self.toml.store.url or f"sqlite:///{self.home / 'intake.db'}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the secretariat reads times."""
        return ZoneInfo(self.service.zone)

    @property
    def addresses(self) -> frozenset[str]:
        """Every address at which we take mail, lower case."""
        rounds = (address for one in self.consultations for address in one.addresses)
        return frozenset((*self.service.addresses, *rounds))

    def consultation(self, slug: str) -> Consultation:
        """The consultation of this slug. Raises UnknownConsultation."""
        for one in self.consultations:
            if one.slug == slug:
                return one
        known = ", ".join(one.slug for one in self.consultations)
        raise UnknownConsultation(f"There is no consultation {slug!r}; there are: {known}.")


def read_settings(home: Path | None = None, config: Path | None = None) -> Settings:
    """Read the configuration: ``config`` is an intake.toml, or a folder that holds one.

    Without ``config`` the project's own; without ``home`` the folder ``var``. Consultations lie in the
    folder ``consultations`` beside intake.toml. ``INTAKE_STORE_URL`` overrides ``[store] url``, so
    that a password need not stand in a file. Raises SettingsError.
    """
    path = config or project_folder("config")
    path = path / "intake.toml" if path.is_dir() else path
    toml = _read(path, IntakeToml)
    if url := os.environ.get("INTAKE_STORE_URL"):
        toml = toml.model_copy(update={"store": Store(url=url)})
    folder = path.parent / "consultations"
    rounds = tuple(_read_consultation(file) for file in sorted(folder.glob("*.toml")))
    _refuse_shared_addresses(rounds, folder)
    return Settings((home or Path("var")).absolute(), toml, rounds)


def _read_consultation(path: Path) -> Consultation:
    toml = _read(path, ConsultationToml)
    if toml.slug != path.stem:
        raise SettingsError(f"{path}: slug is {toml.slug!r}; name it like its file, {path.stem!r}.")
    if toml.deadline < toml.launched:
        raise SettingsError(f"{path}: deadline is before launched; correct one of the two.")
    return toml.frozen()


def _refuse_shared_addresses(rounds: tuple[Consultation, ...], folder: Path) -> None:
    owner: dict[str, str] = {}
    for one in rounds:
        for address in one.addresses:
            if other := owner.get(address):
                raise SettingsError(
                    f"{folder / one.slug}.toml: addresses names {address}, which {other} has too; "
                    f"give each consultation its own."
                )
            owner[address] = one.slug


def _read(path: Path, model: type[Toml]) -> Toml:
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); give --config a file or folder.") from error
    if len(octets) > MAX_CONFIG_BYTES:
        raise SettingsError(f"{path}: is larger than {MAX_CONFIG_BYTES} octets; is it the right file?")
    try:
        data: dict[str, Any] = tomllib.loads(octets.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML ({error}); correct that place.") from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise SettingsError(f"{path}: {_sentence(error)}") from error


def _sentence(error: ValidationError) -> str:
    """The first complaint, in a sentence; pydantic lists them in the order of the model."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    match first["type"]:
        case "extra_forbidden":
            return f"{key} is not a key that we know; correct its spelling or remove it."
        case "missing" if key == "question":
            return "question is missing; add a [[question]] table for each question, with id and en."
        case "missing":
            return f"{key} is missing; add it."
        case "value_error":
            return f"{key} {first['ctx']['error']}."
        case _:
            said = first["msg"][:1].lower() + first["msg"][1:]
            return f"{key} is {first['input']!r}: {said}; correct it."
