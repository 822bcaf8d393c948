"""Months as a place sees them, and how much lay there on an average day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.model.month import Month
from engine.model.storage_days import OnHand, average_on_hand

MADRID = ZoneInfo("Europe/Madrid")


def test_a_month_is_written_and_read() -> None:
    assert str(Month.parse(" 2026-02 ")) == "2026-02"
    assert [str(month) for month in Month(2026, 11).until(Month(2027, 2))] == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert str(Month(2026, 1).previous) == "2025-12"
    assert len(list(Month(2028, 2).days())) == 29
    for wrong in ("", "2026", "2026-13", "2026-00", "26-01", "1999-12", "２０２６-01", "2026-1", "2026-10-01"):
        with pytest.raises(ValueError, match="is no month"):
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


def test_an_average_day_counts_each_product_at_the_end_of_each_day() -> None:
    def moved(sku: str, at: str, on_hand: int) -> OnHand:
        return OnHand("acc_1", "acc_2", sku, datetime.fromisoformat(at).replace(tzinfo=UTC), Decimal(on_hand))

    movements = [moved("A", "2026-02-10T10:00", 50), moved("A", "2026-02-10T12:00", 20), moved("B", "2026-02-28T22:30", 28)]
    opening = {"A": Decimal(10), "C": Decimal(-4)}

    def average(now: date) -> Decimal:
        moment = datetime(now.year, now.month, now.day, 12, tzinfo=UTC)
        return average_on_hand(opening, movements, Month(2026, 2), MADRID, moment)

    assert average(date(2026, 2, 1)) == 0
    assert average(date(2026, 2, 6)) == Decimal("1.79")  # 5 × 10 / 28
    assert average(date(2026, 3, 1)) == Decimal("17.79")  # (9 × 10 + 19 × 20 + 28) / 28 = 17.785…
    assert average(date(2026, 9, 1)) == Decimal("17.79")
