"""Contract of the repository of shipments and parcels."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.examples import NOON, an_account, an_account_with_store, an_order

from adapters.stores.brightpearl.description import steps
from engine.model.account import AccountKind
from engine.model.fulfillment import Parcel, Shipment, ShipmentState
from engine.model.money import Money
from engine.model.order import Order
from engine.model.request import FulfillmentRequest, RequestLine
from engine.model.write_back import StepDone
from engine.ports import NotFound
from storage.database import Database
from storage.errors import ConflictingWrite


@pytest.fixture
def order(database: Database) -> Order:
    """A merchant's order; the provider's account is `acc_provider`."""
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        unit.accounts.add(an_account("acme-3pl", id="acc_provider", kind=AccountKind.PROVIDER))
        order = an_order(store.account_id, store.id)
        unit.orders.add_many([order], "run_1")
        unit.commit()
    return order


def a_request(order: Order, identifier: str) -> FulfillmentRequest:
    lines = (RequestLine("2", "MUG", "Taza", Decimal("1.5")),)
    return FulfillmentRequest(identifier, order.account_id, "acc_provider", order.id, lines, "24h", (), NOON)


def test_shipments_come_back_with_their_parcels(database: Database, order: Order) -> None:
    parcels = (
        Parcel("par_2", 1200, 300, 200, 100, "TRACK1", "lbl_1", Money(Decimal("4.90"), "EUR")),
        Parcel("par_1"),
    )
    by_provider = Shipment(
        "shp_1", order.account_id, order.id, "req_1", "seur", "24h", {"2": Decimal("1.5"), "1": Decimal(1)}, parcels,
        ShipmentState.SHIPPED, NOON,
    )  # fmt: skip
    own = Shipment("shp_2", order.account_id, order.id, None, "mrw", "48h", {}, ())
    with database.unit_of_work() as unit:
        unit.requests.add(a_request(order, "req_1"))
        unit.fulfillment.add_shipment(by_provider)
        unit.fulfillment.add_shipment(own)
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.fulfillment.list_shipments(order.account_id, order.id) == [by_provider, own]
        assert unit.fulfillment.list_shipments("acc_provider", order.id) == []
        assert str(unit.fulfillment.list_shipments(order.account_id, order.id)[0].parcels[0].cost) == str(parcels[0].cost)


def a_shipment(order: Order, identifier: str, label_id: str | None = None, **changes: object) -> Shipment:
    parcels = (Parcel(f"par_{identifier}", tracking_number="T1", label_id=label_id),)
    shipment = Shipment(identifier, order.account_id, order.id, None, "seur", "24h", {"1": Decimal(2)}, parcels)
    return replace(shipment, **changes)


def test_a_shipment_changes_its_state_and_nothing_else(database: Database, order: Order) -> None:
    planned = a_shipment(order, "shp_1")
    with database.unit_of_work() as unit:
        unit.fulfillment.add_shipment(planned)
        unit.fulfillment.update_shipment(replace(planned, state=ShipmentState.SHIPPED, shipped_at=NOON, carrier="mrw"))
        unit.fulfillment.update_shipment(replace(planned, account_id="acc_provider", state=ShipmentState.VOIDED))
        unit.commit()
    with database.reading_unit_of_work() as unit:
        kept = unit.fulfillment.get_shipment(order.account_id, "shp_1")
        with pytest.raises(NotFound):
            unit.fulfillment.get_shipment("acc_provider", "shp_1")
        with pytest.raises(NotFound):
            unit.fulfillment.get_shipment(order.account_id, "shp_2")
    assert kept == replace(planned, state=ShipmentState.SHIPPED, shipped_at=NOON)


def test_a_shipment_is_found_by_the_one_it_was_made_of_and_that_only_once(database: Database, order: Order) -> None:
    with database.unit_of_work() as unit:
        unit.fulfillment.add_shipment(a_shipment(order, "shp_1", source_id="shp_of_the_provider"))
        unit.fulfillment.add_shipment(a_shipment(order, "shp_2"))
        unit.fulfillment.add_shipment(a_shipment(order, "shp_3"))
        unit.commit()
    with database.reading_unit_of_work() as unit:
        found = unit.fulfillment.find_by_source(order.account_id, "shp_of_the_provider")
        assert found == a_shipment(order, "shp_1", source_id="shp_of_the_provider")
        assert unit.fulfillment.find_by_source("acc_provider", "shp_of_the_provider") is None
        assert unit.fulfillment.find_by_source(order.account_id, "shp_1") is None
    with pytest.raises(ConflictingWrite), database.unit_of_work() as unit:
        unit.fulfillment.add_shipment(a_shipment(order, "shp_4", source_id="shp_of_the_provider"))


def test_shipments_of_several_orders_come_by_order(database: Database, order: Order) -> None:
    other, idle = (an_order(order.account_id, order.store_id, external_id=external_id) for external_id in ("601", "602"))
    kept = [a_shipment(order, "shp_1"), a_shipment(order, "shp_2"), a_shipment(other, "shp_3")]
    with database.unit_of_work() as unit:
        unit.orders.add_many([other, idle], "run_1")
        for shipment in kept:
            unit.fulfillment.add_shipment(shipment)
        ids = [order.id, other.id, idle.id]
        assert unit.fulfillment.shipments_by_order(order.account_id, ids) == {order.id: kept[:2], other.id: kept[2:]}
        assert unit.fulfillment.shipments_by_order("acc_provider", ids) == {}


def test_orders_with_a_label_are_told_from_others(database: Database, order: Order) -> None:
    others = [an_order(order.account_id, order.store_id, external_id=str(600 + number)) for number in range(3)]
    with database.unit_of_work() as unit:
        unit.orders.add_many(others, "run_1")
        unit.fulfillment.add_shipment(a_shipment(order, "shp_1", "lbl_1"))
        unit.fulfillment.add_shipment(a_shipment(others[0], "shp_2"))
        unit.fulfillment.add_shipment(a_shipment(others[1], "shp_3", "lbl_3", state=ShipmentState.VOIDED))
        unit.commit()
    ids = [order.id, *(other.id for other in others)]
    with database.reading_unit_of_work() as unit:
        assert unit.fulfillment.with_label(order.account_id, ids) == {order.id}
        assert unit.fulfillment.with_label("acc_provider", ids) == set()
        assert unit.fulfillment.with_label(order.account_id, []) == set()


def test_steps_of_a_write_back_are_kept_once(database: Database, order: Order) -> None:
    first, later = StepDone(steps.REFERENCE.code, NOON), StepDone(steps.STATUS.code, NOON)
    with database.unit_of_work() as unit:
        unit.fulfillment.add_shipment(a_shipment(order, "shp_1"))
        for done in (later, first, replace(first, done_at=NOON + timedelta(hours=1))):
            unit.write_backs.add_step(order.account_id, "shp_1", done)
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.write_backs.list_steps(order.account_id, "shp_1") == [first, later]
        assert unit.write_backs.list_steps("acc_provider", "shp_1") == []
        assert unit.write_backs.list_steps(order.account_id, "shp_2") == []
