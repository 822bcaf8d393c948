"""Until when what a location gets has to leave."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.model.shipping_hours import USUAL_HOURS, ShippingHours

MADRID = ZoneInfo("Europe/Madrid")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "by"),
    [
        ("2026-11-20T12:59", "2026-11-20T23:00"),  # Friday, 13:59 in Madrid
        ("2026-11-20T13:00", "2026-11-20T23:00"),  # the cut-off itself is in time
        ("2026-11-20T13:01", "2026-11-23T23:00"),  # Monday
        ("2026-11-21T08:00", "2026-11-23T23:00"),  # Saturday
        ("2026-10-23T13:30", "2026-10-26T23:00"),  # over the end of summer time
        ("2026-03-27T12:59", "2026-03-27T23:00"),
        ("2026-03-27T13:30", "2026-03-30T22:00"),  # over its beginning
    ],
)
def test_what_comes_in_by_the_cut_off_leaves_on_the_same_working_day(received: str, by: str) -> None:
    assert USUAL_HOURS.fulfil_by(at(received), MADRID) == at(by)


def test_nothing_leaves_on_a_holiday() -> None:
    hours = ShippingHours(holidays=("2026-12-24", "2026-12-25"))
    assert hours.fulfil_by(at("2026-12-24T08:00"), MADRID) == at("2026-12-28T23:00")


def test_a_cut_off_that_was_written_short_counts() -> None:
    assert ShippingHours("9:5").fulfil_by(at("2026-11-20T08:04"), MADRID) == at("2026-11-20T23:00")
    assert ShippingHours("9:5").fulfil_by(at("2026-11-20T08:06"), MADRID) == at("2026-11-23T23:00")


def test_who_never_works_promises_nothing() -> None:
    assert ShippingHours(working_days=()).fulfil_by(at("2026-12-24T08:00"), MADRID) is None


def test_hours_come_back_from_data_as_they_were() -> None:
    hours = ShippingHours("09:30", ("sat",), ("2026-12-25",), "Asia/Tokyo")
    assert ShippingHours.from_data(hours.to_data()) == hours
    assert ShippingHours.from_data({}) == USUAL_HOURS


@pytest.mark.parametrize(
    ("received", "cut_off"),
    [
        ("2026-11-20T12:59", "2026-11-20T13:00"),
        ("2026-11-20T13:00", "2026-11-20T13:00"),
        ("2026-11-20T13:01", "2026-11-23T13:00"),
        ("2026-10-23T13:30", "2026-10-26T13:00"),  # over the end of summer time
    ],
)
def test_the_next_cut_off_is_that_of_the_day_on_which_it_leaves(received: str, cut_off: str) -> None:
    assert USUAL_HOURS.next_cut_off(at(received), MADRID) == at(cut_off)
