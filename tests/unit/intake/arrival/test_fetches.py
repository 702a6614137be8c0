"""Answers to FETCH in their usual form are read at once; every other form is left to imapclient's parser."""

from __future__ import annotations

import pytest
from imapclient.response_parser import parse_fetch_response

from intake.arrival.fetches import Answer, read_messages, read_sizes

DATE = b"30-Nov-2026 10:00:00 +0100"


def whole(uid: int, octets: bytes) -> list[bytes | tuple[bytes, bytes]]:
    head = b'%d (UID %d INTERNALDATE "%s" BODY[] {%d}' % (uid, uid, DATE, len(octets))
    return [(head, octets), b")"]


@pytest.mark.parametrize("octets", [b"", b"\r\n", b'a ) "quoted" {5}\r\n\0\xff', b"17"])
def test_messages_are_those_that_imapclient_reads(octets: bytes) -> None:
    answer = [*whole(1, octets), *whole(4294967295, b"x")]
    assert read_messages(answer) == [(1, DATE, octets), (4294967295, DATE, b"x")]
    parsed = parse_fetch_response(answer, normalise_times=False)
    assert {uid: said[b"BODY[]"] for uid, said in parsed.items()} == {1: octets, 4294967295: b"x"}


@pytest.mark.parametrize(
    "answer",
    [
        [b'1 (UID 1 INTERNALDATE "%s" BODY[] NIL)' % DATE],
        [b'1 (UID 1 INTERNALDATE "%s" BODY[] "short")' % DATE],
        [b"1 (UID 1 FLAGS (\\Seen))"],
        [b"1 (UID 1 FLAGS (\\Seen))", *whole(2, b"x")],
        [(b"1 (BODY[] {1}", b"x"), b' UID 1 INTERNALDATE "%s")' % DATE],
        [(b'1 (UID 1 INTERNALDATE "%s" BODY[] {1}' % DATE, b"x"), b" FLAGS (\\Seen))"],
        [(b'1 (UID 1 INTERNALDATE "%s" BODY[] {9}' % DATE, b"cut off"), b")"],
        [*whole(1, b"x"), None],
    ],
)
def test_any_other_form_is_left_to_imapclient(answer: Answer) -> None:
    assert read_messages(answer) is None


def test_sizes_come_in_either_order() -> None:
    assert read_sizes([b"1 (UID 7 RFC822.SIZE 100)", b"2 (RFC822.SIZE 3000000000 UID 8)"]) == {7: 100, 8: 3000000000}
    assert read_sizes([]) == {}
    assert read_messages([]) == []


@pytest.mark.parametrize("line", [b"1 (UID 7 RFC822.SIZE 100 FLAGS ())", b"1 (FLAGS (\\Seen))", None, (b"1 {1}", b"x")])
def test_a_size_in_any_other_form_is_left_to_imapclient(line: bytes) -> None:
    assert read_sizes([b"1 (UID 7 RFC822.SIZE 100)", line]) is None
