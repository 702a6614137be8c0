"""Wires the stages together and keeps them going: one process reads, places, registers, sends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import structlog

from intake import __version__
from intake.capture import spool
from intake.errors import IntakeError, SettingsError, StoreUnavailable
from intake.pipeline import Desk, handle
from intake.receipt import outbox
from intake.receipt.carriers import FolderCarrier, RelayCarrier
from intake.settings import Settings
from intake.storage.session import open_store
from intake.vocabulary.letter import Carrier
from intake.vocabulary.mail import Clock, Delivery
from intake.vocabulary.provenance import Agent
from intake.vocabulary.submission import Entry

SOFTWARE = Agent("intake", __version__)
"""How the service signs what it does."""
IDLE_SECONDS = 0.5
"""Between two looks at an empty spool: a sender does not notice, a disk does not care."""
RETRY_DELAY = timedelta(minutes=1)
"""After a temporary failure; shorter than LEASE, so that a retry is not mistaken for a new worker."""

log = structlog.get_logger()


def open_desk(settings: Settings, clock: Clock) -> Desk:
    """Open the store and sit down. Raises StoreError, with the sentence that says what to run."""
    return Desk(store=open_store(settings.store_url), settings=settings, clock=clock, agent=SOFTWARE)


def carrier_of(settings: Settings) -> Carrier:
    """The way out that the configuration names. Raises SettingsError."""
    way = settings.outbox
    if way.way == "folder":
        return FolderCarrier(settings.home / way.folder)
    if not way.relay_host:
        raise SettingsError("intake.toml: outbox.relay_host is empty; name the host, or set outbox.way to folder.")
    try:
        password = Path(way.password_file).read_text(encoding="utf-8").partition("\n")[0] if way.password_file else ""
    except OSError as error:
        raise SettingsError(f"intake.toml: outbox.password_file cannot be read ({error.strerror}).") from error
    return RelayCarrier(
        host=way.relay_host, port=way.relay_port, starttls=way.starttls, user=way.user, password=password
    )


def process(desk: Desk, *, patient: bool) -> Iterator[tuple[Delivery, Entry | None]]:
    """Take up what waits, one delivery after the other, until nothing does.

    One that meets a temporary failure is put back for RETRY_DELAY, and no attempt is counted. One on
    which we fail is tried again, at once or after RETRY_DELAY when ``patient``; after spool.MAX_ATTEMPTS
    it is shunted. None stands for the entry of one that failed or was decided by a person.
    """
    while True:
        now = desk.clock()
        with desk.store.write() as connection:
            spool.shunt_exhausted(connection, now)
            delivery = spool.lease(connection, now)
        if delivery is None:
            return
        started = time.monotonic()
        try:
            entry = handle(delivery, desk)
        except Exception as error:  # fate: kept and tried again; after MAX_ATTEMPTS shunted, never lost.
            temporary = isinstance(error, IntakeError) and error.temporary
            log.exception("Delivery failed", action="failed", delivery=delivery.id, temporary=temporary)
            with desk.store.write() as connection:
                at = now + RETRY_DELAY if patient or temporary else now
                spool.retry(connection, delivery, repr(error), at, counted=not temporary)
            yield delivery, None
            continue
        log.info(
            "Delivery handled",
            action="handled",
            delivery=delivery.id,
            status=entry.status.value if entry else "as decided",
            duration_ms=round(1000 * (time.monotonic() - started)),
        )
        yield delivery, entry


def send(desk: Desk, carrier: Carrier) -> Iterator[outbox.Dispatch]:
    """Hand over the letters whose time has come."""
    for dispatch in outbox.send_due(desk.store, carrier, desk.clock, desk.agent):
        log.info("Letter handed over", action="dispatched", letter=dispatch.letter, state=dispatch.state.value)
        yield dispatch


def work(desk: Desk, carrier: Carrier, stop: threading.Event, *, idle: Callable[[float], object] | None = None) -> None:
    """Process and send until ``stop`` is set; what was begun is finished."""
    wait = idle or stop.wait
    with desk.store.write() as connection:
        outbox.recover(connection, desk.clock())
    while not stop.is_set():
        try:
            for _ in process(desk, patient=True):
                if stop.is_set():
                    break
            for _ in send(desk, carrier):
                if stop.is_set():
                    break
        except StoreUnavailable as error:
            log.error("The store does not answer", action="store_unavailable", error=str(error))
        wait(IDLE_SECONDS)
