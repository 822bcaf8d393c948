"""What Brightpearl may answer in more than one way makes no difference to an import, or to telling it of a shipment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.clock import FixedClock
from support.imports import note_of
from support.sandbox_shop import SandboxShop, open_sandbox_shop, sandbox
from support.shipping import configure, ship

from adapters.sandboxes.brightpearl import Throttle
from adapters.stores.brightpearl.products import details_of
from engine.model.store_preferences import ProductDetails
from engine.services.importing.explain_import import explain_store
from engine.services.stores.change_store import StoreChanges, update_store
from storage.database import Database

VARIANTS: dict[str, dict[str, Any]] = {
    "as recorded": {},
    "an empty search with numbers": {"empty_search_numbers": True},
    "older replies": {"older_metadata": True},
    "unknown filters are refused": {"unknown_filters": "refuse"},
    "weights as texts": {"product_weight": "text"},
    "no updatedOn": {"updated_on_of_unchanged": False},
    "no filter works": {"ignored_filters": frozenset({"*"})},
    "columns by position": {"shuffle_columns": False, "extra_column": False, "shuffle_arrays": False},
}


def switch(shop: SandboxShop, **options: Any) -> None:
    shop.server.options = replace(shop.server.options, **options)


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_imports_bring_the_same(sqlite_shop: SandboxShop, options: dict[str, Any]) -> None:
    shop, data = sqlite_shop, sqlite_shop.server.data
    switch(shop, **options)
    update_store(shop.app, shop.merchant.id, shop.store.id, StoreChanges(product_details=ProductDetails.WHEN_MISSING), "operator")

    shop.run_import()
    assert set(shop.orders()) == shop.expected()
    weights = {
        item["sku"]: item.get("weight_g")
        for order in shop.orders().values()
        for item in order.document()["items"]
        if item.get("product_id") in ("640", "646", "653")
    }
    assert weights == {"ACM-MUG-BLU": 350, **{sku: None for sku in weights if sku != "ACM-MUG-BLU"}}

    note = shop.ordinary()[0]
    data.change_address(data.note(note)["orderId"], addressLine3="Nueva Ciudad")
    second = shop.run_import()
    assert (second.imported, second.updated, second.closed) == (0, 1, 0)


@pytest.mark.parametrize("options", [{}, {"empty_search_numbers": True}, {"older_metadata": True}])
def test_an_account_without_orders(sqlite_database: Database, clock: FixedClock, options: dict[str, Any]) -> None:
    with sandbox(clock.now, 0) as server:
        shop = open_sandbox_shop(sqlite_database, server, clock)
        switch(shop, **options)
        for _ in range(2):
            assert shop.run_import().imported == 0
        assert explain_store(shop.app, shop.store.account_id, shop.store.id, "WEB-1").to_json()["reason"] == "order_not_found"
        _, note = server.data.create_order()
        assert shop.run_import().imported == 1
        assert str(note) in shop.orders()


def test_an_order_whose_shipping_method_is_null_is_imported_and_told(sqlite_shop: SandboxShop) -> None:
    shop, data = sqlite_shop, sqlite_shop.server.data
    note = note_of(shop, "empty_strings")
    assert data.note(note)["shipping"]["shippingMethodId"] is None
    assert data.order(data.note(note)["orderId"])["delivery"]["shippingMethodId"] is None
    configure(shop, on_ship="mark_shipped")
    shop.run_import()
    assert "requested_service" not in shop.note_order(note).document()

    ship(shop, note, "T1")
    shop.work_off()

    kept = data.note(note)
    assert (kept["status"]["shipped"], kept["shipping"]["reference"]) == (True, "T1")


def test_tokens_that_run_out_under_the_cap(sqlite_database: Database, clock: FixedClock) -> None:
    """Each 401 uses up one of the requests that are allowed."""
    with sandbox(clock.now) as server:
        shop = open_sandbox_shop(sqlite_database, server, clock)
        shop.run_import()
        server.expire_tokens()
        server.fault("expire_token", "order-service/order/")
        server._pools.clock = lambda: clock.now().timestamp()
        server.set_throttle(Throttle(3, 60))

        summary = shop.run_import(full=True)

        assert summary.unchanged == len(shop.expected())
        assert sum(clock.slept) >= 60
        assert shop.server.state()["requests"]["unauthorised"] >= 1


@pytest.mark.parametrize(
    ("magnitude", "weight"),
    [
        (0.35, "0.35"),
        (4, "4"),
        ("0.3500", "0.3500"),
        (0.00001, "0.00001"),
        (1250.5, "1250.5"),
        (0.0, None),
        (0, None),
        ("0.0000", None),
        (-1.0, None),
        (1e300, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        (None, None),
        ("heavy", None),
    ],
)
def test_a_weight_as_number_or_text(magnitude: Any, weight: str | None) -> None:
    assert details_of({"stock": {"weight": {"magnitude": magnitude}}}).get("weight") == weight
