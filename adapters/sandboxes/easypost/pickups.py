"""The pickups of the stand-in: made with their prices, sold once, called off while they are to come."""

from __future__ import annotations

import threading
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from .book import ShipmentBook
from .problems import Problem, missing, not_found

Json = dict[str, Any]

_PRICES: Final = {"USPS": (("NextDay", "0.00"),), "UPSDAP": (("Future-day Pickup", "4.10"), ("Same-day Pickup", "6.85"))}


class PickupBook:
    """Pickups and batches by id. What it gives are copies. Safe to share between threads."""

    def __init__(self, shipments: ShipmentBook) -> None:
        self._shipments = shipments
        self._pickups: dict[str, Json] = {}
        self._batches: dict[str, list[str]] = {}
        self._lock = threading.RLock()
        self.bought: list[str] = []  # the ids of pickups, each time one was paid

    def batch(self, body: Json) -> Json:
        """Some shipments that belong together. Raises Problem."""
        given = body.get("batch")
        found = given.get("shipments") if isinstance(given, dict) else None
        if not isinstance(found, list) or not found:
            raise missing("shipments")
        with self._lock:
            ids = [str(self._shipments.get(str(one["id"]))["id"]) for one in found]
            batch_id = f"batch_{len(self._batches) + 1:032x}"
            self._batches[batch_id] = ids
            return {"id": batch_id, "object": "Batch", "state": "created", "num_shipments": len(ids)}

    def create(self, body: Json) -> Json:
        """Raises Problem."""
        given = body.get("pickup")
        if not isinstance(given, dict):
            raise missing("pickup")
        for name in ("address", "min_datetime", "max_datetime"):
            if not given.get(name):
                raise missing(name)
        if not datetime.fromisoformat(given["min_datetime"]) < datetime.fromisoformat(given["max_datetime"]):
            raise Problem(422, "PICKUP.CREATE.ERROR", "max_datetime must be later than min_datetime.")
        with self._lock:
            carriers = {self._shipments.get(one)["selected_rate"]["carrier"] for one in self._of(given)}
            rates, messages = _offered(sorted(carriers))
            pickup_id = f"pickup_{len(self._pickups) + 1:032x}"
            self._pickups[pickup_id] = {
                "id": pickup_id,
                "object": "Pickup",
                "status": "unknown",
                **{name: given.get(name) for name in ("reference", "min_datetime", "max_datetime", "instructions", "address")},
                "confirmation": None,
                "messages": messages,
                "pickup_rates": rates,
            }
            return deepcopy(self._pickups[pickup_id])

    def get(self, pickup_id: str) -> Json:
        """Raises Problem."""
        with self._lock:
            return deepcopy(self._find(pickup_id))

    def buy(self, pickup_id: str, body: Json) -> Json:
        """Raises Problem."""
        with self._lock:
            pickup = self._find(pickup_id)
            wanted = (body.get("carrier"), body.get("service"))
            if wanted not in [(rate["carrier"], rate["service"]) for rate in pickup["pickup_rates"]]:
                words = "Unable to purchase pickup, no rates matching your request were found."
                raise Problem(422, "PICKUP.BUY.NO_MATCHING_RATES", words)
            if pickup["status"] != "unknown":
                raise Problem(422, "PICKUP.BUY.ERROR", "The pickup was purchased already.")
            self.bought.append(pickup_id)
            pickup["status"], pickup["confirmation"] = "scheduled", f"WTC{len(self.bought):06d}"
            return deepcopy(pickup)

    def cancel(self, pickup_id: str, *, refuse: bool) -> Json:
        """Raises Problem."""
        with self._lock:
            pickup = self._find(pickup_id)
            if refuse or pickup["status"] != "scheduled":
                raise Problem(422, "PICKUP.CANCEL.FAILURE", "The pickup can no longer be cancelled.")
            pickup["status"] = "canceled"
            return deepcopy(pickup)

    def _of(self, given: Json) -> list[str]:
        shipment, batch = given.get("shipment"), given.get("batch")
        if isinstance(shipment, dict):
            return [str(shipment.get("id"))]
        if isinstance(batch, dict) and str(batch.get("id")) in self._batches:
            return self._batches[str(batch["id"])]
        raise missing("shipment")

    def _find(self, pickup_id: str) -> Json:
        if pickup_id not in self._pickups:
            raise not_found()
        return self._pickups[pickup_id]


def _offered(carriers: list[str]) -> tuple[list[Json], list[Json]]:
    """What the carriers ask, and what those say that do not come."""
    rates = [
        {"id": f"pickuprate_{service}", "carrier": carrier, "service": service, "rate": price, "currency": "USD"}
        for carrier in carriers
        for service, price in _PRICES.get(carrier, ())
    ]
    words = "Scheduled pickups are not supported."
    return rates, [{"carrier": one, "type": "rate_error", "message": words} for one in carriers if one not in _PRICES]
