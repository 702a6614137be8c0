"""Letters that are one letter: each that is filed joins those which it is like, at a cost that does not grow.

Kept is one row for each letter that was new, with its signature, and one for each band that it or any like it
had. The next letter asks for its 32 bands by their keys, however many letters are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from intake.ledger.readings import storable
from intake.storage.numbers import next_numbers
from intake.storage.tables import campaign_bands, campaign_letters, campaigns
from intake.vocabulary.campaign import ALIKE, MIN_SENDERS, Signature

_BANDS = {
    name: dialect.insert(campaign_bands).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_CAMPAIGN, _LETTER = insert(campaigns), insert(campaign_letters)


@dataclass(frozen=True, slots=True)
class Letter:
    """A filed response, as far as campaigns are concerned."""

    delivery: int
    sender: str
    """The author's address, lower case."""
    signature: Signature


class Campaigns:
    """Looked up once for many letters; a letter that comes later sees those that were added before it."""

    def __init__(self, connection: Connection, many: Sequence[Letter]) -> None:
        self._connection = connection
        keys = {band for one in many for band in one.signature.bands}
        self._by_band = _known_bands(connection, keys)
        self._signatures = _signatures(connection, set(self._by_band.values()))
        self._letters = list(many)

    def write(self) -> None:
        """Let every letter join the one it is like, or begin a new one."""
        fresh: list[Signature] = []
        bands: dict[int, int] = {}
        joined: list[tuple[Letter, int]] = []
        numbers = iter(next_numbers(self._connection, campaigns, len(self._letters)))
        for letter in self._letters:
            campaign = self._like(letter.signature)
            if campaign is None:
                campaign = next(numbers)
                self._signatures[campaign] = letter.signature
                fresh.append(letter.signature)
            for band in letter.signature.bands:
                if band not in self._by_band:
                    self._by_band[band] = bands[band] = campaign
            joined.append((letter, campaign))
        self._insert(fresh, bands, joined)

    def _like(self, signature: Signature) -> int | None:
        met = Counter(self._by_band[band] for band in signature.bands if band in self._by_band)
        alike = ((self._signatures[one].likeness(signature), one) for one, _ in met.most_common(MAX_COMPARED))
        best = max(alike, default=(0.0, 0))
        return best[1] if best[0] >= ALIKE else None

    def _insert(self, fresh: list[Signature], bands: dict[int, int], joined: list[tuple[Letter, int]]) -> None:
        connection = self._connection
        if not joined:
            return
        known = {id(signature): number for number, signature in self._signatures.items()}
        if fresh:
            rows = [{"id": known[id(signature)], "signature": signature.packed()} for signature in fresh]
            connection.execute(_CAMPAIGN, rows)
        if bands:
            rows = [{"band": band, "campaign_id": campaign} for band, campaign in bands.items()]
            connection.execute(_BANDS[connection.dialect.name], rows)
        again = [letter.delivery for letter, _ in joined]
        connection.execute(delete(campaign_letters).where(campaign_letters.c.delivery_id.in_(again)))
        rows = [
            {"delivery_id": letter.delivery, "campaign_id": campaign, "sender": storable(letter.sender) or ""}
            for letter, campaign in joined
        ]
        connection.execute(_LETTER, rows)


MAX_COMPARED = 8
"""Letters whose signature is compared, those first that share the most bands."""
MAX_KEYS = 10_000
"""In one statement; SQLite takes 32,766 values."""


def _known_bands(connection: Connection, keys: set[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), MAX_KEYS):
        query = select(campaign_bands).where(campaign_bands.c.band.in_(ordered[start : start + MAX_KEYS]))
        found.update({row.band: row.campaign_id for row in connection.execute(query)})
    return found


def _signatures(connection: Connection, numbers: set[int]) -> dict[int, Signature]:
    query = select(campaigns).where(campaigns.c.id.in_(numbers))
    return {row.id: Signature.unpacked(row.signature) for row in connection.execute(query)} if numbers else {}


def labels(connection: Connection, deliveries: Sequence[int]) -> Mapping[int, str]:
    """The campaign of each of these deliveries that belongs to one: a letter of MIN_SENDERS different senders."""
    mine = select(campaign_letters.c.campaign_id).where(campaign_letters.c.delivery_id.in_(deliveries))
    large = (
        select(campaign_letters.c.campaign_id)
        .where(campaign_letters.c.campaign_id.in_(mine))
        .group_by(campaign_letters.c.campaign_id)
        .having(func.count(campaign_letters.c.sender.distinct()) >= MIN_SENDERS)
    )
    query = select(campaign_letters.c.delivery_id, campaign_letters.c.campaign_id).where(
        campaign_letters.c.delivery_id.in_(deliveries), campaign_letters.c.campaign_id.in_(large)
    )
    return {row.delivery_id: f"campaign-{row.campaign_id}" for row in connection.execute(query)}
