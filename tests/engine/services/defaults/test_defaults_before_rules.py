"""Product defaults and shipping methods are there before rules run, and what people and stores say stays on top."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.examples import NOON
from support.shop import Shop, open_shop, ready

from engine.model.order import Order, StoredDecision
from engine.model.product_default import DefaultOf
from engine.services.deciding.explain_order import explain_order
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.reprocess_orders import release_order, reprocess_orders
from engine.services.defaults.product_defaults import remove_default, set_default
from engine.services.defaults.shipping_methods import map_method
from storage.database import Database

RULES = b"""
name: by weight
rules:
  - {id: heavy, when: {field: weight_g, is: at_least, value: 1000}, then: [{do: add_tag, tag: heavy}]}
  - {id: dhl, when: {field: carrier, is: equals, value: dhl}, then: [{do: add_tag, tag: express}]}
  - {id: shelf, when: {any_item: {field: warehouse_location, is: equals, value: A-01}}, then: [{do: add_tag, tag: shelf-a}]}
"""
ITEM = {"line_key": "1", "sku": "ACM-MUG", "name": "Mug, blue", "quantity": 2, "unit_price": Decimal("30.05")}


@pytest.fixture
def shop(database: Database) -> Shop:
    return open_shop(database, FixedClock(NOON), RULES)


def light(number: str = "1", **changes: Any) -> Any:
    """An order of which the store says no weight."""
    return ready(number, **{"weight_g": None, "items": [ITEM], **changes})


def order(shop: Shop, number: str = "1") -> Order:
    with shop.database.reading_unit_of_work() as unit:
        return unit.orders.get(shop.merchant.id, shop.order_id(number))


def decisions(shop: Shop, number: str = "1") -> list[StoredDecision]:
    with shop.database.reading_unit_of_work() as unit:
        return list(unit.decisions.list_for_order(shop.merchant.id, shop.order_id(number)))


def say(shop: Shop, **cells: str) -> None:
    set_default(shop.app, shop.merchant.id, {"sku": "ACM-MUG", **cells})


def send_by(shop: Shop, method: str, carrier: str = "dhl", service: str = "parcel-connect", **more: str) -> None:
    map_method(shop.app, shop.merchant.id, {"method": method, "carrier": carrier, "service": service, **more})


def test_rules_see_what_is_filled_in_when_an_order_is_imported(shop: Shop) -> None:
    say(shop, weight_g="600", warehouse_location="A-01")
    send_by(shop, "express")
    shop.import_all(light(requested_service="Express"))
    document = order(shop).document()
    assert document["tags"] == ["heavy", "express", "shelf-a"]
    assert (document["weight_g"], document["carrier"], document["service"]) == (1200, "dhl", "parcel-connect")


def test_an_account_without_defaults_decides_as_before(shop: Shop) -> None:
    shop.import_all(light(requested_service="Express"))
    found = order(shop)
    assert (found.defaults, found.document().get("tags"), found.document().get("weight_g")) == ({}, None, None)
    assert "defaults" not in decisions(shop)[0].facts


def test_an_accounts_defaults_are_not_anothers(shop: Shop) -> None:
    set_default(shop.app, shop.provider.id, {"sku": "ACM-MUG", "weight_g": "600"})
    shop.import_all(light())
    assert order(shop).defaults == {}


def test_an_order_keeps_its_values_until_its_rules_run_anew(shop: Shop) -> None:
    say(shop, weight_g="600")
    shop.import_all(light())
    say(shop, weight_g="10")
    assert order(shop).document()["weight_g"] == 1200
    reprocess_orders(shop.app, shop.merchant.id, [order(shop).id], "operator")
    assert (order(shop).document()["weight_g"], order(shop).document().get("tags")) == (20, None)
    remove_default(shop.app, shop.merchant.id, DefaultOf.SKU, "acm-mug")
    reprocess_orders(shop.app, shop.merchant.id, [order(shop).id], "operator")
    assert order(shop).defaults == {}


def test_a_change_in_the_store_is_filled_in_anew_without_rules_for_it(shop: Shop) -> None:
    say(shop, weight_g="600", hs_code="6912.00")
    set_default(shop.app, shop.merchant.id, {"sku": "PLATE", "weight_g": "450"})
    shop.import_all(light())
    shop.import_all(light(items=[{**ITEM, "sku": "PLATE", "quantity": 1}]))
    document = order(shop).document()
    assert (document["weight_g"], document["items"][0]["weight_g"]) == (450, 450)
    assert "hs_code" not in document["items"][0]


def test_a_new_default_does_not_make_a_change_of_something_else_look_like_one_of_the_weight(shop: Shop) -> None:
    say(shop, weight_g="600")
    shop.import_all(light())
    say(shop, weight_g="700")
    shop.import_all(light(notes={"from_buyer": "Please ring."}))
    assert (order(shop).flags, order(shop).document()["weight_g"]) == ((), 1400)


def test_a_change_in_the_store_that_changes_what_is_filled_in_outdates_the_choice(shop: Shop) -> None:
    say(shop, weight_g="600")
    shop.import_all(light())
    shop.import_all(light(items=[{**ITEM, "quantity": 1}]))
    assert "outdated" in order(shop).flags
    assert set(order(shop).outdated["fields"]) == {"weight_g"}


def test_what_a_person_entered_stays_on_top(shop: Shop) -> None:
    say(shop, weight_g="600")
    send_by(shop, "express")
    shop.import_all(light(requested_service="express"))
    with shop.database.unit_of_work() as unit:
        found = unit.orders.get(shop.merchant.id, shop.order_id("1"))
        found.person |= {"weight_g": 5, "carrier": "correos"}
        unit.orders.update_many([found])
        unit.commit()
    reprocess_orders(shop.app, shop.merchant.id, [found.id], "operator")
    document = order(shop).document()
    assert (document["weight_g"], document["carrier"], "service" in document) == (5, "correos", False)


def test_a_method_of_another_store_is_not_meant(shop: Shop) -> None:
    send_by(shop, "express", "correos", "paq-premium")
    send_by(shop, "express", store="Casa Verde online")
    shop.import_all(light(requested_service="express"))
    assert order(shop).document()["carrier"] == "dhl"


def test_a_decision_keeps_what_it_saw_and_explains_it_after_the_table_has_changed(shop: Shop) -> None:
    say(shop, weight_g="600")
    shop.import_all(light())
    say(shop, weight_g="1")
    (decision,) = decisions(shop)
    assert decision.facts["order"]["weight_g"] == 1200
    assert decision.facts["defaults"] == {"products": {"items": [{"weight_g": 600}], "weight_g": 1200}}
    explained = explain_order(shop.app, shop.merchant.id, shop.order_id("1"))
    assert explained is not None
    assert [one.entry["status"] for one in explained.rules] == ["matched", "not_matched", "not_matched"]


def test_a_released_order_keeps_what_it_was_held_with(shop: Shop) -> None:
    held = b"name: n\nrules: [{id: h, when: {field: weight_g, is: not_blank}, then: [{do: hold}]}]"
    publish_rules(shop.app, shop.merchant.slug, held)
    say(shop, weight_g="600")
    shop.import_all(light())
    say(shop, weight_g="1")
    release_order(shop.app, shop.merchant.id, shop.order_id("1"), "operator")
    assert order(shop).document()["weight_g"] == 1200
