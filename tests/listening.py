"""The real listener on a loop of its own, for dialogues written as dialogue."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from intake.arrival.gate import Gate, Limits
from intake.arrival.listener import Door, House, listen, open_socket, open_unix_socket
from intake.arrival.reception import Capture, Reception
from intake.vocabulary.mail import Clock, Transport

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
OURS = "cwg-internet+ott@consultations.example"
ADDRESSES = {"cwg-internet@consultations.example", OURS}
LIMITS = Limits()


@contextmanager
def listening(
    capture: Capture,
    *,
    max_octets: int = 2**20,
    limits: Limits = LIMITS,
    lmtp: bool = False,
    path: Path | None = None,
    now: Clock = lambda: NOW,
    new_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop,
    **options: object,
) -> Iterator[tuple[str, int]]:
    """The real listener on a loop of its own (uvloop's, as in service), at a free port, or at the Unix socket ``path``."""
    opened = open_unix_socket(path) if path else open_socket("127.0.0.1", 0)
    door = Door(socket=opened, lmtp=lmtp, proxied=bool(options.pop("proxied", False)))
    gate = Gate(limits, time.monotonic, options.get("trusted_relays", ()))
    certificate = options.pop("certificate", None)
    house = House(hostname="consultations.example", max_octets=max_octets, gate=gate, certificate=certificate)
    reception = Reception(
        capture,
        transport=Transport.LMTP if lmtp else Transport.SMTP,
        addresses=ADDRESSES,
        clock=now,
        limits=limits,
        **options,
    )
    loop, stop = new_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(listen([(door, reception)], house, stop),))
    thread.start()
    yield door.socket.getsockname()
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.run_until_complete(asyncio.sleep(0.01))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
