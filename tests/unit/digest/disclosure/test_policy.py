from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.corpus.record import File, Response
from digest.disclosure import policy
from digest.edition.model import canonical
from intake.vocabulary.submission import Status

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
RESPONSE = Response(
    reference="CWGI-2026-000017-K",
    delivery=17,
    raw_sha256="ab" * 32,
    received_at=AT,
    registered_at=AT,
    late=False,
    confidential=False,
    author_name="Jane Doe",
    author_address="jane@example.org",
    subject="Response",
    language="en",
    text="We agree.",
    files=(File(name="jane@example.org.pdf", declared_type="application/pdf", size=9, sha256="cd" * 32),),
    duplicates=0,
    successor=None,
    supplements=None,
)


def test_the_name_is_shown_and_never_the_address() -> None:
    shown = policy.disclose(replace(RESPONSE, text="jane@example.org wrote", subject="of jane@example.org"))
    assert shown.name == "Jane Doe"
    assert b"jane@" not in canonical(shown)
    assert shown.withheld.addresses == 2


@pytest.mark.parametrize("name", ["", "jane@example.org", "JANE@EXAMPLE.ORG", "'jane@example.org'", " \x00 "])
def test_no_name_but_the_address_is_no_name(name: str) -> None:
    assert policy.disclose(replace(RESPONSE, author_name=name)).name == policy.NAME_NOT_GIVEN


def test_a_name_wished_away_is_withheld_everywhere_and_is_a_departure() -> None:
    secret = replace(RESPONSE, confidential=True, text="Regards, Jane Doe", subject="Doe Jane: response")
    shown = policy.disclose(secret)
    assert b"Doe" not in canonical(shown)
    assert shown.departure is not None
    assert "operative 4" in shown.departure
    assert "respondent's wish" in shown.departure
    assert (shown.subject, shown.text) == (policy.SUBJECT_WITHHELD, policy.TEXT_WITHHELD)
    assert [file.name for file in shown.files] == [policy.FILE_NAME_WITHHELD]
    assert b"Doe" not in canonical(policy.list_contributors([secret]))


def test_files_are_listed_with_their_sha256() -> None:
    (file,) = policy.disclose(RESPONSE).files
    assert (file.name, file.size, file.sha256) == ("[e-mail address withheld]", 9, "cd" * 32)


def test_a_language_that_is_no_tag_is_not_claimed() -> None:
    assert policy.disclose(replace(RESPONSE, language='x" onload="')).language is None


def test_a_very_long_text_is_shortened_visibly() -> None:
    shown = policy.disclose(replace(RESPONSE, text="x" * (policy.MAX_PRINTED_CHARACTERS + 5)))
    assert shown.withheld.characters == 5


def test_contributors_are_joined_by_address_unless_withheld() -> None:
    again = replace(RESPONSE, reference="B", author_address="JANE@example.org")
    secret = replace(RESPONSE, reference="C", confidential=True)
    replaced = replace(RESPONSE, reference="D", successor="B")
    assert [(one.name, one.references) for one in policy.list_contributors([RESPONSE, again, secret, replaced])] == [
        ("Jane Doe", ("CWGI-2026-000017-K", "B")),
        (policy.NAME_WISHED_AWAY, ("C",)),
    ]


def test_reasons_are_impersonal_and_counted_together() -> None:
    reasons = [
        (Status.SPAM, "from joe@example.org", 1),
        (Status.DUPLICATE, "the very octets of delivery 4", 1),
        (Status.DUPLICATE, "the very octets of delivery 9", 2),
        (Status.HELD, "it says “Jane Doe”", 1),
        (Status.CAPTURED, "", 1),
    ]
    assert [(one.status, one.reason, one.number) for one in policy.disclose_reasons(reasons)] == [
        (Status.CAPTURED, "not yet decided", 1),
        (Status.HELD, "it says …", 1),
        (Status.DUPLICATE, "the very octets of delivery …", 3),
        (Status.SPAM, "from [e-mail address withheld]", 1),
    ]
