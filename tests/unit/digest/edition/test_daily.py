from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from digest.disclosure.contribution import Notice
from digest.edition.daily import Window, compose_daily, read_named, remind
from digest.edition.model import DailyEdition, canonical
from intake.settings import read_settings
from intake.vocabulary.submission import Status

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
WINDOW = Window(group="CWG-Internet", zone="Europe/Zurich", day=date(2026, 11, 25), revision=1, since=AT, as_of=AT)


def notice(delivery: int, status: Status) -> Notice:
    return Notice(
        delivery=delivery,
        received_at=AT,
        status=status,
        reason="because",
        references=(),
        consultations=(),
        subject="",
        name="Jane Doe",
    )


def compose(news: list[Notice], before: dict[int, Status]) -> DailyEdition:
    return compose_daily(WINDOW, news=news, before=before, waiting=(), counts={Status.FILED: len(news)}, reminders=())


def test_what_no_digest_named_is_new_and_what_changed_is_told() -> None:
    news = [notice(1, Status.FILED), notice(2, Status.FILED), notice(3, Status.HELD)]
    made = compose(news, {1: Status.CAPTURED, 2: Status.FILED})
    assert [one.delivery for one in made.arrived] == [3]
    assert [one.delivery for one in made.decided] == [1]
    assert made.window.received == 1
    assert made.window.outcomes[Status.HELD] == 1
    assert made.record.received == 3


def test_the_last_digest_that_named_a_delivery_says_what_is_known() -> None:
    first = compose([notice(1, Status.CAPTURED)], {})
    second = compose([notice(1, Status.FILED)], {1: Status.CAPTURED})
    assert read_named([canonical(first)]) == {1: Status.CAPTURED}
    assert read_named([canonical(first), canonical(second)]) == {1: Status.FILED}


def test_reminders_count_days_in_the_zone_of_the_consultation() -> None:
    ott = read_settings().consultation("ott")
    found = remind([ott], {}, datetime(2027, 1, 8, 23, 30, tzinfo=UTC))
    assert [(one.days, one.due) for one in found] == [(0, ott.deadline), (15, ott.compiled_by)]


def test_a_compilation_that_is_due_is_overdue_until_made() -> None:
    ott = read_settings().consultation("ott")
    after = datetime(2027, 1, 26, 12, tzinfo=UTC)
    assert [one.days for one in remind([ott], {}, after)] == [-2]
    assert remind([ott], {"ott": 1}, after) == ()


def test_a_round_that_is_over_is_not_mentioned() -> None:
    ott = read_settings().consultation("ott")
    assert remind([ott], {}, ott.launched - timedelta(days=1)) == ()
    assert remind([ott], {}, datetime(2027, 3, 1, tzinfo=UTC)) == ()
