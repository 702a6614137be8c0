from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from digest.disclosure.contribution import Contribution, Superseded, Withheld
from digest.edition.changes import is_unchanged, list_changes, read_stored
from digest.edition.compiled import Disclosed, compile_content, fix
from digest.edition.model import ChangeKind, Content, canonical
from intake.settings import read_settings
from intake.vocabulary.submission import Status

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)


def contribution(reference: str, *, text: str = "We agree.", late: bool = False) -> Contribution:
    return Contribution(
        reference=reference,
        received_at=AT,
        late=late,
        name="Jane Doe",
        departure=None,
        subject="",
        language="en",
        text=text,
        withheld=Withheld(addresses=0, telephones=0, characters=0),
        files=(),
        duplicates=0,
        supplements=None,
        raw_sha256="ab" * 32,
    )


def superseded(reference: str, successor: str) -> Superseded:
    return Superseded(reference=reference, received_at=AT, successor=successor, raw_sha256="ab" * 32)


def content(*contributions: Contribution, replaced: tuple[Superseded, ...] = ()) -> Content:
    counts = dict.fromkeys(Status, 0) | {Status.FILED: len(contributions) + len(replaced)}
    disclosed = Disclosed(
        contributions=contributions,
        contributors=(),
        superseded=replaced,
        excluded=(),
        counts=counts,
        filed_here=counts[Status.FILED],
    )
    return compile_content("CWG-Internet", read_settings().consultation("ott"), disclosed)


def changes(before: Content, now: Content) -> list[tuple[str, ChangeKind]]:
    earlier = read_stored(canonical(fix(before, AT, 1, None)))
    return [(one.reference, one.kind) for one in list_changes(earlier, now)]


def test_late_responses_stand_apart() -> None:
    made = content(contribution("A", late=True), contribution("B"))
    assert [one.reference for one in made.in_time] == ["B"]
    assert [one.reference for one in made.late] == ["A"]


def test_the_document_carries_language_and_revision() -> None:
    assert fix(content(), AT, 1, None).document == "CWG-Internet/OC-2026-2-E Rev.1"


def test_equal_content_is_unchanged_whatever_the_moment() -> None:
    earlier = read_stored(canonical(fix(content(contribution("A")), AT, 1, None)))
    assert is_unchanged(earlier, content(contribution("A")))
    assert not is_unchanged(earlier, content(contribution("A", text="No.")))
    assert earlier.previous.revision == 1
    assert earlier.previous.as_of == AT


def test_each_kind_of_change_is_named() -> None:
    before = content(contribution("A"), contribution("B"), contribution("C"), contribution("D"))
    now = content(
        contribution("A"),
        contribution("C", text="We disagree."),
        contribution("E"),
        replaced=(superseded("B", "E"),),
    )
    assert changes(before, now) == [
        ("B", ChangeKind.REPLACED),
        ("C", ChangeKind.CHANGED),
        ("D", ChangeKind.REMOVED),
        ("E", ChangeKind.ADDED),
    ]


def test_what_is_printed_again_or_replaced_otherwise_is_changed() -> None:
    before = content(contribution("C"), replaced=(superseded("A", "C"), superseded("B", "C")))
    now = content(contribution("A"), contribution("D"), replaced=(superseded("B", "D"), superseded("C", "D")))
    assert changes(before, now) == [
        ("A", ChangeKind.CHANGED),
        ("B", ChangeKind.CHANGED),
        ("C", ChangeKind.REPLACED),
        ("D", ChangeKind.ADDED),
    ]


def test_a_response_first_seen_superseded_is_added() -> None:
    assert changes(content(), content(contribution("B"), replaced=(superseded("A", "B"),))) == [
        ("A", ChangeKind.ADDED),
        ("B", ChangeKind.ADDED),
    ]


def test_a_change_says_what_differs() -> None:
    earlier = read_stored(canonical(fix(content(contribution("A")), AT, 1, None)))
    hidden = replace(contribution("A"), name="withheld", departure="so wished")
    (change,) = list_changes(earlier, content(hidden))
    assert change.what == "changed: the publication of the name, the name"
