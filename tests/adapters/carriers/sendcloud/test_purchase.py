"""A merchant's label from Sendcloud, from the order to the store: bought once, whatever is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from support.clock import FixedClock
from support.sendcloud import OpenSendcloud, open_sendcloud
from support.two_sides import TwoSides, open_two_sides

from engine.jobs.make_label import MadeLabel, make_label, take_back_label
from engine.model.label import DocumentFormat, Label, LabelState, PaperSize
from engine.model.tracking import TrackingState
from engine.services.accounts.accounts import add_location
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from engine.services.labels.print_documents import print_documents
from engine.services.labels.rates import list_rates
from engine.services.labels.track_shipment import track_shipment
from engine.services.refusals import Refused
from storage.database import Database

HOME = LabelWish(ServiceWish("sendcloud", "dpd:home"))


@dataclass
class Shop(TwoSides):
    sendcloud: OpenSendcloud

    def make(self) -> MadeLabel:
        return make_label(self.app, self.merchant, self.shop.order_id("1"), HOME, self.owner.id, "test")

    def labels(self) -> list[Label]:
        with self.app.reading() as unit:
            return unit.labels.list_for_order(self.merchant, self.shop.order_id("1"))


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Iterator[Shop]:
    with open_sendcloud() as sendcloud:
        sides = open_two_sides(sqlite_database, clock)
        sides.shop.app = replace(sides.app, carriers={"sendcloud": sendcloud.carrier})
        opened = Shop(sides.shop, sendcloud)
        slug = opened.shop.merchant.slug
        place = {"country": "ES", "city": "Madrid", "postal_code": "28004", "street1": "Calle Mayor 1"}
        add_location(opened.app, slug, code="main", **place)
        account = sendcloud.account
        form = CarrierAccountForm("sendcloud", account.services, settings=account.settings, credentials=account.credentials)
        add_carrier_account(opened.app, slug, form)
        yield opened


def test_a_label_is_bought_printed_tracked_and_given_back(shop: Shop) -> None:
    [rate] = [
        one for one in list_rates(shop.app, shop.merchant, shop.shop.order_id("1"), LabelWish()).rates if one.rate.days == 2
    ]
    made = shop.make()
    where = (shop.app, shop.merchant, made.shipment.id)

    assert made.label.cost == rate.rate.price
    assert [parcel.tracking_number for parcel in made.shipment.parcels] == ["3SSAND0000001"]
    assert print_documents(*where, DocumentFormat.PDF, PaperSize.LABEL).documents[0].content.startswith(b"%PDF")
    assert print_documents(*where, DocumentFormat.ZPL, PaperSize.LABEL).documents[0].content.startswith(b"^XA")
    shop.sendcloud.server.shipments.scan("3SSAND0000001", "accepted", "Accepted")
    assert track_shipment(*where).state is TrackingState.ACCEPTED

    with pytest.raises(Refused, match="can no longer be cancelled"):
        take_back_label(*where, shop.owner.id, "test")


def test_a_label_whose_answer_is_lost_is_found_and_not_bought_again(shop: Shop) -> None:
    shop.sendcloud.server.strike("lose_answer", "announce")
    with pytest.raises(Refused, match="Nobody knows yet whether the label was bought"):
        shop.make()
    assert [one.state for one in shop.labels()] == [LabelState.UNKNOWN]

    shop.app.clock.sleep(3600)
    shop.shop.work_off()
    [label] = shop.labels()
    assert (label.state, shop.sendcloud.server.shipments.announced) == (LabelState.BOUGHT, 1)
    assert len(shop.sendcloud.server.bodies) == 1  # it was not even asked for again
    assert shop.make().label.id == label.id


def test_a_label_that_the_carrier_refuses_leaves_the_order_free_for_another(shop: Shop) -> None:
    shop.sendcloud.server.strike("refuse", "announce")
    with pytest.raises(Refused, match="could not announce the shipment"):
        shop.make()
    assert shop.make().label.state is LabelState.BOUGHT
    first, second = shop.sendcloud.server.bodies
    assert first["external_reference_id"] != second["external_reference_id"]
