from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from digest.edition.model import Reconciliation, canonical, sha256
from intake.vocabulary.submission import Status


@dataclass(frozen=True, slots=True)
class Word:
    b: object
    a: object = 1


def test_canonical_json_is_sorted_compact_and_utf8() -> None:
    octets = canonical(Word({Status.FILED: "é"}, (1, None, True)))
    assert octets == '{"a":[1,null,true],"b":{"filed":"é"}}'.encode()
    assert len(sha256(octets)) == 64


def test_times_are_utc() -> None:
    at = datetime(2026, 11, 25, 10, tzinfo=timezone(timedelta(hours=1)))
    assert json.loads(canonical([at, date(2027, 1, 9)])) == ["2026-11-25T09:00:00Z", "2027-01-09"]
    assert canonical(at) == canonical(at.astimezone(UTC))


def test_what_an_edition_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical(1.5)


def test_counts_must_close() -> None:
    counts = dict.fromkeys(Status, 1)
    assert Reconciliation(received=len(Status), outcomes=counts).received == len(Status)
    with pytest.raises(ValueError, match="sum"):
        Reconciliation(received=1, outcomes=counts)
    with pytest.raises(ValueError, match="sum"):
        Reconciliation(received=1, outcomes={Status.FILED: 1})
