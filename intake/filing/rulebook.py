"""The policy, in one table: the first rule that matches decides, every answer up to it is kept."""

from __future__ import annotations

from collections.abc import Sequence

from intake.filing import automatic, rules
from intake.filing.case import Case, Link
from intake.filing.contents import weigh
from intake.filing.likeness import relate
from intake.filing.notices import notice
from intake.filing.wishes import respect
from intake.vocabulary.submission import Filing, Finding, Status

RULEBOOK: tuple[Link, ...] = (
    # Robots first: a bounce may name a consultation in its subject, and answers nothing.
    Link(automatic.auto_submitted, Status.AUTOMATIC),
    Link(automatic.report, Status.AUTOMATIC),
    Link(automatic.calendar, Status.AUTOMATIC),
    Link(automatic.auto_reply_header, Status.AUTOMATIC),
    Link(automatic.bulk, Status.AUTOMATIC),
    Link(automatic.list_digest, Status.AUTOMATIC),
    Link(automatic.daemon, Status.AUTOMATIC),
    Link(automatic.null_sender, Status.AUTOMATIC),
    Link(automatic.automatic_subject, Status.AUTOMATIC),
    # What no rule below may place by its envelope alone.
    Link(rules.empty, Status.HELD),
    Link(rules.encrypted, Status.HELD),
    Link(rules.elsewhere, Status.HELD),
    Link(rules.closed_round, Status.HELD),
    # From the surest sign to the weakest.
    Link(rules.plus_address, Status.FILED),
    Link(rules.thread, Status.FILED),
    Link(rules.named_in_subject, Status.FILED),
    Link(rules.named_in_body, Status.FILED),
)


def file(case: Case, rulebook: Sequence[Link] = RULEBOOK) -> Filing:
    """Place a message, weigh what it says, compare it with earlier ones, note what its files hide, hear its wishes.

    Where the deciding rule speaks for several consultations, or no rule matches, a person decides.
    """
    return respect(case, notice(case, relate(case, weigh(case, place(case, rulebook)))))


def place(case: Case, rulebook: Sequence[Link]) -> Filing:
    """Ask every rule in order until one matches."""
    findings: list[Finding] = []
    for link in rulebook:
        finding = link.rule(case)
        findings.append(finding)
        if not finding.matched:
            continue
        if link.then is Status.FILED and len(finding.consultations) > 1:
            doubt = f"{finding.reason}: a person must say which"
            return Filing(status=Status.HELD, reason=doubt, findings=tuple(findings))
        placed = finding.consultations if link.then is Status.FILED else ()
        return Filing(status=link.then, reason=finding.reason, consultations=placed, findings=tuple(findings))
    return Filing(status=Status.HELD, reason="no rule could place it", findings=tuple(findings))
