"""Requests have a time by which they should have shipped; what is late is told once."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.rule_runs import publish
from support.two_sides import TwoSides, open_two_sides

from engine.model.order import OVERDUE
from engine.model.request import RequestAction
from engine.services.accounts.accounts import add_location
from engine.services.accounts.location_hours import HoursForm, set_hours
from engine.services.fulfillment.overdue_requests import tell_overdue
from engine.services.refusals import Refused
from storage.database import Database

DAY_S = 24 * 3600.0


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def test_what_is_late_is_flagged_and_told_once_and_rules_hear_of_it(sides: TwoSides, clock: FixedClock) -> None:
    late = "{field: delegation.hours_left, is: less_than, value: 0}"
    publish(sides.shop, f"{{id: late, 'on': [overdue], when: {late}, then: [{{do: add_tag, tag: late}}]}}")
    request = sides.taken()
    assert request.fulfil_by is not None
    assert f"{request.fulfil_by:%Y-%m-%d %H:%M}" == "2026-11-20 23:00"
    assert tell_overdue(sides.app) == 0

    clock.sleep(DAY_S)
    assert tell_overdue(sides.app) == 1
    assert tell_overdue(sides.app) == 0

    assert OVERDUE in sides.order().flags
    assert "late" in sides.order().document()["tags"]
    assert sides.alerts() == ["Acme 3PL should have shipped order 1 by 21 November 2026 00:00."]


def test_what_has_shipped_is_never_late(sides: TwoSides, clock: FixedClock) -> None:
    sides.ship(sides.taken())
    sides.shop.work_off()
    clock.sleep(DAY_S)

    tell_overdue(sides.app)

    assert OVERDUE not in sides.order().flags
    assert sides.alerts() == []


@pytest.mark.parametrize("how", ["shipped", "recalled", "rejected"])
def test_what_was_late_is_late_no_longer_once_no_provider_has_it_to_ship(sides: TwoSides, clock: FixedClock, how: str) -> None:
    request = sides.taken()
    clock.sleep(DAY_S)
    tell_overdue(sides.app)
    assert OVERDUE in sides.order().flags

    if how == "shipped":
        sides.ship(request)
    elif how == "recalled":
        sides.recall()
    else:
        sides.answer(request, RequestAction.REJECT, code="out_of_stock")
    sides.shop.work_off()

    assert OVERDUE not in sides.order().flags


def test_hours_are_kept_as_they_are_compared_however_they_are_written(sides: TwoSides) -> None:
    add_location(sides.app, "acme-3pl", code="MAD", country="ES")
    kept = set_hours(sides.app, "acme-3pl", "MAD", HoursForm(cut_off="8:5", holidays=["20261123", "2026-11-23"])).hours

    assert (kept.cut_off, kept.holidays) == ("08:05", ("2026-11-23",))
    assert f"{sides.delegate().fulfil_by:%Y-%m-%d %H:%M}" == "2026-11-24 23:00"


def test_a_locations_hours_count_for_what_is_asked_from_then_on(sides: TwoSides) -> None:
    add_location(sides.app, "acme-3pl", code="MAD", country="ES")
    set_hours(sides.app, "acme-3pl", "mad", HoursForm(cut_off="08:00", holidays=["2026-11-23"]))

    request = sides.delegate()

    assert f"{request.fulfil_by:%Y-%m-%d %H:%M}" == "2026-11-24 23:00"


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (HoursForm(cut_off="25:00"), '"25:00" is not a cut-off'),
        (HoursForm(working_days=["monday"]), '"monday" is not a working day'),
        (HoursForm(holidays=["christmas"]), '"christmas" is not a day'),
        (HoursForm(time_zone="Mars/Olympus"), "is not a time zone"),
    ],
)
def test_hours_that_make_no_sense_are_refused(sides: TwoSides, form: HoursForm, says: str) -> None:
    add_location(sides.app, "acme-3pl", code="MAD", country="ES")
    with pytest.raises(Refused, match=says):
        set_hours(sides.app, "acme-3pl", "MAD", form)


def test_a_location_that_is_not_there_is_named(sides: TwoSides) -> None:
    with pytest.raises(Refused, match='no location "LON"'):
        set_hours(sides.app, "acme-3pl", "LON", HoursForm(cut_off="09:00"))
