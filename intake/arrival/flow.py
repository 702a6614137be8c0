"""The flow of one connection: what has come is taken as soon as it is whole, unless something must end before."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any

import structlog

from intake.arrival.incoming import Incoming

MAX_WAITING_OCTETS = 64 * 1024
"""64 KiB: what a client may send ahead while we do what must wait; then it is not listened to."""

log = structlog.get_logger()


class Flow(asyncio.Protocol, ABC):
    """One connection. Nothing is taken while something is waited for, or while the client does not hear us."""

    transport: asyncio.Transport | None
    loop: asyncio.AbstractEventLoop
    _waits_for: asyncio.Task[None] | None = None
    """Something that must end before anything more is taken."""
    _unheard = False
    """The client does not read our answers: no more are given until it does."""

    _incoming: Incoming

    @abstractmethod
    def take(self) -> bool:
        """Take the next whole thing from what has come; False where nothing is whole."""

    def data_received(self, data: bytes) -> None:
        """Take what is whole; keep the rest, within bounds."""
        self._incoming.feed(data)
        self._go_on()
        ahead = self._waits_for is not None or self._unheard
        if ahead and len(self._incoming) > MAX_WAITING_OCTETS and self.transport is not None:
            self.transport.pause_reading()

    def pause_writing(self) -> None:
        """The client does not read what we answer."""
        self._unheard = True

    def resume_writing(self) -> None:
        """It does again."""
        self._unheard = False
        self._listen_again()

    def _listen_again(self) -> None:
        if self.transport is not None:
            with contextlib.suppress(RuntimeError):  # asyncio's raises where nothing was paused or all is closed.
                self.transport.resume_reading()
            self._go_on()

    def _go_on(self) -> None:
        while self._waits_for is None and not self._unheard and self.transport and not self.transport.is_closing():
            if not self.take():
                return

    def _wait_for(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self._waits_for = self.loop.create_task(self._ended(coroutine))

    async def _ended(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """What must wait has ended: back to what has come meanwhile."""
        try:
            await coroutine
        except Exception as error:  # noqa: BLE001 - a handshake that fails, a PROXY line that ends: fate: final.
            log.info("The dialogue cannot go on", action="hung_up", error=repr(error))
            self._close()
        self._waits_for = None
        self._listen_again()

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.close()
