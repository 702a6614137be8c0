"""What can be checked without sending anything, and what to do about what is wrong."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from intake.capture import spool
from intake.capture.pressure import folders_of, free_octets, try_writing
from intake.collecting.survey import left_behind, survey
from intake.decoding.documents import equipment
from intake.errors import IntakeError, StoreUnavailable
from intake.ledger.listing import count_by_status
from intake.receipt import outbox
from intake.screen import closing_sum
from intake.settings import Settings, read_settings
from intake.storage import vault
from intake.storage.session import Store, open_record
from intake.vocabulary.letter import LetterState
from intake.vocabulary.mail import Clock
from intake.vocabulary.submission import Status
from intake.vocabulary.vault import Inspection
from intake.worker import carrier_of

CLOCK_TOLERANCE = timedelta(minutes=1)
"""Hosts that keep time differ by less than a second; whatever is behind by a minute was set back."""
DOOR_SECONDS = 10.0
"""For the listener's greeting, which takes a millisecond: busy is not dead."""
MAX_SHOWN = 5
"""Names in one sentence; whoever needs all restores the whole vault."""
REMEDIES = {
    "locked": "another program keeps it locked: find it (fuser names it) and end it",
    "readonly": "mount its file system for writing, and let the service own its files",
    "full": "make room on its disk",
}
"""What to do about a database that takes nothing, by a word of its own complaint."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    what: str
    passed: bool
    said: str


def examine(home: Path | None, config: Path | None, clock: Clock) -> Iterator[Check]:
    """Check from the ground up; what stands on something broken is not looked at."""
    try:
        settings = read_settings(home, config)
    except IntakeError as error:
        yield Check("configuration", False, str(error))
        return
    live = [one.slug for one in settings.consultations if one.is_live(clock())]
    said = f"{len(settings.consultations)} consultations, live: {', '.join(live) or 'none'}"
    yield Check("configuration", True, said)
    try:
        carrier_of(settings)
        yield Check("outbox", True, f"letters leave by {settings.outbox.way}")
    except IntakeError as error:
        yield Check("outbox", False, str(error))
    yield from (_disk(settings, folder) for folder in folders_of(settings))
    yield Check("documents", *equipment.survey())
    yield from (Check(*seen) for seen in survey(settings))
    try:
        store = open_record(settings)
    except IntakeError as error:
        yield Check("store", False, str(error))
        return
    try:
        yield _writing(store)
        yield from _contents(store, settings, clock())
        yield from (Check(*left) for left in left_behind(store))
    except StoreUnavailable as error:
        yield Check("store", False, f"it ended amid the examination: {error}")
    finally:
        store.close()


def feel_pulse(home: Path | None, config: Path | None) -> Iterator[Check]:
    """Whether mail is taken now, in a moment however long the record is: what a container's health check asks.

    What waits for a person, such as a shunted message, and what depends on others, such as a mailbox, is not asked.
    """
    try:
        settings = read_settings(home, config)
    except IntakeError as error:
        yield Check("configuration", False, str(error))
        return
    yield from (_disk(settings, folder) for folder in folders_of(settings))
    try:
        store = open_record(settings)
    except IntakeError as error:
        yield Check("store", False, str(error))
        return
    try:
        yield _writing(store)
        with store.read() as connection:
            waiting = spool.count_waiting(connection, settings.capture.max_backlog)
        yield _backlog(waiting, settings.capture.max_backlog)
    except StoreUnavailable as error:
        yield Check("store", False, f"it ended amid the examination: {error}")
    finally:
        store.close()
    yield _door(settings)


def _door(settings: Settings) -> Check:
    """Whether our listener answers; whatever it says, it lives."""
    host, port = settings.smtp.host, settings.smtp.port
    if port == 0:
        return Check("door", True, "smtp.port is 0: the system gives the port, and it is not looked at")
    try:
        with socket.create_connection((_reachable(host), port), timeout=DOOR_SECONDS) as door:
            if settings.smtp.proxy_protocol:
                door.sendall(b"PROXY UNKNOWN\r\n")  # Answered by hanging up: it says nobody's address.
                lives = door.recv(1) == b""
            else:
                lives = door.recv(1) != b""
    except OSError as error:
        return Check("door", False, f"{host} port {port} does not answer ({error}); see to it that `intake serve` runs")
    if lives:
        return Check("door", True, f"{host} port {port} answers")
    return Check("door", False, f"{host} port {port} is not our listener; see to smtp.host and smtp.port")


def _reachable(host: str) -> str:
    """Where a listener on all addresses is to be found from this machine."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"  # noqa: PLR2004 - the version of IP


def _disk(settings: Settings, folder: Path) -> Check:
    """Room, and whether anything can be written at all."""
    what = "disk" if folder == settings.home else "disk of the vault"
    try:
        try_writing(folder)
        free = free_octets(folder)
    except OSError as error:
        return Check(what, False, f"{folder} cannot be written ({error.strerror}); see to its disk and its owner")
    said = f"{free // 2**20} MiB free"
    if free >= settings.capture.min_free_octets:
        return Check(what, True, said)
    return Check(what, False, f"{said} for {folder}, below capture.min_free_octets; make room for mail")


def _writing(store: Store) -> Check:
    """Whether the store can be written: waits as long as capture would, and writes nothing."""
    engine = store.engine.dialect.name
    try:
        with store.write():
            pass
    except StoreUnavailable as error:
        remedy = next((said for word, said in REMEDIES.items() if word in str(error)), "see to its server")
        return Check("store", False, f"{engine} takes nothing: {error}; {remedy}")
    return Check("store", True, f"{engine}, at the revision of this release")


def _contents(store: Store, settings: Settings, now: datetime) -> Iterator[Check]:
    with store.read() as connection:
        newest = spool.newest(connection)
        try:
            inspection: Inspection | IntakeError = vault.inspect(connection)
        except IntakeError as error:
            inspection = error
        counts = count_by_status(connection)
        uncertain = outbox.count_by_state(connection)[LetterState.UNCERTAIN]
    yield _clock(newest, now)
    yield _vault(settings, inspection)
    yield Check("reconciliation", True, closing_sum(counts))
    yield _backlog(counts[Status.CAPTURED], settings.capture.max_backlog)
    shunted = counts[Status.SHUNTED]
    yield Check(
        "shunted", not shunted, f"{shunted} our software failed on; run `intake replay --failed`" if shunted else "none"
    )
    yield Check("letters", not uncertain, f"{uncertain} perhaps sent; ask the relay" if uncertain else "none uncertain")


def _clock(newest: datetime | None, now: datetime) -> Check:
    if newest is None or newest - now <= CLOCK_TOLERANCE:
        return Check("clock", True, "not behind the record")
    behind = timedelta(seconds=round((newest - now).total_seconds()))
    said = f"{behind} behind the newest delivery, of {newest:%Y-%m-%d %H:%M:%S %Z}; set it (timedatectl shows it)"
    return Check("clock", False, said)


def _vault(settings: Settings, found: Inspection | IntakeError) -> Check:
    place = settings.vault.way.value
    if isinstance(found, IntakeError):
        return Check("vault", False, f"{place}: {found}; see to [vault] and to what it names")
    faults = []
    if found.damaged:
        faults.append(f"octets that are not what they were: {_some(found.damaged)}")
    if found.missing:
        faults.append(f"octets that are gone: {_some(found.missing)}")
    if faults:
        return Check("vault", False, f"{'; '.join(faults)}; restore them from a backup")
    rest = f"; {found.orphans} more that no row names, which do no harm" if found.orphans else ""
    return Check("vault", True, f"{place}, all octets match their sha256{rest}")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MAX_SHOWN} more" if len(names) > MAX_SHOWN else ""
    return ", ".join(names[:MAX_SHOWN]) + more


def _backlog(waiting: int, most: int) -> Check:
    if waiting < most:
        return Check("backlog", True, f"{waiting} wait to be read")
    return Check(
        "backlog", False, f"{waiting} wait to be read, and no more mail is taken; see to it that `intake work` runs"
    )
