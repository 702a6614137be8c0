"""Who spoke, as a filing concluded it: written with it, and read for the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from intake.ledger.readings import storable
from intake.storage.tables import respondents
from intake.vocabulary.respondent import Respondent

_INSERT = insert(respondents)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A respondent, and the address of who wrote for it."""

    respondent: Respondent
    address: str | None


def write_respondents(connection: Connection, many: Sequence[tuple[int, Speaker]]) -> None:
    """Keep who spoke, by filing id."""
    if many:
        connection.execute(_INSERT, [_row(filing, speaker) for filing, speaker in many])


def _row(filing: int, speaker: Speaker) -> dict[str, Any]:
    one = speaker.respondent
    return {
        "filing_id": filing,
        "address": storable(speaker.address),
        "name": storable(one.name),
        "organization": storable(one.organization),
        "stakeholder_group": one.group.value if one.group else None,
        "country": one.country,
        "on_behalf": one.on_behalf,
        "represented_by": storable(one.represented_by),
        "cosignatories": [storable(name) for name in one.cosignatories],
        "evidence": [
            {
                "fact": seen.fact.value,
                "value": storable(seen.value),
                "place": seen.place.value,
                "quote": storable(seen.quote),
                "certainty": seen.certainty.value,
            }
            for seen in one.evidence
        ],
    }


def load_respondents(connection: Connection, filings: Sequence[int]) -> Mapping[int, Row[Any]]:
    """The rows of these filings, by filing id."""
    query = select(respondents).where(respondents.c.filing_id.in_(filings))
    return {row.filing_id: row for row in connection.execute(query)}
