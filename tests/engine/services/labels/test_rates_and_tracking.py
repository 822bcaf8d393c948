"""What labels would cost, and how far parcels have come."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.labels import Shippers, add_account, open_shippers
from support.paid_carrier import NO_ANSWER, PRICE, TOO_FAR

from engine.model.tracking import TrackingState
from engine.services.accounts.carrier_sharing import Sharing, share_carrier_account
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.labels.plan_label import LabelWish
from engine.services.labels.rates import list_rates
from engine.services.labels.track_shipment import track_shipment
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(sqlite_database, clock)


def test_rates_name_whose_account_pays_and_one_carrier_without_an_answer_keeps_none_back(sides: Shippers) -> None:
    own = add_account(sides, sides.shop.provider.slug, "night")
    client = add_account(sides, sides.shop.merchant.slug, "day")
    share_carrier_account(sides.app, sides.shop.merchant, client.id, Sharing(sides.shop.provider.slug), "somebody")
    copy = sides.copy(sides.taken())
    sides.carrier.fails_before["rates"] = [TOO_FAR]  # the first one that is asked
    found = list_rates(sides.app, sides.provider, copy.id, LabelWish())
    assert [str(one.sentence) for one in found.problems] == ["The carrier does not go there."]
    asked = {(one.owner, one.rate.service) for one in found.rates} | {(one.account.id, "") for one in found.problems}
    assert asked == {(client.id, ""), ("own", "standard"), ("own", "night")}
    assert {one.rate.price for one in found.rates} == {PRICE}
    assert own.id in {one.account.id for one in found.rates}


def test_the_carrier_says_how_far_a_parcel_has_come(sides: Shippers) -> None:
    made = sides.buy()
    sides.carrier.fails_before["track"] = [NO_ANSWER]
    with pytest.raises(Refused, match="did not answer"):
        track_shipment(sides.app, sides.merchant, made.shipment.id)
    tracked = track_shipment(sides.app, sides.merchant, made.shipment.id)
    assert [one.state for one in tracked.events] == [TrackingState.LABEL_CREATED, TrackingState.IN_TRANSIT]
    assert (tracked.state, tracked.events[-1].sentence.format("es")) == (TrackingState.IN_TRANSIT, "En camino.")
    sides.take_back(made)
    assert track_shipment(sides.app, sides.merchant, made.shipment.id).state is TrackingState.VOIDED


def test_what_was_shipped_by_hand_is_known_to_have_been(sides: Shippers) -> None:
    shipped = ship_order(sides.app, sides.merchant, sides.shop.order_id("1"), Shipping("seur", "24h"), "somebody")
    assert track_shipment(sides.app, sides.merchant, shipped.shipment.id).state is TrackingState.SHIPPED
