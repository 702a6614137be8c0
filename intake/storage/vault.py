"""The one door to octets: kept where the configuration says, read where their row says.

A row never names octets that are not there: those that lie outside the database are safe before the
row is written. The other way round is harmless, and ``inspect`` counts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from intake.errors import DamagedOctets, StoreError, StoreUnavailable, UnknownDelivery
from intake.settings import Settings
from intake.storage.tables import raw_messages
from intake.storage.vault_disk import DiskVault
from intake.storage.vault_objects import ObjectVault
from intake.vocabulary.mail import RawMessage
from intake.vocabulary.vault import Inspection, Place, Vault, name, name_all

__all__ = ["DatabaseVault", "Vaults", "inspect", "keep_all", "name", "read", "vaults_of"]

_INSERTS = {
    name: dialect.insert(raw_messages).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
"""Made once: SQLAlchemy knows a statement again by its object in a tenth of the time."""
_FETCH = select(raw_messages.c.place, raw_messages.c.octets).where(raw_messages.c.sha256 == bindparam("name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vaults:
    """Where new octets go, and every place outside the database where earlier ones may lie."""

    place: Place = Place.DATABASE
    outside: Mapping[Place, Vault] = field(default_factory=dict)

    def secure(self, many: Sequence[bytes], raws: Sequence[RawMessage] | None = None) -> list[RawMessage]:
        """Name octets, and keep those that go outside: before the transaction, so that nobody waits for a lock.

        ``raws`` are their names, where they have been named before. Raises StoreUnavailable.
        """
        if self.place is not Place.DATABASE:
            return self.at(self.place).keep_all(many)
        return name_all(many) if raws is None else list(raws)

    def at(self, place: Place) -> Vault:
        """The vault at a place outside the database. Raises StoreError where none is configured."""
        if place not in self.outside:
            raise StoreError(f"Octets lie in the {place.value}, which is not configured; name it in [vault].")
        return self.outside[place]


def vaults_of(settings: Settings) -> Vaults:
    """What the configuration names; a place that is not written to any more can still be read. Raises SettingsError."""
    outside: dict[Place, Vault] = {Place.DISK: DiskVault(settings.vault_folder)}
    if settings.vault.url:
        outside[Place.OBJECT_STORE] = ObjectVault(settings.vault.url)
    return Vaults(place=settings.vault.way, outside=outside)


class DatabaseVault:
    """Octets in their row, within the caller's transaction."""

    def __init__(self, connection: Connection) -> None:
        """Lives as long as the transaction."""
        self._connection = connection

    def keep_all(self, many: Sequence[bytes]) -> list[RawMessage]:
        """Durable with the commit."""
        raws = name_all(many)
        _insert(self._connection, Place.DATABASE, raws, many)
        return raws

    def read(self, sha256: str) -> bytes:
        """What the row of this name holds. Raises UnknownDelivery."""
        octets = self._connection.scalar(select(raw_messages.c.octets).where(raw_messages.c.sha256 == sha256))
        if octets is None:
            raise UnknownDelivery(f"The vault holds nothing named {sha256}.")
        return bytes(octets)

    def names(self) -> Iterator[str]:
        """Every row that holds octets itself."""
        yield from _named(self._connection, Place.DATABASE)


def keep_all(
    connection: Connection, many: Sequence[bytes], raws: Sequence[RawMessage] | None = None
) -> list[RawMessage]:
    """Keep octets, within the caller's transaction; those that are there already change nothing.

    ``raws`` are their names where ``Vaults.secure`` has seen to them already. Raises StoreUnavailable.
    """
    vaults = _vaults(connection)
    raws = vaults.secure(many) if raws is None else list(raws)
    if raws and not _insert(connection, vaults.place, raws, many):
        _require_elsewhere(connection, vaults, raws)
    return raws


def _insert(connection: Connection, place: Place, raws: Sequence[RawMessage], many: Sequence[bytes]) -> bool:
    """Whether all of these were new; False also where the driver does not count."""
    here = place is Place.DATABASE
    rows = {
        raw.sha256: {"sha256": raw.sha256, "size": raw.size, "place": place.value, "octets": octets if here else None}
        for raw, octets in zip(raws, many, strict=True)
    }
    return not rows or connection.execute(_INSERTS[connection.dialect.name], list(rows.values())).rowcount == len(rows)


def _require_elsewhere(connection: Connection, vaults: Vaults, raws: Sequence[RawMessage]) -> None:
    """What an earlier configuration kept elsewhere must still be there before we say that we have it."""
    query = select(raw_messages.c.sha256).where(
        raw_messages.c.sha256.in_({raw.sha256 for raw in raws}), raw_messages.c.place != vaults.place.value
    )
    for sha256 in connection.scalars(query).all():
        try:
            read(connection, sha256)
        except (UnknownDelivery, DamagedOctets, StoreError) as error:
            raise StoreUnavailable(f"octets that were kept before are gone: {error}") from error


def read(connection: Connection, sha256: str) -> bytes:
    """The octets of this name, checked against it.

    Raises UnknownDelivery, DamagedOctets; StoreUnavailable where they cannot be reached now.
    """
    octets = _fetch(connection, sha256)
    if name(octets).sha256 != sha256:
        raise DamagedOctets(f"The octets named {sha256} are not what they were; restore them from a backup.")
    return octets


def _fetch(connection: Connection, sha256: str) -> bytes:
    row = connection.execute(_FETCH, {"name": sha256}).first()
    if row is None or (row.place == Place.DATABASE.value and row.octets is None):
        raise UnknownDelivery(f"The vault holds nothing named {sha256}.")
    if row.place == Place.DATABASE.value:
        return bytes(row.octets)
    return _vaults(connection).at(Place(row.place)).read(sha256)


def inspect(connection: Connection) -> Inspection:
    """Read every message, one at a time, and look for what no row names. Raises StoreUnavailable, StoreError."""
    sound, orphans = 0, 0
    damaged, missing = [], []
    vaults = _vaults(connection)
    for place in Place:
        named = _named(connection, place)
        for sha256 in named:
            try:
                octets = _fetch(connection, sha256)
            except UnknownDelivery:
                missing.append(sha256)
                continue
            if name(octets).sha256 == sha256:
                sound += 1
            else:
                damaged.append(sha256)
        if place in vaults.outside:
            orphans += len(set(vaults.outside[place].names()).difference(named))
    return Inspection(sound=sound, damaged=tuple(damaged), missing=tuple(missing), orphans=orphans)


def _named(connection: Connection, place: Place) -> Sequence[str]:
    query = select(raw_messages.c.sha256).where(raw_messages.c.place == place.value).order_by(raw_messages.c.sha256)
    return connection.scalars(query).all()


def _vaults(connection: Connection) -> Vaults:
    """Those of the store to which the connection belongs: octets and rows are one record."""
    vaults = connection.get_execution_options().get("vaults")
    return vaults if isinstance(vaults, Vaults) else Vaults()
