"""A carrier that is told at the end of the day what it is given, of which a test chooses what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.paid_carrier import PaidCarrier, PaidSession
from support.shop import ready

from engine.jobs.make_manifests import make_manifests
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability
from engine.model.manifest import MadeManifest, Manifest, ManifestRequest
from storage.database import Database

PDF = b"%PDF manifest"


@dataclass
class ManifestingCarrier(PaidCarrier):
    """Keeps the manifests that it made, by the carrier's ids of the shipments on them."""

    manifests: list[ManifestRequest] = field(default_factory=list)
    document: bytes | None = PDF

    def __post_init__(self) -> None:
        self.describes = replace(self.describes, capabilities=self.describes.capabilities | {CarrierCapability.MANIFESTS})

    def open(self, account: CarrierAccount) -> _Session:
        return _Session(self)


class _Session(PaidSession):
    def __init__(self, carrier: ManifestingCarrier) -> None:
        super().__init__(carrier)
        self._own = carrier

    def make_manifest(self, request: ManifestRequest) -> MadeManifest:
        self._own.fail("make_manifest", self._own.fails_before)
        self._own.manifests.append(request)
        self._own.fail("make_manifest", self._own.fails_after)
        return MadeManifest(f"m-{len(self._own.manifests)}", self._own.document)

    def find_manifest(self, request: ManifestRequest) -> MadeManifest | None:
        found = [number for number, one in enumerate(self._own.manifests, 1) if request.carrier_ids[0] in one.carrier_ids]
        return MadeManifest(f"m-{found[0]}", PDF) if found else None


@dataclass
class Dock(Shippers):
    """A merchant at the end of the day."""

    manifesting: ManifestingCarrier

    def hand_over(self, **chosen: str) -> list[Manifest]:
        return make_manifests(self.app, self.merchant, self.owner.id, "test", **chosen)

    def hand_over_list(self) -> list[Manifest]:
        with self.app.reading() as uow:
            return uow.manifests.list_for(self.merchant, 10)

    def manifest(self, manifest_id: str) -> Manifest:
        with self.app.reading() as uow:
            return uow.manifests.get(self.merchant, manifest_id)


def open_dock(database: Database, clock: FixedClock) -> Dock:
    """With two orders of the merchant, "1" and "2", of each of which a label is bought."""
    sides = open_shippers(database, clock)
    carrier = ManifestingCarrier()
    sides.shop.app = replace(sides.app, carriers={"paid": carrier})
    dock = Dock(sides.shop, carrier, carrier)
    vase = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1, "weight_g": 500}]
    dock.shop.import_all(*dock.shop.connector.records, ready("2", items=vase))
    dock.buy("1")
    dock.buy("2")
    return dock
