"""When a round is live, and from which second on an answer is late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from factories import consultation

ZURICH = ZoneInfo("Europe/Zurich")
DEADLINE = datetime(2027, 1, 9, 23, 59, 59, tzinfo=ZURICH)


@pytest.mark.parametrize(
    ("received_at", "late"),
    [
        (DEADLINE - timedelta(seconds=1), False),
        (DEADLINE, False),
        (DEADLINE + timedelta(seconds=1), True),
        (datetime(2027, 1, 9, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2027, 1, 9, 23, 0, 0, tzinfo=UTC), True),
        (datetime(2027, 1, 10, 10, 59, 59, tzinfo=ZoneInfo("Pacific/Fiji")), False),
        (datetime(2027, 1, 10, 11, 0, 0, tzinfo=ZoneInfo("Pacific/Fiji")), True),
        (datetime(2027, 1, 9, 12, 59, 59, tzinfo=ZoneInfo("Pacific/Pago_Pago")), True),
    ],
)
def test_late_begins_with_the_second_after_the_deadline_wherever_the_clock_hangs(
    received_at: datetime, late: bool
) -> None:
    assert consultation(deadline=DEADLINE).is_late(received_at) is late


def test_the_last_second_of_the_deadline_belongs_to_it_to_its_end() -> None:
    assert not consultation(deadline=DEADLINE).is_late(DEADLINE + timedelta(microseconds=999_999))


@pytest.mark.parametrize(
    ("moment", "live"),
    [
        (datetime(2026, 10, 11, 21, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 11, 22, 0, 0, tzinfo=UTC), True),
        (datetime(2027, 1, 20, tzinfo=UTC), True),
        (datetime(2027, 2, 9, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 2, 9, 23, 0, 0, tzinfo=UTC), False),
        (datetime(2016, 5, 5, tzinfo=UTC), False),
    ],
)
def test_a_round_lives_from_its_launch_until_the_day_of_the_meeting_in_its_own_zone(
    moment: datetime, live: bool
) -> None:
    one = consultation(launched=datetime(2026, 10, 12, tzinfo=ZURICH), group_meeting=date(2027, 2, 10))
    assert one.is_live(moment) is live


@pytest.mark.parametrize(
    ("title", "language", "said"),
    [
        ({"en": "Bees", "fr": "Abeilles"}, "fr", "Abeilles"),
        ({"en": "Bees", "fr": "Abeilles"}, "ru", "Bees"),
        ({"en": "Bees", "fr": ""}, "fr", "Bees"),
    ],
)
def test_the_title_falls_back_to_english(title: dict[str, str], language: str, said: str) -> None:
    assert consultation(title=title).title_in(language) == said
