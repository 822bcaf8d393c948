"""A label is bought once, whatever breaks on the way; what leaves with it is told like any other shipment."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.labels import STANDARD, Shippers, add_account, open_shippers
from support.paid_carrier import NO_ANSWER, PRICE, TOO_FAR
from support.shop import ready

from engine.jobs.make_label import LabelDocuments, MadeLabel, make_label
from engine.model.carrier import CarrierCapability
from engine.model.connection import Answers
from engine.model.label import LabelState, ParcelToShip
from engine.model.money import Money
from engine.model.order import OrderState
from engine.model.request import RequestAction, RequestState, Work
from engine.model.request_message import MessageKind
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.connections.set_connection import set_connection
from engine.services.fulfillment.answer_request import Answer, answer_request
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.label_request import ParcelWish
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(database, clock)


def later(sides: Shippers, clock: FixedClock) -> None:
    """Time passes until whatever waits for another try is due; then it is worked off."""
    clock.sleep(timedelta(hours=2).total_seconds())
    sides.shop.work_off()


def test_a_label_ships_the_order_with_what_the_carrier_gave(sides: Shippers) -> None:
    made = sides.buy()
    [request] = sides.carrier.purchases
    [parcel] = made.shipment.parcels
    assert (made.label.state, made.label.cost, made.label.bought_at) == (LabelState.BOUGHT, PRICE, sides.app.clock.now())
    assert (parcel.tracking_number, parcel.weight_g, parcel.label_id, parcel.cost) == ("P1-1", 1250, made.label.id, PRICE)
    assert made.shipment.lines == {"1": Decimal(2)}
    assert [one.content for one in LabelDocuments(sides.app).of(made)] == [b"%PDF P1-1"]
    assert (request.reference, request.ship_to.name, request.ship_from.city) == (made.label.id, "Ana Núñez", "Madrid")
    assert sides.order().state is OrderState.SHIPPED
    sides.shop.work_off()
    [(_, notice)] = sides.shop.connector.told
    assert (notice.carrier, notice.service, notice.tracking_numbers, notice.weight_g) == ("paid", "standard", ("P1-1",), 1250)


def test_the_same_order_again_is_answered_with_the_same_label(sides: Shippers) -> None:
    first = sides.buy()
    assert sides.buy().label == first.label
    assert sides.buy(wish=LabelWish()).label == first.label
    assert len(sides.carrier.purchases) == 1
    with pytest.raises(Refused) as refused:
        sides.buy(wish=LabelWish(ServiceWish("paid", "express")))
    assert refused.value.message.code == "shipped_already"


def test_two_people_at_once_pay_for_one_label(sides: Shippers) -> None:
    barrier, made = threading.Barrier(2), []

    def press() -> None:
        barrier.wait()
        try:
            made.append(sides.buy().label.id)
        except Refused as refusal:
            made.append(refusal.message.code)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [label] = sides.labels()
    assert len(sides.carrier.purchases) == 1
    assert set(made) <= {label.id, "label_being_bought"}
    assert label.id in made


def test_what_the_carrier_refuses_is_free_again(sides: Shippers) -> None:
    sides.carrier.fails_before["buy"] = [TOO_FAR]
    with pytest.raises(Refused, match="does not go there"):
        sides.buy()
    [label] = sides.labels()
    assert (label.state, str(label.error)) == (LabelState.REFUSED, "The carrier does not go there.")
    assert sides.order().state is OrderState.OPEN
    assert sides.buy().label.state is LabelState.BOUGHT


def test_what_cannot_be_shipped_is_refused_before_anything_is_kept(sides: Shippers) -> None:
    sides.carrier.fails_before["check_request"] = [TOO_FAR]
    with pytest.raises(Refused, match="does not go there"):
        sides.buy()
    assert sides.labels() == []


@pytest.mark.parametrize("after", [True, False])
def test_without_an_answer_the_carrier_is_asked_what_it_has_before_anything_is_bought(
    sides: Shippers, clock: FixedClock, after: bool
) -> None:
    fails = sides.carrier.fails_after if after else sides.carrier.fails_before
    fails["buy"] = [NO_ANSWER]
    with pytest.raises(Refused, match="Nobody knows yet whether the label was bought: the carrier did not answer"):
        sides.buy()
    [label] = sides.labels()
    assert label.state is LabelState.UNKNOWN
    with pytest.raises(Refused) as meanwhile:
        sides.buy()
    assert meanwhile.value.message.code == "label_being_bought"
    later(sides, clock)
    [label] = sides.labels()
    assert (label.state, label.error, len(sides.carrier.purchases)) == (LabelState.BOUGHT, None, 1)
    assert sides.order().state is OrderState.SHIPPED


def test_a_carrier_that_cannot_be_asked_what_it_has_is_not_asked_to_sell_again(sides: Shippers, clock: FixedClock) -> None:
    kind = sides.carrier.describes
    sides.carrier.describes = replace(kind, capabilities=kind.capabilities - {CarrierCapability.LOOK_UP})
    sides.carrier.fails_after["buy"] = [NO_ANSWER]
    with pytest.raises(Refused):
        sides.buy()
    later(sides, clock)
    [label] = sides.labels()
    assert (label.state, len(sides.carrier.purchases)) == (LabelState.UNKNOWN, 1)
    assert "it cannot be asked" in str(label.error)


def test_what_was_prepared_is_kept_before_it_is_paid_and_paid_by_its_id(sides: Shippers, clock: FixedClock) -> None:
    sides.carrier.prepares = True
    sides.carrier.fails_before["buy"] = [NO_ANSWER]
    with pytest.raises(Refused):
        sides.buy()
    [label] = sides.labels()
    assert label.carrier_id == f"prepared-{label.id}"
    later(sides, clock)
    assert [one.carrier_id for one in sides.labels()] == [f"prepared-{label.id}"]
    assert sides.carrier.bought[label.id].carrier_id == f"prepared-{label.id}"


def test_units_whose_label_is_being_bought_are_nobody_elses(sides: Shippers) -> None:
    refusals: list[str] = []

    def meanwhile() -> None:
        tries = (
            lambda: sides.delegate(),
            lambda: ship_order(sides.app, sides.merchant, sides.shop.order_id("1"), Shipping("seur", "24h"), "somebody"),
        )
        for other in tries:
            with pytest.raises(Refused) as refused:
                other()
            refusals.append(refused.value.message.code)

    sides.carrier.meanwhile = meanwhile
    sides.buy()
    assert refusals == ["already_with_provider", "label_being_bought"]


def test_an_order_that_its_store_stopped_meanwhile_is_flagged_and_what_was_paid_is_kept(sides: Shippers) -> None:
    sides.carrier.meanwhile = lambda: _stop(sides)
    made = sides.buy()
    assert made.label.state is LabelState.BOUGHT
    assert sides.order().state is OrderState.SHIPPED
    assert "needs_attention" in sides.order().flags
    assert any("void it, if the parcel is not to leave" in alert for alert in sides.alerts())


def _stop(sides: Shippers) -> None:
    with sides.app.unit_of_work() as unit:
        order = unit.orders.get(sides.merchant, sides.shop.order_id("1"), for_change=True)
        order.close_upstream("cancelled", sides.app.clock.now(), shipped=False)
        unit.orders.update_many([order])
        unit.commit()


def test_parts_of_an_order_leave_one_after_the_other_and_the_store_hears_once(sides: Shippers) -> None:
    sides.shop.import_all(ready("2", items=[{"line_key": "a", "sku": "A", "name": "A", "quantity": 3, "weight_g": 100}]))
    first = sides.buy("2", replace(STANDARD, units={"a": Decimal(1)}))
    assert first.shipment.parcels[0].weight_g == 100
    assert sides.order("2").state is OrderState.PARTIALLY_SHIPPED
    sides.shop.work_off()
    assert sides.shop.connector.told == []
    with pytest.raises(Refused) as refused:
        sides.buy("2", replace(STANDARD, units={"a": Decimal(3)}))
    assert refused.value.message.code == "no_such_line"
    second = sides.buy("2")
    assert (second.shipment.lines, second.shipment.parcels[0].weight_g) == ({"a": Decimal(2)}, 200)
    sides.shop.work_off()
    assert [notice.tracking_numbers for _, notice in sides.shop.connector.told] == [("P1-1", "P2-1")]


def test_several_parcels_have_a_number_each_and_the_price_stands_once(sides: Shippers) -> None:
    parcels = (ParcelToShip(750, 200, 150, 100), ParcelToShip(500))
    made = sides.buy(wish=replace(STANDARD, parcels=ParcelWish(parcels=parcels)))
    assert [(one.tracking_number, one.weight_g, one.cost) for one in made.shipment.parcels] == [
        ("P1-1", 750, PRICE),
        ("P1-2", 500, None),
    ]
    assert made.shipment.parcels[0].height_mm == 100


def test_what_rules_and_people_set_on_the_order_is_what_is_bought(sides: Shippers) -> None:
    sides.shop.import_all(
        ready("2", carrier="Paid", service="STANDARD", insured_value=Decimal("60.10"), confirmation="signature")
    )
    made = sides.buy("2", LabelWish())
    request = made.label.request
    assert (made.label.carrier, made.label.service, request.confirmation) == ("paid", "standard", "signature")
    assert (request.insured and request.insured.amount, request.currency) == (Decimal("60.10"), "EUR")
    assert [(line.sku, line.quantity, line.unit_price) for line in request.contents] == [("ACM-MUG", 2, Decimal("30.05"))]


def test_the_only_service_there_is_needs_not_be_chosen_and_of_several_one_has_to_be(sides: Shippers) -> None:
    made = sides.buy("1", LabelWish())
    assert (made.label.carrier, made.label.service) == ("paid", "standard")
    add_account(sides, sides.shop.merchant.slug, "express")
    sides.shop.import_all(ready("2"))
    with pytest.raises(Refused) as refused:
        sides.buy("2", LabelWish())
    assert refused.value.message.code == "no_service"


@pytest.mark.parametrize(
    ("changes", "wish", "code"),
    [
        ({}, LabelWish(ServiceWish("paid", "express")), "service_not_available"),
        ({}, LabelWish(ServiceWish("correos", "paq-premium")), "not_spoken_with"),
        ({}, LabelWish(ServiceWish("paid", "standard", "car_unknown")), "no_carrier_account"),
        ({"weight_g": None, "items": [{"line_key": "1", "quantity": 1}]}, STANDARD, "no_weight"),
        ({"ship_date": "2036-12-01"}, STANDARD, "ships_too_late"),
        ({"weight_g": Decimal("0.2")}, LabelWish(STANDARD.service, ParcelWish(ship_from="elsewhere")), "no_such_location"),
        ({}, LabelWish(STANDARD.service, ParcelWish(parcels=(ParcelToShip(0),))), "bad_parcel"),
        ({}, LabelWish(STANDARD.service, ParcelWish(parcels=(ParcelToShip(1, 2),))), "bad_parcel"),
        ({"status": "on_hold"}, STANDARD, "on_hold"),
    ],
)
def test_what_is_missing_is_said(sides: Shippers, changes: dict[str, object], wish: LabelWish, code: str) -> None:
    sides.shop.import_all(ready("2", **changes))
    with pytest.raises(Refused) as refused:
        sides.buy("2", wish)
    assert refused.value.message.code == code
    assert sides.labels("2") == []


def test_a_client_s_order_begins_with_its_label_and_the_client_s_order_ships(sides: Shippers) -> None:
    request = sides.taken()
    states: list[Work] = []
    sides.carrier.meanwhile = lambda: states.append(sides.request(request.id).work(sides.app.clock.now()))
    made = _provider_buys(sides, request.copy_id)
    assert states == [Work.IN_PROGRESS]
    assert sides.request(request.id).work(sides.app.clock.now()) is Work.DONE
    sides.shop.work_off()
    [shipment] = _shipments(sides)
    assert (shipment.numbers, shipment.parcels[0].cost, sides.order().state) == (("P1-1",), None, OrderState.SHIPPED)
    assert made.label.owner_id == sides.provider


def test_a_label_for_what_nobody_has_answered_accepts_it_before_the_carrier_is_asked(sides: Shippers) -> None:
    set_connection(sides.app, sides.clerk, sides.connection().id, answers=Answers.EACH)
    request = sides.taken()
    states: list[RequestState] = []
    sides.carrier.meanwhile = lambda: states.append(sides.request(request.id).state)

    _provider_buys(sides, request.copy_id)

    assert (request.state, states) == (RequestState.REQUESTED, [RequestState.ACCEPTED])
    with sides.app.reading() as uow:
        thread = [(one.kind, one.actor) for one in uow.requests.list_messages(sides.merchant, request.id)]
    assert [one for one in thread if one[0] is MessageKind.ACCEPTED] == [(MessageKind.ACCEPTED, sides.clerk.id)]


def test_no_label_is_bought_for_what_the_client_wants_back(sides: Shippers) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()
    sides.shop.work_off()

    with pytest.raises(Refused, match=f"wants order 1 back: answer that first.*`requests grant-cancel {request.id}`"):
        _provider_buys(sides, request.copy_id)
    assert sides.carrier.purchases == []


def test_a_client_reads_what_its_provider_s_labels_cost_once_the_provider_shares_that(sides: Shippers) -> None:
    sides.shop.import_all(ready("2"), ready("3"))

    def shipped(number: str) -> Money | None:
        _provider_buys(sides, sides.taken(number).copy_id)
        sides.shop.work_off()
        with sides.app.reading() as uow:
            [shipment] = uow.fulfillment.list_shipments(sides.merchant, sides.shop.order_id(number))
        return shipment.parcels[0].cost

    assert shipped("1") is None
    set_connection(sides.app, sides.clerk, sides.connection().id, shares_costs=True)
    assert shipped("2") == PRICE
    with pytest.raises(Refused, match="what labels cost is the provider's to choose"):
        set_connection(sides.app, sides.owner, sides.connection().id, shares_costs=True)
    set_connection(sides.app, sides.clerk, sides.connection().id, shares_costs=False, grace_minutes=0)
    assert shipped("3") is None


def test_a_request_is_not_given_back_while_its_label_is_being_bought(sides: Shippers) -> None:
    request, refusals = sides.taken(), []

    def meanwhile() -> None:
        close = Answer(RequestAction.CLOSE, "out_of_stock")
        connection_id = str(request.connection_id)
        for give_back in (
            lambda: answer_request(sides.app, sides.provider, request.id, close, sides.clerk.id),
            lambda: remove_connection(sides.app, sides.clerk, connection_id, open_orders=OpenOrders.RETURN),
        ):
            with pytest.raises(Refused) as refused:
                give_back()
            refusals.append(refused.value.message.code)

    sides.carrier.meanwhile = meanwhile
    _provider_buys(sides, request.copy_id)
    assert refusals == ["label_being_bought", "label_being_bought"]
    assert sides.request(request.id).work(sides.app.clock.now()) is Work.DONE


def test_what_is_packed_counts_though_the_client_wants_fewer_meanwhile(sides: Shippers) -> None:
    request = sides.taken()
    fewer = tuple(replace(line, quantity=line.quantity - 1) for line in request.lines)

    def meanwhile() -> None:
        with sides.app.unit_of_work() as unit:
            unit.requests.update(replace(sides.request(request.id), lines=fewer))
            unit.commit()

    sides.carrier.meanwhile = meanwhile
    made = _provider_buys(sides, request.copy_id)
    counted = {line.line_key: line.shipped for line in sides.request(request.id).lines}
    assert counted == made.shipment.lines == {line.line_key: line.quantity for line in request.lines}


def test_a_client_that_requires_its_own_accounts_pays_with_them(sides: Shippers) -> None:
    from engine.services.accounts.carrier_sharing import Sharing, share_carrier_account

    merchant = sides.shop.merchant
    [own] = [one for one in _accounts(sides) if one.carrier == "paid"]
    share_carrier_account(sides.app, merchant, own.id, Sharing(sides.shop.provider.slug, require=True), "somebody")
    request = sides.taken()
    made = _provider_buys(sides, request.copy_id)
    assert (made.label.owner_id, made.label.carrier_account_id) == (sides.merchant, own.id)
    assert (made.label.cost, made.shipment.parcels[0].cost) == (PRICE, None), "the 3PL has paid nothing that it could charge"


def test_only_its_own_accounts_are_refused_with_the_sentence_for_it(sides: Shippers) -> None:
    add_account(sides, sides.shop.merchant.slug, "night")
    request = sides.taken()
    with pytest.raises(Refused) as refused:
        make_label(sides.app, sides.provider, str(request.copy_id), LabelWish(ServiceWish("paid", "night")), "clerk", "test")
    assert refused.value.format("en") == (
        "The shipping service is not valid because the client does not have a carrier account that supports it"
    )


def _provider_buys(sides: Shippers, copy_id: str | None) -> MadeLabel:
    return make_label(sides.app, sides.provider, str(copy_id), STANDARD, sides.clerk.id, "test")


def _accounts(sides: Shippers):  # type: ignore[no-untyped-def]
    with sides.app.reading() as unit:
        return unit.carrier_accounts.list_for(sides.merchant)


def _shipments(sides: Shippers):  # type: ignore[no-untyped-def]
    with sides.app.reading() as unit:
        return unit.fulfillment.list_shipments(sides.merchant, sides.shop.order_id("1"))
