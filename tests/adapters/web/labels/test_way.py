"""An order's page shows the way of its parcels, on both sides, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.clock import FixedClock
from support.labels import STANDARD, Shippers
from support.shop import OWNER, PROVIDER

from engine.jobs.make_label import MadeLabel, make_label
from engine.model.sentence import Sentence
from engine.model.tracking import TrackingEvent, TrackingState

LogIn = Callable[[str], FlaskClient]
REFUSED = "Paid Post reports a problem on the way (P1-1): Refused by recipient"


def on_the_way(sides: Shippers, clock: FixedClock, made: MadeLabel, *events: tuple[TrackingState, str, str]) -> None:
    """What the carrier says, one thing after the other, and the asking of it."""
    start = clock.now()
    sides.carrier.on_the_way[made.label.carrier_id] = [
        TrackingEvent(start + timedelta(minutes=10 * number), state, Sentence.of(words) if words else None, place)
        for number, (state, words, place) in enumerate(events)
    ]
    clock.sleep(3600)
    sides.shop.work_off()


def test_the_way_of_a_parcel_is_told_on_both_sides(sides: Shippers, clock: FixedClock, log_in: LogIn) -> None:
    request = sides.taken()
    made = make_label(sides.app, sides.provider, str(request.copy_id), STANDARD, sides.clerk.id, "test")
    sides.shop.work_off()
    ours, theirs = f"/orders/{sides.shop.order_id('1')}", f"/orders/{request.copy_id}"
    assert "The label was created." in words_of(log_in(OWNER).get(ours))
    on_the_way(sides, clock, made, (TrackingState.ACCEPTED, "", "Madrid"), (TrackingState.IN_TRANSIT, "Departed", "Zaragoza"))
    for person, path in ((OWNER, ours), (PROVIDER, theirs)):
        words = words_of(log_in(person).get(path))
        assert "On its way. Departed Zaragoza" in words
        assert "All that the carrier reported (2) Departed Zaragoza" in words
        assert "The carrier has the parcel. Madrid" in words


def test_a_parcel_without_a_scan_says_when_the_carrier_was_asked(sides: Shippers, clock: FixedClock, log_in: LogIn) -> None:
    on_the_way(sides, clock, sides.buy())
    words = words_of(log_in(OWNER).get(f"/orders/{sides.shop.order_id('1')}"))
    assert "No scan yet; the carrier was asked on" in words


def test_a_problem_stands_first_and_can_be_found_and_released(sides: Shippers, clock: FixedClock, log_in: LogIn) -> None:
    on_the_way(sides, clock, sides.buy(), (TrackingState.EXCEPTION, "Refused by recipient", ""))
    client, path = log_in(OWNER), f"/orders/{sides.shop.order_id('1')}"
    words = words_of(client.get(path))
    assert "Delivery problem" in words
    assert "Next Something is wrong with a parcel on its way. your turn" in words
    assert f"1 alert Order 1: {REFUSED}" in words
    assert f"{REFUSED} " in words.partition("Shipments")[2]
    assert "1" in words_of(client.get("/orders?flag=delivery_problem&status=shipped"))
    press(client, path, f"{path}/release")
    assert "Delivery problem" not in words_of(client.get(path)).partition("History")[0].partition("Shipments")[0]
