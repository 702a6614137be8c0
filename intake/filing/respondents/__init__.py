"""Who speaks: from a message and its documents to the respondent, with the evidence for each fact.

An empty fact is better than a wrong one: what the mail does not show is left None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intake.filing.respondents.capacities import group_of, represented, seems_alone, speaks_alone
from intake.filing.respondents.cosignatories import find_cosignatories, is_of, without
from intake.filing.respondents.homes import find_country
from intake.filing.respondents.lookup import Lookup, lookup_of
from intake.filing.respondents.organizations import choose, weigh
from intake.filing.respondents.passages import Passages, gather
from intake.filing.respondents.persons import find_name
from intake.vocabulary.document import Document
from intake.vocabulary.mail import ParsedMessage
from intake.vocabulary.registers import Registers
from intake.vocabulary.respondent import Certainty, Evidence, Fact, Place, Respondent, StakeholderGroup

__all__ = ["identify"]


def identify(message: ParsedMessage, documents: Sequence[Document], registers: Registers) -> Respondent:
    """Who speaks in a message.

    ``message`` is as its real author wrote it (see ``forwards.unfold``); ``documents`` are the files it carries, in
    their order. Pure: the same values give the same respondent.
    """
    lookup = lookup_of(registers)
    passages = gather(message, documents)
    listed, heading = find_cosignatories(lookup, (passages.body, *passages.documents))
    signatories = tuple(one for one in listed if not is_of(one, passages.author))
    passages = _without(passages, listed)
    evidence: list[Evidence | None] = []
    name = find_name(lookup, passages)
    alone = speaks_alone(lookup, passages)
    weighed = [] if alone else weigh(lookup, passages, name.value if name else None)
    organization = choose(lookup, weighed)
    writes = organization.value if organization else None
    behalf = None if alone else represented(lookup, writes, passages, [one.candidate for one in weighed])
    agent = writes if behalf and writes != behalf.value else None
    if behalf:
        organization = replace(behalf, fact=Fact.ORGANIZATION)
    group = alone or (group_of(lookup, organization.value, passages) if organization else seems_alone(lookup, passages))
    country = _country(lookup, passages, organization, group, name)
    if signatories:
        evidence.append(Evidence(Fact.COSIGNATORIES, str(len(signatories)), Place.TEXT, heading, Certainty.LIKELY))
    return Respondent(
        name=name.value if name else None,
        organization=organization.value if organization else None,
        group=StakeholderGroup(group.value) if group else None,
        country=country.value if country else None,
        on_behalf=behalf is not None,
        represented_by=agent,
        cosignatories=signatories,
        evidence=tuple(one for one in (name, organization, group, country, behalf, *evidence) if one is not None),
    )


def _without(passages: Passages, signatories: tuple[str, ...]) -> Passages:
    if not signatories:
        return passages
    kept = (without("\n".join(lines), signatories) for lines in (passages.signature, passages.letterheads))
    signature, letterheads = (tuple(lines.splitlines()) for lines in kept)
    return replace(passages, signature=signature, letterheads=letterheads)


def _country(
    lookup: Lookup, passages: Passages, organization: Evidence | None, group: Evidence | None, name: Evidence | None
) -> Evidence | None:
    """An organization of states is at home in none."""
    if group and group.value == StakeholderGroup.INTERNATIONAL_ORGANIZATION.value:
        return None
    return find_country(lookup, passages, organization.value if organization else None, name.value if name else None)
