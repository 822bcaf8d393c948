"""Shipping an order by hand and taking that back, as far as it concerns Relevo itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, edit, jobs_of, order_of, publish, requests_of
from support.shop import OWNER, Shop, open_shop, ready

from engine.model.fulfillment import Parcel, Shipment, ShipmentState
from engine.model.job import JobKind, JobState
from engine.model.order import OrderState
from engine.model.request import RequestState
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.recall_order import recall_order
from engine.services.fulfillment.ship_order import Shipped, ship_order, unship_order
from engine.services.refusals import Refused
from rules.messages import LANGUAGES
from storage.database import Database

SHIPPING = Shipping("seur", "24h", ("T1", "T2"))


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(database, clock, rules=None)
    shop.import_all(ready("1"))
    return shop


def ship(shop: Shop, shipping: Shipping = SHIPPING, actor: str = "usr_1") -> Shipped:
    return ship_order(shop.app, shop.merchant.id, shop.order_id("1"), shipping, actor)


def unship(shop: Shop) -> Shipped:
    return unship_order(shop.app, shop.merchant.id, shop.order_id("1"), "usr_1")


def shipments(shop: Shop) -> list[Shipment]:
    with shop.database.reading_unit_of_work() as unit:
        return unit.fulfillment.list_shipments(shop.merchant.id, shop.order_id("1"))


def trail(shop: Shop) -> list[tuple[str, Any, Any]]:
    with shop.database.reading_unit_of_work() as unit:
        audit = unit.audit.list_for(shop.merchant.id, shop.order_id("1"))
    return [(entry.action, entry.before, entry.after) for entry in audit][1:]


def set_state(shop: Shop, state: OrderState) -> None:
    order = order_of(shop)
    order.state = state
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()


def test_a_shipment_holds_all_lines_and_a_parcel_for_each_number(shop: Shop, clock: FixedClock) -> None:
    items = [{"line_key": "a", "quantity": 2}, {"sku": "no key", "quantity": "1.5"}, {"line_key": "c", "quantity": 0}]
    shop.import_all(ready("1", items=items))
    shipped = ship(shop, Shipping(" seur ", "24h", (" T1 ", "T2")))

    [kept] = shipments(shop)
    assert kept == shipped.shipment
    assert (kept.carrier, kept.service, kept.state, kept.shipped_at) == ("seur", "24h", ShipmentState.SHIPPED, clock.now())
    assert kept.lines == {"a": Decimal(2), "2": Decimal("1.5")}
    assert [parcel.tracking_number for parcel in kept.parcels] == ["T1", "T2"]
    order = order_of(shop)
    assert (order.state, order.status(), order.person) == (OrderState.SHIPPED, "shipped", {"carrier": "seur", "service": "24h"})
    [job] = jobs_of(shop)
    assert (job.id, job.kind, job.key, job.state) == (
        shipped.job_id,
        JobKind.NOTIFY_STORE,
        f"notify:{kept.id}",
        JobState.DUE,
    )
    assert trail(shop)[-1] == ("order.shipped", "awaiting_shipment", ["shipped", "seur 24h", "T1", "T2"])


def test_an_order_ships_without_a_tracking_number(shop: Shop) -> None:
    shipped = ship(shop, Shipping("Royal Mail", "letter"))
    assert [parcel.tracking_number for parcel in shipped.shipment.parcels] == [None]
    assert trail(shop)[-1] == ("order.shipped", "awaiting_shipment", ["shipped", "Royal Mail letter"])
    assert ship(shop, Shipping("Royal Mail", "letter")).shipment == shipped.shipment
    with pytest.raises(Refused, match=r"Royal Mail letter, without a tracking number\."):
        ship(shop)
    shop.work_off()
    [(_, notice)] = shop.connector.told
    assert (notice.tracking_numbers, notice.boxes) == ((), 1)


@pytest.mark.parametrize(
    ("entered", "boxes", "parcels"),
    [
        (("1Z 999", "1z999"), None, ["1Z999"]),
        ((" T1,T2 ; t1\nT-3\n",), None, ["T1", "T2", "T-3"]),
        (("T1",), 3, ["T1", "T1", "T1"]),
        (("T1", "T2"), 3, ["T1", "T2", None]),
        ((), 2, [None, None]),
    ],
)
def test_boxes_and_numbers(shop: Shop, entered: tuple[str, ...], boxes: int | None, parcels: list[str | None]) -> None:
    shipped = ship(shop, Shipping("seur", "24h", entered, boxes))
    [kept] = shipments(shop)
    assert [parcel.tracking_number for parcel in kept.parcels] == parcels
    assert ship(shop, Shipping("seur", "24h", entered, boxes)) == shipped
    shop.work_off()
    [(_, notice)] = shop.connector.told
    assert (notice.tracking_numbers, notice.boxes) == (tuple(dict.fromkeys(filter(None, parcels))), len(parcels))


def test_the_same_numbers_in_other_boxes_are_another_shipment(shop: Shop) -> None:
    ship(shop, Shipping("seur", "24h", ("T1",), 2))
    with pytest.raises(Refused, match="already shipped"):
        ship(shop, Shipping("seur", "24h", ("T1",)))


def test_what_rules_chose_is_what_ships(shop: Shop) -> None:
    sizes = "{do: set_weight, weight_g: 900}, {do: set_dimensions, length_mm: 300, width_mm: 200, height_mm: 100}"
    publish(shop, f"{{id: r, when: always, then: [{{do: set_service, carrier: correos, service: paq-premium}}, {sizes}]}}")
    shop.import_all(ready("1"), ready("2"))
    shipped = ship_order(shop.app, shop.merchant.id, shop.order_id("2"), Shipping(None, None, ("T1",)), "usr_1")
    [parcel] = shipped.shipment.parcels
    assert (shipped.shipment.carrier, shipped.shipment.service) == ("correos", "paq-premium")
    assert (parcel.weight_g, parcel.length_mm, parcel.width_mm, parcel.height_mm) == (900, 300, 200, 100)


def test_what_the_source_says_of_weights_is_not_told_to_it(shop: Shop) -> None:
    [parcel] = ship(shop, Shipping("seur", "24h", ("T1",))).shipment.parcels
    assert parcel.weight_g is None  # though the order has one


def test_shipping_again_with_the_same_data_answers_as_the_first_time(shop: Shop, clock: FixedClock) -> None:
    first = ship(shop)
    clock.sleep(60)
    assert ship(shop) == first
    assert len(shipments(shop)) == len(jobs_of(shop)) == 1


def test_and_with_other_data_it_says_who_shipped_when(shop: Shop) -> None:
    with shop.database.reading_unit_of_work() as unit:
        owner = unit.users.list_by_email(OWNER)[0]
    assert owner is not None
    ship(shop, actor=owner.id)
    with pytest.raises(Refused) as refused:
        ship(shop, Shipping("seur", "24h", ("T9",)))
    assert str(refused.value) == (
        f"Order 1 was already shipped on 20 November 2026 10:00 by {OWNER}: seur 24h, T1, T2. "
        "If that is wrong, take it back first."
    )


@pytest.mark.parametrize(
    ("shipping", "code"),
    [
        (replace(SHIPPING, carrier=" "), "bad_carrier"),
        (replace(SHIPPING, service="s" * 65), "bad_service"),
        (replace(SHIPPING, carrier="a\nb"), "bad_carrier"),
        (replace(SHIPPING, tracking_numbers=("T1", " ")), "bad_tracking"),
        (replace(SHIPPING, tracking_numbers=("T" * 65,)), "bad_tracking"),
        (replace(SHIPPING, tracking_numbers=("T\x001",)), "bad_tracking"),
        (replace(SHIPPING, tracking_numbers=(",\u200b",)), "bad_tracking"),
        (replace(SHIPPING, carrier=None), "bad_carrier"),
        (replace(SHIPPING, boxes=1), "bad_boxes"),
        (replace(SHIPPING, boxes=101), "bad_boxes"),
        (replace(SHIPPING, tracking_numbers=(), boxes=0), "bad_boxes"),
        (replace(SHIPPING, tracking_numbers=tuple(map(str, range(101)))), "too_many_parcels"),
    ],
)
def test_what_cannot_be_a_shipment_is_refused(shop: Shop, shipping: Shipping, code: str) -> None:
    with pytest.raises(Refused) as refused:
        ship(shop, shipping)
    assert refused.value.message.code == code
    english, spanish = (refused.value.format(language) for language in LANGUAGES)
    assert english != spanish
    assert "\x00" not in english
    assert shipments(shop) == []


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (OrderState.CANCELLED, "cancelled"),
        (OrderState.SKIPPED, "skipped"),
        (OrderState.SHIPPED, "shipped_in_store"),
    ],
)
def test_what_is_not_to_be_shipped_is_refused(shop: Shop, state: OrderState, code: str) -> None:
    set_state(shop, state)
    with pytest.raises(Refused) as refused:
        ship(shop)
    assert refused.value.message.code == code


def test_a_hold_is_released_first(shop: Shop) -> None:
    edit(shop, "1", status="on_hold")
    with pytest.raises(Refused, match="release it first"):
        ship(shop)


def test_a_rejected_order_is_shipped_by_the_merchant(shop: Shop) -> None:
    set_state(shop, OrderState.REJECTED_FULFILLMENT)
    assert ship(shop).order.state is OrderState.SHIPPED


@pytest.mark.parametrize("items", [[], [{"line_key": "a", "quantity": 0}], [{"line_key": "a", "quantity": "some"}]])
def test_nothing_cannot_be_shipped(shop: Shop, items: list[dict[str, Any]]) -> None:
    shop.import_all(ready("1", items=items))
    with pytest.raises(Refused, match="no line with a quantity"):
        ship(shop)


@pytest.fixture
def delegated(database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(database, clock, rules=None)
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    shop.work_off()
    return shop


def test_of_what_has_shipped_in_part_the_rest_is_shipped_and_the_store_told_once(shop: Shop) -> None:
    mug, cup = {"line_key": "a", "quantity": 3}, {"line_key": "b", "quantity": 1}
    shop.import_all(ready("1", items=[mug, cup]))
    order_id, parcel, now = shop.order_id("1"), Parcel("par_1", tracking_number="P1"), shop.app.clock.now()
    left, shipped = {"a": Decimal(2)}, ShipmentState.SHIPPED
    part = Shipment("shp_part", shop.merchant.id, order_id, None, "mrw", "48h", left, (parcel,), shipped, now)
    with shop.database.unit_of_work() as unit:
        unit.fulfillment.add_shipment(part)
        unit.commit()
    set_state(shop, OrderState.PARTIALLY_SHIPPED)

    rest = ship(shop)
    shop.work_off()

    assert (rest.shipment.lines, rest.order.state) == ({"a": 1, "b": 1}, OrderState.SHIPPED)
    [(_, notice)] = shop.connector.told
    assert notice.tracking_numbers == ("P1", *SHIPPING.tracking_numbers)
    assert notice.boxes == 1 + len(rest.shipment.parcels)


@pytest.mark.parametrize("state", [RequestState.REQUESTED, RequestState.ACCEPTED, RequestState.CANCEL_REQUESTED])
def test_what_is_with_a_provider_is_not_shipped_from_here_before_it_is_recalled(delegated: Shop, state: RequestState) -> None:
    keep_request(delegated, state)
    with pytest.raises(Refused) as refusal:
        ship(delegated)

    assert (refusal.value.message.code, refusal.value.message.params["provider"]) == ("at_provider", "Acme 3PL")
    assert "is with the logistics provider Acme 3PL: recall it first" in refusal.value.message.format("en")
    assert [request.state for request in requests_of(delegated)] == [state]
    assert shipments(delegated) == []


@pytest.mark.parametrize("state", [RequestState.REJECTED, RequestState.CANCELLED, RequestState.CLOSED])
def test_what_a_provider_has_no_longer_is_shipped_from_here(delegated: Shop, state: RequestState) -> None:
    keep_request(delegated, state)
    assert ship(delegated).order.state is OrderState.SHIPPED
    assert [request.state for request in requests_of(delegated)] == [state]


def test_a_recalled_order_is_shipped_and_taken_back_without_asking_the_provider_again(delegated: Shop) -> None:
    recall_order(delegated.app, delegated.merchant.id, delegated.order_id("1"), "usr_1")
    assert order_of(delegated).state is OrderState.OPEN
    ship(delegated)
    unship(delegated)

    assert [request.state for request in requests_of(delegated)] == [RequestState.CANCELLED]
    assert order_of(delegated).state is OrderState.OPEN


def keep_request(shop: Shop, state: RequestState) -> None:
    [request] = requests_of(shop)
    with shop.database.unit_of_work() as unit:
        unit.requests.update(replace(request, state=state))
        unit.commit()


def test_taking_back_makes_the_order_what_it_was(shop: Shop) -> None:
    edit(shop, "1", custom_field_1="kept")
    before = order_of(shop)
    first = ship(shop)
    back = unship(shop)

    order = order_of(shop)
    assert replace(order, updated_at=before.updated_at) == before
    [kept] = shipments(shop)
    assert (kept.state, back.job_id) == (ShipmentState.VOIDED, None)
    [job] = jobs_of(shop)
    assert (job.id, job.state, job.reason) == (first.job_id, JobState.DONE, "called_off")
    assert trail(shop)[-1] == ("order.unshipped", "shipped", "awaiting_shipment")

    again = ship(shop, replace(SHIPPING, tracking_numbers=("T3",)))
    assert again.shipment.id != first.shipment.id
    assert order_of(shop).state is OrderState.SHIPPED


@pytest.mark.parametrize(("state", "says"), [(OrderState.OPEN, "has not been shipped"), (OrderState.SHIPPED, "in the store")])
def test_what_was_not_shipped_here_is_not_taken_back(shop: Shop, state: OrderState, says: str) -> None:
    set_state(shop, state)
    with pytest.raises(Refused, match=says):
        unship(shop)


def test_an_order_that_was_closed_meanwhile_stays_closed_when_its_shipment_is_taken_back(shop: Shop) -> None:
    ship(shop)
    set_state(shop, OrderState.CANCELLED)

    unship(shop)

    assert [one.state for one in shipments(shop)] == [ShipmentState.VOIDED]
    assert order_of(shop).state is OrderState.CANCELLED


@pytest.mark.parametrize("use", [lambda *who: ship_order(*who, SHIPPING, "u"), lambda *who: unship_order(*who, "u")])
def test_orders_of_others_are_unknown(shop: Shop, use: Callable[..., Any]) -> None:
    with pytest.raises(Refused, match="There is no order"):
        use(shop.app, shop.provider.id, shop.order_id("1"))
