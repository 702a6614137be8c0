"""Configuration: read once at the start, checked, then frozen.

Whatever is wrong is said in one sentence that names file, key and remedy.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from intake.errors import SettingsError, UnknownConsultation
from intake.settings.mailboxes import Imap
from intake.settings.registers import read_registers
from intake.settings.tables import (
    Capture,
    ConsultationToml,
    Import,
    IntakeToml,
    Limits,
    Outbox,
    Receipts,
    Service,
    Smtp,
    Store,
    Vault,
)
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.registers import Registers

MAX_CONFIG_BYTES = 2**20
"""1 MiB: a consultation with six languages needs some 20 KiB."""

Toml = TypeVar("Toml", bound=BaseModel)


def project_folder(name: str) -> Path:
    """A data folder of the project (``config``, ``migrations``), in the checkout or in the wheel."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent / name
    return checkout if checkout.is_dir() else package / "_project" / name


@dataclass(frozen=True, slots=True)
class Settings:
    """All that was configured; ``home`` is the data folder, against which relative paths are read."""

    home: Path
    toml: IntakeToml
    consultations: tuple[Consultation, ...]
    registers: Registers
    """Countries, organizations and words that tell who speaks."""

    @property
    def service(self) -> Service:
        """Who we are."""
        return self.toml.service

    @property
    def smtp(self) -> Smtp:
        """The listener."""
        return self.toml.smtp

    @property
    def limits(self) -> Limits:
        """What one listener process bears."""
        return self.toml.limits

    @property
    def mailboxes(self) -> tuple[Imap, ...]:
        """Accounts whose folders we watch."""
        return self.toml.imap

    @property
    def imports(self) -> Import:
        """Files handed in."""
        return self.toml.imports

    @property
    def vault(self) -> Vault:
        """Where octets are kept."""
        return self.toml.vault

    @property
    def vault_folder(self) -> Path:
        """The folder of the vault on disk."""
        return self.home / self.vault.folder

    @property
    def capture(self) -> Capture:
        """Past which limits no more mail is taken."""
        return self.toml.capture

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
    folder ``consultations`` beside intake.toml, registers in ``registers``, or else they are the project's own.
    ``INTAKE_STORE_URL`` overrides ``[store] url``, so
    that a password need not stand in a file. Raises SettingsError.
    """
    path = config or project_folder("config")
    path = path / "intake.toml" if path.is_dir() else path
    toml = _read(path, IntakeToml)
    if url := os.environ.get("INTAKE_STORE_URL"):
        toml = toml.model_copy(update={"store": Store(url=url)})
    folder = path.parent / "consultations"
    rounds = tuple(_read_consultation(file) for file in sorted(folder.glob("*.toml")))
    _refuse_shared_addresses(toml.service, rounds, folder)
    own = path.parent / "registers"
    registers = read_registers(own if own.is_dir() else project_folder("config") / "registers")
    return Settings((home or Path("var")).absolute(), toml, rounds, registers)


def _read_consultation(path: Path) -> Consultation:
    toml = _read(path, ConsultationToml)
    if toml.slug != path.stem:
        raise SettingsError(f"{path}: slug is {toml.slug!r}; name it like its file, {path.stem!r}.")
    if toml.deadline < toml.launched:
        raise SettingsError(f"{path}: deadline is before launched; correct one of the two.")
    return toml.frozen()


def _refuse_shared_addresses(service: Service, rounds: tuple[Consultation, ...], folder: Path) -> None:
    """Mail to an address must say which consultation it is for, or that the common one is meant."""
    owner = dict.fromkeys(service.addresses, "service.addresses of intake.toml")
    for one in rounds:
        where = f"{folder / one.slug}.toml: addresses names"
        for address in one.addresses:
            if owner.get(address) == one.slug:
                raise SettingsError(f"{where} {address} twice; remove one.")
            if other := owner.get(address):
                raise SettingsError(f"{where} {address}, which {other} has too; give each consultation its own.")
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


_WANTED = {
    "string_type": "write it as text, in quotation marks",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "tuple_type": 'write a list, such as ["one", "two"]',
    "list_type": "write a list",
    "dict_type": "write a table",
    "model_type": "write a table",
    "datetime_type": "write a date and a time with its zone, such as 2027-01-09T23:59:59+01:00",
    "date_type": "write a date without a time, such as 2027-02-08",
}


def _sentence(error: ValidationError) -> str:
    """The first complaint, in a sentence; pydantic lists them in the order of the model."""
    first = error.errors()[0]
    key = _key(first["loc"])
    match first["type"]:
        case "extra_forbidden":
            return f"{key} is not a key that we know; correct its spelling or remove it."
        case "missing" if key == "question":
            return "question is missing; add a [[question]] table for each question, with id and en."
        case "missing":
            return f"{key} is missing; add it."
        case "value_error":
            shown = f"{key} {_shown(first)}" if isinstance(first["input"], str) else key
            return f"{shown} {first['ctx']['error']}."
        case kind if kind in _WANTED:
            return f"{key} is {_shown(first)}; {_WANTED[kind]}."
        case _:
            return f"{key} is {_shown(first)}; {first['msg'].replace('Input should', 'it should')}."


def _key(place: tuple[int | str, ...]) -> str:
    """``question 2.en``: as it stands in the file, list entries counted from 1."""
    words = [f" {part + 1}" if isinstance(part, int) else f".{part}" for part in place]
    return "".join(words).removeprefix(".")


def _shown(complaint: ErrorDetails) -> str:
    given = complaint["input"]
    return given.isoformat() if isinstance(given, date) else repr(given)
