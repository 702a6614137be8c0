"""The vaults that we promise, each as the contract sees it, and ways to hurt what lies in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import obstore
from sqlalchemy import text, update

from intake.storage.session import Store
from intake.storage.tables import raw_messages
from intake.storage.vault import DatabaseVault
from intake.storage.vault_disk import DiskVault
from intake.storage.vault_objects import ObjectVault
from intake.vocabulary.mail import RawMessage
from intake.vocabulary.vault import Vault


@dataclass
class DatabaseByCalls:
    """The vault in the database, with a transaction for each call."""

    store: Store

    def keep_all(self, many: Sequence[bytes]) -> list[RawMessage]:
        with self.store.write() as connection:
            return DatabaseVault(connection).keep_all(many)

    def read(self, sha256: str) -> bytes:
        with self.store.read() as connection:
            return DatabaseVault(connection).read(sha256)

    def names(self) -> Iterator[str]:
        with self.store.read() as connection:
            yield from DatabaseVault(connection).names()


def spoil(vault: Vault, sha256: str, octets: bytes | None) -> None:
    """Put other octets there, or take them away, behind the back of the vault."""
    match vault:
        case DatabaseByCalls(store):
            with store.write() as connection:
                of = " ON raw_messages" if connection.dialect.name == "postgresql" else ""
                connection.execute(text(f"DROP TRIGGER raw_messages_write_once{of}"))
                connection.execute(update(raw_messages).where(raw_messages.c.sha256 == sha256).values(octets=octets))
        case DiskVault():
            path = file_of(vault, sha256)
            path.unlink()
            if octets is not None:
                path.write_bytes(octets)
        case ObjectVault():
            key = f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
            if octets is None:
                obstore.delete(vault._store, key)
            else:
                obstore.put(vault._store, key, octets)


def file_of(vault: DiskVault, sha256: str) -> Path:
    return vault._folder / sha256[:2] / sha256[2:4] / sha256
