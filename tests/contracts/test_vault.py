"""What every vault promises: octets are kept once, given back as they were, and are there before their row."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import obstore
import pytest
from factories import AGENT, arrival
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from vaults import DatabaseByCalls, file_of, spoil

from intake.capture import spool
from intake.errors import DamagedOctets, SettingsError, StoreError, StoreUnavailable, UnknownDelivery
from intake.storage import vault as door
from intake.storage.session import Store, open_store
from intake.storage.tables import deliveries, raw_messages
from intake.storage.vault import Vaults, name
from intake.storage.vault_disk import STALE_SECONDS, DiskVault
from intake.storage.vault_objects import ObjectVault
from intake.vocabulary.vault import Place, Vault

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
PATIENCE = 60.0
SAMPLES = [b"", b"\0", b"\r\n.\r\n", bytes(range(256)), b"x" * 300_000]


@pytest.fixture(params=["sqlite", "postgresql", "disk", "memory", "s3"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    match request.param:
        case "disk":
            yield DiskVault(tmp_path / "vault")
        case "memory":
            yield ObjectVault("memory://")
        case "s3":
            yield ObjectVault(request.getfixturevalue("s3_url"))
        case engine:
            sqlite = f"sqlite:///{tmp_path / 'intake.db'}"
            store = open_store(sqlite if engine == "sqlite" else request.getfixturevalue("postgres_url"))
            yield DatabaseByCalls(store)
            store.close()


@pytest.mark.parametrize("octets", SAMPLES, ids=["empty", "NUL", "dot", "all", "long"])
def test_octets_come_back_as_they_were(vault: Vault, octets: bytes) -> None:
    [raw] = vault.keep_all([octets])
    assert (raw.sha256, raw.size) == (hashlib.sha256(octets).hexdigest(), len(octets))
    assert vault.read(raw.sha256) == octets


def test_thirty_mebibytes_come_back_as_they_were(vault: Vault) -> None:
    octets = os.urandom(30 * 2**20)
    [raw] = vault.keep_all([octets])
    assert vault.read(raw.sha256) == octets


def test_many_are_kept_at_once_and_named_in_order(vault: Vault) -> None:
    many = [f"letter {number}".encode() for number in range(120)]
    raws = vault.keep_all(many)
    assert raws == [name(octets) for octets in many]
    assert sorted(vault.names()) == sorted(raw.sha256 for raw in raws)
    assert [vault.read(raw.sha256) for raw in raws] == many


def test_nothing_is_nothing(vault: Vault) -> None:
    assert vault.keep_all([]) == []
    assert list(vault.names()) == []


def test_the_same_octets_are_kept_once(vault: Vault) -> None:
    first = vault.keep_all([b"x", b"y", b"x"])
    again = vault.keep_all([b"x"])
    assert first[0] == first[2] == again[0]
    assert sorted(vault.names()) == sorted({raw.sha256 for raw in first})


def test_a_name_that_is_not_there_is_said(vault: Vault) -> None:
    with pytest.raises(UnknownDelivery, match=f"holds nothing named {'f' * 64}"):
        vault.read("f" * 64)


def test_the_same_octets_at_the_same_time_are_kept_once(vault: Vault) -> None:
    octets, failures = os.urandom(100_000), []
    start = threading.Barrier(8)

    def keep() -> None:
        start.wait(PATIENCE)
        try:
            vault.keep_all([octets, b"and another"])
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=keep) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failures == []
    assert sorted(vault.names()) == sorted([name(octets).sha256, name(b"and another").sha256])
    assert vault.read(name(octets).sha256) == octets


@pytest.mark.parametrize("vault", ["disk", "memory", "s3"], indirect=True)
def test_damaged_octets_that_arrive_again_are_put_right(vault: Vault) -> None:
    """Not in the database, which refuses to rewrite its rows, right or wrong."""
    [raw] = vault.keep_all([b"the letter"])
    spoil(vault, raw.sha256, b"")
    vault.keep_all([b"the letter"])
    assert vault.read(raw.sha256) == b"the letter"


# --- on disk ----------------------------------------------------------------------------------------------


def test_a_file_is_written_once_and_by_nobody_else(tmp_path: Path) -> None:
    vault = DiskVault(tmp_path / "vault")
    [raw] = vault.keep_all([b"the letter"])
    path = file_of(vault, raw.sha256)
    before = path.stat()
    assert stat.S_IMODE(before.st_mode) == 0o400
    assert stat.S_IMODE((tmp_path / "vault").stat().st_mode) == 0o700
    DiskVault(tmp_path / "vault").keep_all([b"the letter"])
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert list((tmp_path / "vault" / "incoming").iterdir()) == []


KEEP = """
import sys
from pathlib import Path
from intake.storage.vault_disk import DiskVault
vault = DiskVault(Path(sys.argv[1]))
vault.keep_all([b"one", b"two", b"three"])
print("kept", flush=True)
"""
NAMING = re.compile(r'(?:rename|mkdir)\("([^"]+)"(?:, "([^"]+)")?.* = 0$')
SYNC = re.compile(r"fsync\(\d+<([^>]+)>\).* = 0$")


@pytest.mark.system("strace")
def test_a_file_is_synced_before_it_is_named_and_its_folder_after(tmp_path: Path) -> None:
    """A killed process proves little about a lost power supply: the kernel must have been told to sync, in this order."""
    vault, trace = tmp_path / "vault", tmp_path / "trace"
    strace = ["strace", "-f", "-y", "-s", "300", "-e", "trace=fsync,rename,mkdir,write", "-o", str(trace)]
    done = subprocess.run([*strace, sys.executable, "-c", KEEP, str(vault)], check=True, capture_output=True)
    assert done.stdout == b"kept\n"
    synced, unsynced, named = set(), set(), 0
    for line in merge(trace.read_text().splitlines()):
        if sync := SYNC.search(line):
            synced.add(sync[1])
            unsynced.discard(sync[1])
        elif (naming := NAMING.search(line)) and str(vault) in line:
            if naming[2]:
                named += 1
                assert naming[1] in synced, f"named before it was synced: {line}"
            unsynced.add(str(Path(naming[2] or naming[1]).parent))
        elif '"kept' in line:
            assert unsynced == set(), "folders that were not synced after something was named in them"
            assert named == 3
            return
    pytest.fail("the trace has no end")


def merge(lines: list[str]) -> Iterator[str]:
    """Each call at the moment when it ended, though another thread came between."""
    begun: dict[str, str] = {}
    for line in lines:
        process, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith(" <unfinished ...>"):
            begun[process] = call.removesuffix(" <unfinished ...>")
        elif resumed := re.match(r"<\.\.\. \w+ resumed>(.*)", call):
            yield begun.pop(process, "") + resumed[1]
        else:
            yield call


def test_what_a_killed_writer_left_is_removed_when_it_is_old(tmp_path: Path) -> None:
    incoming = tmp_path / "vault" / "incoming"
    incoming.mkdir(parents=True)
    old, new = incoming / "old", incoming / "new"
    for path in (old, new):
        path.write_bytes(b"half a let")
    os.utime(old, (old.stat().st_mtime - STALE_SECONDS - 60,) * 2)
    vault = DiskVault(tmp_path / "vault")
    [raw] = vault.keep_all([b"the letter"])
    assert list(incoming.iterdir()) == [new]
    assert list(vault.names()) == [raw.sha256]


def test_a_folder_that_comes_back_is_written_again(tmp_path: Path) -> None:
    vault = DiskVault(tmp_path / "vault")
    vault.keep_all([b"one"])
    (tmp_path / "vault").rename(tmp_path / "away")
    (tmp_path / "vault").write_bytes(b"in the way")
    with pytest.raises(StoreUnavailable, match="takes nothing"):
        vault.keep_all([b"two"])
    (tmp_path / "vault").unlink()
    vault.keep_all([b"two"])
    assert list(vault.names()) == [name(b"two").sha256]


# --- in an object store ------------------------------------------------------------------------------------


def test_a_store_that_does_not_answer_is_said_in_one_line(s3_url: str) -> None:
    vault = ObjectVault(s3_url.replace("bucket", "nobody-s"))
    for attempt in (lambda: vault.keep_all([b"x"]), lambda: list(vault.names())):
        with pytest.raises(StoreUnavailable) as refused:
            attempt()
        assert "\n" not in str(refused.value)


def test_an_object_is_not_written_twice(s3_url: str) -> None:
    vault = ObjectVault(s3_url)
    [raw] = vault.keep_all([b"the letter"])
    before = next(obstore.list(vault._store))
    ObjectVault(s3_url).keep_all([b"the letter"])
    assert next(obstore.list(vault._store)) == before
    assert vault.read(raw.sha256) == b"the letter"


def test_a_url_that_is_none_is_refused_with_a_remedy() -> None:
    with pytest.raises(SettingsError, match=r"names no object store .*; write one such as s3://bucket/folder"):
        ObjectVault("nonsense://here")


# --- octets and rows ---------------------------------------------------------------------------------------

Kept = tuple[Store, Vault, Place]


@pytest.fixture(params=list(Place), ids=lambda place: place.value)
def record(request: pytest.FixtureRequest, any_store: Store, tmp_path: Path) -> Kept:
    """A store whose new octets go to each place in turn, on each engine."""
    place: Place = request.param
    inside = DatabaseByCalls(any_store)
    if place is Place.DATABASE:
        return any_store, inside, place
    vault: Vault = (
        DiskVault(tmp_path / "vault") if place is Place.DISK else ObjectVault(request.getfixturevalue("s3_url"))
    )
    return Store(any_store.engine, Vaults(place=place, outside={place: vault})), vault, place


def capture(store: Store, *many: bytes) -> list[int | None]:
    raws = store.vaults.secure(many)
    with store.write() as connection:
        return spool.capture(connection, [arrival(octets) for octets in many], AGENT, raws)


def count_rows(store: Store) -> int:
    with store.read() as connection:
        return sum(connection.scalar(select(func.count()).select_from(one)) or 0 for one in (raw_messages, deliveries))


def inspect(store: Store) -> tuple[int, tuple[str, ...], tuple[str, ...], int]:
    with store.read() as connection:
        found = door.inspect(connection)
    return found.sound, found.damaged, found.missing, found.orphans


def test_a_row_says_where_its_octets_lie_and_they_are_read_there(record: Kept) -> None:
    store, vault, place = record
    assert capture(store, b"one", b"two") == [1, 2]
    with store.read() as connection:
        rows = connection.execute(select(raw_messages)).all()
        assert {row.place for row in rows} == {place.value}
        assert {row.octets is None for row in rows} == {place is not Place.DATABASE}
        assert door.read(connection, name(b"two").sha256) == b"two"
        with pytest.raises(UnknownDelivery):
            door.read(connection, "f" * 64)
    assert sorted(vault.names()) == sorted([name(b"one").sha256, name(b"two").sha256])
    assert inspect(store) == (2, (), (), 0)


def test_capture_sees_to_the_octets_where_nobody_did_before(record: Kept) -> None:
    store, _, _ = record
    with store.write() as connection:
        assert spool.capture(connection, [arrival(b"one")], AGENT) == [1]
    assert inspect(store) == (1, (), (), 0)


@pytest.mark.parametrize("spoilt", [b"", b"tvo", b"two "], ids=["emptied", "one bit", "longer"])
def test_damage_is_found_and_never_given_out(record: Kept, spoilt: bytes) -> None:
    store, vault, _ = record
    capture(store, b"one", b"two")
    sha256 = name(b"two").sha256
    spoil(vault, sha256, spoilt)
    assert inspect(store) == (1, (sha256,), (), 0)
    with store.read() as connection, pytest.raises(DamagedOctets, match=f"named {sha256} are not what they were"):
        door.read(connection, sha256)


@pytest.mark.parametrize("record", [Place.DISK, Place.OBJECT_STORE], indirect=True)
def test_what_is_gone_is_found(record: Kept) -> None:
    """Nothing of the kind in the database: a row without its octets is refused, as is tested below."""
    store, vault, _ = record
    capture(store, b"one", b"two")
    spoil(vault, name(b"one").sha256, None)
    assert inspect(store) == (1, (), (name(b"one").sha256,), 0)


def test_octets_whose_row_was_not_written_are_counted_and_taken_up_when_they_come_again(record: Kept) -> None:
    store, _, place = record
    lost = 0 if place is Place.DATABASE else 1
    with pytest.raises(RuntimeError), store.write() as connection:
        spool.capture(connection, [arrival(b"one")], AGENT)
        raise RuntimeError
    assert count_rows(store) == 0
    assert inspect(store) == (0, (), (), lost)
    capture(store, b"one")
    assert inspect(store) == (1, (), (), 0)


@pytest.mark.parametrize(
    ("place", "octets"), [("disk", b"x"), ("database", None), ("object-store", b"")], ids=["disk", "none", "empty"]
)
def test_a_row_cannot_say_one_thing_and_hold_another(any_store: Store, place: str, octets: bytes | None) -> None:
    row = insert(raw_messages).values(sha256="a" * 64, size=1, place=place, octets=octets)
    with pytest.raises(StoreUnavailable) as refused, any_store.write() as connection:
        connection.execute(row)
    assert isinstance(refused.value.__cause__, IntegrityError)


# --- when the configuration changes -------------------------------------------------------------------------


def test_what_was_kept_elsewhere_is_read_there_and_stays_there(any_store: Store, tmp_path: Path) -> None:
    capture(any_store, b"early")
    disk = DiskVault(tmp_path / "vault")
    later = Store(any_store.engine, Vaults(place=Place.DISK, outside={Place.DISK: disk}))
    assert capture(later, b"early", b"late") == [2, 3]
    with later.read() as connection:
        places = dict(connection.execute(select(raw_messages.c.sha256, raw_messages.c.place)).all())
        assert places == {name(b"early").sha256: "database", name(b"late").sha256: "disk"}
        assert door.read(connection, name(b"early").sha256) == b"early"
    back = Store(any_store.engine, Vaults(outside={Place.DISK: disk}))
    with back.read() as connection:
        assert door.read(connection, name(b"late").sha256) == b"late"


def test_nothing_is_promised_on_the_word_of_a_place_that_lost_it(any_store: Store, tmp_path: Path) -> None:
    disk = DiskVault(tmp_path / "vault")
    outside = {Place.DISK: disk}
    capture(Store(any_store.engine, Vaults(place=Place.DISK, outside=outside)), b"early")
    spoil(disk, name(b"early").sha256, None)
    with pytest.raises(StoreUnavailable, match="octets that were kept before are gone"):
        capture(Store(any_store.engine, Vaults(outside=outside)), b"early")


def test_a_place_that_is_configured_no_more_is_named(any_store: Store, tmp_path: Path) -> None:
    disk = DiskVault(tmp_path / "vault")
    capture(Store(any_store.engine, Vaults(place=Place.DISK, outside={Place.DISK: disk})), b"early")
    forgetful = Store(any_store.engine, Vaults())
    with forgetful.read() as connection, pytest.raises(StoreError, match=r"lie in the disk.*name it in \[vault\]"):
        door.read(connection, name(b"early").sha256)


# --- killed ---------------------------------------------------------------------------------------------------

CAPTURE = """
import sys, time
from pathlib import Path
from factories import AGENT, arrival
from intake.capture import spool
from intake.settings import read_settings
from intake.storage.session import open_record

home, config, until = sys.argv[1:]
store = open_record(read_settings(Path(home), Path(config)))
many = [b"killed %d" % number for number in range(5)]
raws = store.vaults.secure(many)
if until == "octets":
    print("now", flush=True)
    time.sleep(600)
with store.write() as connection:
    spool.capture(connection, [arrival(octets) for octets in many], AGENT, raws)
    if until == "rows":
        print("now", flush=True)
        time.sleep(600)
print("now", flush=True)
time.sleep(600)
"""

WriteConfig = Callable[..., Path]


@pytest.fixture
def config(tmp_path: Path, request: pytest.FixtureRequest) -> WriteConfig:
    """An intake.toml for each place."""

    def write(place: Place, store_url: str) -> Path:
        url = request.getfixturevalue("s3_url") if place is Place.OBJECT_STORE else ""
        path = tmp_path / "intake.toml"
        path.write_text(f'[store]\nurl = "{store_url}"\n[vault]\nway = "{place.value}"\nurl = "{url}"\n', "utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("any_store", "place", "until"),
    [
        ("sqlite", Place.DATABASE, "rows"),
        ("sqlite", Place.DISK, "octets"),
        ("sqlite", Place.DISK, "rows"),
        ("sqlite", Place.DISK, "commit"),
        ("sqlite", Place.OBJECT_STORE, "octets"),
        ("sqlite", Place.OBJECT_STORE, "rows"),
        ("postgresql", Place.DATABASE, "rows"),
        ("postgresql", Place.DISK, "octets"),
    ],
    indirect=["any_store"],
)
def test_killed_anywhere_no_row_is_without_its_octets(
    any_store: Store, config: WriteConfig, tmp_path: Path, place: Place, until: str
) -> None:
    from intake.settings import read_settings
    from intake.storage.session import open_record

    path = config(place, any_store.engine.url.render_as_string(hide_password=False))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    command = [sys.executable, "-c", CAPTURE, str(tmp_path / "home"), str(path), until]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n"
    process.kill()
    process.wait(PATIENCE)
    process.stdout.close()
    store = open_record(read_settings(tmp_path / "home", path))
    kept = 5 if until == "commit" else 0
    lost = 0 if place is Place.DATABASE or until == "commit" else 5
    assert inspect(store) == (kept, (), (), lost)
    assert count_rows(store) == 2 * kept
    assert len(capture(store, *(b"killed %d" % number for number in range(5)))) == 5
    assert inspect(store) == (5, (), (), 0)
    store.close()
