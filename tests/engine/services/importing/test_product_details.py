"""Weights and barcodes from product records: never, when missing, always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.examples import an_account_with_store
from support.sandbox_shop import SandboxShop, cheap_hasher

from adapters.clock import SystemClock
from adapters.stores.brightpearl.description import reasons
from engine.application import Application
from engine.model.store import Ready, Skipped, Store
from engine.model.store_preferences import ProductDetails, StorePreferences, WeightUnit
from engine.services.importing.product_details import Completed, complete_records
from storage.database import Database

RECORDS = {"640": {"weight": "0.4", "barcode": "5012345678900"}, "641": {"weight": "0.00015"}}


class Products:
    """The part of a session that is asked here."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.silent: set[str] = set()  # products that there is no answer for

    def products(self, product_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        self.asked.append(list(product_ids))
        return {one: RECORDS.get(one, {}) for one in product_ids if one not in self.silent}


@pytest.fixture
def store(database: Database) -> Store:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        unit.commit()
    return store


def complete(
    database: Database, store: Store, session: Products, *records: Any, clock: Any = None, **preferences: Any
) -> Completed:
    """Complete records and keep what was fetched, as an import does."""
    clock = clock or SystemClock()
    app = Application(database.unit_of_work, database.reading_unit_of_work, clock, {}, cheap_hasher())
    store = replace(store, preferences=StorePreferences(**preferences))
    completed = complete_records(app, store, session, records)  # type: ignore[arg-type]
    with database.unit_of_work() as unit:
        unit.stores.keep_products(store, completed.fetched, app.clock.now())
        unit.commit()
    return completed


def ready(*items: tuple[str, int], **document: Any) -> Ready:
    lines = [{"line_key": str(at), "product_id": product, "quantity": count} for at, (product, count) in enumerate(items)]
    return Ready("81", "7001", "7001", {"items": lines, **document}, b"{}")


def document(completed: Completed) -> dict[str, Any]:
    (record,) = completed.records
    assert isinstance(record, Ready)
    return dict(record.document)


def test_never_asks_nothing(database: Database, store: Store) -> None:
    session = Products()
    completed = complete(database, store, session, ready(("640", 2)))

    assert session.asked == []
    assert document(completed)["items"] == [{"line_key": "0", "product_id": "640", "quantity": 2}]


def test_weights_are_grams_of_a_piece_and_of_the_order(database: Database, store: Store) -> None:
    completed = complete(database, store, Products(), ready(("640", 2), ("641", 3)), product_details=ProductDetails.WHEN_MISSING)

    first, second = document(completed)["items"]
    assert (first["weight_g"], first["barcode"]) == (400, "5012345678900")
    assert second["weight_g"] == "0.15"
    assert "barcode" not in second
    assert document(completed)["weight_g"] == "800.45"


@pytest.mark.parametrize(
    ("unit", "grams"),
    [(WeightUnit.KILOGRAM, 400), (WeightUnit.GRAM, "0.4"), (WeightUnit.POUND, "181.437"), (WeightUnit.OUNCE, "11.34")],
)
def test_the_records_unit_is_the_stores_to_say(database: Database, store: Store, unit: WeightUnit, grams: Any) -> None:
    completed = complete(database, store, Products(), ready(("640", 1)), product_details=ProductDetails.ALWAYS, weight_unit=unit)
    assert document(completed)["items"][0]["weight_g"] == grams


def test_when_missing_asks_once_for_a_product_also_for_one_without_a_record(database: Database, store: Store) -> None:
    session = Products()
    for _ in range(2):
        completed = complete(database, store, session, ready(("640", 1), ("999", 1)), product_details=ProductDetails.WHEN_MISSING)
    assert session.asked == [["640", "999"]]
    assert document(completed)["items"][0]["weight_g"] == 400
    assert "weight_g" not in document(completed)  # part of a weight is not a weight


def test_a_product_that_is_gone_is_asked_for_again_after_a_week(database: Database, store: Store) -> None:
    session, clock = Products(), FixedClock(datetime(2026, 11, 20, tzinfo=UTC))
    record = ready(("640", 1), ("999", 1))
    for days in (0, 6, 2):
        clock.sleep(days * 86_400)
        complete(database, store, session, record, clock=clock, product_details=ProductDetails.WHEN_MISSING)

    assert session.asked == [["640", "999"], ["999"]]


def test_what_the_store_gave_no_answer_for_is_asked_for_next_time(database: Database, store: Store) -> None:
    session = Products()
    session.silent = {"641"}
    for _ in range(2):
        completed = complete(database, store, session, ready(("640", 1), ("641", 1)), product_details=ProductDetails.WHEN_MISSING)
        session.silent = set()

    assert session.asked == [["640", "641"], ["641"]]
    assert document(completed)["weight_g"] == "400.15"


def test_always_asks_each_time(database: Database, store: Store) -> None:
    session = Products()
    for _ in range(2):
        complete(database, store, session, ready(("640", 1)), product_details=ProductDetails.ALWAYS)
    assert session.asked == [["640"], ["640"]]


def test_what_the_order_says_stays(database: Database, store: Store) -> None:
    record = ready(("640", 1), weight_g=5)
    record.document["items"][0]["weight_g"] = 7

    completed = complete(database, store, Products(), record, product_details=ProductDetails.ALWAYS)

    assert document(completed)["weight_g"] == 5
    assert document(completed)["items"][0] == {
        "line_key": "0",
        "product_id": "640",
        "quantity": 1,
        "weight_g": 7,
        "barcode": "5012345678900",
    }


def test_what_is_no_order_is_left_alone(database: Database, store: Store) -> None:
    skipped = Skipped("82", None, reasons.NOT_PRINTED.message(note=82, order=1))
    session = Products()
    completed = complete(database, store, session, skipped, product_details=ProductDetails.ALWAYS)

    assert completed.records == [skipped]
    assert session.asked == []


@pytest.mark.parametrize("details", [ProductDetails.WHEN_MISSING, ProductDetails.ALWAYS])
def test_an_import_brings_weights_and_barcodes_of_the_stores_products(sqlite_shop: SandboxShop, details: ProductDetails) -> None:
    shop, data = sqlite_shop, sqlite_shop.server.data
    change_preferences(shop, product_details=details)

    shop.run_import()

    lines = [(order, item) for order in shop.orders().values() for item in order.document()["items"]]
    weights = {item["product_id"]: item.get("weight_g") for _, item in lines}
    for product_id, weight in weights.items():
        stock = data.products.all().get(int(product_id), {}).get("stock", {})
        kilograms = Decimal(stock.get("weight", {}).get("magnitude", "0"))
        assert (None if weight is None else Decimal(weight)) == (kilograms * 1000 or None)
    assert any(weights.values())
    assert any("barcode" in item for _, item in lines)
    whole = [order for order in shop.orders().values() if "weight_g" in order.document()]
    assert whole
    again = shop.run_import()
    assert (again.updated, again.imported) == (0, 0)


def test_an_account_that_shows_no_products_is_imported_all_the_same(
    sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_preferences(sqlite_shop, product_details=ProductDetails.ALWAYS)
    monkeypatch.setattr(sqlite_shop.server.data.products, "all", dict)

    assert sqlite_shop.run_import().imported == len(sqlite_shop.expected())


def change_preferences(shop: SandboxShop, **preferences: Any) -> None:
    with shop.database.unit_of_work() as unit:
        store = unit.stores.get(shop.store.account_id, shop.store.id)
        unit.stores.update(replace(store, preferences=replace(store.preferences, **preferences)))
        unit.commit()
