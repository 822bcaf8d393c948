"""A bought label is given back once; until the carrier has answered nobody is told anything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.labels import STANDARD, Shippers, open_shippers
from support.paid_carrier import NO_ANSWER, TOO_FAR

from adapters.stores.brightpearl.description import steps
from engine.jobs.make_label import make_label, take_back_label
from engine.model.carrier import CarrierCapability
from engine.model.label import LabelState
from engine.model.order import OrderState
from engine.model.request import RequestState, Work
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(database, clock)


def test_a_voided_label_leaves_the_order_as_it_was(sides: Shippers) -> None:
    made = sides.buy()
    label = sides.take_back(made)
    assert (label.state, sides.carrier.voided) == (LabelState.VOIDED, [label.carrier_id])
    assert (sides.order().state, sides.order().document().get("carrier")) == (OrderState.OPEN, None)
    assert sides.take_back(made).state is LabelState.VOIDED
    assert len(sides.carrier.voided) == 1
    sides.shop.work_off()
    assert sides.shop.connector.told == []
    again = sides.buy()
    assert again.label.id != label.id
    assert len(sides.carrier.purchases) == 2


def test_what_the_store_was_told_is_taken_back(sides: Shippers) -> None:
    made = sides.buy()
    sides.shop.work_off()
    sides.take_back(made)
    sides.shop.work_off()
    assert [step for step, _ in sides.shop.connector.told] == [steps.REFERENCE.code, None]


def test_what_the_store_holds_for_shipped_is_not_given_back(sides: Shippers) -> None:
    sides.shop.connector.steps = (steps.REFERENCE.code, steps.SHIPPED.code)
    made = sides.buy()
    sides.shop.work_off()
    with pytest.raises(Refused) as refused:
        sides.take_back(made)
    assert (refused.value.message.code, sides.carrier.voided) == ("shipped_for_good", [])


def test_a_label_that_the_carrier_keeps_counts_and_the_store_hears_of_it_after_all(sides: Shippers) -> None:
    sides.carrier.fails_before["void"] = [TOO_FAR]
    made = sides.buy()
    with pytest.raises(Refused, match="does not go there"):
        sides.take_back(made)
    [label] = sides.labels()
    assert (label.state, label.is_paid, sides.order().state) == (LabelState.VOID_REFUSED, True, OrderState.SHIPPED)
    sides.shop.work_off()
    assert len(sides.shop.connector.told) == 1
    assert sides.take_back(made).state is LabelState.VOIDED  # a carrier may change its mind


def test_without_an_answer_it_is_asked_again_and_the_store_hears_nothing(sides: Shippers, clock: FixedClock) -> None:
    sides.carrier.fails_after["void"] = [NO_ANSWER]
    made = sides.buy()
    with pytest.raises(Refused, match="not taken back yet: the carrier did not answer"):
        sides.take_back(made)
    [label] = sides.labels()
    assert (label.state, str(label.error)) == (LabelState.VOID_REQUESTED, "the carrier did not answer.")
    clock.sleep(timedelta(hours=2).total_seconds())
    sides.shop.work_off()
    [label] = sides.labels()
    assert (label.state, label.error, sides.order().state) == (LabelState.VOIDED, None, OrderState.OPEN)
    assert sides.shop.connector.told == []


def test_a_carrier_that_takes_nothing_back_is_not_asked(sides: Shippers) -> None:
    made = sides.buy()
    kind = sides.carrier.describes
    sides.carrier.describes = replace(kind, capabilities=kind.capabilities - {CarrierCapability.VOID})
    with pytest.raises(Refused, match="takes no labels back"):
        sides.take_back(made)


def test_what_was_shipped_by_hand_has_no_label_and_a_label_is_not_taken_back_by_hand(sides: Shippers) -> None:
    order_id = sides.shop.order_id("1")
    by_hand = ship_order(sides.app, sides.merchant, order_id, Shipping("seur", "24h"), "somebody").shipment
    with pytest.raises(Refused) as no_label:
        take_back_label(sides.app, sides.merchant, by_hand.id, "somebody", "test")
    unship_order(sides.app, sides.merchant, order_id, "somebody")
    sides.buy()
    with pytest.raises(Refused) as has_label:
        unship_order(sides.app, sides.merchant, order_id, "somebody")
    assert (no_label.value.message.code, has_label.value.message.code) == ("no_label", "has_label")


@pytest.mark.parametrize("other", ["merchant", "unknown"])
def test_another_account_s_shipment_is_like_an_unknown_one(sides: Shippers, other: str) -> None:
    made = sides.buy()
    shipment_id = made.shipment.id if other == "merchant" else "shp_unknown"
    with pytest.raises(Refused) as refused:
        take_back_label(sides.app, sides.provider, shipment_id, "somebody", "test")
    assert refused.value.format("en") == f'There is no shipment "{shipment_id}" in this account.'


def test_a_provider_s_voided_label_gives_its_client_the_order_back_into_fulfillment(sides: Shippers) -> None:
    request = sides.taken()
    made = make_label(sides.app, sides.provider, str(request.copy_id), STANDARD, sides.clerk.id, "test")
    sides.shop.work_off()
    take_back_label(sides.app, sides.provider, made.shipment.id, sides.clerk.id, "test")
    sides.shop.work_off()
    assert sides.request(request.id).work(sides.app.clock.now()) is Work.IN_PROGRESS
    assert (sides.order().state, sides.copy(request).state) == (OrderState.PENDING_FULFILLMENT, OrderState.OPEN)
    assert [step for step, _ in sides.shop.connector.told] == [steps.REFERENCE.code, None]


@pytest.mark.parametrize("ends", ["recalled", "closed"])
def test_what_comes_back_of_a_request_that_is_over_is_not_shipped_again(sides: Shippers, ends: str) -> None:
    request = sides.taken()
    made = make_label(sides.app, sides.provider, str(request.copy_id), STANDARD, sides.clerk.id, "test")
    over = RequestState.CANCELLED if ends == "recalled" else RequestState.CLOSED
    with sides.app.unit_of_work() as unit:
        unit.requests.update(replace(sides.request(request.id), state=over))
        unit.commit()
    sides.shop.work_off()

    take_back_label(sides.app, sides.provider, made.shipment.id, sides.clerk.id, "test")
    sides.shop.work_off()

    copy = sides.copy(request)
    assert (copy.state, copy.state_reason) == (OrderState.CANCELLED, ends)
    assert sides.order().state is OrderState.OPEN
    with sides.app.reading() as unit:
        history = {entry.action: entry.after for entry in unit.audit.list_for(sides.provider, copy.id)}
    assert history["order.closed"] == ["cancelled", ends]
