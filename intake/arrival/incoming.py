"""The octets of one connection, cut into commands and messages; nothing of the network is here."""

from __future__ import annotations

from enum import Enum

MAX_COMMAND_OCTETS = 2048
"""RFC 5321, 4.5.3.1.4: 512, and more for each extension (SIZE, SMTPUTF8); four times that is no command."""
END_OF_DATA = b"\r\n.\r\n"
"""RFC 5321, 4.1.1.4. Nothing else ends a message: a bare LF around the dot is text (CVE-2024-27305)."""


class Cut(Enum):
    """Why nothing, or nothing usable, was cut off."""

    PENDING = "pending"  # The rest has not come yet.
    TOO_BIG = "too big"  # Over the limit; its octets were let go as they came.


class Incoming:
    """What has come and was not taken yet. Memory is bounded by the limit of whoever takes."""

    def __init__(self) -> None:
        self._octets = bytearray()
        self._searched = 0
        self._too_big = False

    def __len__(self) -> int:
        return len(self._octets)

    def feed(self, octets: bytes) -> None:
        """Append what the network brought."""
        self._octets += octets

    def clear(self) -> None:
        """Forget all of it, as after STARTTLS (RFC 3207, 6)."""
        self._octets.clear()
        self._searched, self._too_big = 0, False

    def take_command(self) -> bytes | Cut:
        """The next line, without its end."""
        end = self._octets.find(b"\n", self._searched)
        if end < 0:
            del self._octets[MAX_COMMAND_OCTETS + 1 :]  # Enough to know that it is too long.
            self._searched = len(self._octets)
            return Cut.PENDING
        line = bytes(self._octets[:end])
        del self._octets[: end + 1]
        self._searched = 0
        return line.rstrip(b"\r") if len(line) <= MAX_COMMAND_OCTETS else Cut.TOO_BIG

    def begin_message(self) -> None:
        """What follows is a message. The line end of DATA itself may begin the end of data."""
        self._octets[:0] = b"\r\n"
        self._searched, self._too_big = 0, False

    def take_message(self, limit: int) -> bytes | Cut:
        """The message, of at most ``limit`` octets, dot-stuffing undone (RFC 5321, 4.5.2).

        Past the limit only what may belong to the end of data is kept, so that memory stays flat.
        """
        end = self._octets.find(END_OF_DATA, self._searched)
        if end < 0:
            if self._too_big or len(self._octets) > limit + len(END_OF_DATA):
                self._too_big = True
                del self._octets[: 1 - len(END_OF_DATA)]
            self._searched = max(0, len(self._octets) - len(END_OF_DATA) + 1)
            return Cut.PENDING
        fits = not self._too_big and end <= limit
        with memoryview(self._octets) as octets:
            message = bytes(octets[2 : end + 2]) if fits else b""
        del self._octets[: end + len(END_OF_DATA)]
        self._searched = 0
        if not fits:
            return Cut.TOO_BIG
        if message.startswith(b"."):
            message = message[1:]
        return message.replace(b"\r\n.", b"\r\n")
