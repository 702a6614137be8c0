"""SMTP and LMTP dialogues: the only door of aiosmtpd.

aiosmtpd brings the commands, their grammar, and STARTTLS. Ours are the limits, the reading of the message
(block by block, with a bounded memory), and the end: 250 is said after capture has committed.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from copy import copy
from ssl import SSLContext
from typing import Any, AnyStr

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.proxy_protocol import get_proxy
from aiosmtpd.smtp import ALLOWED_BEFORE_STARTTLS, SMTP, TLSSetupException

from intake.arrival.gate import Gate, Limits
from intake.arrival.reception import Reception
from intake.errors import OversizeMessage

MAX_LINE_OCTETS = 64 * 1024
"""64 KiB: what is buffered of one command, and the size of the blocks in which messages are read."""
MAX_COMMAND_OCTETS = 2048
"""RFC 5321, 4.5.3.1.4: 512, and more for each extension (SIZE, SMTPUTF8); four times that is no command."""
SIMPLE_ADDRESS = re.compile(r"<([A-Za-z0-9_.+=-]{1,64}@[A-Za-z0-9.-]{1,255})>(?= |$)")
"""An address in angle brackets without quoting, comment or route (RFC 5321, 4.1.2)."""
END_OF_DATA = b"\r\n.\r\n"
"""RFC 5321, 4.1.1.4. Nothing else ends a message: a bare LF around the dot is text (CVE-2024-27305)."""

log = structlog.get_logger()


class Dialogue(SMTP):
    """One SMTP session (RFC 5321)."""

    line_length_limit = MAX_LINE_OCTETS

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
        self._draining = False
        self._session_end: asyncio.TimerHandle | None = None

    def another(self, tls: SSLContext | None) -> Dialogue:
        """A dialogue like this one, for a new connection.

        aiosmtpd finds its own methods by introspection each time it is made, which takes as long as the
        whole rest of a message; they are the same for all, and need only be bound anew.
        """
        made = copy(self)
        reader = asyncio.StreamReader(limit=self.line_length_limit, loop=self.loop)
        asyncio.StreamReaderProtocol.__init__(made, reader, made._cb_client_connected, self.loop)  # noqa: SLF001
        made._smtp_methods = {name: getattr(made, f"smtp_{name}") for name in self._smtp_methods}  # noqa: SLF001
        made.tls_context = tls
        return made

    # --- a session begins and ends -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Past the gate, or away with a reason. After STARTTLS it is the same session, and in already."""
        if self._peer is None:
            peer = host_of(transport.get_extra_info("peername"))
            refusal = self._gate.enter(peer)
            if refusal is not None:
                log.info("Turned away", action="turned_away", reply=refusal)
                assert isinstance(transport, asyncio.WriteTransport)
                transport.write(refusal.encode() + b"\r\n")
                transport.close()
                return
            self._peer = peer
            self._session_end = self.loop.call_later(self._limits.session_seconds, self._timeout_cb)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Leave through the gate; one that was turned away never was inside."""
        if self._peer is None:
            return
        self._gate.leave(self._peer)
        if self._behind is not None:
            self._gate.leave(self._behind)
        if self._session_end is not None:
            self._session_end.cancel()
        super().connection_lost(error)

    async def introduce(self, peer: str) -> bool:
        """A proxy said who is behind it: that peer must pass the gate as well."""
        refusal = self._gate.enter(peer)
        if refusal is not None:
            await self.push(refusal)
            return False
        self._behind = peer
        return True

    def _timeout_cb(self) -> None:
        """Say why before hanging up (RFC 5321, 4.5.3.2)."""
        self._hang_up(b"421 4.4.2 Too long without a word, goodbye\r\n")

    def _hang_up(self, reply: bytes) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            with contextlib.suppress(AttributeError):  # asyncio's TLS transport raises it once its peer is gone.
                self.transport.write(reply)
                self.transport.close()

    # --- commands -------------------------------------------------------------------------------------------

    async def _handle_client(self) -> None:
        """The dialogue, command by command. aiosmtpd's own copies and sanitizes each line for its log."""
        try:
            if self._proxy_timeout is not None and not await self._hear_proxy():
                log.warning("A PROXY line is wrong, or from a stranger", action="proxy_refused")
                return
            await self.push(f"220 {self.hostname} {self.__ident__}")
            while self.transport is not None and not self.transport.is_closing():
                line = await self._read_command()
                if line is None:
                    await self.push("500 5.5.2 Command line too long")
                    continue
                try:
                    await self._obey(line)
                except TLSSetupException:
                    self.transport.close()
                except ConnectionResetError:
                    raise
                except Exception as error:  # noqa: BLE001 - fate: temporary for the sender, told in the log.
                    await self.push(await self.handle_exception(error))
        except (ConnectionResetError, asyncio.IncompleteReadError):
            log.debug("The client hung up", action="hung_up")
        finally:
            self._writer.close()

    async def _hear_proxy(self) -> bool:
        assert self.session is not None
        assert self._proxy_timeout is not None
        self._reset_timeout(self._proxy_timeout)
        said = await get_proxy(self._reader)
        if not said or not await self._call_handler_hook("PROXY", said):
            return False
        self._reset_timeout()
        return True

    async def _read_command(self) -> bytes | None:
        """One line without its end; None for one that is too long, which is read to its end all the same."""
        fits = True
        while True:
            try:
                line = await self._reader.readuntil(b"\n")
            except asyncio.LimitOverrunError as overrun:
                await self._reader.read(overrun.consumed)
                fits = False
                continue
            return line.rstrip(b"\r\n") if fits and len(line) <= MAX_COMMAND_OCTETS else None

    async def _obey(self, line: bytes) -> None:
        word, _, rest = line.partition(b" ")
        command = word.upper().decode("ascii", "replace")
        method = self._smtp_methods.get(command)
        if method is None:
            await self.push("500 5.5.2 Command not recognized")
        elif self.require_starttls and not self._tls_protocol and command not in ALLOWED_BEFORE_STARTTLS:
            await self.push("530 5.7.0 STARTTLS first")  # RFC 3207, 4
        elif command == "MAIL" and self._messages >= self._limits.messages:
            await self.push("421 4.7.0 Enough messages in one session, please connect again")
            self._writer.close()
        else:
            self._reset_timeout()
            await method(rest.strip().decode("utf-8", "surrogateescape") if rest else None)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address and what follows it. Nearly all are of one simple form; aiosmtpd reads the others."""
        if simple := SIMPLE_ADDRESS.match(arg):
            return simple[1], arg[simple.end() :]
        return super()._getaddr(arg)

    def drain(self) -> None:
        """End: at once when idle, after the answer when a message is being taken (RFC 5321, 3.8)."""
        self._draining = True
        if not self._in_message:
            self._hang_up(b"421 4.3.2 Service closing, please try again later\r\n")

    async def push(self, status: AnyStr) -> None:
        """Answer; one refusal too many ends the session."""
        await super().push(status)
        if status[:1] in {"4", "5", b"4", b"5"} and self.transport is not None:
            self._errors += 1
            if self._errors > self._limits.errors:
                await super().push("421 4.7.0 Too many errors, goodbye")
                self.transport.close()

    # --- a message ---------------------------------------------------------------------------------------

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Read the message, have it captured, answer. aiosmtpd's own reads line by line, without bound."""
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
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        octets = await self._read_message()
        recipients = len(self.envelope.rcpt_tos)
        if octets is None:
            status = OversizeMessage.reply
        else:
            self.envelope.original_content = self.envelope.content = octets
            status = await self._call_handler_hook("DATA")
        self.envelope = self._create_envelope()
        self._reset_timeout()
        await self.push(self._answer(status, recipients))
        self._in_message = False
        if self._draining:
            self.drain()

    def _answer(self, status: str, recipients: int) -> str:  # noqa: ARG002 - LMTP needs it
        return status

    async def _read_message(self) -> bytes | None:
        """The octets, dot-stuffing undone (RFC 5321, 4.5.2); None for a message over the limit.

        Past the limit only the last four octets are kept, so that memory stays flat until the end comes.
        """
        limit = self.data_size_limit or 0
        deadline = self.loop.time() + self._limits.data_seconds
        data, oversize = bytearray(b"\r\n"), False  # The line end of DATA itself may begin the end of data.
        while True:
            self._reset_timeout(max(0.01, min(self._limits.block_seconds, deadline - self.loop.time())))
            block = await self._reader.read(MAX_LINE_OCTETS)
            if not block:
                raise ConnectionResetError
            searched = max(0, len(data) - len(END_OF_DATA) + 1)
            data += block
            end = data.find(END_OF_DATA, searched)
            if end >= 0:
                break
            if oversize or len(data) > limit + len(END_OF_DATA):
                oversize = True
                del data[: 1 - len(END_OF_DATA)]
        rest = data[end + len(END_OF_DATA) :]
        if rest:  # The next command came in the same breath (RFC 2920): back to the front of the queue.
            self._reader._buffer[:0] = rest  # type: ignore[attr-defined]  # noqa: SLF001
        if oversize or end > limit:
            return None
        del data[end + 2 :]
        if data.find(b"\r\n.") >= 0:
            data = data.replace(b"\r\n.", b"\r\n")
        return bytes(memoryview(data)[2:])


class LocalDialogue(Dialogue, LMTP):
    """One LMTP session (RFC 2033): after the data, one answer for each recipient."""

    def _answer(self, status: str, recipients: int) -> str:
        return "\r\n".join([status] * recipients)


def host_of(name: object) -> str:
    """The peer's address; a Unix socket has none, and counts as one peer."""
    return str(name[0]) if isinstance(name, tuple) and name else "local"
