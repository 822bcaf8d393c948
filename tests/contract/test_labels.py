"""Contract of the repository of labels."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.examples import NOON, an_account_with_store, an_order

from engine.model.account import CarrierAccount
from engine.model.label import (
    BoughtLabel,
    ContentLine,
    Document,
    DocumentFormat,
    DocumentKind,
    Label,
    LabelRequest,
    LabelState,
    PaperSize,
    ParcelToShip,
    PostalAddress,
)
from engine.model.money import Money
from engine.model.order import Order
from engine.model.sentence import Sentence
from engine.ports import NotFound
from storage.database import Database

PRICE = Money(Decimal("4.90"), "EUR")
TO = PostalAddress(name="Ana Núñez", street1="Calle Mayor 1", country="ES", email="ana@example.com")
REQUEST = LabelRequest(
    "lbl_1",
    "24h",
    PostalAddress(company="Casa Verde", country="ES"),
    TO,
    (ParcelToShip(750, 200, 150, 100, "box"), ParcelToShip(500)),
    NOON.date(),
    order_number="1001",
    contents=(ContentLine("1", "MUG", "Taza", Decimal("1.5"), Decimal("30.05"), Decimal(400), "6912", "PT"),),
    currency="EUR",
    insured=Money(Decimal("60.10"), "EUR"),
    options={"gift_message": "For Ana", "cash_on_delivery": {"amount": Decimal("3.20")}},
    numbers=("N1", "N2"),
)
PDF = Document(DocumentKind.LABEL, DocumentFormat.PDF, PaperSize.LABEL, b"%PDF\x00\xff")


@pytest.fixture
def order(database: Database) -> Order:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        order = an_order(store.account_id, store.id)
        unit.orders.add_many([order], "run_1")
        unit.carrier_accounts.add(CarrierAccount("car_1", order.account_id, "house", ("24h",)))
        unit.commit()
    return order


def a_label(order: Order, label_id: str = "lbl_1", **changes: object) -> Label:
    owners = (order.account_id, order.id, f"shp_{label_id}", "car_1", order.account_id)
    request = replace(REQUEST, reference=label_id)
    label = Label(label_id, *owners, "house", "24h", {"1": Decimal("1.5")}, request, "usr_1", NOON, quoted=PRICE)
    return replace(label, **changes)  # type: ignore[arg-type]


def test_a_label_comes_back_as_it_was_kept(database: Database, order: Order) -> None:
    label = a_label(order)
    with database.unit_of_work() as unit:
        unit.labels.add_many([label])
        unit.commit()
    bought = label.buy(BoughtLabel("carrier-7", ("N1", "N2"), (), PRICE), NOON)
    with database.unit_of_work() as unit:
        assert unit.labels.get(order.account_id, "lbl_1", for_change=True) == label
        assert unit.labels.being_bought(order.account_id, [order.id]) == {order.id: [label]}
        unit.labels.update(bought)
        assert unit.labels.find_by_shipment(order.account_id, label.shipment_id) == bought
        assert unit.labels.being_bought(order.account_id, [order.id]) == {}
        unit.labels.update(replace(label.lose(Sentence("no answer", "sin respuesta")), cost=None))
        assert unit.labels.list_for_order(order.account_id, order.id)[0].error == Sentence("no answer", "sin respuesta")
        with pytest.raises(NotFound):
            unit.labels.get(order.account_id, "lbl_unknown")


def test_documents_are_kept_once_and_forgotten_by_age(database: Database, order: Order) -> None:
    with database.unit_of_work() as unit:
        unit.labels.add_many([a_label(order)])
        unit.labels.keep_documents(order.account_id, "lbl_1", [PDF, replace(PDF, parcel=1)], NOON)
        unit.labels.keep_documents(order.account_id, "lbl_1", [replace(PDF, content=b"other")], NOON + timedelta(days=1))
        assert unit.labels.list_documents(order.account_id, "lbl_1") == [PDF, replace(PDF, parcel=1)]
        assert unit.labels.forget_documents(NOON) == 0
        assert unit.labels.forget_documents(NOON + timedelta(seconds=1)) == 2
        assert unit.labels.list_documents(order.account_id, "lbl_1") == []


def test_the_first_print_is_told_from_copies(database: Database, order: Order) -> None:
    with database.unit_of_work() as unit:
        unit.labels.add_many([a_label(order)])
        assert not unit.labels.was_printed(order.account_id, "lbl_1")
        assert [unit.labels.note_printed(order.account_id, "lbl_1", NOON) for _ in range(3)] == [False, True, True]
        assert unit.labels.was_printed(order.account_id, "lbl_1")
        unit.labels.note_not_printed(order.account_id, "lbl_1")
        assert not unit.labels.was_printed(order.account_id, "lbl_1")


def test_running_numbers_are_given_out_once(database: Database, order: Order) -> None:
    with database.unit_of_work() as unit:
        assert [unit.labels.take_numbers(order.account_id, "car_1", count) for count in (1, 3, 1)] == [1, 2, 5]
        with pytest.raises(NotFound):
            unit.labels.take_numbers(order.account_id, "car_unknown", 1)


def test_who_the_parcels_were_for_can_be_taken_out(database: Database, order: Order) -> None:
    with database.unit_of_work() as unit:
        unit.labels.add_many([a_label(order, state=LabelState.BOUGHT)])
        unit.labels.keep_documents(order.account_id, "lbl_1", [PDF], NOON)
        assert unit.labels.redact(order.account_id, [order.id]) == ["shp_lbl_1"]
        [label] = unit.labels.list_for_order(order.account_id, order.id)
        assert (label.request.ship_to, "gift_message" in label.request.options) == (
            PostalAddress("[erased]", country="ES"),
            False,
        )
        assert label.request.contents == REQUEST.contents
        assert unit.labels.list_documents(order.account_id, "lbl_1") == []


def test_credentials_of_a_carrier_account_lie_encrypted(database: Database, order: Order) -> None:
    secret = CarrierAccount("car_2", order.account_id, "paid", ("24h",), credentials={"key": "s3cret"}, settings={"a": 1})
    with database.unit_of_work() as unit:
        unit.carrier_accounts.add(secret)
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.carrier_accounts.get(order.account_id, "car_2") == secret
        listed = unit.carrier_accounts.list_for(order.account_id)[-1]
        assert (listed.credentials, listed.settings) == ({}, {"a": 1})
        with pytest.raises(NotFound):
            unit.carrier_accounts.get("acc_other", "car_2")
