"""A merchant sets fields of an order that its provider has a label for: the provider is asked, as about changes of the store."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.editing import ANA, said
from support.labels import open_shippers
from support.shop import ready
from support.two_sides import TwoSides, open_two_sides

from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.make_label import make_label
from engine.model.request import RequestAction
from engine.model.request_change import ChangeState
from engine.services.accounts.accounts import add_location
from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.edits import EditResult, FieldEdit, Operation, Outcome
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from storage.database import Database

SO_ALREADY = "3PL ships the order so already, and is asked nothing: ship to city."
ITEMS = [{"line_key": key, "sku": f"S{key}", "name": f"Thing {key}", "quantity": 2, "weight_g": 400} for key in ("1", "2")]


def test_a_provider_that_has_a_label_is_asked_about_the_change(sqlite_database: Database, clock: FixedClock) -> None:
    sides = open_shippers(sqlite_database, clock)
    sides.shop.import_all(ready("1", items=ITEMS))
    request = sides.taken()
    wish = LabelWish(ServiceWish("paid", "standard"), units={"1": Decimal(2)})
    make_label(sides.app, sides.provider, sides.copy(request).id, wish, sides.clerk.id, "test")
    clock.sleep(60)

    edits = [FieldEdit("ship_to.city", value="Getafe"), FieldEdit("custom_field_1", value="VIP")]
    (result,) = edit_orders(sides.app, sides.merchant, [sides.shop.order_id("1")], edits, ANA)
    assert result.outcome is Outcome.CHANGED
    assert at_provider(result) == [
        "3PL has a label for the order already, and is asked whether it takes the change: ship to city.",
        "3PL has the order and does not see this, it is kept for you: custom field 1.",
    ]
    asked = sides.request(request.id).change
    assert asked is not None
    assert (asked.state, asked.fields, asked.wanted["ship_to"]["city"]) == (ChangeState.ASKED, ("ship_to",), "Getafe")
    sides.fetch()
    assert sides.copy(request).document()["ship_to"]["city"] == "Madrid"

    (undone,) = edit_orders(
        sides.app, sides.merchant, [sides.shop.order_id("1")], [FieldEdit("ship_to.city", value="Madrid")], ANA
    )
    assert (undone.outcome, at_provider(undone)) == (Outcome.CHANGED, [SO_ALREADY])
    assert sides.request(request.id).change is None


def test_a_refused_change_that_is_taken_back_is_asked_of_nobody(sqlite_database: Database, clock: FixedClock) -> None:
    sides = open_shippers(sqlite_database, clock)
    sides.shop.import_all(ready("1", items=ITEMS))
    request = sides.taken()
    wish = LabelWish(ServiceWish("paid", "standard"), units={"1": Decimal(2)})
    make_label(sides.app, sides.provider, sides.copy(request).id, wish, sides.clerk.id, "test")

    def set_city(city: str) -> list[str]:
        clock.sleep(60)
        (result,) = edit_orders(
            sides.app, sides.merchant, [sides.shop.order_id("1")], [FieldEdit("ship_to.city", value=city)], ANA
        )
        return at_provider(result)

    assert set_city("Pinto") == ["3PL has a label for the order already, and is asked whether it takes the change: ship to city."]
    sides.answer(request, RequestAction.REFUSE_CHANGE, text="It is on the truck.")
    assert NEEDS_ATTENTION in sides.order().flags
    assert set_city("Madrid") == [SO_ALREADY]
    assert sides.request(request.id).change is None
    assert NEEDS_ATTENTION not in sides.order().flags


def at_provider(result: EditResult) -> list[str]:
    return [str(message).partition(" ")[2] for message in result.follows if message.code == "at_provider"]


def set_ship_from(sides: TwoSides, account_id: str, order_id: str, *edits: FieldEdit) -> EditResult:
    (result,) = edit_orders(sides.app, account_id, [order_id], edits or [FieldEdit("ship_from", value="annex")], ANA)
    return result


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(database, clock)
    for account in (sides.shop.merchant, sides.shop.provider):
        add_location(sides.app, account.slug, code="annex", country="ES", city="Getafe", postal_code="28901")
    return sides


def test_where_an_order_leaves_from_is_the_provider_s_as_long_as_it_has_it(sides: TwoSides) -> None:
    order_id = sides.order().id
    assert set_ship_from(sides, sides.merchant, order_id).outcome is Outcome.CHANGED
    request = sides.taken()
    at_provider = [
        ("ship_from", "Order 1 is with the logistics provider Acme 3PL: recall it first, then choose where it leaves from.")
    ]

    for edit in (FieldEdit("ship_from", value=""), FieldEdit("ship_from", Operation.UNDO)):
        assert said(set_ship_from(sides, sides.merchant, order_id, edit)) == at_provider
    both = (FieldEdit("ship_from", value=""), FieldEdit("logistics_provider", value=""), FieldEdit("tags", value="new"))
    refused = set_ship_from(sides, sides.merchant, order_id, *both)
    assert [name for name, _ in said(refused)] == ["logistics_provider", "ship_from"]
    assert sides.order().document()["ship_from"] == "annex"
    assert "tags" not in sides.order().document()
    assert set_ship_from(sides, sides.provider, sides.copy(request).id).outcome is Outcome.CHANGED

    sides.recall()
    assert set_ship_from(sides, sides.merchant, order_id, FieldEdit("ship_from", Operation.UNDO)).outcome is Outcome.CHANGED


def test_where_the_merchant_s_own_part_of_an_order_leaves_from_is_the_merchant_s(sides: TwoSides) -> None:
    sides.taken(lines={"1": Decimal(1)})

    assert set_ship_from(sides, sides.merchant, sides.order().id).outcome is Outcome.CHANGED
