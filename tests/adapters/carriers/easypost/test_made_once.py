"""A label of EasyPost as a merchant buys it: paid once, whatever becomes of the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.clock import FixedClock
from support.easypost_parcels import LOOPBACK
from support.labels import Shippers, open_shippers

from adapters.carriers.easypost.carrier import EasyPostCarrier
from adapters.sandboxes.easypost import EasyPostServer
from engine.jobs.make_label import MadeLabel, make_label
from engine.model.label import LabelState
from engine.services.accounts.accounts import add_location
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import Refused
from storage.database import Database

SERVICE = "UPSDAP:Ground"
WISH = LabelWish(ServiceWish("easypost", SERVICE))


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock, server: EasyPostServer) -> Shippers:
    """The merchant has an account at the stand-in."""
    sides = open_shippers(sqlite_database, clock)
    sides.shop.app = replace(sides.app, carriers={"easypost": EasyPostCarrier(clock, [LOOPBACK])})
    slug = sides.shop.merchant.slug
    add_location(sides.app, slug, code="dock", country="ES", city="Madrid", postal_code="28004", street1="Calle Mayor 1")
    add_carrier_account(sides.app, slug, form(server))
    return sides


def form(server: EasyPostServer, **changes: Any) -> CarrierAccountForm:
    said = {"settings": {"url": server.url}, "credentials": {"api_key": server.api_key}, **changes}
    return CarrierAccountForm("easypost", (SERVICE,), **said)


def buy(sides: Shippers) -> MadeLabel:
    wish = replace(WISH, parcels=replace(WISH.parcels, ship_from="dock"))
    return make_label(sides.app, sides.merchant, sides.shop.order_id("1"), wish, sides.owner.id, "test")


def later(sides: Shippers, clock: FixedClock) -> None:
    clock.sleep(timedelta(hours=2).total_seconds())
    sides.shop.work_off()


def test_a_label_is_bought_and_given_back(sides: Shippers, server: EasyPostServer) -> None:
    made = buy(sides)

    assert (made.label.carrier_id, made.label.state) == (server.book.purchases[0], LabelState.BOUGHT)
    assert made.shipment.parcels[0].tracking_number == server.book.get(made.label.carrier_id)["tracking_code"]
    assert sides.take_back(made).state is LabelState.VOIDED


@pytest.mark.parametrize("fault", ["lose_creations", "lose_purchases", "garbage_purchases"])
def test_a_label_whose_answer_is_lost_is_paid_once(
    sides: Shippers, server: EasyPostServer, clock: FixedClock, fault: str
) -> None:
    server.change(**{fault: 1})
    with pytest.raises(Refused, match="Nobody knows yet"):
        buy(sides)
    later(sides, clock)
    [label] = sides.labels()

    assert label.state is LabelState.BOUGHT
    assert server.book.purchases == [label.carrier_id]


def test_an_account_is_not_kept_whose_key_easypost_does_not_know(sides: Shippers, server: EasyPostServer) -> None:
    with pytest.raises(Refused, match="does not accept the keys"):
        add_carrier_account(sides.app, sides.shop.merchant.slug, form(server, credentials={"api_key": "EZTKother"}))
    with pytest.raises(Refused, match="EasyPost needs API key"):
        add_carrier_account(sides.app, sides.shop.merchant.slug, form(server, credentials={}))
