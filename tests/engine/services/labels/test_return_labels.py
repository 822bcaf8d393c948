"""A label for the way back: bought once, and no shipment to anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.paid_carrier import FORM, NO_ANSWER, TOO_FAR
from support.shop import ready

from engine.jobs.make_label import make_return_label
from engine.model.carrier import CarrierCapability, CarrierKind
from engine.model.label import DocumentFormat, Label, LabelState, PaperSize, ParcelToShip
from engine.model.order import OrderState
from engine.model.tracking import TrackingState
from engine.services.accounts.accounts import add_location
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.label_request import ParcelWish
from engine.services.labels.plan_label import LabelWish
from engine.services.labels.plan_return import ReturnWish
from engine.services.labels.print_documents import print_documents
from engine.services.labels.track_shipment import track_shipment
from engine.services.refusals import Refused
from storage.database import Database

CAN = (CarrierCapability.LOOK_UP, CarrierCapability.RETURNS, CarrierCapability.VOID)
KIND = CarrierKind("paid", "Paid Post", frozenset(CAN), forms=(FORM,))
BACK = ReturnWish(ServiceWish("paid", "standard"))


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> Shippers:
    """The order has left with a label."""
    sides = open_shippers(database, clock, describes=KIND)
    sides.buy()
    sides.shop.work_off()
    return sides


def come_back(sides: Shippers, **wish: Any) -> Label:
    return make_return_label(sides.app, sides.merchant, sides.shop.order_id("1"), replace(BACK, **wish), sides.owner.id, "test")


def returns_of(sides: Shippers) -> list[Label]:
    return [label for label in sides.labels() if label.is_return]


def test_a_return_label_goes_from_the_customer_to_where_the_order_left(sides: Shippers) -> None:
    label = come_back(sides)
    [outbound, back] = sides.carrier.purchases
    assert (back.is_return, back.ship_from) == (True, outbound.ship_to)
    assert (back.ship_to.city, back.ship_to.company) == ("Madrid", "Casa Verde")
    assert (label.state, label.lines, label.tracking_numbers) == (LabelState.BOUGHT, outbound_lines(sides), ("P2-1",))
    assert label.cost is not None


def outbound_lines(sides: Shippers) -> Any:
    return next(label.lines for label in sides.labels() if not label.is_return)


def test_it_is_no_shipment_and_nobody_hears_of_it(sides: Shippers) -> None:
    told, before = list(sides.shop.connector.told), sides.order()
    come_back(sides)
    sides.shop.work_off()
    assert sides.shop.connector.told == told
    assert (sides.order().state, sides.order().quantities()) == (OrderState.SHIPPED, before.quantities())
    with sides.app.reading() as uow:
        assert len(uow.fulfillment.list_shipments(sides.merchant, sides.order().id)) == 1


def test_asked_again_it_is_the_same_label(sides: Shippers) -> None:
    assert come_back(sides) == come_back(sides)
    assert len(sides.carrier.purchases) == 2


def test_parts_come_back_with_labels_of_their_own_and_no_more_than_has_left(sides: Shippers) -> None:
    [(key, quantity)] = outbound_lines(sides).items()
    first = come_back(sides, units={key: Decimal(1)})
    second = come_back(sides)
    assert (first.lines, second.lines) == ({key: Decimal(1)}, {key: quantity - 1})
    with pytest.raises(Refused, match="nothing that could come back"):
        come_back(sides, units={key: Decimal(1)})
    sides.take_back_return(first)
    with pytest.raises(Refused, match="no more than 1 can still come back"):
        come_back(sides, units={key: Decimal(2)})


def test_a_voided_return_label_is_given_back_and_the_order_stays_as_it_is(sides: Shippers) -> None:
    told = list(sides.shop.connector.told)
    label = sides.take_back_return(come_back(sides))
    assert (label.state, sides.carrier.voided) == (LabelState.VOIDED, [label.carrier_id])
    assert sides.take_back_return(label).state is LabelState.VOIDED
    sides.shop.work_off()
    assert (sides.order().state, sides.shop.connector.told) == (OrderState.SHIPPED, told)
    assert come_back(sides).id != label.id


def test_what_the_carrier_does_not_take_back_stays_paid(sides: Shippers) -> None:
    label = come_back(sides)
    sides.carrier.fails_before["void"] = [TOO_FAR]
    with pytest.raises(Refused, match="does not go there"):
        sides.take_back_return(label)
    assert [one.state for one in returns_of(sides)] == [LabelState.VOID_REFUSED]
    assert sides.order().state is OrderState.SHIPPED


def test_a_return_label_whose_answer_is_lost_is_bought_once(sides: Shippers, clock: FixedClock) -> None:
    sides.carrier.fails_after["buy"] = [NO_ANSWER]
    with pytest.raises(Refused, match="Nobody knows yet"):
        come_back(sides)
    clock.sleep(timedelta(hours=2).total_seconds())
    sides.shop.work_off()
    [label] = returns_of(sides)
    assert (label.state, len(sides.carrier.purchases)) == (LabelState.BOUGHT, 2)


def test_what_the_carrier_refuses_was_not_bought(sides: Shippers) -> None:
    sides.carrier.fails_before["buy"] = [TOO_FAR]
    with pytest.raises(Refused, match="does not go there"):
        come_back(sides)
    assert come_back(sides).state is LabelState.BOUGHT


def test_only_carriers_with_returns_are_asked(sides: Shippers) -> None:
    sides.carrier.describes = replace(KIND, capabilities=frozenset())
    with pytest.raises(Refused, match="Paid Post makes no return labels"):
        come_back(sides)
    assert returns_of(sides) == []


def test_of_what_has_not_left_nothing_comes_back(database: Database, clock: FixedClock) -> None:
    sides = open_shippers(database, clock, describes=KIND)
    with pytest.raises(Refused, match="has left"):
        come_back(sides)


def test_an_order_that_awaits_shipment_again_can_get_its_label_while_a_return_is_bought(sides: Shippers) -> None:
    """A return takes no units: it stands in nobody's way."""
    sides.carrier.fails_before["buy"] = [NO_ANSWER]
    with pytest.raises(Refused):
        come_back(sides)
    with sides.app.reading() as uow:
        assert uow.labels.being_bought(sides.merchant, [sides.order().id]) == {}
        assert uow.labels.list_unmanifested(sides.merchant, sides.order().imported_at, 10) == [
            label for label in sides.labels() if not label.is_return
        ]


def test_it_is_printed_as_labels_are(sides: Shippers) -> None:
    label = come_back(sides)
    first, second = (
        print_documents(sides.app, sides.merchant, label.shipment_id, DocumentFormat.PDF, PaperSize.LABEL) for _ in range(2)
    )
    assert [one.content for one in first.documents] == [b"%PDF P2-1"]
    assert (first.needs_mark, second.needs_mark) == (False, True)


def test_the_parcel_may_weigh_what_a_person_says_and_go_elsewhere(sides: Shippers) -> None:
    with pytest.raises(Refused, match="no ship-from location"):
        come_back(sides, parcels=ParcelWish(ship_from="nowhere"))


def from_valencia(sides: Shippers, units: dict[str, Decimal] | None = None) -> None:
    wish = LabelWish(ServiceWish("paid", "standard"), ParcelWish(ship_from="vlc", parcels=(ParcelToShip(500),)), units)
    sides.buy(wish=wish)


@pytest.fixture
def unshipped(database: Database, clock: FixedClock) -> Shippers:
    """Two locations, of which orders leave from the first where nobody says otherwise."""
    sides = open_shippers(database, clock, describes=KIND)
    for account in (sides.shop.merchant, sides.shop.provider):
        add_location(sides.app, account.slug, code="vlc", country="ES", city="Valencia", postal_code="46001")
    return sides


def test_it_goes_back_to_the_location_that_was_chosen_for_the_label(unshipped: Shippers) -> None:
    from_valencia(unshipped)
    assert come_back(unshipped).request.ship_to.city == "Valencia"


def test_where_it_left_from_is_of_no_matter_to_who_says_where_it_goes(unshipped: Shippers) -> None:
    from_valencia(unshipped)
    assert come_back(unshipped, parcels=ParcelWish(ship_from="main")).request.ship_to.city == "Madrid"


def test_what_left_from_two_places_comes_back_with_a_label_for_each(unshipped: Shippers) -> None:
    [(key, quantity)] = unshipped.order().quantities().items()
    from_valencia(unshipped, {key: Decimal(1)})
    unshipped.buy(wish=LabelWish(ServiceWish("paid", "standard"), ParcelWish(parcels=(ParcelToShip(500),))))
    parcel = ParcelWish(parcels=(ParcelToShip(500),))
    with pytest.raises(Refused, match=r"left from several places \(Valencia, Madrid\)"):
        come_back(unshipped, parcels=parcel)
    cities = [come_back(unshipped, units={key: units}, parcels=parcel).request.ship_to.city for units in (1, quantity - 1)]
    assert cities == ["Valencia", "Madrid"]


def test_above_the_address_is_the_brand_and_below_it_whose_location_it_is(sides: Shippers) -> None:
    for name in ("Nave 1", "Nave 2"):  # at one address
        add_location(
            sides.app, sides.shop.merchant.slug, code=name.lower(), name=name, country="ES", city="Getafe", postal_code="28901"
        )
    sides.shop.import_all(ready("1"), ready("2", brand="Verde Kids"))
    [(key, quantity)] = sides.order("2").quantities().items()
    for name, units in (("Nave 1", 1), ("Nave 2", quantity - 1)):
        left = ParcelWish(ship_from=name.lower(), parcels=(ParcelToShip(500),))
        sides.buy("2", LabelWish(ServiceWish("paid", "standard"), left, {key: Decimal(units)}))

    def back(**parcels: Any) -> tuple[str, str]:
        wish = replace(BACK, units={key: Decimal(1)}, parcels=ParcelWish(parcels=(ParcelToShip(500),), **parcels))
        made = make_return_label(sides.app, sides.merchant, sides.shop.order_id("2"), wish, sides.owner.id, "test")
        return made.request.ship_to.name, made.request.ship_to.company

    assert back(ship_from="nave 2") == ("Verde Kids", "Casa Verde, Nave 2")
    assert back() == ("Verde Kids", "Casa Verde, Nave 1"), "what comes back to the other one already is counted there"


def test_what_left_without_a_label_comes_back_with_the_rest(unshipped: Shippers) -> None:
    [(key, quantity)] = unshipped.order().quantities().items()
    from_valencia(unshipped, {key: Decimal(1)})
    ship_order(unshipped.app, unshipped.merchant, unshipped.order().id, Shipping("paid", "standard", ("T1",)), "test")
    label = come_back(unshipped)
    assert (label.lines, label.request.ship_to.city) == ({key: quantity}, "Valencia")


def test_erasing_a_person_erases_the_sender_of_the_way_back(sides: Shippers) -> None:
    label = come_back(sides)
    with sides.app.unit_of_work() as uow:
        uow.labels.redact(sides.merchant, [label.order_id])
        uow.commit()
    [erased] = returns_of(sides)
    assert "Mayor" not in repr(erased.request.ship_from)
    assert (erased.request.ship_from.street1, erased.request.ship_to.city) == ("", "Madrid")


def test_it_is_tracked_by_its_own_id(sides: Shippers) -> None:
    label = come_back(sides)
    assert track_shipment(sides.app, sides.merchant, label.shipment_id).state is TrackingState.LABEL_CREATED
    sides.carrier.describes = replace(KIND, capabilities=KIND.capabilities | {CarrierCapability.TRACKING})
    assert track_shipment(sides.app, sides.merchant, label.shipment_id).state is TrackingState.IN_TRANSIT
    sides.take_back_return(label)
    assert track_shipment(sides.app, sides.merchant, label.shipment_id).state is TrackingState.VOIDED
