"""Contract of the repository of batches of labels."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.examples import NOON, an_account_with_store, an_order

from engine.model.account import CarrierAccount
from engine.model.fulfillment import Parcel, Shipment, ShipmentState
from engine.model.label import BoughtLabel, Label, LabelRequest, LabelState, ParcelToShip, PostalAddress
from engine.model.label_batch import BatchedOrder, BatchResult, BatchState, LabelBatch, Outcome
from engine.model.order import Order
from engine.model.sentence import Sentence
from engine.ports import NotFound
from storage.database import Database

WHY = Sentence("No service is chosen.", "No hay servicio elegido.")


@pytest.fixture
def orders(database: Database) -> list[Order]:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        orders = [
            an_order(store.account_id, store.id, f"n{number}", id=f"ord_{number}", order_number=f"100{number}")
            for number in range(5)
        ]
        unit.orders.add_many(orders, "run_1")
        unit.carrier_accounts.add(CarrierAccount("car_1", store.account_id, "house", ("24h",)))
        unit.commit()
    return orders


@pytest.fixture
def batch(database: Database, orders: list[Order]) -> LabelBatch:
    batch = LabelBatch("lbb_1", orders[0].account_id, "usr_1", NOON, NOON)
    with database.unit_of_work() as unit:
        unit.label_batches.add(batch, [order.id for order in reversed(orders)])
        unit.commit()
    return batch


def a_label(order: Order) -> Label:
    to = PostalAddress(country="ES")
    asked = LabelRequest(f"lbl_{order.id}", "24h", to, to, (ParcelToShip(100),), NOON.date())
    owners = (order.account_id, order.id, f"shp_{order.id}", "car_1", order.account_id)
    return Label(asked.reference, *owners, "house", "24h", {"1": Decimal(1)}, asked, "usr_1", NOON)


def test_a_batch_comes_back_as_it_was_kept(database: Database, batch: LabelBatch) -> None:
    own, later = batch.account_id, NOON + timedelta(minutes=5)
    with database.unit_of_work() as unit:
        assert unit.label_batches.get(own, batch.id, for_change=True) == batch
        stopped = batch.stop(WHY)
        unit.label_batches.update(stopped)
        assert unit.label_batches.get(own, batch.id) == stopped
        unit.label_batches.update(stopped.go_on(later))
        assert unit.label_batches.get(own, batch.id) == replace(batch, begun_at=later, state=BatchState.RUNNING)
        unit.label_batches.add(replace(batch, id="lbb_2", created_at=later), ["ord_1"])
        assert [one.id for one in unit.label_batches.list_for(own, 9)] == ["lbb_2", "lbb_1"]
        assert [one.id for one in unit.label_batches.list_for(own, 1)] == ["lbb_2"]
        with pytest.raises(NotFound):
            unit.label_batches.get(own, "lbb_9")


def test_orders_have_their_turns_in_the_order_in_which_they_were_chosen(database: Database, batch: LabelBatch) -> None:
    own = batch.account_id
    with database.unit_of_work() as unit:
        assert unit.label_batches.next_orders(own, batch.id, 2) == ["ord_4", "ord_3"]
        unit.label_batches.keep_results(own, batch.id, {"ord_4": BatchResult(code="no_service", refusal=WHY)})
        unit.label_batches.keep_results(own, batch.id, {})
        assert unit.label_batches.next_orders(own, batch.id, 2) == ["ord_3", "ord_2"]


def test_each_order_stands_as_its_label_does(database: Database, batch: LabelBatch, orders: list[Order]) -> None:
    own = batch.account_id
    labels = [a_label(order) for order in orders[:4]]
    numbers = ("T1", "T2")
    bought = labels[0].buy(BoughtLabel("c-1", numbers), NOON)
    states = [bought, labels[1], labels[2].lose(WHY), labels[3].refuse(WHY)]
    parcels = tuple(Parcel(f"par_{number}", tracking_number=number, label_id=bought.id) for number in numbers)
    shipped = (bought.shipment_id, own, orders[0].id, None, "house", "24h", {"1": Decimal(1)}, parcels, ShipmentState.SHIPPED)
    with database.unit_of_work() as unit:
        unit.labels.add_many(labels)
        for label in states:
            unit.labels.update(label)
        unit.fulfillment.add_shipment(Shipment(*shipped, NOON))
        unit.label_batches.keep_results(own, batch.id, {label.order_id: BatchResult(label.id) for label in labels})
        found = unit.label_batches.list_orders(own, batch.id)
        assert found == [
            BatchedOrder(0, "ord_4", "1004", Outcome.WAITING),
            BatchedOrder(1, "ord_3", "1003", Outcome.REFUSED, "carrier_refused", WHY, states[3]),
            BatchedOrder(2, "ord_2", "1002", Outcome.UNKNOWN, "", WHY, states[2]),
            BatchedOrder(3, "ord_1", "1001", Outcome.BUYING, "", None, states[1]),
            BatchedOrder(4, "ord_0", "1000", Outcome.BOUGHT, "", None, bought, numbers),
        ]
        unknown_or_not = {LabelState.INTENT, LabelState.UNKNOWN}
        assert unit.label_batches.labels_of(own, batch.id, unknown_or_not) == [states[2], states[1]]
        one_each = dict.fromkeys((Outcome.WAITING, Outcome.REFUSED, Outcome.UNKNOWN, Outcome.BUYING, Outcome.BOUGHT), 1)
        assert unit.label_batches.count(own, [batch.id]) == {batch.id: one_each}


def test_what_was_refused_has_another_turn(database: Database, batch: LabelBatch, orders: list[Order]) -> None:
    own, refused, bought = batch.account_id, a_label(orders[0]), a_label(orders[1])
    with database.unit_of_work() as unit:
        unit.labels.add_many([refused, bought])
        unit.labels.update(refused.refuse(WHY))
        results = {"ord_0": BatchResult(refused.id), "ord_1": BatchResult(bought.id), "ord_2": BatchResult(code="no_service")}
        unit.label_batches.keep_results(own, batch.id, results)
        assert unit.label_batches.forget_refusals(own, batch.id) == 2
        assert unit.label_batches.next_orders(own, batch.id, 9) == ["ord_4", "ord_3", "ord_2", "ord_0"]
