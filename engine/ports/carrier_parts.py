"""What only some carriers can do: parts that a session has beside what all of them have.

A carrier names those that it has as capabilities (`engine.model.carrier`).
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from engine.model.label import PostalAddress
from engine.model.manifest import MadeManifest, ManifestRequest
from engine.model.pickup import MadePickup, PickupRequest
from engine.model.service_point import ServicePoint


@runtime_checkable
class MakesManifests(Protocol):
    """A session with a carrier that is told at the end of the day what it is given (`CarrierCapability.MANIFESTS`)."""

    def make_manifest(self, request: ManifestRequest) -> MadeManifest:
        """Raises CarrierUnavailable where nobody knows whether it was made, and CarrierRefused for a clear no."""

    def find_manifest(self, request: ManifestRequest) -> MadeManifest | None:
        """The manifest that these shipments are on; None when they are on none."""


@runtime_checkable
class PicksUp(Protocol):
    """A session with a carrier whose driver can be asked to come (`CarrierCapability.PICKUPS`).

    Each call raises CarrierUnavailable where the outcome is unclear, and CarrierRefused for a clear no.
    """

    def check_pickup(self, request: PickupRequest) -> None:
        """Refuse, without asking anybody, what the carrier cannot be asked for."""

    def prepare_pickup(self, request: PickupRequest) -> str:
        """Make what costs nothing yet; the carrier's id of it, empty where there is no such step."""

    def make_pickup(self, request: PickupRequest, carrier_id: str) -> MadePickup:
        """Have the driver come, as it was prepared."""

    def find_pickup(self, request: PickupRequest, carrier_id: str) -> MadePickup | None:
        """What an earlier attempt has made under the reference of the request, or under the id; None when there is nothing."""

    def cancel_pickup(self, request: PickupRequest, carrier_id: str) -> None:
        """Call it off; what is called off already stays so."""


@runtime_checkable
class HasServicePoints(Protocol):
    """A session with a carrier whose parcels can be fetched somewhere (`CarrierCapability.SERVICE_POINTS`).

    Each call raises CarrierUnavailable where the carrier does not answer, and CarrierRefused for a clear no.
    """

    def list_service_points(self, service: str, near: PostalAddress) -> list[ServicePoint]:
        """Those where parcels of a service can be fetched, the nearest first."""

    def get_service_point(self, point_id: str) -> ServicePoint:
        """One by its id. Raises CarrierRefused where there is none, or none any more."""
