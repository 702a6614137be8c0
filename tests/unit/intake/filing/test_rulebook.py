"""The table is asked in order; the first match decides, and every answer up to it is kept."""

from __future__ import annotations

import pytest
from factories import case, earlier, letter

from intake.filing import automatic, rules
from intake.filing.case import Case, Link
from intake.filing.rulebook import RULEBOOK, file
from intake.vocabulary.submission import Finding, Status

BEES = "office+bees@desk.example"


def says(rule: str, *slugs: str) -> Link:
    """A rule that matches always, for these consultations."""

    def answer(_: Case) -> Finding:
        return Finding(rule=rule, matched=True, reason=f"because {rule}", consultations=slugs)

    return Link(answer, Status.FILED)


def denies(rule: str) -> Link:
    return Link(lambda _: Finding(rule=rule, matched=False, reason="not so"), Status.AUTOMATIC)


def test_the_first_rule_that_matches_decides_and_later_ones_are_not_asked() -> None:
    filing = file(case(), [denies("a"), says("b", "bees"), says("c", "wasps")])
    assert (filing.status, filing.consultations, filing.reason) == (Status.FILED, ("bees",), "because b")
    assert [finding.rule for finding in filing.findings][:2] == ["a", "b"]
    assert "c" not in [finding.rule for finding in filing.findings]


def test_several_consultations_at_once_are_for_a_person_to_part() -> None:
    filing = file(case(), [says("a", "bees", "wasps")])
    assert (filing.status, filing.consultations) == (Status.HELD, ())
    assert filing.reason == "because a: a person must say which"
    assert filing.findings[0].consultations == ("bees", "wasps")


def test_where_no_rule_matches_a_person_decides() -> None:
    filing = file(case(), [denies("a")])
    assert (filing.status, filing.reason) == (Status.HELD, "no rule could place it")


def test_a_rule_that_does_not_file_gives_no_consultation() -> None:
    link = Link(says("a", "bees").rule, Status.HELD)
    assert file(case(), [link]).consultations == ()


@pytest.mark.parametrize(
    ("octets", "changes", "status", "consultations", "decided_by"),
    [
        (letter(), {}, Status.HELD, (), None),
        (letter(), {"rcpt_to": BEES}, Status.FILED, ("bees",), "plus-address"),
        (letter(more=("In-Reply-To: <call-wasps@desk.example>",)), {}, Status.FILED, ("wasps",), "thread"),
        (letter(subject="BEES"), {}, Status.FILED, ("bees",), "subject"),
        (letter("On the matter of wasps we say yes."), {}, Status.FILED, ("wasps",), "body"),
        (letter(""), {"rcpt_to": BEES}, Status.HELD, (), "empty"),
        (letter(subject="MOTHS"), {"rcpt_to": BEES}, Status.HELD, (), "closed-round"),
        (letter(more=("Auto-Submitted: auto-replied",)), {"rcpt_to": BEES}, Status.AUTOMATIC, (), "auto-submitted"),
        (letter(), {"rcpt_to": BEES, "mail_from": None}, Status.AUTOMATIC, (), "null-sender"),
        (letter(subject="Out of office: BEES"), {}, Status.AUTOMATIC, (), "automatic-subject"),
        (letter(subject="BEES and WASPS"), {}, Status.HELD, (), "subject"),
        (
            letter(subject="BEES", more=("In-Reply-To: <call-wasps@desk.example>",)),
            {},
            Status.FILED,
            ("wasps",),
            "thread",
        ),
        (letter(subject="WASPS"), {"rcpt_to": BEES}, Status.FILED, ("bees",), "plus-address"),
    ],
)
def test_the_rulebook_of_the_house(
    octets: bytes,
    changes: dict[str, str | None],
    status: Status,
    consultations: tuple[str, ...],
    decided_by: str | None,
) -> None:
    filing = file(case(octets, **changes))
    assert (filing.status, filing.consultations) == (status, consultations)
    matched = [finding.rule for finding in filing.findings if finding.matched]
    assert matched == ([decided_by] if decided_by else [])


def test_a_filed_message_is_compared_with_earlier_ones() -> None:
    older = earlier(raw_sha256="ab" * 32)
    filing = file(case(rcpt_to=BEES, earlier=(older,)))
    assert (filing.status, filing.duplicate_of) == (Status.DUPLICATE, older)


def test_robots_are_asked_before_every_rule_that_files() -> None:
    order = [link.rule for link in RULEBOOK]
    robots = [automatic.auto_submitted, automatic.report, automatic.null_sender, automatic.automatic_subject]
    placing = [rules.plus_address, rules.thread, rules.named_in_subject, rules.named_in_body]
    assert max(order.index(rule) for rule in robots) < min(order.index(rule) for rule in placing)


def test_every_answer_of_the_house_has_a_reason_and_a_name_of_its_own() -> None:
    answers = [link.rule(case()) for link in RULEBOOK]
    assert all(one.reason and one.rule for one in answers)
    assert len({one.rule for one in answers}) == len(RULEBOOK)
