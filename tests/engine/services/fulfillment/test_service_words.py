"""Own delivery is called what its labels call it, in mails to buyers and in what stores are told, whoever ships."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.clock import FixedClock
from support.mails import BUYER, SeenMails, sending_by, writing_to_buyers
from support.shop import ready
from support.two_sides import TwoSides, open_two_sides

from adapters.carriers.house.carrier import HouseCarrier
from engine.jobs.make_label import make_label
from engine.model.buyer_mail import BuyerMail
from engine.model.carrier import ServiceWords
from engine.services.accounts.accounts import add_location
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from engine.services.repair.combine import combine_orders
from storage.database import Database

SHEET = """
currency: EUR
zones: {spain: [{country: ES}]}
services:
  van: {label: Morning round, zones: {spain: [{up_to_g: 30000, price: 4}]}}
"""


@pytest.fixture
def mails() -> SeenMails:
    return SeenMails()


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock, mails: SeenMails) -> TwoSides:
    sides = open_two_sides(sqlite_database, clock)
    sending_by(sides.shop, mails)
    sides.shop.app = replace(sides.app, carriers={"house": HouseCarrier()})
    writing_to_buyers(sides.shop, BuyerMail.SHIPMENT)
    sides.shop.import_all(*(ready(number, customer={"name": "Ana", "email": BUYER}) for number in "12"))
    for account in (sides.shop.merchant, sides.shop.provider):
        add_location(sides.app, account.slug, code="main", country="ES", city="Madrid", postal_code="28004")
    return sides


def offer(sides: TwoSides, nickname: str = "", sheet: str = SHEET, *, by_provider: bool = False) -> None:
    account = sides.shop.provider if by_provider else sides.shop.merchant
    settings = {"rate_sheet": sheet} if sheet else {}
    add_carrier_account(sides.app, account.slug, CarrierAccountForm("house", ("van",), nickname=nickname, settings=settings))


def label(sides: TwoSides, account_id: str, order_id: str) -> None:
    make_label(sides.app, account_id, order_id, LabelWish(ServiceWish("house", "van")), sides.owner.id, "test")
    sides.shop.work_off()


def in_mail(mails: SeenMails) -> str:
    [(mail, _)] = mails.sent
    assert mail.content is not None
    [said] = [part for part in mail.content.paragraphs if part.startswith("Empresa de transporte")]
    return said.splitlines()[0].partition(": ")[2]


def in_notices(sides: TwoSides) -> dict[str, set[tuple[str, str, ServiceWords | None]]]:
    """Codes and words that the store was told, by order."""
    found: dict[str, set[tuple[str, str, ServiceWords | None]]] = {}
    for _, notice in sides.shop.connector.told:
        found.setdefault(notice.external_id, set()).update((one.carrier, one.service, one.words) for one in notice.carried)
    return found


def test_a_label_of_ones_own_delivery_has_the_accounts_name_and_the_label_of_its_sheet(sides: TwoSides, mails: SeenMails) -> None:
    offer(sides, "Casa Verde vans")
    offer(sides, "Another", sheet="")
    label(sides, sides.merchant, sides.order().id)
    assert in_mail(mails) == "Casa Verde vans Morning round"
    assert in_notices(sides) == {"n1": {("house", "van", ServiceWords("Casa Verde vans", "Morning round"))}}


def test_without_a_name_and_a_sheet_it_is_own_delivery_in_the_readers_language(sides: TwoSides, mails: SeenMails) -> None:
    offer(sides, sheet="")
    label(sides, sides.merchant, sides.order().id)
    assert in_mail(mails) == "Reparto propio van"
    assert in_notices(sides) == {"n1": {("house", "van", ServiceWords("Reparto propio", "van"))}}


def test_what_was_shipped_by_hand_has_the_name_of_the_only_account_with_the_service(sides: TwoSides, mails: SeenMails) -> None:
    offer(sides, "Casa Verde vans")
    ship_order(sides.app, sides.merchant, sides.order().id, Shipping("house", "van", ("T1",)), "usr_1")
    sides.shop.work_off()
    assert in_mail(mails) == "Casa Verde vans Morning round"


def test_of_several_accounts_none_is_guessed(sides: TwoSides, mails: SeenMails) -> None:
    offer(sides, "North")
    offer(sides, "South")
    ship_order(sides.app, sides.merchant, sides.order().id, Shipping("house", "van", ("T1",)), "usr_1")
    sides.shop.work_off()
    assert in_mail(mails) == "Reparto propio van"


def test_what_a_provider_has_shipped_is_called_what_its_label_says(sides: TwoSides, mails: SeenMails) -> None:
    offer(sides, "Casa Verde vans", sheet="")
    offer(sides, "Acme vans", by_provider=True)
    label(sides, sides.provider, sides.copy(sides.taken()).id)
    sides.shop.work_off()
    assert in_mail(mails) == "Acme vans Morning round"
    assert in_notices(sides)["n1"] == {("house", "van", ServiceWords("Acme vans", "Morning round"))}


def test_each_order_of_a_parcel_is_told_what_the_parcels_label_says(sides: TwoSides) -> None:
    offer(sides, "Casa Verde vans")
    offer(sides, "Another", sheet="")
    combine_orders(sides.app, sides.merchant, [sides.order(number).id for number in "12"], "usr_1")
    label(sides, sides.merchant, sides.order().id)
    said = ("house", "van", ServiceWords("Casa Verde vans", "Morning round"))
    assert in_notices(sides) == {"n1": {said}, "n2": {said}}


def test_other_carriers_have_their_usual_names(sides: TwoSides, mails: SeenMails) -> None:
    ship_order(sides.app, sides.merchant, sides.order().id, Shipping("dhl_express", "24h", ("T1",)), "usr_1")
    sides.shop.work_off()
    assert in_mail(mails) == "DHL Express 24h"
    assert in_notices(sides) == {"n1": {("dhl_express", "24h", ServiceWords("DHL Express", "24h"))}}
