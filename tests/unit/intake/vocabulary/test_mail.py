"""The words of mail: what an author is, what a robot says, and that every time has its zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from factories import MORNING, arrival, letter, message

from intake.vocabulary.mail import Attachment, Mailbox, require_zone

NAIVE = datetime(2026, 11, 30, 9)  # noqa: DTZ001 - it is what must be refused


@pytest.mark.parametrize("field", ["captured_at", "received_at"])
def test_an_arrival_without_zone_is_refused_by_name(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} must carry a time zone"):
        arrival(**{field: NAIVE})


def test_a_time_with_zone_passes() -> None:
    require_zone(datetime(2026, 11, 30, 9, tzinfo=UTC), "moment")
    assert arrival().received_at == MORNING


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("amina@labo.example", "labo.example"),
        ("amina@LABO.Example", "labo.example"),
        ('"odd@name"@labo.example', "labo.example"),
        ("amina", ""),
        ("", ""),
        ("amina@", ""),
    ],
)
def test_the_domain_is_what_follows_the_last_at_sign(address: str, domain: str) -> None:
    assert Mailbox("", address).domain == domain


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((), None),
        (("no",), None),
        (("No ; really",), None),
        (("",), None),
        (("auto-replied",), "auto-replied"),
        (("Auto-Generated (vacation)",), "auto-generated"),
        (("auto-notified; owner-email=x@y.example",), "auto-notified"),
        (("no", "auto-replied"), "auto-replied"),
        (("nonsense",), "nonsense"),
    ],
)
def test_auto_submitted_is_any_word_but_no(values: tuple[str, ...], said: str | None) -> None:
    headers = tuple(("AUTO-SUBMITTED", value) for value in values)
    assert message(headers=headers).auto_submitted == said


@pytest.mark.parametrize(
    ("authors", "one"),
    [
        ((), None),
        ((Mailbox("A", "a@x.example"),), Mailbox("A", "a@x.example")),
        ((Mailbox("A", "a@x.example"), Mailbox("B", "b@x.example")), None),
    ],
)
def test_there_is_an_author_only_where_from_names_one(authors: tuple[Mailbox, ...], one: Mailbox | None) -> None:
    assert message(authors=authors).author == one


def test_header_fields_are_found_without_regard_to_case_and_in_order() -> None:
    read = message(letter(more=("X-Mark: first", "x-mark: second")))
    assert read.values("X-MARK") == ("first", "second")
    assert read.value("x-Mark") == "first"
    assert read.value("X-Absent") == ""


def test_an_attachment_counts_its_own_octets() -> None:
    assert Attachment(name="a", declared_type="b/c", octets=b"12345", sha256="0" * 64).size == 5
