"""Months as a place sees them, and how much lay there on an average day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.model.month import Month
from engine.model.storage_days import average_on_hand, ended_days

MADRID = ZoneInfo("Europe/Madrid")


def test_a_month_is_written_and_read() -> None:
    assert str(Month.parse(" 2026-02 ")) == "2026-02"
    assert [str(month) for month in Month(2026, 11).until(Month(2027, 2))] == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert str(Month(2026, 1).previous) == "2025-12"
    assert len(list(Month(2028, 2).days())) == 29
    for wrong in ("", "2026", "2026-13", "2026-00", "26-01", "1999-12", "２０２６-01", "2026-1", "2026-10-01"):
        with pytest.raises(ValueError, match="is not a month"):
            Month.parse(wrong)


@pytest.mark.parametrize(
    ("month", "zone", "starts", "hours"),
    [
        ("2026-03", "Europe/Madrid", "2026-02-28T23:00", 743),  # the clocks go forward
        ("2026-10", "Europe/Madrid", "2026-09-30T22:00", 745),
        ("2026-02", "UTC", "2026-02-01T00:00", 672),
        ("2026-02", "Pacific/Kiritimati", "2026-01-31T10:00", 672),
        ("2026-09", "America/Santiago", "2026-09-01T04:00", 719),
    ],
)
def test_a_month_begins_and_ends_where_its_place_is(month: str, zone: str, starts: str, hours: int) -> None:
    read, place = Month.parse(month), ZoneInfo(zone)
    start = read.starts(place)

    assert start == datetime.fromisoformat(starts).replace(tzinfo=UTC)
    assert read.ends(place) - start == timedelta(hours=hours)
    assert Month.at(start, place) == read
    assert Month.at(start - timedelta(microseconds=1), place) == read.previous


def test_an_average_day_is_of_the_whole_month_and_counts_the_days_that_have_ended() -> None:
    february = Month(2026, 2)
    first, some, all_of_them = (
        ended_days(february, MADRID, datetime(2026, month, day, 12, tzinfo=UTC)) for month, day in ((2, 1), (2, 6), (9, 1))
    )

    assert (len(first), len(some), len(all_of_them)) == (0, 5, 28)
    assert (some[0], all_of_them[-1]) == (datetime(2026, 2, 1, 23, tzinfo=UTC), datetime(2026, 2, 28, 23, tzinfo=UTC))
    assert average_on_hand(Decimal(50), february) == Decimal("1.79")  # 1.7857…
    assert average_on_hand(Decimal("0.14"), february) == Decimal("0.01")  # 0.005, and a half goes up
