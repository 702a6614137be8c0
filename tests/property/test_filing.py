"""Filing is total: every message has a status of the closed set, and every decision its reasons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from factories import AUTHOR, MORNING, case, earlier, letter, message
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.filing.rulebook import RULEBOOK, file
from intake.vocabulary.mail import Mailbox
from intake.vocabulary.submission import Status

MACHINE = {Status.FILED, Status.HELD, Status.AUTOMATIC, Status.DUPLICATE}

WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "BEES",
                "WASPS",
                "MOTHS",
                "the matter of bees",
                "Title of wasps (fr)",
                "corrected version",
                "out of office",
                "supplement to our response",
                "Automatic reply",
                "Re:",
                "undeliverable:",
                "ответ",
                "自动回复",
                "",
                " ",
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=5,
).map(" ".join)

HEADERS = st.lists(
    st.sampled_from(
        [
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: no",
            "Precedence: bulk",
            "Precedence: list",
            "List-Id: <x>",
            "X-Autoreply: 1",
            "In-Reply-To: <call-bees@desk.example>",
            "References: <call-wasps@desk.example>",
            "In-Reply-To: <call-moths@desk.example>",
            "Content-Type: multipart/report",
            "Content-Type: text/calendar; method=REPLY",
            "Content-Type: multipart/digest",
        ]
    ),
    max_size=3,
)

ADDRESSES = st.sampled_from([AUTHOR, AUTHOR.upper(), "", "b@x.example", "mailer-daemon@x.example"])


@st.composite
def cases(draw: st.DrawFn) -> Any:
    read = message(
        letter(more=draw(HEADERS)),
        subject=draw(WORDS),
        text=draw(WORDS),
        authors=tuple(Mailbox("", address) for address in draw(st.lists(ADDRESSES, max_size=2))),
        content_sha256=draw(st.sampled_from(["c" * 64, "d" * 64])),
    )
    before = tuple(
        earlier(
            number,
            raw_sha256=draw(st.sampled_from(["ab" * 32, "e" * 64])),
            content_sha256=draw(st.sampled_from(["c" * 64, "f" * 64])),
            author_address=draw(ADDRESSES),
            consultations=draw(st.sampled_from([(), ("bees",), ("wasps",), ("bees", "wasps")])),
        )
        for number in range(1, draw(st.integers(1, 4)))
    )
    return case(
        message=read,
        mail_from=draw(st.one_of(st.none(), ADDRESSES.filter(bool))),
        rcpt_to=draw(
            st.sampled_from(["office@desk.example", "office+bees@desk.example", "OFFICE+wasps@desk.example", "x", ""])
        ),
        received_at=MORNING + timedelta(days=draw(st.sampled_from([0, -400, 60, 400]))),
        earlier=before,
    )


@given(cases())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_every_message_is_placed_and_every_answer_has_a_reason(one: Any) -> None:
    filing = file(one)
    assert filing.status in MACHINE
    assert bool(filing.consultations) is (filing.status is Status.FILED)
    assert set(filing.consultations) <= {round_.slug for round_ in one.live}
    assert len(set(filing.consultations)) == len(filing.consultations)
    assert filing.findings
    assert all(finding.rule and finding.reason for finding in filing.findings)
    assert filing.reason
    assert (filing.duplicate_of is not None) is (filing.status is Status.DUPLICATE)
    assert filing.supersedes is None or filing.supplements is None
    assert filing.status is Status.FILED or (filing.supersedes, filing.supplements) == (None, None)


@given(cases())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_same_case_is_filed_the_same(one: Any) -> None:
    assert file(one) == file(one)


@given(cases(), st.integers(0, len(RULEBOOK)))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_shorter_rulebook_places_every_message_too(one: Any, length: int) -> None:
    filing = file(one, RULEBOOK[:length])
    assert filing.status in MACHINE
    assert bool(filing.consultations) is (filing.status is Status.FILED)
