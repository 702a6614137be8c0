"""The registers: ``config/registers/*.csv``, read once, checked, then frozen.

cities.csv, and the calling codes of countries.csv, are selected and shortened from GeoNames (https://www.geonames.org/),
under CC BY 4.0; most names of countries are those of Unicode CLDR. docs/registers.md says the rest.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from intake.errors import SettingsError
from intake.vocabulary.consultation import UN_LANGUAGES
from intake.vocabulary.registers import (
    City,
    Country,
    Development,
    DomainRule,
    KnownOrganization,
    RegionalGroup,
    Registers,
    WordKind,
    Words,
)
from intake.vocabulary.respondent import StakeholderGroup

MAX_REGISTER_OCTETS = 8 * 2**20
"""8 MiB: the cities, the largest of them, need less than half of one."""

Row = dict[str, str]
T = TypeVar("T")


@cache
def read_registers(folder: Path) -> Registers:
    """Read all registers of a folder, once a process. Raises SettingsError, with file, line and remedy."""
    countries = _read(folder / "countries.csv", _country)
    codes = {one.code for one in countries}

    def known(code: str) -> str:
        if code not in codes:
            raise ValueError(f"{code!r} is no country of countries.csv")
        return code

    return Registers(
        countries=countries,
        cities=_read(folder / "cities.csv", lambda row: _city(row, known)),
        domains=_read(folder / "domains.csv", lambda row: _domain(row, known)),
        mail_providers=_read(folder / "mail_providers.csv", lambda row: _filled(row["domain"])),
        organizations=_read(folder / "organizations.csv", lambda row: _organization(row, known)),
        words=_read(folder / "words.csv", _words),
    )


def _read(path: Path, make: Callable[[Row], T]) -> tuple[T, ...]:
    made: list[T] = []
    try:
        if path.stat().st_size > MAX_REGISTER_OCTETS:
            raise SettingsError(f"{path}: is larger than {MAX_REGISTER_OCTETS} octets; is it the right file?")
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                try:
                    made.append(make(_complete(row)))
                except (KeyError, ValueError) as error:
                    raise SettingsError(f"{path}: line {reader.line_num}: {error}; correct it.") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); restore the file.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"{path}: is not CSV in UTF-8 ({error}); save it as such.") from error
    return tuple(made)


def _complete(row: Row) -> Row:
    if None in row or None in row.values():
        raise ValueError("it has not as many columns as the first line")
    return row


def _several(cell: str) -> tuple[str, ...]:
    return tuple(one for one in cell.split("|") if one)


def _filled(cell: str) -> str:
    if not cell.strip():
        raise ValueError("a cell is empty that must not be")
    return cell


def _country(row: Row) -> Country:
    return Country(
        code=_filled(row["code"]),
        regional_group=RegionalGroup(row["un_group"]) if row["un_group"] else None,
        development=frozenset(Development(flag) for flag in row["flags"].split()),
        tld=row["tld"],
        calling_codes=_several(row["calling_codes"]),
        names=tuple((language, _filled(row[language])) for language in UN_LANGUAGES),
        variants=_several(row["variants"]),
        adjectives=_several(row["adjectives"]),
    )


def _city(row: Row, known: Callable[[str], str]) -> City:
    return City(known(row["country"]), row["capital"] == "yes", (_filled(row["name"]), *_several(row["variants"])))


def _domain(row: Row, known: Callable[[str], str]) -> DomainRule:
    country = row["country"]
    return DomainRule(
        _filled(row["pattern"]), StakeholderGroup(row["says"]), known(country) if country not in {"", "*"} else country
    )


def _organization(row: Row, known: Callable[[str], str]) -> KnownOrganization:
    return KnownOrganization(
        names=(_filled(row["name"]), *_several(row["aliases"])),
        group=StakeholderGroup(row["group"]),
        country=known(row["country"]) if row["country"] else "",
        domains=_several(row["domains"]),
    )


def _words(row: Row) -> Words:
    kind = WordKind(row["kind"])
    phrases = _several(_filled(row["words"]))
    if kind is not WordKind.GROUP:
        return Words(kind, None, 0, row["language"], phrases)
    return Words(kind, StakeholderGroup(row["value"]), int(row["strength"]), row["language"], phrases)
