"""A carrier whose parcels customers can fetch, of which a test chooses the places and what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.paid_carrier import PaidCarrier, PaidSession

from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability
from engine.model.label import PostalAddress
from engine.model.service_point import ServicePoint
from engine.ports import CarrierRefused
from rules.messages import Message, Text
from storage.database import Database

KIOSK = ServicePoint("77", "Kiosco Sol", "Puerta del Sol 1", "28013", "Madrid", "ES", "Paid Post", 150)
LOCKER = ServicePoint("78", "Taquilla Atocha", "Calle Atocha 9", "28012", "Madrid", "ES", "Paid Post", 420)


@dataclass
class PointCarrier(PaidCarrier):
    """Keeps where it was asked to look, and for which service."""

    points: list[ServicePoint] = field(default_factory=lambda: [KIOSK, LOCKER])
    looked: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.describes = replace(self.describes, capabilities=self.describes.capabilities | {CarrierCapability.SERVICE_POINTS})

    def open(self, account: CarrierAccount) -> _Session:
        return _Session(self)


class _Session(PaidSession):
    def __init__(self, carrier: PointCarrier) -> None:
        super().__init__(carrier)
        self._own = carrier

    def list_service_points(self, service: str, near: PostalAddress) -> list[ServicePoint]:
        self._own.fail("list_service_points", self._own.fails_before)
        self._own.looked.append((service, near.postal_code, near.country))
        return self._own.points

    def get_service_point(self, point_id: str) -> ServicePoint:
        self._own.fail("get_service_point", self._own.fails_before)
        found = next((point for point in self._own.points if point.id == point_id), None)
        if found is None:
            raise CarrierRefused(Message("gone", Text("the point is gone.", "el punto ya no existe.")))
        return found


def open_pointed(database: Database, clock: FixedClock) -> Shippers:
    """A merchant and its 3PL who both have an account with such a carrier."""
    sides = open_shippers(database, clock)
    carrier = PointCarrier()
    sides.shop.app = replace(sides.app, carriers={"paid": carrier})
    return replace(sides, carrier=carrier)
