"""SMTP and LMTP dialogues: the only door of aiosmtpd.

aiosmtpd brings the commands, their grammar, and STARTTLS. Ours are the limits, the reading (see incoming.py),
and the end: 250 is said after capture has committed. A command is obeyed in the moment in which its line is
whole; tasks, of which aiosmtpd makes one for each connection, are made only for what must wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import re
from collections.abc import Coroutine
from copy import copy
from ssl import SSLContext
from typing import Any, AnyStr, cast

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.proxy_protocol import get_proxy
from aiosmtpd.smtp import ALLOWED_BEFORE_STARTTLS, SMTP

from intake.arrival.flow import MAX_WAITING_OCTETS, Flow
from intake.arrival.gate import Gate, Limits, host_of
from intake.arrival.incoming import Cut, Incoming
from intake.arrival.patience import Patience
from intake.arrival.reception import Reception
from intake.errors import OversizeMessage

SIMPLE_ADDRESS = re.compile(r"<([A-Za-z0-9_.+=-]{1,64}@[A-Za-z0-9.-]{1,255})>(?= |$)")
"""An address in angle brackets without quoting, comment or route (RFC 5321, 4.1.2)."""

log = structlog.get_logger()


class Dialogue(Flow, SMTP):  # type: ignore[misc]  # aiosmtpd calls any transport its own
    """One SMTP session (RFC 5321)."""

    def __init__(self, reception: Reception, gate: Gate, **options: Any) -> None:
        """``options`` are aiosmtpd's. For a connection, ask a dialogue that is made for ``another``."""
        super().__init__(
            reception,
            enable_SMTPUTF8=True,
            decode_data=False,
            ident="ESMTP",
            timeout=gate.limits.command_seconds,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),  # Nobody needs to log in to answer a consultation.
            **options,
        )
        self._gate = gate
        self._limits: Limits = gate.limits
        self._peer: str | None = None
        self._behind: str | None = None
        self._errors = 0
        self._messages = 0
        self._in_message = False
        self._draining = self._is_last = False
        self._message_deadline = 0.0

    def another(self, tls: SSLContext | None) -> Dialogue:
        """A dialogue like this one, for a new connection.

        aiosmtpd finds its own methods by introspection each time it is made, which takes as long as the
        whole rest of a message; they are the same for all, and need only be bound anew.
        """
        made = copy(self)
        made._smtp_methods = {name: getattr(made, f"smtp_{name}") for name in self._smtp_methods}  # noqa: SLF001
        made._incoming = Incoming()  # noqa: SLF001
        made._closed = self.loop.create_future()  # type: ignore[attr-defined]  # noqa: SLF001 - of StreamReaderProtocol
        made.tls_context = tls
        return made

    # --- a session begins and ends -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Past the gate, or away with a reason. After STARTTLS it is the same session, and in already."""
        transport = cast("asyncio.Transport", transport)  # uvloop's are of another family.
        self._set_rset_state()  # type: ignore[no-untyped-call]
        self.session = self._create_session()
        self.session.peer = transport.get_extra_info("peername")
        self.transport = transport
        if self._tls_protocol is not None:
            self.session.ssl = self._tls_protocol._extra  # noqa: SLF001
            self._incoming.clear()
            return
        peer = host_of(self.session.peer)
        refusal = self._gate.enter(peer)
        if refusal is not None:
            log.info("Turned away", action="turned_away", reply=refusal)
            transport.write(refusal.encode() + b"\r\n")
            transport.close()
            self.transport = None
            return
        self._peer = peer
        self._patience = Patience(self.loop, self._limits.session_seconds, self._give_up)
        if self._proxy_timeout is None:
            self._greet()
        else:
            self._patience.allow(self._proxy_timeout)
            self._reader = asyncio.StreamReader(limit=MAX_WAITING_OCTETS, loop=self.loop)
            self._wait_for(self._hear_proxy())

    def _greet(self) -> None:
        self._patience.allow(self._limits.command_seconds)
        self._say(f"220 {self.hostname} {self.__ident__}")

    async def _hear_proxy(self) -> None:
        said = await get_proxy(self._reader)
        if not said or not await self._call_handler_hook("PROXY", said):
            log.warning("A PROXY line is wrong, or from a stranger", action="proxy_refused")
            self._close()
            return
        self._incoming.feed(await self._reader.read(len(self._reader._buffer)))  # type: ignore[attr-defined]  # noqa: SLF001
        self._proxy_timeout = None
        self._greet()

    async def introduce(self, peer: str) -> bool:
        """A proxy said who is behind it: that peer must pass the gate as well."""
        refusal = self._gate.enter(peer)
        if refusal is not None:
            self._say(refusal)
            return False
        self._behind = peer
        return True

    def eof_received(self) -> bool:
        """The client says no more: it still hears what became of the message it has sent."""
        if self._proxy_timeout is not None:
            self._reader.feed_eof()
        self._is_last = self._in_message and self._waits_for is not None
        return self._is_last and self._tls_protocol is None

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        """Leave through the gate; one that was turned away never was inside. What waits is finished."""
        if self._peer is None:
            return
        self._gate.leave(self._peer)
        if self._behind is not None:
            self._gate.leave(self._behind)
        self._patience.end()
        if self._original_transport is not None:
            self._original_transport.close()
        if self._waits_for is not None and not self._in_message:
            self._waits_for.cancel()
        self._peer = self.transport = None

    def drain(self) -> None:
        """End: at once when idle, after the answer when a message is being taken (RFC 5321, 3.8)."""
        self._draining = True
        if not self._in_message:
            self._hang_up("421 4.3.2 Service closing, please try again later")

    def _give_up(self) -> None:
        self._hang_up("421 4.4.2 Too long without a word, goodbye")  # RFC 5321, 4.5.3.2: say why.

    def _hang_up(self, reply: str) -> None:
        with contextlib.suppress(AttributeError):  # asyncio's TLS transport raises it once its peer is gone.
            self._say(reply)
            self._close()

    # --- commands -------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Octets of a PROXY line go to its reader, all others to the dialogue."""
        if self._proxy_timeout is not None:
            self._reader.feed_data(data)
        else:
            super().data_received(data)

    def take(self) -> bool:
        """Obey the next command, or finish the message, that is whole."""
        if self._in_message:
            message = self._incoming.take_message(self.data_size_limit or 0)
            if message is Cut.PENDING:
                self._patience.allow(self._limits.block_seconds, self._message_deadline)
                return False
            self._wait_for(self._finish_message(message))
        else:
            line = self._incoming.take_command()
            if line is Cut.PENDING:
                return False
            self._obey(line)
        return True

    def _obey(self, line: bytes | Cut) -> None:
        if isinstance(line, Cut):
            self._say("500 5.5.2 Command line too long")
            return
        word, _, rest = line.partition(b" ")
        command = word.upper().decode("ascii", "replace")
        method = self._smtp_methods.get(command)
        if method is None:
            self._say("500 5.5.2 Command not recognized")
        elif self.require_starttls and not self._tls_protocol and command not in ALLOWED_BEFORE_STARTTLS:
            self._say("530 5.7.0 STARTTLS first")  # RFC 3207, 4
        elif command == "MAIL" and self._messages >= self._limits.messages:
            self._hang_up("421 4.7.0 Enough messages in one session, please connect again")
        else:
            self._patience.allow(self._limits.command_seconds)
            argument = rest.strip().decode("utf-8", "surrogateescape") if rest else None
            if command == "STARTTLS":
                self._wait_for(method(argument))
            else:
                self._run(method(argument))

    def _run(self, command: Coroutine[Any, Any, None]) -> None:
        """A command of aiosmtpd to its end: none but STARTTLS waits for anything, since our answers do not."""
        try:
            command.send(None)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - fate: temporary for the sender, told in the log.
            self._say(self.event_handler.fail(error))
            return
        command.close()
        self._say(self.event_handler.fail(RuntimeError("a command waits")))

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address and what follows it. Nearly all are of one simple form; aiosmtpd reads the others."""
        if simple := SIMPLE_ADDRESS.match(arg):
            return simple[1], arg[simple.end() :]
        return super()._getaddr(arg)

    # --- answers ------------------------------------------------------------------------------------------

    async def push(self, status: AnyStr) -> None:
        """Answer, by the name that aiosmtpd gives it."""
        self._say(status)

    def _say(self, status: str | bytes) -> None:
        """Answer; one refusal too many ends the session."""
        if self.transport is None:
            return
        octets = status if isinstance(status, bytes) else status.encode("utf-8", "backslashreplace")
        self.transport.write(octets + b"\r\n")
        if octets[:1] in {b"4", b"5"}:
            self._errors += 1
            if self._errors > self._limits.errors:
                self.transport.write(b"421 4.7.0 Too many errors, goodbye\r\n")
                self.transport.close()

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """RFC 5321, 4.1.1.10."""
        if arg:
            await self.push("501 5.5.4 QUIT takes no argument")
        else:
            await self.push("221 2.0.0 Bye")
            self._close()

    # --- a message ---------------------------------------------------------------------------------------

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Begin a message; what comes next goes to ``take_message``."""
        assert self.envelope is not None
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 RCPT first")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes no argument")
            return
        self._in_message = True
        self._messages += 1
        self._message_deadline = self.loop.time() + self._limits.data_seconds
        self._patience.allow(self._limits.block_seconds, self._message_deadline)
        self._incoming.begin_message()
        await self.push("354 End data with <CR><LF>.<CR><LF>")

    async def _finish_message(self, octets: bytes | Cut) -> None:
        """Have it captured, then answer."""
        assert self.envelope is not None
        recipients = len(self.envelope.rcpt_tos)
        self._patience.allow(math.inf)  # The store has limits of its own.
        if isinstance(octets, Cut):
            status = OversizeMessage.reply
        else:
            self.envelope.original_content = self.envelope.content = octets
            status = await self._call_handler_hook("DATA")
        self.envelope = self._create_envelope()
        self._patience.allow(self._limits.command_seconds)
        self._say(self._answer(status, recipients))
        self._in_message = False
        if self._draining:
            self.drain()
        elif self._is_last:
            self._close()

    def _answer(self, status: str, recipients: int) -> str:  # noqa: ARG002 - LMTP needs it
        return status


class LocalDialogue(Dialogue, LMTP):  # type: ignore[misc]
    """One LMTP session (RFC 2033): after the data, one answer for each recipient."""

    def _answer(self, status: str, recipients: int) -> str:
        return "\r\n".join([status] * recipients)
