"""Octets are kept once, given back as they were, and found out when they are not."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import func, select, text

from intake.errors import UnknownDelivery
from intake.storage import vault
from intake.storage.session import Store
from intake.storage.tables import raw_messages

SAMPLES = [b"", b"\0", b"x" * 100_000, bytes(range(256)), b"line\r\n.\r\n"]


@pytest.mark.parametrize("octets", SAMPLES, ids=["empty", "nul", "long", "all", "dots"])
def test_octets_come_back_as_they_were(store: Store, octets: bytes) -> None:
    with store.write() as connection:
        [raw] = vault.keep_all(connection, [octets])
    assert raw == vault.name(octets)
    assert (raw.sha256, raw.size) == (hashlib.sha256(octets).hexdigest(), len(octets))
    with store.read() as connection:
        assert vault.read(connection, raw.sha256) == octets


def test_the_same_octets_are_kept_once(store: Store) -> None:
    with store.write() as connection:
        assert vault.keep_all(connection, [b"x"]) == vault.keep_all(connection, [b"x"])
    with store.write() as connection:
        vault.keep_all(connection, [b"x"])
        assert connection.scalar(select(func.count()).select_from(raw_messages)) == 1


def test_a_name_that_is_not_there_is_said(store: Store) -> None:
    with store.read() as connection, pytest.raises(UnknownDelivery, match=f"The vault holds nothing named {'f' * 64}"):
        vault.read(connection, "f" * 64)


@pytest.mark.parametrize("bit", [0, 7, 8, 4004, 7999])
def test_one_flipped_bit_is_found_and_named(store: Store, bit: int) -> None:
    octets = bytearray(b"y" * 1000)
    with store.write() as connection:
        vault.keep_all(connection, [b"sound"])
        [raw] = vault.keep_all(connection, [bytes(octets)])
        assert list(vault.damaged(connection)) == []
        octets[bit // 8] ^= 1 << (bit % 8)
        connection.execute(text("drop trigger raw_messages_write_once"))
        connection.execute(
            raw_messages.update().where(raw_messages.c.sha256 == raw.sha256).values(octets=bytes(octets))
        )
        assert list(vault.damaged(connection)) == [raw.sha256]
