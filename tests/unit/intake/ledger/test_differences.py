"""What differs is named fact by fact, and what does not is not."""

from __future__ import annotations

from typing import Any

import pytest

from intake.ledger.differences import Change, compare


def finding(rule: str, reason: str, *, matched: bool = False, slugs: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"rule": rule, "matched": matched, "reason": reason, "consultations": list(slugs)}


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1, "b": None}, {"a": 2, "b": None}, [("a", 1, 2)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [("a.c", 2, 3)]),
        ({"a": ["x"]}, {"a": []}, [("a", ["x"], [])]),
        ({"a": []}, {"a": [{"n": 1}]}, [("a", [], None), ("a[1].n", None, 1)]),
        ({"a": [{"n": 1}]}, {"a": [{"n": 1}, {"n": 2}]}, [("a[2].n", None, 2)]),
        ({"spans": [{"kind": "own"}]}, {"spans": []}, [("spans", [{"kind": "own"}], [])]),
        ({"software": "1", "attempts": 1, "failures": []}, {"software": "2", "attempts": 2, "failures": [1]}, []),
        ({"a": [{"read_by": "1", "n": 1}]}, {"a": [{"read_by": "2", "n": 1}]}, []),
        (
            {"findings": [finding("x", "no"), finding("file", "one", matched=True)]},
            {
                "findings": [
                    finding("new", "hm", matched=True, slugs=("ott", "bees")),
                    finding("x", "no"),
                    finding("file", "one", matched=True),
                    finding("file", "two", matched=True),
                ]
            },
            [("findings.new", None, "yes: hm (ott, bees)"), ("findings.file[2]", None, "yes: two")],
        ),
    ],
)
def test_what_differs(before: dict[str, Any], after: dict[str, Any], changes: list[tuple[str, Any, Any]]) -> None:
    assert list(compare(before, after)) == [Change(*one) for one in changes]
