"""Builds the compiled version of a consultation from what was disclosed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from digest.disclosure.contribution import Contribution, Contributor, Exclusion, Superseded
from digest.edition.changes import EarlierEdition, list_changes
from digest.edition.model import AskedQuestion, CompiledEdition, Content, Reconciliation, Round
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.submission import Status

BASIS = "Council Resolution 1336 (modified 2019), operative 4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """What disclosure let through for one consultation, as of one moment."""

    contributions: tuple[Contribution, ...]
    contributors: tuple[Contributor, ...]
    superseded: tuple[Superseded, ...]
    excluded: tuple[Exclusion, ...]
    counts: Mapping[Status, int]
    filed_here: int


def compile_content(group: str, consultation: Consultation, disclosed: Disclosed) -> Content:
    """Put in order what a compiled version says; contributions keep their order of receipt."""
    return Content(
        group=group,
        symbol=consultation.symbol,
        basis=BASIS,
        consultation=Round(
            slug=consultation.slug,
            title=consultation.title,
            zone=consultation.zone.key,
            launched=consultation.launched,
            deadline=consultation.deadline,
            extended_from=consultation.extended_from,
            compiled_by=consultation.compiled_by,
            physical=consultation.physical,
            group_meeting=consultation.group_meeting,
            questions=tuple(AskedQuestion(one.id, one.wording) for one in consultation.questions),
        ),
        in_time=tuple(one for one in disclosed.contributions if not one.late),
        late=tuple(one for one in disclosed.contributions if one.late),
        contributors=disclosed.contributors,
        superseded=disclosed.superseded,
        excluded=disclosed.excluded,
        reconciliation=Reconciliation(received=sum(disclosed.counts.values()), outcomes=disclosed.counts),
        filed_here=disclosed.filed_here,
    )


def fix(content: Content, as_of: datetime, revision: int, earlier: EarlierEdition | None) -> CompiledEdition:
    """Give the content its number and its moment, and say what is new since the revision before."""
    return CompiledEdition(
        revision=revision,
        as_of=as_of,
        previous=earlier.previous if earlier else None,
        changes=list_changes(earlier, content) if earlier else (),
        content=content,
    )
