"""An open consultation: its titles, questions and dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

UN_LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
"""The six official languages, in the order in which the UN lists them in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, by language; English is always there."""

    id: str
    wording: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One round: what is asked, where answers go, and until when."""

    slug: str
    code: str
    """What a subject line may carry, as a whole word, case as written."""
    symbol: str
    """Document symbol of its compiled versions, without revision."""
    zone: ZoneInfo
    launched: datetime
    deadline: datetime
    extended_from: datetime | None
    """The deadline before it was extended."""
    topic_set: date
    compiled_by: date
    physical: date
    group_meeting: date
    """First day of the group's meeting to which the answers go."""
    title: Mapping[str, str]
    names: tuple[str, ...]
    """Other plain wordings by which a subject line names it."""
    questions: tuple[Question, ...]
    addresses: tuple[str, ...]
    announcement: Mapping[str, str]
    announcement_ids: tuple[str, ...]

    def title_in(self, language: str) -> str:
        """The title in this language, else in English."""
        return self.title.get(language) or self.title["en"]

    def is_live(self, moment: datetime) -> bool:
        """From the launch until the group meets, an answer to it is expected, if perhaps late."""
        return self.launched <= moment and moment.astimezone(self.zone).date() < self.group_meeting

    def is_late(self, received_at: datetime) -> bool:
        """After the deadline in force, to the second; flagged, never refused (Res. 1336, 3)."""
        return received_at.replace(microsecond=0) > self.deadline
