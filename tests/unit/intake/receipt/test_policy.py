"""Who must not be answered: one case per guard; one who may be, so that no guard objects to everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from factories import AUTHOR, COMMON, MORNING, OTT, delivery, letter, message

from intake.receipt.policy import GUARDS, Question, Verdict, judge
from intake.vocabulary.mail import Mailbox
from intake.vocabulary.submission import Filing, Status

NO_ADDRESS = "From holds no single address that every mail host can take"
FILED = Filing(status=Status.FILED, reason="placed", consultations=("ott",))


def ask(more: tuple[str, ...] = (), *, envelope: dict[str, Any] | None = None, **changes: Any) -> Verdict:
    """A letter to our common address, with what is special about it."""
    parsed = message(letter(more=more), **changes)
    question = Question(
        delivery=delivery(**(envelope or {})), message=parsed, ours=frozenset({COMMON, OTT}), max_age=timedelta(days=7)
    )
    return judge(question, FILED)


def test_an_ordinary_letter_is_answered() -> None:
    assert ask() == Verdict(True, "no rule forbids it")


HEADERS = [
    ("Return-Path: <>", "the envelope sender is empty"),
    ("Auto-Submitted: auto-replied", "it was submitted automatically"),
    ("Auto-Submitted: auto-generated; x=y", "it was submitted automatically"),
    ("Precedence: bulk", "its Precedence marks mass or list mail"),
    ("Precedence:  List ", "its Precedence marks mass or list mail"),
    ("Precedence: junk", "its Precedence marks mass or list mail"),
    ("Precedence: auto_reply", "its Precedence marks mass or list mail"),
    ("List-Id: <bees.lists.example>", "it comes through a mailing list"),
    ("List-Unsubscribe: <mailto:x@y.example>", "it comes through a mailing list"),
    ("List-Post: <mailto:x@y.example>", "it comes through a mailing list"),
    ("Mailing-List: contact x", "it comes through a mailing list"),
    ("X-Auto-Response-Suppress: All", "the sender asks for no automatic answer"),
    ("X-Auto-Response-Suppress: OOF, AutoReply", "the sender asks for no automatic answer"),
    ("X-Autoreply: yes", "it bears a header of an answering machine"),
    ("X-Autorespond: yes", "it bears a header of an answering machine"),
    ("X-Autoresponse: yes", "it bears a header of an answering machine"),
    ("X-Failed-Recipients: a@b.example", "it bears a header of an answering machine"),
    ("X-Loop: us", "it bears a header of an answering machine"),
    ("Content-Type: multipart/report; boundary=x", "it is a report"),
    ("Content-Type: message/delivery-status", "it is a report"),
    ("Content-Type: message/disposition-notification", "it is a report"),
    ("Content-Type: message/feedback-report", "it is a report"),
]


def other_case(line: str) -> str:
    name, _, value = line.partition(":")
    return f"{name.swapcase()}:{value}"


@pytest.mark.parametrize(("line", "reason"), HEADERS, ids=[line for line, _ in HEADERS])
def test_a_header_forbids_the_answer_whatever_its_case(line: str, reason: str) -> None:
    assert ask((line,)) == Verdict(False, reason)
    assert ask((other_case(line),)) == Verdict(False, reason)


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: no",
        "Precedence: first-class",
        "Return-Path: <amina@labo.example>",
        "X-Auto-Response-Suppress: DR, OOF",
        "Listing: x",
        "X-List-Id: x",
        "Content-Type: multipart/mixed; boundary=x",
    ],
)
def test_a_header_that_only_looks_like_one_forbids_nothing(line: str) -> None:
    assert ask((line,)).acknowledge is True


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"envelope": {"mail_from": None}}, "the envelope sender is empty"),
        ({"authors": ()}, NO_ADDRESS),
        ({"authors": (Mailbox("", AUTHOR), Mailbox("", "b@x.example"))}, NO_ADDRESS),
        ({"authors": (Mailbox("Amina", ""),)}, NO_ADDRESS),
        ({"authors": (Mailbox("Amina", "amina"),)}, NO_ADDRESS),
        (
            {"authors": (Mailbox("", "björn@labo.example"),), "envelope": {"mail_from": "björn@labo.example"}},
            NO_ADDRESS,
        ),
        (
            {"authors": (Mailbox("", '"a b"@labo.example'),), "envelope": {"mail_from": '"a b"@labo.example'}},
            NO_ADDRESS,
        ),
        ({"authors": (Mailbox("", "a@b@labo.example"),), "envelope": {"mail_from": "a@b@labo.example"}}, NO_ADDRESS),
        (
            {"authors": (Mailbox("", COMMON.upper()),), "envelope": {"mail_from": COMMON}},
            "it claims to come from ourselves",
        ),
        ({"authors": (Mailbox("", OTT),), "envelope": {"mail_from": OTT}}, "it claims to come from ourselves"),
        ({"envelope": {"mail_from": "other@labo.example"}}, "From is not the envelope sender"),
        ({"date": MORNING - timedelta(days=7, seconds=1)}, "it was written long before it arrived"),
        ({"to": (), "cc": ()}, "we are not among its recipients"),
        ({"to": (Mailbox("", "someone@x.example"),)}, "we are not among its recipients"),
    ],
)
def test_a_fact_forbids_the_answer(changes: dict[str, Any], reason: str) -> None:
    assert ask(**changes) == Verdict(False, reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"envelope": {"mail_from": AUTHOR.upper()}},
        {"date": MORNING - timedelta(days=7)},
        {"date": MORNING + timedelta(days=30)},
        {"date": None},
        {"to": (), "cc": (Mailbox("", COMMON.upper()),)},
        {"to": (), "envelope": {"rcpt_to": OTT}},
    ],
)
def test_a_fact_at_the_edge_forbids_nothing(changes: dict[str, Any]) -> None:
    assert ask(**changes).acknowledge is True


@pytest.mark.parametrize(
    ("local", "answered"),
    [
        ("no-reply", False),
        ("NoReply", False),
        ("do_not_reply", False),
        ("donotreply", False),
        ("mailer-daemon", False),
        ("postmaster", False),
        ("bounce", False),
        ("bounces+17", False),
        ("bounce-17=x", False),
        ("owner-bees", False),
        ("bees-request", False),
        ("bees-owner", False),
        ("bees-bounces", False),
        ("listserv", False),
        ("majordomo", False),
        ("reply", True),
        ("bouncer", True),
        ("anoreply.office", True),
        ("owner", True),
        ("office-requests", True),
    ],
)
def test_a_robots_address_is_not_answered(local: str, answered: bool) -> None:
    address = f"{local}@labo.example"
    verdict = ask(authors=(Mailbox("", address),), envelope={"mail_from": address})
    assert verdict == (Verdict(True, "no rule forbids it") if answered else Verdict(False, "a robot's address sent it"))


def test_a_robot_in_the_envelope_alone_is_seen_too() -> None:
    assert ask(envelope={"mail_from": "bounces+1@labo.example"}) == Verdict(False, "a robot's address sent it")


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.value)
def test_only_what_is_filed_is_answered_and_what_is_held_waits(status: Status) -> None:
    question = Question(delivery=delivery(), message=message(), ours=frozenset({COMMON}), max_age=timedelta(days=7))
    verdict = judge(question, Filing(status=status, reason="r"))
    assert verdict.acknowledge is {Status.FILED: True, Status.HELD: None}.get(status, False)
    assert verdict.reason


def test_every_guard_has_a_reason_of_its_own() -> None:
    assert len({reason for _, reason in GUARDS}) == len(GUARDS)
