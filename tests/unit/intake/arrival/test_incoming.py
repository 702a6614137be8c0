"""However the network cuts what it brings, the same commands and messages come out."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from intake.arrival.incoming import END_OF_DATA, MAX_COMMAND_OCTETS, Cut, Incoming

LIMIT = 2000


def messages(octets: bytes, cuts: list[int], limit: int = LIMIT) -> list[bytes | Cut]:
    """What comes out of messages sent one after the other, cut at these places."""
    incoming, found = Incoming(), list[bytes | Cut]()
    incoming.begin_message()
    places = sorted({0, len(octets), *(cut % (len(octets) + 1) for cut in cuts)})
    for start, end in pairwise(places):
        incoming.feed(octets[start:end])
        while (message := incoming.take_message(limit)) is not Cut.PENDING:
            found.append(message)
            incoming.begin_message()
    return found


def stuffed(message: bytes) -> bytes:
    """As a client sends it (RFC 5321, 4.5.2)."""
    dotted = (b"\r\n" + message).replace(b"\r\n.", b"\r\n..")[2:]
    return dotted + b".\r\n"


BODIES = st.lists(st.sampled_from([b".", b"..", b"a", b"\r", b"\n", b"\0", b"\xff", b".\n", b"\n.\n"]), max_size=20)


@given(st.lists(st.lists(BODIES.map(b"".join)), max_size=4), st.lists(st.integers(0, 4000), max_size=12))
def test_messages_come_out_as_they_were_sent(many: list[list[bytes]], cuts: list[int]) -> None:
    sent = [b"".join(line.replace(b"\r\n", b"") + b"\r\n" for line in lines) for lines in many]
    assert messages(b"".join(map(stuffed, sent)), cuts) == [one if len(one) <= LIMIT else Cut.TOO_BIG for one in sent]


def test_nothing_but_crlf_dot_crlf_ends_a_message() -> None:
    """CVE-2024-27305: a bare LF around the dot would smuggle a second message."""
    smuggled = b"a\n.\nb\r\n.\nc\n.\r\nd\r\n"
    assert messages(smuggled + b".\r\n", []) == [smuggled.replace(b"\r\n.", b"\r\n")]


def test_a_message_too_big_is_let_go_as_it_comes_and_the_next_is_whole() -> None:
    incoming = Incoming()
    incoming.begin_message()
    for _ in range(1000):
        incoming.feed(b"x" * 1000)
        assert incoming.take_message(LIMIT) is Cut.PENDING
        assert len(incoming) <= LIMIT + 1000 + len(END_OF_DATA)
    incoming.feed(END_OF_DATA + b"NOOP\r\n")
    assert incoming.take_message(LIMIT) is Cut.TOO_BIG
    assert incoming.take_command() == b"NOOP"


def test_the_limit_is_of_the_message_itself() -> None:
    body = b"x" * (LIMIT - 2) + b"\r\n"
    assert messages(stuffed(body), []) == [body]
    assert messages(stuffed(b"x" + body), []) == [Cut.TOO_BIG]


def test_a_command_without_end_takes_no_memory() -> None:
    incoming = Incoming()
    for _ in range(100):
        incoming.feed(b"A" * 1000)
        assert incoming.take_command() is Cut.PENDING
        assert len(incoming) <= MAX_COMMAND_OCTETS + 1
    incoming.feed(b"\r\nQUIT\r\n")
    assert incoming.take_command() is Cut.TOO_BIG
    assert incoming.take_command() == b"QUIT"
