"""The pickups of the stand-in: each call for one makes another, as at Sendcloud."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from .checks import REQUIRED, Refusal, error

Json = dict[str, Any]

CARRIERS: Final = ("postnl", "dpd", "dhl_express")  # that send a driver
_LISTED: Final = ("id", "time_slots", "carrier_code", "tracking_number", "status", "created_at", "cancelled_at")


class Pickups:
    """By id, from 1. Safe to share between threads."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._pickups: dict[int, Json] = {}
        self._lock = threading.RLock()

    def create(self, body: Json, status: str = "CREATED") -> Json:
        """Raises Refusal."""
        required = ("carrier_code", "address", "time_slots", "items")
        errors = [error("required", REQUIRED, f"/{name}") for name in required if not body.get(name)]
        if not errors and body["carrier_code"] not in CARRIERS:
            errors = [error("invalid", "The carrier does not support pickups.", "/carrier_code")]
        if errors:
            raise Refusal(400, *errors)
        with self._lock:
            pickup_id = len(self._pickups) + 1
            self._pickups[pickup_id] = {
                **body,
                "id": pickup_id,
                "status": status,
                "tracking_number": f"PRG{pickup_id:06d}",
                "created_at": self._now().isoformat(),
                "cancelled_at": None,
            }
            return deepcopy(self._pickups[pickup_id])

    def get(self, pickup_id: str) -> Json:
        """What is being announced is so no longer once it was looked at twice. Raises Refusal."""
        with self._lock:
            found = self._find(pickup_id)
            seen = deepcopy(found)
            if found["status"] == "ANNOUNCING":
                found["looks"] = found.get("looks", 0) + 1
                found["status"] = "CREATED" if found["looks"] > 1 else "ANNOUNCING"
            seen.pop("looks", None)
            return seen

    def newest_first(self) -> list[Json]:
        """As they are listed: without what was told."""
        with self._lock:
            return [{name: one[name] for name in _LISTED} for one in reversed(self._pickups.values())]

    def cancel(self, pickup_id: str, how: str) -> Json:
        """Raises Refusal."""
        with self._lock:
            pickup = self._find(pickup_id)
            if how == "never" or pickup["status"] != "CREATED":
                raise Refusal(409, error("invalid", "This pickup can no longer be cancelled."))
            pickup["status"] = "CANCELLED" if how == "at_once" else "CANCELLATION_REQUESTED"
            pickup["cancelled_at"] = self._now().isoformat()
            return deepcopy(pickup)

    def _find(self, pickup_id: str) -> Json:
        found = self._pickups.get(int(pickup_id)) if pickup_id.isdecimal() else None
        if found is None:
            raise Refusal(404, error("not_found", "No Pickup matches the given query."))
        return found
