"""One-time pickups of the carriers that Sendcloud speaks with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from adapters.carriers.sendcloud.addresses import address_of, check_sender
from adapters.carriers.sendcloud.description import NAME
from adapters.carriers.sendcloud.outcomes import status_code
from adapters.carriers.sendcloud.refusals import refused
from adapters.carriers.sendcloud.settings import SendcloudSettings
from engine.model.pickup import MadePickup, PickupRequest
from engine.ports.carriers import CarrierUnavailable
from rules.messages import Message, Text
from rules.visible import harmless_line

NO_CARRIER = Text(
    "The shipping option does not say which carrier is to come.", "La opción de envío no dice qué empresa debe venir."
)
STILL_ANNOUNCING = Text(
    "{carrier} is still telling the carrier of the pickup.",
    "{carrier} aún está avisando de la recogida a la empresa de transporte.",
)
FAILED = Text("The carrier did not take the pickup.", "La empresa de transporte no aceptó la recogida.")
CANCELLED_THERE = Text(
    "The pickup was cancelled in your account with {carrier}.", "La recogida se canceló en tu cuenta de {carrier}."
)
UNREADABLE = Text(
    "{carrier} answers without a pickup that can be read.", "{carrier} responde sin una recogida que se pueda leer."
)
LISTED: Final = "100"  # pickups that are looked at to find one again
CALLED_OFF: Final = frozenset({"CANCELLED", "CANCELLATION_REQUESTED"})


def check_pickup(request: PickupRequest) -> None:
    """Raises CarrierRefused with what is missing."""
    if not request.line:
        raise refused("no_carrier", NO_CARRIER)
    check_sender(request.address)


def pickup_request(request: PickupRequest, settings: SendcloudSettings) -> dict[str, Any]:
    """The pickup as it is created. Its reference is for finding it again: Sendcloud makes a second one of the same."""
    weight = Decimal(request.weight_g) / 1000
    body: dict[str, Any] = {
        "carrier_code": request.line,
        "address": address_of(request.address),
        "time_slots": [{"start_at": _instant(request.starts_at), "end_at": _instant(request.ends_at)}],
        "items": [
            {
                "quantity": request.parcels,
                "container_type": "parcel",
                "total_weight": {"value": f"{weight:.3f}", "unit": "kg"},
            }
        ],
        "reference": request.reference,
    }
    if request.instructions:
        body["special_instructions"] = request.instructions
    if settings.contract_id is not None:
        body["contract_id"] = settings.contract_id
    return body


def parse_pickup(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The pickup of an answer. Raises CarrierUnavailable for what is none."""
    found = data.get("data")
    if not isinstance(found, Mapping) or isinstance(found.get("id"), bool) or not isinstance(found.get("id"), int):
        raise _unreadable()
    return found


def like(data: Mapping[str, Any], request: PickupRequest) -> list[int]:
    """The ids of listed pickups that may be this one: of its carrier and its time. Raises CarrierUnavailable."""
    listed = data.get("data")
    if not isinstance(listed, list):
        raise _unreadable()
    return [
        one["id"]
        for one in listed
        if isinstance(one, Mapping)
        and isinstance(one.get("id"), int)
        and one.get("carrier_code") == request.line
        and _starts(one) == request.starts_at.replace(microsecond=0)
    ]


def is_announcing(pickup: Mapping[str, Any]) -> bool:
    """Whether the carrier has not answered Sendcloud yet."""
    return status_code(pickup.get("status")) == "ANNOUNCING"


def is_called_off(pickup: Mapping[str, Any]) -> bool:
    """Whether nobody comes, or nobody will once Sendcloud has told the carrier."""
    return status_code(pickup.get("status")) in CALLED_OFF


def made_pickup(pickup: Mapping[str, Any]) -> MadePickup:
    """A pickup that the carrier has. Raises CarrierUnavailable while it has not answered, CarrierRefused where it said no.

    Sendcloud names no price.
    """
    if is_announcing(pickup):
        raise CarrierUnavailable(Message("still_announcing", STILL_ANNOUNCING, {"carrier": NAME}))
    if is_called_off(pickup):
        raise refused("cancelled_there", CANCELLED_THERE, carrier=NAME)
    if status_code(pickup.get("status")) == "FAILED":
        raise refused("pickup_failed", FAILED)
    return MadePickup(str(pickup["id"]), harmless_line(str(pickup.get("tracking_number") or ""))[:100].strip())


def _starts(pickup: Mapping[str, Any]) -> datetime | None:
    slots = pickup.get("time_slots")
    first = slots[0] if isinstance(slots, list) and slots else None
    try:
        return datetime.fromisoformat(str(first["start_at"])).astimezone(UTC) if isinstance(first, Mapping) else None
    except (KeyError, ValueError):
        return None


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _unreadable() -> CarrierUnavailable:
    return CarrierUnavailable(Message("unreadable_answer", UNREADABLE, {"carrier": NAME}))
