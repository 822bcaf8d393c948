"""What only some carriers can do: parts that a session has beside what all of them have.

A carrier names those that it has as capabilities (`engine.model.carrier`).
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from engine.model.manifest import MadeManifest, ManifestRequest


@runtime_checkable
class MakesManifests(Protocol):
    """A session with a carrier that is told at the end of the day what it is given (`CarrierCapability.MANIFESTS`)."""

    def make_manifest(self, request: ManifestRequest) -> MadeManifest:
        """Raises CarrierUnavailable where nobody knows whether it was made, and CarrierRefused for a clear no."""

    def find_manifest(self, request: ManifestRequest) -> MadeManifest | None:
        """The manifest that these shipments are on; None when they are on none."""
