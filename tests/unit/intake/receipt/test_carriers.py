"""The two ways out: a folder, and a relay that is real, on a free port, and not always friendly."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.errors import OutboxError
from intake.receipt.carriers import FolderCarrier, RelayCarrier
from intake.vocabulary.letter import LetterRefused, LetterUncertain

LETTER = b"To: a@x.example\r\nSubject: s\r\n\r\nline\r\n.\r\n..two\r\n"


class Relay:
    """Says at each step what it is told to say."""

    def __init__(self) -> None:
        self.rcpt, self.data = "250 OK", "250 2.6.0 taken"
        self.hang_up = False
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        if self.hang_up:
            server.transport.abort()
        return self.data


@pytest.fixture
def relay() -> Relay:
    return Relay()


@pytest.fixture
def carrier(relay: Relay) -> Iterator[RelayCarrier]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(relay, hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    yield RelayCarrier(host="127.0.0.1", port=port, starttls=False)
    controller.stop()


def test_a_letter_that_is_taken_arrives_whole_from_the_null_sender(carrier: RelayCarrier, relay: Relay) -> None:
    assert carrier.hand_over("a@x.example", LETTER, "000001") == "250 2.6.0 taken"
    (envelope,) = relay.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("<>", ["a@x.example"])
    assert envelope.content == LETTER


@pytest.mark.parametrize(
    ("step", "answer", "error"),
    [
        ("rcpt", "550 5.1.1 no such person", LetterRefused),
        ("rcpt", "450 4.2.1 try later", OutboxError),
        ("data", "550 5.7.1 not wanted", LetterRefused),
        ("data", "554 5.6.0 broken", LetterRefused),
        ("data", "450 4.2.0 full", OutboxError),
        ("data", "421 4.3.2 closing", OutboxError),
    ],
)
def test_a_declined_letter_is_refused_or_tried_again_by_the_code(
    carrier: RelayCarrier, relay: Relay, step: str, answer: str, error: type[Exception]
) -> None:
    setattr(relay, step, answer)
    with pytest.raises(error, match=answer[:3]):
        carrier.hand_over("a@x.example", LETTER, "000001")


def test_silence_after_the_final_dot_is_uncertain(carrier: RelayCarrier, relay: Relay) -> None:
    relay.hang_up = True
    with pytest.raises(LetterUncertain, match="after the final dot"):
        carrier.hand_over("a@x.example", LETTER, "000001")
    assert len(relay.envelopes) == 1


def test_a_relay_without_the_encryption_that_is_asked_for_gets_nothing(carrier: RelayCarrier, relay: Relay) -> None:
    strict = RelayCarrier(host=carrier.host, port=carrier.port, starttls=True)
    with pytest.raises(OutboxError):
        strict.hand_over("a@x.example", LETTER, "000001")
    assert relay.envelopes == []


def test_a_relay_that_knows_no_password_gets_nothing(carrier: RelayCarrier, relay: Relay) -> None:
    named = RelayCarrier(host=carrier.host, port=carrier.port, starttls=False, user="u", password="p")
    with pytest.raises(OutboxError):
        named.hand_over("a@x.example", LETTER, "000001")
    assert relay.envelopes == []


def test_a_relay_that_is_not_there_is_tried_again() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(OutboxError, match=r"127\.0\.0\.1"):
        RelayCarrier(host="127.0.0.1", port=port, starttls=False).hand_over("a@x.example", LETTER, "1")


def test_an_address_that_cannot_be_said_is_refused(carrier: RelayCarrier, relay: Relay) -> None:
    with pytest.raises(LetterRefused):
        carrier.hand_over("björn@x.example", LETTER, "000001")
    assert relay.envelopes == []


# --- a relay that keeps to a script, word by word -------------------------------------------------------


def scripted(script: list[tuple[str, bytes]]) -> tuple[int, threading.Thread]:
    """Listen once; to each expected beginning of a line give an answer; an empty answer hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener, listener.accept()[0] as peer, peer.makefile("rb") as lines:
            peer.settimeout(20)
            peer.sendall(b"220 relay.example\r\n")
            for expected, answer in script:
                while not (line := lines.readline()).upper().startswith(expected.encode()):
                    if not line:
                        return
                if not answer:
                    return
                peer.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listener.getsockname()[1], thread


TAKEN: list[tuple[str, bytes]] = [
    ("EHLO", b"250 relay.example\r\n"),
    ("MAIL", b"250 OK\r\n"),
    ("RCPT", b"250 OK\r\n"),
    ("DATA", b"354 go on\r\n"),
    (".\r\n", b"250 taken\r\n"),
]


def run(script: list[tuple[str, bytes]]) -> str:
    port, thread = scripted(script)
    try:
        return RelayCarrier(host="127.0.0.1", port=port, starttls=False).hand_over("a@x.example", LETTER, "1")
    finally:
        thread.join(20)


def test_the_script_itself_works() -> None:
    assert run([*TAKEN, ("QUIT", b"221 bye\r\n")]) == "250 taken"


@pytest.mark.parametrize("farewell", [b"", b"421 closing\r\n", b"500 what\r\n"])
def test_once_taken_a_letter_is_sent_however_rude_the_farewell(farewell: bytes) -> None:
    assert run([*TAKEN, ("QUIT", farewell)]) == "250 taken"


def test_a_refusal_stays_one_however_rude_the_farewell() -> None:
    with pytest.raises(LetterRefused):
        run([*TAKEN[:2], ("RCPT", b"550 nobody\r\n"), ("QUIT", b"421 closing\r\n")])


@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_a_relay_that_hangs_up_before_the_letter_was_sent_is_tried_again(step: int) -> None:
    with pytest.raises(OutboxError):
        run([*TAKEN[:step], (TAKEN[step][0], b"")])


@pytest.mark.parametrize(("answer", "error"), [(b"554 no\r\n", LetterRefused), (b"451 later\r\n", OutboxError)])
def test_where_data_itself_is_declined_nothing_was_sent(answer: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        run([*TAKEN[:3], ("DATA", answer), ("QUIT", b"221 bye\r\n")])


# --- the folder -----------------------------------------------------------------------------------------


def test_the_folder_holds_each_letter_whole(tmp_path: Path) -> None:
    carrier = FolderCarrier(tmp_path / "new" / "outbox")
    assert carrier.hand_over("a@x.example", LETTER, "000001") == "written to 000001.eml"
    assert [path.name for path in carrier.folder.iterdir()] == ["000001.eml"]
    assert (carrier.folder / "000001.eml").read_bytes() == LETTER


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_bytes(b"a file")
    with pytest.raises(OutboxError, match="cannot be written"):
        FolderCarrier(tmp_path / "outbox").hand_over("a@x.example", LETTER, "000001")


def test_a_letter_that_was_not_written_whole_does_not_look_like_one(tmp_path: Path, monkeypatch: Any) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("intake.receipt.carriers.os.fsync", refuse)
    with pytest.raises(OutboxError, match="No space left on device"):
        FolderCarrier(tmp_path).hand_over("a@x.example", LETTER, "000001")
    assert list(tmp_path.glob("*.eml")) == []
