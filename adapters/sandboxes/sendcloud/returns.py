"""The returns of the stand-in: one a reference, of options that are for returns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from .checks import REQUIRED, Refusal, error
from .shipments import Shipments

Json = dict[str, Any]

OPTIONS: Final = {"dpd:return/return": "4.20", "postnl:return/return": "3.95"}  # with what their labels cost
_FIRST: Final = 12_300


class TakenReference(Exception):
    """A return has the reference already."""


class Returns:
    """By id. Safe to share between threads."""

    def __init__(self, shipments: Shipments, now: Callable[[], datetime]) -> None:
        self._shipments, self._now = shipments, now
        self._returns: dict[int, Json] = {}
        self._lock = threading.RLock()

    @property
    def paid(self) -> int:
        """How many were announced."""
        return sum(one["tracking_number"] is not None for one in self._returns.values())

    def create(self, body: Json, status: str = "Ready to send") -> Json:
        """Raises Refusal and TakenReference."""
        required = ("from_address", "to_address", "ship_with", "weight")
        errors = [error("required", REQUIRED, f"/{name}") for name in required if not body.get(name)]
        code = str((body.get("ship_with") or {}).get("shipping_option_code"))
        if not errors and code not in OPTIONS:
            errors = [error("invalid", "The shipping option is not for returns.", "/ship_with/shipping_option_code")]
        if errors:
            raise Refusal(400, *errors)
        with self._lock:
            reference = body.get("external_reference")
            if reference and any(one["external_reference"] == reference for one in self._returns.values()):
                raise TakenReference
            return_id, at = _FIRST + len(self._returns) + 1, self._now().isoformat()
            parcel_id, number = self._shipments.add_parcel(body)
            self._returns[return_id] = {
                **body,
                "id": return_id,
                "parcel_id": parcel_id,
                "shipping_option": {"code": code},
                "label_cost": {"value": OPTIONS[code], "currency": "EUR"},
                "label_url": f"https://panel.sendcloud.sc/api/v3/parcels/{parcel_id}/documents/label",
                "tracking_number": number if status == "Ready to send" else None,
                "created_at": at,
                "status_history": [{"parent_status": status, "carrier_update_timestamp": at}],
                "errors": [{"detail": "The carrier refused it."}] if status == "announcement-failed" else [],
                "number": number,
            }
            return {"return_id": return_id, "parcel_id": parcel_id, "multi_collo_ids": []}

    def get(self, return_id: str) -> Json:
        """What is being announced is so no longer once it was looked at. Raises Refusal."""
        with self._lock:
            found = self._find(return_id)
            seen = _shown(found)
            if found["status_history"][-1]["parent_status"] == "announcing":
                found["tracking_number"] = found["number"]
                found["status_history"].append({"parent_status": "Ready to send"})
            return seen

    def newest_first(self) -> list[Json]:
        """As they are listed: without references."""
        with self._lock:
            return [_shown(one) for one in reversed(self._returns.values())]

    def cancel(self, return_id: str, how: str) -> None:
        """Raises Refusal."""
        with self._lock:
            found = self._find(return_id)
            if how == "never" or found["status_history"][-1]["parent_status"] != "Ready to send":
                raise Refusal(409, {"field": "returns", "code": 409, "message": "Return is not cancellable."})
            found["status_history"].append({"parent_status": "cancelled"})

    def _find(self, return_id: str) -> Json:
        found = self._returns.get(int(return_id)) if return_id.isdecimal() else None
        if found is None:
            raise Refusal(404, error("not_found", "No Return matches the given query."))
        return found


def _shown(found: Json) -> Json:
    hidden = ("external_reference", "parcel_id", "number")
    return deepcopy({name: value for name, value in found.items() if name not in hidden})
