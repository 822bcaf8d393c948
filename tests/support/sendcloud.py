"""A carrier account with Sendcloud, and the stand-in that answers it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from support.clock import FixedClock
from support.examples import NOON

from adapters.carriers.sendcloud.carrier import SendcloudCarrier
from adapters.carriers.sendcloud.session import SendcloudSession
from adapters.sandboxes.sendcloud import SendcloudServer
from engine.model.account import CarrierAccount
from engine.model.label import BoughtLabel, ContentLine, Label, LabelRequest, LabelState, ParcelToShip, PostalAddress

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
SERVICES = ("postnl:standard", "postnl:standard/signature", "dpd:home", "dhl_express:worldwide/incoterm=dap")
WAREHOUSE = PostalAddress("Nave 3", "Casa Verde", "Calle Mayor 1", city="Madrid", postal_code="28004", country="ES")
HOME = PostalAddress(
    "Ana Núñez", "", "Rua Nova 2", "3.º esq.", city="Lisboa", postal_code="1100-048", country="PT", email="ana@example.com"
)
NEW_YORK = PostalAddress("Ann Lee", "", "123 West 43rd St", city="New York", state="NY", postal_code="10036", country="US")
MUGS = ContentLine("1", "MUG", "Taza", Decimal(2), Decimal("30.05"), Decimal(400), "6912.00", "ES")
REQUEST = LabelRequest(
    "lbl_1",
    "postnl:standard",
    WAREHOUSE,
    HOME,
    (ParcelToShip(1320, 200, 155, 100),),
    date(2026, 3, 9),
    order_number="1001",
    sender="Casa Verde",
    contents=(MUGS,),
    currency="EUR",
)


def overseas(**changes: Any) -> LabelRequest:
    """The same to New York, by a service that goes there."""
    wanted: dict[str, Any] = {"ship_to": NEW_YORK, "service": "dhl_express:worldwide/incoterm=dap", **changes}
    return replace(REQUEST, **wanted)


@dataclass
class OpenSendcloud:
    """A running stand-in with an account of it."""

    server: SendcloudServer
    clock: FixedClock
    carrier: SendcloudCarrier
    account: CarrierAccount

    @property
    def session(self) -> SendcloudSession:
        return self.carrier.open(self.account)

    def set(self, **settings: Any) -> None:
        self.account = replace(self.account, settings={**self.account.settings, **settings})

    def buy(self, request: LabelRequest = REQUEST) -> BoughtLabel:
        return self.session.buy(request, "")

    def bought(self, request: LabelRequest = REQUEST) -> Label:
        """What was bought, as it is kept."""
        owners = ("acc_1", "ord_1", "shp_1", "car_1", "acc_1")
        label = Label(request.reference, *owners, "sendcloud", request.service, {}, request, "usr_1", NOON)
        return replace(label.buy(self.buy(request), NOON), state=LabelState.BOUGHT)

    def called(self) -> list[str]:
        """The calls since the last time, without the address of the API."""
        calls = [f"{method} {path.removeprefix('/api/v3')}" for method, path in self.server.calls]
        self.server.calls.clear()
        return calls


@contextmanager
def open_sendcloud(**server: Any) -> Iterator[OpenSendcloud]:
    """Both have the same clock."""
    clock = FixedClock(NOON)
    with SendcloudServer(**server) as running:
        running.now = clock.now  # type: ignore[method-assign]
        keys = {"public_key": running.public_key, "secret_key": running.secret_key}
        account = CarrierAccount(
            "car_1", "acc_1", "sendcloud", SERVICES, settings={"url": running.url}, credentials=keys, nickname="Sendcloud"
        )
        yield OpenSendcloud(running, clock, SendcloudCarrier(clock, LOOPBACK), account)
