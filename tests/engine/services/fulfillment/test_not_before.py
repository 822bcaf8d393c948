"""An order handed over for a later day: the provider gets nothing before it begins."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from support.clock import FixedClock
from support.two_sides import TwoSides, open_two_sides

from engine.jobs.schedule import pull_due
from engine.model.job import JobState
from engine.model.order import OrderState
from engine.model.request import Work
from engine.services.connections.set_connection import set_connection
from engine.services.refusals import Refused
from storage.database import Database

MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


@pytest.mark.parametrize("grace_days", [0, 2])
def test_the_provider_gets_nothing_before_the_day_that_the_merchant_wishes(
    sides: TwoSides, clock: FixedClock, grace_days: int
) -> None:
    """It begins in the merchant's zone; a grace period that ends later counts instead."""
    set_connection(sides.app, sides.owner, sides.connection().id, grace_minutes=grace_days * 24 * 60)
    tomorrow = clock.now().astimezone(MADRID).date() + timedelta(days=1)
    begins = clock.now() + timedelta(days=grace_days) if grace_days else datetime.combine(tomorrow, time(), MADRID)
    request = sides.delegate(not_before=tomorrow.isoformat())
    assert request.not_before == begins
    assert sides.request(request.id).work(clock.now()) is Work.SCHEDULED
    clock.sleep((begins - clock.now()).total_seconds() - 1)
    assert sides.fetch() == 0

    clock.sleep(1)
    assert sides.fetch() == 1


def test_the_import_at_that_time_is_not_taken_for_work_that_a_wrong_clock_has_put_off(sides: TwoSides, clock: FixedClock) -> None:
    request = sides.delegate(not_before=(clock.now() + timedelta(days=2)).isoformat())
    assert pull_due(sides.app) == 0
    with sides.app.reading() as uow:
        importing = uow.jobs.find(sides.provider, f"due:{request.id}")
    assert importing is not None
    assert (importing.state, importing.not_before) == (JobState.DUE, request.not_before)


@pytest.mark.parametrize(("day", "says"), [("2026-03-01", "has passed already"), ("soon", "is not a time")])
def test_a_day_that_has_passed_or_is_none_is_refused(sides: TwoSides, day: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        sides.delegate(not_before=day)
    assert sides.order().state is OrderState.OPEN
