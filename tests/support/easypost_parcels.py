"""Parcels that EasyPost's carriers take, and the conversation with its stand-in."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from support.clock import FixedClock

from adapters.carriers.easypost.carrier import EasyPostCarrier, EasyPostSession
from adapters.carriers.easypost.checks import check_shipment
from adapters.carriers.easypost.shipment_request import shipment_request
from adapters.sandboxes.easypost import EasyPostServer
from engine.model.account import CarrierAccount
from engine.model.label import BoughtLabel, ContentLine, Label, LabelRequest, ParcelToShip, PostalAddress
from rules.order_document import dumps, loads

PRIORITY = "USPS:Priority"
SAVER = "UPSDAP:UPSSaver"
LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
CLOCK = FixedClock()  # 2 March 2026

AUSTIN = PostalAddress(
    "Dock 1", "Acme 3PL", "1 Main St", city="Austin", state="TX", postal_code="78701", country="US", phone="5125550100"
)
BOSTON = PostalAddress("Ann Lee", "", "2 Elm St", "Apt 4", city="Boston", state="MA", postal_code="02108", country="US")
LONDON = PostalAddress("Ann Lee", "", "3 Old St", city="London", postal_code="EC1V 9HL", country="GB", email="ann@example.com")
MADRID = PostalAddress("Nave 3", "Casa Verde", "Calle Mayor 1", city="Madrid", postal_code="28004", country="ES")
MUG = ContentLine("1", "MUG", "Mug", Decimal(2), Decimal("30.05"), Decimal(300), "6912.00", "ES")

DOMESTIC = LabelRequest(
    "lbl_1",
    PRIORITY,
    AUSTIN,
    BOSTON,
    (ParcelToShip(750, 200, 150, 100),),
    CLOCK.now().date(),
    order_number="SO-1001",
    sender="Casa Verde",
    contents=(MUG,),
    currency="USD",
)
ABROAD = replace(DOMESTIC, ship_to=LONDON, service=SAVER)


def account(
    url: str = "", *, key: str = "EZTKsandbox", services: tuple[str, ...] = (PRIORITY, SAVER), **settings: Any
) -> CarrierAccount:
    said = {**({"url": url} if url else {}), **settings}
    return CarrierAccount("car_1", "acc_1", "easypost", services, settings=said, credentials={"api_key": key})


def opened(server: EasyPostServer, **settings: Any) -> EasyPostSession:
    return EasyPostCarrier(CLOCK, [LOOPBACK]).open(account(server.url, **settings))


def sent(request: LabelRequest, *carrier_accounts: str) -> dict[str, Any]:
    """What a shipment says, as it goes over the line. Raises CarrierRefused."""
    check_shipment(request)
    body = shipment_request(request, [request.service], carrier_accounts, CLOCK.now().date())
    shipment: dict[str, Any] = loads(dumps(body))["shipment"]
    return shipment


def label_of(request: LabelRequest, bought: BoughtLabel) -> Label:
    owners = ("lbl_1", "acc_1", "ord_1", "shp_1", "car_1", "acc_1")
    label = Label(*owners, "easypost", request.service, {}, request, "usr_1", datetime(2026, 3, 2, tzinfo=UTC))
    return label.buy(bought, datetime(2026, 3, 2, tzinfo=UTC))
