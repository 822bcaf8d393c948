"""A carrier whose driver can be asked to come, of which a test chooses what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.paid_carrier import PaidCarrier, PaidSession
from support.shop import Shop, ready

from engine.jobs.make_pickups import call_off, make_pickups
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability
from engine.model.label import PostalAddress
from engine.model.money import Money
from engine.model.pickup import MadePickup, Pickup, PickupRequest
from engine.services.pickups.plan_pickup import PickupWish
from storage.database import Database

PRICE = Money(Decimal("4.10"), "EUR")


@dataclass
class FetchingCarrier(PaidCarrier):
    """Keeps the pickups that were paid, by the references of their requests, and those that were called off, by id."""

    paid: list[PickupRequest] = field(default_factory=list)
    called_off: list[str] = field(default_factory=list)
    by_reference: dict[str, MadePickup] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.describes = replace(self.describes, capabilities=self.describes.capabilities | {CarrierCapability.PICKUPS})

    def open(self, account: CarrierAccount) -> _Session:
        return _Session(self)


class _Session(PaidSession):
    def __init__(self, carrier: FetchingCarrier) -> None:
        super().__init__(carrier)
        self._own = carrier

    def check_pickup(self, request: PickupRequest) -> None:
        self._own.fail("check_pickup", self._own.fails_before)

    def prepare_pickup(self, request: PickupRequest) -> str:
        self._own.fail("prepare_pickup", self._own.fails_before)
        return f"prepared-{request.reference}" if self._own.prepares else ""

    def make_pickup(self, request: PickupRequest, carrier_id: str) -> MadePickup:
        self._own.fail("make_pickup", self._own.fails_before)
        self._own.paid.append(request)
        made = MadePickup(carrier_id or f"id-{request.reference}", f"C{len(self._own.paid)}", PRICE)
        self._own.by_reference[request.reference] = made
        self._own.fail("make_pickup", self._own.fails_after)
        return made

    def find_pickup(self, request: PickupRequest, carrier_id: str) -> MadePickup | None:
        self._own.fail("find_pickup", self._own.fails_before)
        return self._own.by_reference.get(request.reference)

    def cancel_pickup(self, request: PickupRequest, carrier_id: str) -> None:
        self._own.fail("cancel_pickup", self._own.fails_before)
        self._own.called_off.append(carrier_id)
        self._own.fail("cancel_pickup", self._own.fails_after)


@dataclass
class Gate(Shippers):
    """A merchant whose parcels wait for a driver."""

    fetching: FetchingCarrier

    def wish(self, days: int = 1, **changes: Any) -> PickupWish:
        """In the afternoon of tomorrow, or of another day."""
        day = (self.app.clock.now() + timedelta(days=days)).date()
        return replace(PickupWish(day, time(14), time(18)), **changes)

    def ask(self, days: int = 1, **changes: Any) -> list[Pickup]:
        return make_pickups(self.app, self.merchant, self.owner.id, "test", self.wish(days, **changes))

    def call_off(self, pickup: Pickup) -> Pickup:
        return call_off(self.app, self.merchant, pickup.id, self.owner.id, "test")

    def pickups(self) -> list[Pickup]:
        with self.app.reading() as uow:
            return uow.pickups.list_for(self.merchant, 10)


def open_gate(database: Database, clock: FixedClock) -> Gate:
    """With two orders of the merchant, "1" and "2", of each of which a label is bought."""
    sides = open_shippers(database, clock)
    carrier = FetchingCarrier()
    sides.shop.app = replace(sides.app, carriers={"paid": carrier})
    gate = Gate(sides.shop, carrier, carrier)
    gate.shop.import_all(ready("2"))
    for number in ("1", "2"):
        gate.buy(number)
    return gate


def a_pickup(account_id: str, carrier_account_id: str, pickup_id: str = "pck_1", claim: str = "here today") -> Pickup:
    """One that is being asked for, of some place."""
    clock, place = FixedClock(), PostalAddress(company="Casa Verde", street1="Calle Mayor 1", city="Madrid", country="ES")
    starts = clock.now() + timedelta(hours=2)
    request = PickupRequest(pickup_id, "", place, starts, starts + timedelta(hours=4), ("c-1",), 2, 1500, "Dock 3")
    return Pickup(pickup_id, account_id, carrier_account_id, account_id, "paid", request, claim, "usr_1", clock.now())


def pickup_of(shop: Shop, carrier_account_id: str) -> str:
    """The id of one that the merchant of any shop is waiting for."""
    pickup = a_pickup(shop.merchant.id, carrier_account_id)
    with shop.app.unit_of_work() as uow:
        uow.pickups.add(pickup)
        uow.commit()
    return pickup.id
