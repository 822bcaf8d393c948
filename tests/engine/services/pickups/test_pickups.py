"""A driver is asked to come once, whatever becomes of the carrier's answer, and is called off again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from support.clock import FixedClock
from support.labels import STANDARD
from support.paid_carrier import NO_ANSWER, TOO_FAR
from support.pickups import PRICE, Gate, open_gate

from engine.model.pickup import PickupState
from engine.ports import NotFound
from engine.services.accounts.accounts import add_location
from engine.services.pickups.cancel_pickup import request_cancel
from engine.services.pickups.list_pickups import list_pickups
from engine.services.pickups.plan_pickup import usual_times
from engine.services.refusals import Refused
from storage.database import Database

MADRID = ZoneInfo("Europe/Madrid")
HOURS = timedelta(hours=2).total_seconds()


@pytest.fixture
def gate(database: Database, clock: FixedClock) -> Gate:
    return open_gate(database, clock)


def test_the_carrier_hears_where_when_and_how_much(gate: Gate) -> None:
    [pickup] = gate.ask(instructions="  Dock 3 ")
    assert (pickup.state, pickup.confirmation, pickup.cost) == (PickupState.MADE, "C1", PRICE)
    [asked] = gate.fetching.paid
    assert (asked.address.city, asked.parcels, asked.instructions) == ("Madrid", 2, "Dock 3")
    labels = [label for number in "12" for label in gate.labels(number)]
    assert asked.weight_g == sum(parcel.weight_g for label in labels for parcel in label.request.parcels)
    hours = [datetime.combine(gate.wish().day, time(hour), MADRID) for hour in (14, 18)]
    assert [asked.starts_at, asked.ends_at] == hours
    assert sorted(asked.carrier_ids) == sorted(label.carrier_id for label in labels)
    assert list_pickups(gate.app, gate.merchant) == [pickup]


def test_one_driver_comes_to_a_place_on_a_day(gate: Gate) -> None:
    gate.ask()
    with pytest.raises(Refused, match=f"A driver of paid is to come on {gate.wish().day} already"):
        gate.ask(starts=time(9))
    gate.ask(days=2)
    assert len(gate.fetching.paid) == 2


def test_a_day_that_is_far_ahead_is_a_slip(gate: Gate) -> None:
    last = gate.app.clock.now().astimezone(MADRID).date() + timedelta(days=30)
    with pytest.raises(Refused, match=f"is too far ahead for a pickup: {last} is the last day"):
        gate.ask(days=31)
    assert gate.pickups() == []
    gate.ask(days=30)


def test_the_sentence_names_the_account_of_several_with_one_carrier(gate: Gate) -> None:
    gate.nickname("Our contract")
    gate.ask()
    with pytest.raises(Refused, match="A driver of paid · Our contract is to come on"):
        gate.ask()


def test_what_the_carrier_refuses_can_be_asked_for_again(gate: Gate) -> None:
    gate.fetching.fails_before["make_pickup"] = [TOO_FAR]
    [refused] = gate.ask()
    assert (refused.state, str(refused.error)) == (PickupState.REFUSED, "The carrier does not go there.")
    [made] = gate.ask()
    assert made.state is PickupState.MADE
    assert len(gate.fetching.paid) == 1


def test_what_the_carrier_cannot_be_asked_for_is_not_kept(gate: Gate) -> None:
    gate.fetching.fails_before["check_pickup"] = [TOO_FAR]
    with pytest.raises(Refused, match="does not go there"):
        gate.ask()
    assert gate.pickups() == []


@pytest.mark.parametrize("prepares", [False, True])
def test_a_pickup_whose_answer_is_lost_is_paid_once(gate: Gate, clock: FixedClock, prepares: bool) -> None:
    gate.fetching.prepares = prepares
    gate.fetching.fails_after["make_pickup"] = [NO_ANSWER]
    [unknown] = gate.ask()
    assert (unknown.state, str(unknown.error)) == (PickupState.UNKNOWN, "the carrier did not answer.")
    with pytest.raises(Refused, match="already"):
        gate.ask()
    clock.sleep(HOURS)
    gate.shop.work_off()
    [made] = gate.pickups()
    assert (made.state, made.error, made.confirmation) == (PickupState.MADE, None, "C1")
    assert len(gate.fetching.paid) == 1


def test_one_that_did_not_reach_the_carrier_is_asked_for_by_itself(gate: Gate, clock: FixedClock) -> None:
    gate.fetching.fails_before["make_pickup"] = [NO_ANSWER]
    gate.ask()
    clock.sleep(HOURS)
    gate.shop.work_off()
    assert [one.state for one in gate.pickups()] == [PickupState.MADE]
    assert len(gate.fetching.paid) == 1


def test_a_pickup_is_called_off_and_another_one_may_be_asked_for(gate: Gate) -> None:
    [made] = gate.ask()
    cancelled = gate.call_off(made)
    assert (cancelled.state, gate.fetching.called_off) == (PickupState.CANCELLED, [made.carrier_id])
    assert gate.call_off(made) == cancelled
    assert len(gate.fetching.called_off) == 1
    assert gate.ask()[0].state is PickupState.MADE


def test_a_carrier_that_does_not_call_it_off_is_asked_again_by_a_person(gate: Gate) -> None:
    [made] = gate.ask()
    gate.fetching.fails_before["cancel_pickup"] = [TOO_FAR]
    kept = gate.call_off(made)
    assert (kept.state, str(kept.error)) == (PickupState.CANCEL_REFUSED, "The carrier does not go there.")
    with pytest.raises(Refused, match="already"):
        gate.ask()
    assert gate.call_off(made).state is PickupState.CANCELLED


def test_a_cancellation_without_an_answer_goes_on_by_itself(gate: Gate, clock: FixedClock) -> None:
    [made] = gate.ask()
    gate.fetching.fails_after["cancel_pickup"] = [NO_ANSWER]
    asked = gate.call_off(made)
    assert (asked.state, str(asked.error)) == (PickupState.CANCEL_REQUESTED, "the carrier did not answer.")
    clock.sleep(HOURS)
    gate.shop.work_off()
    assert [(one.state, one.error) for one in gate.pickups()] == [(PickupState.CANCELLED, None)]


def test_what_nobody_knows_cannot_be_called_off_and_what_is_not_there_neither(gate: Gate) -> None:
    gate.fetching.fails_after["make_pickup"] = [NO_ANSWER]
    [unknown] = gate.ask()
    with pytest.raises(Refused, match="there is nothing to cancel"):
        gate.call_off(unknown)
    with pytest.raises(NotFound):
        request_cancel(gate.app, gate.provider, unknown.id, "somebody")


def test_only_what_is_ready_and_narrowed_down_to_is_fetched(gate: Gate) -> None:
    add_location(gate.app, gate.shop.merchant.slug, code="dock", country="ES", city="Getafe", postal_code="28901")
    gate.take_back(gate.buy("1"))
    gate.buy("1", replace(STANDARD, parcels=replace(STANDARD.parcels, ship_from="dock")))
    [there] = gate.ask(location_code="DOCK")
    assert (there.request.address.city, there.request.parcels) == ("Getafe", 1)
    with pytest.raises(Refused, match="nothing to be picked up"):
        gate.ask(group_key="another")
    with pytest.raises(Refused, match="nothing to be picked up"):
        gate.ask(carrier_account_id="car_none")


def test_carriers_that_send_nobody_are_not_asked(gate: Gate) -> None:
    gate.fetching.describes = replace(gate.fetching.describes, capabilities=frozenset())
    with pytest.raises(Refused, match="nothing to be picked up"):
        gate.ask()


def test_times_and_words_that_cannot_be_are_refused(gate: Gate) -> None:
    with pytest.raises(Refused, match="18:00 to 14:00 on"):
        gate.ask(starts=time(18), ends=time(14))
    with pytest.raises(Refused, match="not in the past"):
        gate.ask(days=-1)
    with pytest.raises(Refused, match="at most 200 characters"):
        gate.ask(instructions="x" * 201)
    assert gate.fetching.paid == []


@pytest.mark.parametrize(("hour", "day"), [(8, 2), (12, 2), (13, 3), (22, 3), (23, 3)])
def test_a_driver_usually_comes_in_the_afternoon_that_has_not_begun(hour: int, day: int) -> None:
    assert usual_times(MADRID, datetime(2026, 3, 2, hour, tzinfo=UTC)) == (date(2026, 3, day), time(14), time(18))
