"""Contract of the repository of trackings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.examples import NOON, an_account_with_store, an_order

from engine.model.account import CarrierAccount
from engine.model.fulfillment import Parcel, Shipment, ShipmentState
from engine.model.sentence import Sentence
from engine.model.tracking import Tracking, TrackingEvent, TrackingProblem, TrackingSource, TrackingState
from storage.database import Database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SCAN = TrackingEvent(NOON, TrackingState.ACCEPTED, Sentence.of("Received"), "Madrid", "T1", TrackingSource.POLL)
DELIVERED = TrackingEvent(NOON + 2 * HOUR, TrackingState.DELIVERED, number="T1", source=TrackingSource.CALL)


@pytest.fixture
def tracking(database: Database) -> Tracking:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        order = an_order(store.account_id, store.id)
        unit.orders.add_many([order], "run_1")
        unit.carrier_accounts.add(CarrierAccount("car_1", order.account_id, "house", ("24h",)))
        for number in "123":
            parcels, lines = (Parcel(f"par_{number}", tracking_number=f"T{number}"),), {"1": Decimal(1)}
            made = (f"shp_{number}", order.account_id, order.id, None, "house", "24h", lines, parcels)
            unit.fulfillment.add_shipment(Shipment(*made, ShipmentState.SHIPPED, NOON))
        unit.commit()
    return Tracking("shp_1", order.account_id, order.id, NOON, "car_1", "carrier-1", ask_at=NOON)


def kept(database: Database, *trackings: Tracking) -> None:
    with database.unit_of_work() as unit:
        for one in trackings:
            unit.trackings.put(one)
        unit.commit()


def test_a_tracking_comes_back_as_it_was_kept_last(database: Database, tracking: Tracking) -> None:
    changed = replace(
        tracking,
        state=TrackingState.EXCEPTION,
        words=Sentence.of("Refused"),
        first_scan_at=NOON,
        asked_at=NOON,
        ask_at=NOON + HOUR,
        failures=2,
        called=True,
        problem=TrackingProblem.EXCEPTION,
        problem_at=NOON,
    )
    kept(database, tracking, changed)
    with database.unit_of_work() as unit:
        assert unit.trackings.find(tracking.account_id, "shp_1", for_change=True) == changed
        assert unit.trackings.by_order(tracking.account_id, [tracking.order_id]) == {tracking.order_id: [changed]}
        assert unit.trackings.find(tracking.account_id, "shp_2") is None


def test_what_the_carrier_called_about_is_due_first_and_what_is_over_is_never(database: Database, tracking: Tracking) -> None:
    late = replace(tracking, shipment_id="shp_2", ask_at=NOON - HOUR)
    over = replace(tracking, shipment_id="shp_3", ask_at=None)
    kept(database, tracking.call(NOON), late, over)
    with database.unit_of_work() as unit:
        assert [one.shipment_id for one in unit.trackings.list_due(tracking.account_id, NOON, 9)] == ["shp_1", "shp_2"]
        assert unit.trackings.list_due(tracking.account_id, NOON - 2 * HOUR, 9) == []
        assert unit.trackings.list_accounts_due(NOON) == [tracking.account_id]
        assert unit.trackings.list_accounts_due(NOON - 2 * HOUR) == []
        assert unit.trackings.put_off(tracking.account_id, "car_1", NOON, NOON + HOUR) == 2
        assert unit.trackings.list_due(tracking.account_id, NOON, 9) == []


def test_what_a_wrong_clock_has_put_off_is_asked_about_now(database: Database, tracking: Tracking) -> None:
    put_off = replace(tracking, ask_at=NOON + 30 * DAY)
    planned = replace(tracking, shipment_id="shp_2", ask_at=NOON + DAY)
    leaves_later = replace(tracking, shipment_id="shp_3", since=NOON + 30 * DAY, ask_at=NOON + 30 * DAY + HOUR)
    kept(database, put_off, planned, leaves_later)
    with database.unit_of_work() as unit:
        assert [unit.trackings.pull_due(NOON, DAY) for _ in range(2)] == [1, 0]
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert [one.shipment_id for one in unit.trackings.list_due(tracking.account_id, NOON, 9)] == ["shp_1"]


def test_a_carrier_names_a_shipment_by_its_id_or_by_a_number(database: Database, tracking: Tracking) -> None:
    kept(database, tracking, replace(tracking, shipment_id="shp_2", carrier_id="carrier-2"))
    with database.unit_of_work() as unit:
        own = (tracking.account_id, "car_1")
        assert [one.shipment_id for one in unit.trackings.find_called(*own, ["carrier-2"], [])] == ["shp_2"]
        assert [one.shipment_id for one in unit.trackings.find_called(*own, ["carrier-2"], ["T1"])] == ["shp_1", "shp_2"]
        assert unit.trackings.find_called(*own, ["other"], ["T3"]) == []
        assert unit.trackings.find_called(tracking.account_id, "car_2", ["carrier-2"], ["T1"]) == []


def test_an_event_is_kept_once_whyever_it_came_and_they_come_back_in_order(database: Database, tracking: Tracking) -> None:
    kept(database, tracking)
    with database.unit_of_work() as unit:
        assert unit.trackings.keep_events(tracking.account_id, "shp_1", [DELIVERED], NOON) == 1
        again = [replace(DELIVERED, source=TrackingSource.POLL), SCAN, SCAN]
        assert unit.trackings.keep_events(tracking.account_id, "shp_1", again, NOON) == 1
        assert unit.trackings.keep_events(tracking.account_id, "shp_2", [SCAN], NOON) == 0  # nobody follows that one
        assert unit.trackings.list_events(tracking.account_id, "shp_1") == [SCAN, DELIVERED]
        assert unit.trackings.events_of_order(tracking.account_id, tracking.order_id) == {"shp_1": [SCAN, DELIVERED]}


def test_what_was_erased_has_no_place_and_no_words_and_does_not_come_back(database: Database, tracking: Tracking) -> None:
    kept(database, replace(tracking, words=Sentence.of("Received")))
    with database.unit_of_work() as unit:
        unit.trackings.keep_events(tracking.account_id, "shp_1", [SCAN], NOON)
        assert unit.trackings.redact(tracking.account_id, [tracking.order_id]) == 1
        assert unit.trackings.keep_events(tracking.account_id, "shp_1", [SCAN], NOON) == 0
        assert unit.trackings.list_events(tracking.account_id, "shp_1") == [replace(SCAN, words=None, place="")]
        found = unit.trackings.find(tracking.account_id, "shp_1")
        assert found is not None
        assert found.words is None


def test_events_are_forgotten_by_when_they_were_kept(database: Database, tracking: Tracking) -> None:
    kept(database, tracking)
    with database.unit_of_work() as unit:
        unit.trackings.keep_events(tracking.account_id, "shp_1", [SCAN], NOON)
        unit.trackings.keep_events(tracking.account_id, "shp_1", [DELIVERED], NOON + HOUR)
        assert unit.trackings.forget_events(NOON + HOUR) == 1
        assert unit.trackings.list_events(tracking.account_id, "shp_1") == [DELIVERED]
