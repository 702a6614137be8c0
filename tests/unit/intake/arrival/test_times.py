"""The time that a trusted host witnessed; nobody else's word counts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from intake.arrival.times import MAX_HEADER_OCTETS, witnessed

OURS = "mx.desk.example"
AT_TEN = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


def hop(by: str, at: str, origin: str = "far.example") -> bytes:
    return f"Received: from {origin} ({origin} [192.0.2.7])\r\n\tby {by} (Postfix) with ESMTPS id 4Xab;\r\n\t{at}\r\n".encode()


def mail(*hops: bytes) -> bytes:
    return b"".join(hops) + b"From: a@far.example\r\nSubject: x\r\n\r\nbody\r\n"


TEN = "Mon, 30 Nov 2026 11:00:00 +0100 (CET)"
NINE = "Mon, 30 Nov 2026 09:00:00 +0000"


@pytest.mark.parametrize(
    ("octets", "moment"),
    [
        (mail(hop(OURS, TEN)), AT_TEN),
        (mail(hop("MX.Desk.Example.", TEN)), AT_TEN),
        (mail(hop(OURS, TEN)).replace(b"\r\n", b"\n"), AT_TEN),
        (mail(hop("other.example", NINE), hop(OURS, TEN)), AT_TEN),
        (mail(hop(OURS, TEN), hop(OURS, NINE)), AT_TEN),
        (mail(hop("mx.desk.example.evil.example", TEN)), None),
        (mail(hop("other.example", TEN, origin=OURS)), None),
        (mail(), None),
        (mail(hop(OURS, "")), None),
        (mail(hop(OURS, "Mon, 30 Nov 2026 10:00:00")), None),
        (mail(hop(OURS, "Mon, 30 Nov 99999 10:00:00 +0000")), None),
        (mail(hop(OURS, "no date at all")), None),
        (b"From: a@far.example\r\n\r\n" + hop(OURS, TEN), None),
        (b"", None),
        (b"\xff\xfe\0", None),
    ],
    ids=[
        "one",
        "case-and-final-dot",
        "bare-lf",
        "below-another",
        "newest-of-two",
        "longer-name",
        "named-as-origin",
        "no-hop",
        "no-date",
        "no-zone",
        "year-99999",
        "nonsense",
        "in-the-body",
        "empty",
        "binary",
    ],
)
def test_the_newest_line_of_a_trusted_host_tells(octets: bytes, moment: datetime | None) -> None:
    assert witnessed(octets, [OURS]) == moment


def test_hosts_are_compared_without_regard_to_case() -> None:
    assert witnessed(mail(hop(OURS, TEN)), ["MX.DESK.EXAMPLE"]) == AT_TEN


def test_without_trusted_hosts_nobody_is_believed() -> None:
    assert witnessed(mail(hop(OURS, TEN)), []) is None


def test_behind_a_relay_only_the_topmost_line_counts() -> None:
    forged = mail(hop("relay.example", TEN), hop(OURS, NINE))
    assert witnessed(forged, [OURS], topmost=True) is None
    assert witnessed(forged, [OURS]) is not None
    assert witnessed(mail(hop(OURS, TEN), hop("far.example", NINE)), [OURS], topmost=True) == AT_TEN


def test_qmail_writes_minus_0000_for_utc_and_is_believed() -> None:
    assert witnessed(mail(hop(OURS, "30 Nov 2026 10:00:00 -0000")), [OURS]) == AT_TEN


def test_what_lies_beyond_the_limit_of_the_header_is_not_read() -> None:
    padding = b"X-Padding: " + b"x" * MAX_HEADER_OCTETS + b"\r\n"
    assert witnessed(padding + mail(hop(OURS, TEN)), [OURS]) is None
