"""The parts in which a period is told, and their borders in a time zone."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.services.insights.periods import Period


def test_up_to_31_days_are_told_by_day_and_longer_periods_by_week_from_monday() -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31)).parts()
    assert len(march) == 31
    assert march[0] == Period(date(2026, 3, 1), date(2026, 3, 1))

    weeks = Period(date(2026, 3, 1), date(2026, 4, 1)).parts()  # a Sunday to a Wednesday
    assert weeks[0] == Period(date(2026, 3, 1), date(2026, 3, 1))
    assert weeks[1] == Period(date(2026, 3, 2), date(2026, 3, 8))
    assert weeks[-1] == Period(date(2026, 3, 30), date(2026, 4, 1))
    assert sum(week.days for week in weeks) == 32
    assert all(after.first == before.last + timedelta(days=1) for before, after in itertools.pairwise(weeks))


def test_a_week_that_begins_on_monday_is_whole() -> None:
    weeks = Period(date(2026, 3, 2), date(2026, 4, 5)).parts()
    assert [week.days for week in weeks] == [7] * 5


def test_a_day_on_which_clocks_change_is_as_long_as_it_is() -> None:
    since, until = Period(date(2026, 3, 29), date(2026, 3, 29)).moments(ZoneInfo("Europe/Madrid"))
    assert (since.astimezone(UTC), until.astimezone(UTC)) == (
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
    )
