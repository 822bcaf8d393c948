"""People have orders of one recipient leave in one parcel; each store hears of its own order."""

from __future__ import annotations

from typing import Any

import pytest
from support.clock import FixedClock
from support.shop import Shop, open_shop, ready

from adapters.stores.brightpearl.description import reasons
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.order import Order, OrderState
from engine.model.store import Skipped
from engine.model.write_back import WriteBackStatus
from engine.ports import StoreUnavailable
from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.edits import FieldEdit, Outcome
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.notify_store import list_progress, retry_write_backs
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.refusals import Refused
from engine.services.repair.cancel import cancel_order
from engine.services.repair.combine import combine_orders, list_combinable, separate_orders
from engine.services.repair.split import split_order
from rules.messages import Message, Text
from storage.database import Database

SEUR = Shipping("seur", "24h", ("T1",))


def of(units: int, key: str = "a") -> list[dict[str, Any]]:
    return [{"line_key": key, "sku": key.upper(), "name": "Mug", "quantity": units}]


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock, rules=None)
    shop.import_all(ready("1", items=of(3)), ready("2", items=of(2)), ready("3", items=of(1)))
    return shop


def orders(shop: Shop) -> dict[str, Order]:
    with shop.app.reading() as uow:
        return {order.order_number: order for order in uow.orders.stream(shop.merchant.id)}


def combine(shop: Shop, *numbers: str) -> tuple[Order, list[Order]]:
    found = orders(shop)
    return combine_orders(shop.app, shop.merchant.id, [found[number].id for number in numbers], "usr_1")


def separate(shop: Shop, lead: str, *numbers: str) -> tuple[Order, list[Order]]:
    found = orders(shop)
    return separate_orders(shop.app, shop.merchant.id, found[lead].id, [found[number].id for number in numbers], "usr_1")


def ship(shop: Shop, number: str = "1") -> None:
    ship_order(shop.app, shop.merchant.id, orders(shop)[number].id, SEUR, "usr_1")


def refusal(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.message.code


def units(order: Order) -> list[int]:
    return [int(has) for has in order.quantities().values()]


def states(shop: Shop) -> dict[str, OrderState]:
    return {number: order.state for number, order in orders(shop).items()}


def told(shop: Shop) -> dict[str, tuple[str, ...]]:
    return {notice.external_id: notice.tracking_numbers for step, notice in shop.connector.told if step is not None}


def test_the_first_of_them_has_the_lines_of_all_and_the_others_leave_with_it(shop: Shop) -> None:
    combine(shop, "2", "1", "3")
    found = orders(shop)
    assert units(found["1"]) == [3, 2, 1]
    assert (found["2"].status(), found["3"].status()) == ("combined", "combined")
    assert "weight_g" not in found["1"].document(), "the weight of the first alone would be said of all"


def test_shipping_the_first_tells_the_store_of_each_note_with_the_same_number(shop: Shop) -> None:
    combine(shop, "1", "2")
    ship(shop)
    shop.work_off()
    assert told(shop) == {"n1": ("T1",), "n2": ("T1",)}
    assert states(shop) == {"1": OrderState.SHIPPED, "2": OrderState.SHIPPED, "3": OrderState.OPEN}


def test_each_note_has_attempts_of_its_own(shop: Shop) -> None:
    combine(shop, "1", "2")
    shop.connector.refusal = StoreUnavailable(Message("down", Text("Down.", "Caída.")))
    ship(shop)
    shop.work_off()
    second = orders(shop)["2"]
    with shop.app.reading() as uow:
        [share] = uow.fulfillment.list_shipments(shop.merchant.id, second.id)
    progress = list_progress(shop.app, [share])[share.id]
    assert (progress.state, progress.attempts) == (WriteBackStatus.DUE, 1)
    with pytest.raises(Refused) as error:
        retry_write_backs(shop.app, shop.merchant.id, second.id, "usr_1")
    assert refusal(error) == "nothing_given_up"


def test_taking_the_parcel_back_withdraws_each_note_and_they_stay_combined(shop: Shop) -> None:
    combine(shop, "1", "2")
    ship(shop)
    shop.work_off()
    unship_order(shop.app, shop.merchant.id, orders(shop)["1"].id, "usr_1")
    shop.work_off()
    assert {notice.external_id for step, notice in shop.connector.told if step is None} == {"n1", "n2"}
    assert states(shop) == {"1": OrderState.OPEN, "2": OrderState.COMBINED, "3": OrderState.OPEN}
    ship(shop)
    assert states(shop)["2"] is OrderState.SHIPPED


def test_a_provider_is_asked_for_the_whole_parcel_and_what_it_has_is_not_separated(shop: Shop) -> None:
    combine(shop, "1", "2")
    lead = orders(shop)["1"]
    delegate_order(shop.app, shop.merchant.id, lead.id, Asking("acme-3pl"), "usr_1")
    with shop.app.reading() as uow:
        [request] = uow.requests.list_for_order(shop.merchant.id, lead.id)
    assert sum(line.quantity for line in request.lines) == 5
    with pytest.raises(Refused) as error:
        separate(shop, "1")
    assert refusal(error) == "at_provider"


def test_separated_each_has_its_own_lines_again(shop: Shop) -> None:
    combine(shop, "1", "2", "3")
    separate(shop, "1", "2")
    found = orders(shop)
    assert (units(found["1"]), found["2"].state, found["3"].state) == ([3, 1], OrderState.OPEN, OrderState.COMBINED)
    separate(shop, "1")
    shop.import_all(ready("1", items=of(3)), ready("2", items=of(2)), ready("3", items=of(1)))
    found = orders(shop)
    assert (units(found["1"]), found["1"].document()["weight_g"]) == ([3], 1250)
    combine(shop, "1", "3")
    assert units(orders(shop)["1"]) == [3, 1]


def test_what_the_store_changes_of_one_of_them_the_parcel_follows(shop: Shop) -> None:
    combine(shop, "1", "2")
    shop.import_all(ready("1", items=of(4)), ready("2", items=of(5)))
    assert (units(orders(shop)["1"]), units(orders(shop)["2"])) == ([4, 5], [5])
    shop.import_all(ready("1", items=of(4)), ready("2", items=of(1)))
    assert units(orders(shop)["1"]) == [4, 1]


def test_what_the_store_closes_leaves_the_parcel(shop: Shop) -> None:
    combine(shop, "1", "2", "3")
    shop.import_all(Skipped("n2", "2", reasons.NOT_PRINTED.message(note="n2")))
    found = orders(shop)
    assert (units(found["1"]), found["2"].state, found["3"].state) == ([3, 1], OrderState.CANCELLED, OrderState.COMBINED)


def test_where_the_store_closes_the_first_the_others_leave_by_themselves(shop: Shop) -> None:
    combine(shop, "1", "2")
    shop.import_all(Skipped("n1", "1", reasons.NOT_PRINTED.message(note="n1")))
    assert states(shop) == {"1": OrderState.CANCELLED, "2": OrderState.OPEN, "3": OrderState.OPEN}
    ship(shop, "2")


def test_another_address_of_one_of_them_has_a_person_look(shop: Shop) -> None:
    combine(shop, "1", "2")
    elsewhere = {**orders(shop)["2"].document()["ship_to"], "street1": "Calle Menor 2"}
    shop.import_all(ready("2", items=of(2), ship_to=elsewhere))
    assert NEEDS_ATTENTION in orders(shop)["1"].flags


def test_only_what_one_parcel_can_have_is_combined(shop: Shop) -> None:
    for changes, code in (
        ({"currency": "USD"}, "another_wish"),
        ({"requested_service": "Express"}, "another_wish"),
        ({"ship_to": {**orders(shop)["1"].document()["ship_to"], "name": "Eva Ruiz"}}, "another_address"),
    ):
        shop.import_all(ready("2", items=of(2), **changes))
        with pytest.raises(Refused) as error:
            combine(shop, "1", "2")
        assert refusal(error) == code
    assert states(shop)["2"] is OrderState.OPEN


def test_what_is_held_split_shipped_or_with_a_provider_is_not_combined(shop: Shop) -> None:
    account, found = shop.merchant.id, orders(shop)
    with pytest.raises(Refused) as error:
        combine(shop, "1")
    assert refusal(error) == "too_few"
    hold_order(shop.app, account, found["2"].id, "Wait.", "usr_1")
    with pytest.raises(Refused) as error:
        combine(shop, "1", "2")
    assert refusal(error) == "on_hold"
    delegate_order(shop.app, account, found["3"].id, Asking("acme-3pl"), "usr_1")
    with pytest.raises(Refused) as error:
        combine(shop, "1", "3")
    assert refusal(error) == "at_provider"
    ship(shop, "1")
    with pytest.raises(Refused) as error:
        combine(shop, "1", "2")
    assert refusal(error) == "has_left"


def test_parts_and_orders_with_parts_are_joined_first(shop: Shop) -> None:
    split_order(shop.app, shop.merchant.id, orders(shop)["1"].id, {"a": orders(shop)["3"].quantities()["a"]}, "usr_1")
    for number in ("1", "1-2"):
        with pytest.raises(Refused) as error:
            combine(shop, number, "2")
        assert refusal(error) == "has_parts"


def test_what_leaves_in_anothers_parcel_is_not_shipped_cancelled_or_edited_by_itself(shop: Shop) -> None:
    combine(shop, "1", "2")
    second = orders(shop)["2"]
    for act in (
        lambda: ship(shop, "2"),
        lambda: unship_order(shop.app, shop.merchant.id, second.id, "usr_1"),
        lambda: cancel_order(shop.app, shop.merchant.id, second.id, "No.", "usr_1"),
        lambda: combine(shop, "2", "3"),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert refusal(error) == "in_anothers_parcel"
    for lead_act in (lambda: cancel_order(shop.app, shop.merchant.id, orders(shop)["1"].id, "No.", "usr_1"),):
        with pytest.raises(Refused) as error:
            lead_act()
        assert refusal(error) == "has_others"
    [edited] = edit_orders(shop.app, shop.merchant.id, [second.id], [FieldEdit("package", value="Box")], "usr_1")
    assert edited.outcome is Outcome.REFUSED


def test_orders_to_the_same_address_are_offered_and_no_others(shop: Shop) -> None:
    elsewhere = {**orders(shop)["1"].document()["ship_to"], "street1": "Calle Menor 2"}
    shop.import_all(ready("4", items=of(1), ship_to=elsewhere))
    ship(shop, "3")
    offered = list_combinable(shop.app, shop.merchant.id, orders(shop)["1"])
    assert [order.order_number for order in offered] == ["2"]


def test_what_has_left_together_is_not_separated(shop: Shop) -> None:
    combine(shop, "1", "2")
    ship(shop)
    with pytest.raises(Refused) as error:
        separate(shop, "1")
    assert refusal(error) == "has_left"


def test_what_a_provider_ships_is_told_of_each_note(shop: Shop) -> None:
    combine(shop, "1", "2")
    lead = orders(shop)["1"]
    delegate_order(shop.app, shop.merchant.id, lead.id, Asking("acme-3pl"), "usr_1")
    shop.work_off()
    with shop.app.reading() as uow:
        [request] = uow.requests.list_for_order(shop.merchant.id, lead.id)
    ship_order(shop.app, shop.provider.id, str(request.copy_id), SEUR, "usr_2")
    shop.work_off()
    assert told(shop) == {"n1": ("T1",), "n2": ("T1",)}
    unship_order(shop.app, shop.provider.id, str(request.copy_id), "usr_2")
    shop.work_off()
    assert states(shop)["2"] is OrderState.COMBINED
