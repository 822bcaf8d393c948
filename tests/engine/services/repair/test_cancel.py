"""People cancel orders and want them after all, whatever their stores and rules say meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, publish, requests_of
from support.shop import ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from adapters.stores.brightpearl.description import reasons
from engine.model.order import CANCELLED_HERE, Order, OrderState
from engine.model.request import RequestAction, RequestState
from engine.model.store import Skipped
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.ship_order import ship_order
from engine.services.refusals import Refused
from engine.services.repair.cancel import cancel_order, plan_cancel, restore_order
from storage.database import Database

SKIP = "{id: out, when: always, then: [{do: dont_import}]}"


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(sqlite_database, clock)


def cancel(sides: TwoSides, number: str = "1", reason: str = "The customer called.") -> list[str]:
    done = cancel_order(sides.app, sides.merchant, sides.shop.order_id(number), reason, sides.owner.id)
    return [one.en for one in done.says]


def restore(sides: TwoSides, number: str = "1") -> Order:
    return restore_order(sides.app, sides.merchant, sides.shop.order_id(number), sides.owner.id)


def history(sides: TwoSides, action: str, number: str = "1") -> list[tuple[str, Any, Any]]:
    with sides.app.reading() as uow:
        kept = uow.audit.list_for(sides.merchant, sides.shop.order_id(number))
    return [(one.actor, one.before, one.after) for one in kept if one.action == action]


def test_what_is_cancelled_is_on_record_with_who_and_why_and_cannot_be_shipped(sides: TwoSides) -> None:
    says = cancel(sides)

    order = sides.order()
    assert (order.state, order.state_reason) == (OrderState.CANCELLED, CANCELLED_HERE)
    assert history(sides, "order.cancelled") == [(sides.owner.id, "awaiting_shipment", ["cancelled", "The customer called."])]
    assert [one.split(":")[0] for one in says] == ["The store is not told", "It can be restored at any time."]
    with pytest.raises(Refused, match="is cancelled"):
        ship_order(sides.app, sides.merchant, order.id, TRACKED, sides.owner.id)


def test_saying_what_it_would_do_changes_nothing(sides: TwoSides) -> None:
    hold_order(sides.app, sides.merchant, sides.order().id, "Wait.", sides.owner.id)
    before = sides.order()

    says = [one.en for one in plan_cancel(sides.app, sides.merchant, before.id).says]
    assert says[0] == "It stays on hold, should it be restored."
    assert sides.order() == before
    assert cancel(sides) == says


@pytest.mark.parametrize("reason", [" ", "x" * 501])
def test_a_cancellation_needs_a_reason(sides: TwoSides, reason: str) -> None:
    with pytest.raises(Refused, match="Say in 1 to 500 characters why"):
        cancel(sides, reason=reason)
    assert sides.order().state is OrderState.OPEN


def test_a_provider_that_has_not_begun_loses_it_at_once(sides: TwoSides) -> None:
    sides.taken()

    assert cancel(sides)[0] == "Acme 3PL has it and has not begun: the request is taken back at once."
    (request,) = requests_of(sides.shop)
    assert request.state is RequestState.CANCELLED
    sides.shop.work_off()
    assert sides.copy(request).state is OrderState.CANCELLED


def test_a_provider_that_has_begun_is_asked_for_it(sides: TwoSides) -> None:
    sides.answer(sides.taken(), RequestAction.START)

    assert cancel(sides)[0].startswith("Acme 3PL has begun, perhaps with a label: it is asked to give the order back")
    (request,) = requests_of(sides.shop)
    assert request.state is RequestState.CANCEL_REQUESTED
    sides.answer(request, RequestAction.GRANT_CANCEL)
    assert sides.order().state is OrderState.CANCELLED, "the answer does not bring it back"


def test_what_has_left_is_named_and_not_cancelled(sides: TwoSides) -> None:
    shipped = ship_order(sides.app, sides.merchant, sides.order().id, TRACKED, sides.owner.id)

    with pytest.raises(Refused, match=rf"has left, .* seur T1 \({shipped.shipment.id}\). Take that back first"):
        cancel(sides)


def test_a_client_cancels_its_order_itself(sides: TwoSides) -> None:
    copy = sides.copy(sides.taken())

    with pytest.raises(Refused, match="is Casa Verde's: only they can do that"):
        cancel_order(sides.app, sides.provider, copy.id, "No.", sides.clerk.id)
    with pytest.raises(Refused, match="is Casa Verde's"):
        restore_order(sides.app, sides.provider, copy.id, sides.clerk.id)


def test_what_its_store_says_later_is_taken_over_and_it_stays_cancelled(sides: TwoSides) -> None:
    cancel(sides)

    sides.shop.import_all(ready("1", reference="NEW"))
    order = sides.order()
    assert (order.state, order.source["reference"]) == (OrderState.CANCELLED, "NEW")
    sides.shop.import_all(ready("1", reference="NEW"))
    assert len(history(sides, "order.updated")) == 1, "what is known is not read as news again"
    assert restore(sides).document()["reference"] == "NEW"


def test_what_its_store_closed_meanwhile_closes_once_it_is_restored(sides: TwoSides) -> None:
    cancel(sides)
    gone = Skipped("n1", "1", reasons.NOT_PRINTED.message(note="n1"))
    sides.shop.import_all(gone)
    assert sides.order().state_reason == CANCELLED_HERE

    restore(sides)
    sides.shop.import_all(gone)
    assert (sides.order().state, sides.order().state_reason) == (OrderState.CANCELLED, reasons.NOT_PRINTED.code)


def test_what_its_store_has_closed_is_not_restored_here(sides: TwoSides) -> None:
    sides.shop.import_all(Skipped("n1", "1", reasons.NOT_PRINTED.message(note="n1")))

    with pytest.raises(Refused, match="was closed by its store: it comes back when the store wants it shipped again"):
        restore(sides)
    sides.shop.import_all(ready("1"))
    assert sides.order().state is OrderState.OPEN


def test_the_provider_is_asked_again_when_the_order_is_restored(sides: TwoSides) -> None:
    publish(sides.shop, f"{{id: s, when: always, then: [{SEND}]}}")
    reprocess_orders(sides.app, sides.merchant, [sides.order().id], sides.owner.id)
    sides.shop.work_off()
    cancel(sides)

    assert restore(sides).state is OrderState.PENDING_FULFILLMENT
    assert [one.state for one in requests_of(sides.shop)] == [RequestState.CANCELLED, RequestState.REQUESTED]


def test_what_the_provider_has_not_given_back_is_with_it_still_when_restored(sides: TwoSides) -> None:
    sides.answer(sides.taken(), RequestAction.START)
    cancel(sides)

    assert restore(sides).state is OrderState.PENDING_FULFILLMENT
    assert [one.state for one in requests_of(sides.shop)] == [RequestState.CANCEL_REQUESTED]


def test_an_open_order_is_not_restored(sides: TwoSides) -> None:
    with pytest.raises(Refused, match='cannot be restored: its status is "Awaiting shipment"'):
        restore(sides)


def test_what_a_rule_left_out_is_taken_in_and_stays_in(sides: TwoSides) -> None:
    publish(sides.shop, SKIP, "{id: later, when: always, then: [{do: add_tag, tag: seen}]}")
    sides.shop.import_all(ready("1"), ready("2"))
    assert sides.order("2").state is OrderState.SKIPPED

    taken = restore(sides, "2")
    assert (taken.state, taken.document()["tags"]) == (OrderState.OPEN, ["seen"]), "the rules after it have run"
    reprocess_orders(sides.app, sides.merchant, [taken.id], sides.owner.id)
    sides.shop.import_all(ready("1"), ready("2", reference="X"))
    assert sides.order("2").state is OrderState.OPEN
