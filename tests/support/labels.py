"""A merchant and its 3PL who buy labels of a carrier that costs money."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

from pypdf import PdfWriter
from support.clock import FixedClock
from support.paid_carrier import PaidCarrier
from support.shop import OWNER, Shop
from support.two_sides import TwoSides, open_two_sides

from engine.jobs.make_label import MadeLabel, make_label, take_back_label
from engine.model.account import CarrierAccount
from engine.model.label import Label
from engine.services.accounts.accounts import add_location
from engine.services.accounts.carrier_accounts import (
    CarrierAccountChange,
    CarrierAccountForm,
    add_carrier_account,
    change_carrier_account,
)
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from storage.database import Database

STANDARD = LabelWish(ServiceWish("paid", "standard"))


@dataclass
class Shippers(TwoSides):
    """Two sides who both have an account with the carrier."""

    carrier: PaidCarrier

    def buy(self, number: str = "1", wish: LabelWish = STANDARD) -> MadeLabel:
        """The merchant buys a label for its own order."""
        return make_label(self.app, self.merchant, self.shop.order_id(number), wish, self.owner.id, "test")

    def nickname(self, nickname: str) -> None:
        """What the merchant's people call its account with the carrier from now on."""
        with self.app.reading() as unit:
            account = next(one for one in unit.carrier_accounts.list_for(self.merchant) if one.carrier == "paid")
        change_carrier_account(self.app, self.merchant, account.id, CarrierAccountChange(nickname=nickname))

    def take_back(self, made: MadeLabel) -> Label:
        label = made.label
        return take_back_label(self.app, label.account_id, label.shipment_id, "somebody", "test")

    def take_back_return(self, label: Label) -> Label:
        return take_back_label(self.app, label.account_id, label.shipment_id, "somebody", "test")

    def labels(self, number: str = "1") -> list[Label]:
        with self.app.reading() as unit:
            return unit.labels.list_for_order(self.merchant, self.shop.order_id(number))


def open_shippers(database: Database, clock: FixedClock, **carrier: object) -> Shippers:
    """With one order of the merchant, "1", that nobody ships yet."""
    sides = open_two_sides(database, clock)
    paid = PaidCarrier(**carrier)  # type: ignore[arg-type]
    sides.shop.app = replace(sides.app, carriers={"paid": paid})
    shippers = Shippers(sides.shop, paid)
    for account in (sides.shop.merchant, sides.shop.provider):
        add_location(sides.app, account.slug, code="main", country="ES", city="Madrid", postal_code="28004")
        add_account(shippers, account.slug)
    return shippers


def add_account(shippers: Shippers, slug: str, *services: str) -> CarrierAccount:
    """An account of the carrier for one of the sides."""
    return add_carrier_account(shippers.app, slug, CarrierAccountForm("paid", services or ("standard",)))


def label_of_own_order(shop: Shop, number: str) -> MadeLabel:
    """A label that the merchant of any shop buys for an order of its own, with a carrier that is there from now on."""
    shop.app = replace(shop.app, carriers={"paid": PaidCarrier()})
    add_location(shop.app, shop.merchant.slug, code="main", country="ES")
    add_carrier_account(shop.app, shop.merchant.slug, CarrierAccountForm("paid", ("standard",)))
    with shop.app.reading() as unit:
        [owner] = unit.users.list_by_email(OWNER)
    return make_label(shop.app, shop.merchant.id, shop.order_id(number), STANDARD, owner.id, "test")


def one_page(number: str) -> bytes:
    """A PDF with one page, as wide as the number says."""
    out = io.BytesIO()
    with PdfWriter() as writer:
        writer.add_blank_page(100 + int(number.partition("-")[0][1:]), 200)
        writer.write(out)
    return out.getvalue()
