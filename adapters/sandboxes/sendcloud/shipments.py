"""What was bought: shipments with their parcels, once each reference, and what became of them."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any, Final

from .catalogue import find_option
from .checks import Refusal, check_shipment, error, needs_customs

Json = dict[str, Any]

FIRST_PARCEL: Final = 383_707_309
LONGEST_CANCELLABLE: Final = timedelta(days=42)
STATUSES: Final = {
    "ANNOUNCING": "Being announced",
    "READY_TO_SEND": "Ready to send",
    "ANNOUNCEMENT_FAILED": "Announcement failed",
    "CANCELLATION_REQUESTED": "Cancellation requested",
    "CANCELLED": "Cancelled",
}
_ECHOED: Final = ("external_reference_id", "order_number", "total_order_price", "ship_with", "delivery_dates", "reference")
CARRIER_FAILED: Final = {
    "status": "500",
    "code": "parcel_announcement_error",
    "detail": "Service error: An error occurred while connecting to the carrier.",
}


class Taken(Exception):
    """The reference has a shipment already: this one."""

    def __init__(self, shipment: Json) -> None:
        super().__init__(shipment["id"])
        self.shipment = shipment


class Shipments:
    """Safe to share between threads. `url` is where documents are linked to."""

    def __init__(self, now: Callable[[], datetime], url: Callable[[], str]) -> None:
        self._now, self._url = now, url
        self._lock = threading.RLock()
        self._shipments: dict[str, Json] = {}
        self._events: dict[str, list[Json]] = {}
        self._parcels = 0
        self.announced = 0  # purchases that were paid

    def announce(self, body: Json, status: str = "READY_TO_SEND") -> Json:
        """A new shipment. Raises Refusal for a bad one, Taken where its reference has one."""
        with self._lock:
            reference = body.get("external_reference_id")
            known = [one for one in self._shipments.values() if reference and one["external_reference_id"] == reference]
            if known:
                raise Taken(self.get(known[0]["id"]))
            check_shipment(body)
            shipment = self._new(body)
            self._shipments[shipment["id"]] = shipment
            self._set(shipment, status)
            if status == "ANNOUNCEMENT_FAILED":
                shipment["errors"] = [CARRIER_FAILED]
            return deepcopy(shipment)

    def get(self, shipment_id: str) -> Json:
        """Raises Refusal where there is none. What is being announced is so no longer once it was looked at."""
        with self._lock:
            found = self._find(shipment_id)
            seen = deepcopy(found)
            if found["parcels"][0]["status"]["code"] == "ANNOUNCING":
                self._set(found, "READY_TO_SEND")
            return seen

    def listed(self, **wanted: str) -> list[Json]:
        """Those with these values."""
        with self._lock:
            fits = [
                one["id"] for one in self._shipments.values() if all(one.get(name) == value for name, value in wanted.items())
            ]
            return [self.get(shipment_id) for shipment_id in fits]

    def cancel(self, shipment_id: str, how: str) -> bool:
        """Whether it is cancelled at once. Raises Refusal."""
        with self._lock:
            shipment = self._find(shipment_id)
            code = shipment["parcels"][0]["status"]["code"]
            if code in ("CANCELLED", "CANCELLATION_REQUESTED"):
                raise Refusal(409, error("invalid", "This shipment is already being cancelled."))
            announced_at = datetime.fromisoformat(shipment["parcels"][0]["announced_at"] or self._now().isoformat())
            if how == "never" or code not in STATUSES or self._now() - announced_at > LONGEST_CANCELLABLE:
                raise Refusal(409, error("invalid", "This shipment can no longer be cancelled."))
            self._set(shipment, "CANCELLED" if how == "at_once" else "CANCELLATION_REQUESTED")
            return how == "at_once"

    def parcel(self, parcel_id: int) -> tuple[Json, Json]:
        """A parcel with its shipment. Raises Refusal."""
        with self._lock:
            for shipment in self._shipments.values():
                for parcel in shipment["parcels"]:
                    if parcel["id"] == parcel_id and parcel["tracking_number"]:
                        return deepcopy(shipment), deepcopy(parcel)
        raise Refusal(404, error("not_found", "No Parcel matches the given query."))

    def add_parcel(self, returned: Json) -> tuple[int, str]:
        """A parcel that is sent back, for its documents and its way: its id and its number."""
        with self._lock:
            weight = {"weight": {**returned.get("weight", {}), "value": str(returned.get("weight", {}).get("value", "1"))}}
            parcel = self._parcel(weight, has_customs=False)
            parcel["tracking_number"] = parcel["number"]
            ends = {name: returned[name] for name in ("to_address", "from_address")}
            shipment_id = f"return-{parcel['id']}"
            self._shipments[shipment_id] = {
                "id": shipment_id,
                **dict.fromkeys(_ECHOED),
                **ends,
                "to_service_point": None,
                "carrier": {"code": "sandbox", "name": "Sandbox"},
                "errors": [],
                "parcels": [{**parcel, "status": {"code": "READY_TO_SEND", "message": STATUSES["READY_TO_SEND"]}}],
            }
            self._events[parcel["number"]] = [self._event("ready-to-send", "Ready to send", "internal")]
            return parcel["id"], parcel["number"]

    def scan(self, tracking_number: str, status: str, words: str) -> None:
        """Something happens to a parcel. Raises Refusal."""
        with self._lock:
            events = self._events.get(tracking_number)
            if events is None:
                raise Refusal(404, error("not_found", "No Parcel matches the given query."))
            events.append(self._event(status, words, "carrier"))
            for shipment in self._shipments.values():
                for parcel in shipment["parcels"]:
                    if parcel["tracking_number"] == tracking_number:
                        parcel["status"] = {"code": status.upper(), "message": words}

    def tracked(self, tracking_number: str) -> Json | None:
        """What is known of a parcel's way; None for an unknown number."""
        with self._lock:
            events = self._events.get(tracking_number)
            if events is None:
                return None
            at = events[0]["event_at"]
            return {
                "announced_at": at,
                "created_at": at,
                "updated_at": events[-1]["event_at"],
                "details": {"is_return": False, "is_to_service_point": False, "is_mail_box": False},
                "events": deepcopy(events),
                "tracking_numbers": [{"carrier_code": "sandbox", "tracking_number": tracking_number}],
            }

    def _new(self, body: Json) -> Json:
        option = find_option(body["ship_with"]["properties"]["shipping_option_code"])
        assert option is not None, "it was checked"
        shipment_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"sendcloud-sandbox-{len(self._shipments) + 1}"))
        sender = body["from_address"]
        return {
            "id": shipment_id,
            **{name: body.get(name) for name in _ECHOED},
            "to_address": body["to_address"],
            "from_address": sender if "sender_address_id" not in sender else {"name": "Sandbox", "country_code": "NL"},
            "to_service_point": body.get("to_service_point"),
            "customs_information": body.get("customs_information"),
            "label_details": body.get("label_details"),
            "carrier": {"code": option.carrier_code, "name": option.carrier_name},
            "errors": [],
            "parcels": [self._parcel(parcel, needs_customs(body)) for parcel in body["parcels"]],
        }

    def _parcel(self, sent: Json, has_customs: bool) -> Json:
        self._parcels += 1
        parcel_id = FIRST_PARCEL + self._parcels
        at = self._now().isoformat()
        base = f"{self._url()}/parcels/{parcel_id}/documents"
        documents = [{"type": "label", "document_type": "label", "size": "a6", "link": f"{base}/label"}]
        if has_customs:
            link = f"{base}/customs-declaration"
            documents.append({"type": "cn23", "document_type": "customs-declaration", "size": "a4", "link": link})
        return {
            **sent,
            "id": parcel_id,
            "status": {},
            "documents": documents,
            "number": f"3SSAND{self._parcels:07d}",
            "tracking_number": "",
            "tracking_url": None,
            "created_at": at,
            "updated_at": at,
            "announced_at": None,
        }

    def _set(self, shipment: Json, status: str) -> None:
        at = self._now().isoformat()
        if status == "READY_TO_SEND":
            self.announced += 1
        for parcel in shipment["parcels"]:
            parcel["status"] = {"code": status, "message": STATUSES[status]}
            parcel["updated_at"] = at
            if status == "READY_TO_SEND":
                parcel["tracking_number"], parcel["announced_at"] = parcel["number"], at
                self._events[parcel["number"]] = [self._event("ready-to-send", "Ready to send", "internal")]

    def _event(self, status: str, words: str, kind: str) -> Json:
        at = self._now().isoformat()
        return {"event_at": at, "event_type": kind, "status_code": status, "status_description": words, "sub_status_code": "none"}

    def _find(self, shipment_id: str) -> Json:
        try:
            return self._shipments[shipment_id]
        except KeyError:
            raise Refusal(404, error("not_found", "Not found")) from None
