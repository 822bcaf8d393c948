"""A grace period that ends at the provider's next cut-off: until then nothing is sent, and the merchant takes it back alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.clock import FixedClock
from support.two_sides import TwoSides, open_two_sides

from engine.model.account import Location
from engine.model.request import RequestState, Work
from engine.model.shipping_hours import ShippingHours
from engine.services.connections.set_connection import set_connection
from engine.services.refusals import Refused
from storage.database import Database

FRIDAY = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
HOURS = ShippingHours("12:30", ("mon", "tue", "wed", "thu", "fri"), ("2026-12-07", "2026-12-08"), "Europe/Madrid")


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(database, clock)
    clock.sleep((FRIDAY - clock.now()).total_seconds())
    return sides


def at_the_cut_off(sides: TwoSides, hours: ShippingHours = HOURS) -> None:
    with sides.app.unit_of_work() as uow:
        uow.locations.add(Location("loc_p", sides.provider, "P1", "P1", "ES", hours=hours))
        uow.commit()
    set_connection(sides.app, sides.owner, sides.connection().id, grace_cut_off=True)


def test_what_is_delegated_before_the_cut_off_is_sent_at_it(sides: TwoSides, clock: FixedClock) -> None:
    at_the_cut_off(sides)
    request = sides.delegate()

    assert request.not_before == datetime(2026, 12, 4, 11, 30, tzinfo=UTC)
    assert sides.request(request.id).work(clock.now()) is Work.SCHEDULED
    assert request.fulfil_by == datetime(2026, 12, 4, 23, 0, tzinfo=UTC), "the end of the day of that cut-off"
    clock.sleep(2.5 * 3600 - 1)
    assert sides.fetch() == 0
    clock.sleep(1)
    assert sides.fetch() == 1


def test_what_comes_after_it_waits_over_the_weekend_and_holidays(sides: TwoSides, clock: FixedClock) -> None:
    at_the_cut_off(sides)
    clock.sleep(4 * 3600)

    assert sides.delegate().not_before == datetime(2026, 12, 9, 11, 30, tzinfo=UTC)
    assert sides.recall().state is RequestState.CANCELLED


def test_minutes_replace_the_cut_off_and_the_other_way_round(sides: TwoSides, clock: FixedClock) -> None:
    set_connection(sides.app, sides.owner, sides.connection().id, grace_minutes=20)
    at_the_cut_off(sides)
    assert (sides.connection().grace_minutes, sides.connection().grace_cut_off) == (0, True)

    set_connection(sides.app, sides.owner, sides.connection().id, grace_minutes=0)
    assert (sides.connection().grace_minutes, sides.connection().grace_cut_off) == (0, False)
    assert sides.delegate().not_before is None
    with pytest.raises(Refused, match="choose one of the two"):
        set_connection(sides.app, sides.owner, sides.connection().id, grace_minutes=5, grace_cut_off=True)


def test_without_a_location_or_a_working_day_there_is_no_cut_off_to_wait_for(sides: TwoSides) -> None:
    with pytest.raises(Refused, match="has no cut-off yet"):
        set_connection(sides.app, sides.owner, sides.connection().id, grace_cut_off=True)
    with pytest.raises(Refused, match="has no cut-off yet"):
        at_the_cut_off(sides, ShippingHours(working_days=()))
    assert not sides.connection().grace_cut_off
