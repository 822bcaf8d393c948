"""Pickups: EasyPost makes one with the prices of the carriers that come, and sells it then, as it does with labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.carriers.easypost.answers import Json, money, parts, text, unreadable
from adapters.carriers.easypost.refusals import refused
from adapters.carriers.easypost.shipment_request import address_request
from engine.model.money import Money
from engine.model.pickup import MadePickup, PickupRequest
from engine.model.sentence import full_sentence
from engine.ports.carriers import CarrierRefused
from rules.fields.closed_values import COUNTRIES
from rules.messages import Text

LACKS = Text(
    "The place where parcels are to be picked up has no street, no city or no country: complete the ship-from location.",
    "Al lugar de la recogida le falta la calle, la ciudad o el país: completa la ubicación de envío.",
)
NOT_OFFERED = Text(
    'No driver of {line} comes then: "{words}" Choose another time, or bring the parcels.',
    "Ningún conductor de {line} viene entonces: «{words}» Elige otra hora o lleva los paquetes.",
)
CANCELLED_THERE = Text(
    "The pickup was cancelled in your account with EasyPost.", "La recogida se canceló en tu cuenta de EasyPost."
)
_ID = re.compile(r"pickup_[0-9A-Za-z]{1,64}")
_SCHEDULED, _CANCELLED = "scheduled", "canceled"

Ask = Callable[[str, str, object], Json]
"""A method, a place and what is told → the data of a call that was done."""


@dataclass(frozen=True, slots=True)
class _Rate:
    service: str
    price: Money


class EasyPostPickups:
    """Makes pickups, sells them to itself, and calls them off. Each has one id from before it is paid."""

    def __init__(self, ask: Ask, carrier_accounts: Sequence[str]) -> None:
        self._ask = ask
        self._carrier_accounts = carrier_accounts

    def prepare(self, request: PickupRequest) -> str:
        """The pickup's id. Raises CarrierRefused where no driver of the carrier comes: nothing is left to be paid."""
        pickup = self._ask("POST", "/pickups", self._body(request))
        _choose(pickup, request)
        return _id_of(pickup)

    def make(self, request: PickupRequest, carrier_id: str) -> MadePickup:
        """Buy the cheapest rate of the carrier, once: what is scheduled already is answered with that."""
        pickup = self._get(carrier_id)
        if text(pickup, "status") == _SCHEDULED:
            return _made(pickup, request)
        rate = _choose(pickup, request)
        try:
            pickup = self._ask("POST", f"/pickups/{carrier_id}/buy", {"carrier": request.line, "service": rate.service})
        except CarrierRefused:
            pickup = self._get(carrier_id)  # it may be scheduled in spite of the error
            if text(pickup, "status") != _SCHEDULED:
                raise
        return _made(pickup, request)

    def find(self, request: PickupRequest, carrier_id: str) -> MadePickup | None:
        """None where it is not scheduled. What was made and lost has cost nothing."""
        if not carrier_id:
            return None
        pickup = self._get(carrier_id)
        if text(pickup, "status") == _CANCELLED:
            raise refused("cancelled_there", CANCELLED_THERE)
        return _made(pickup, request) if text(pickup, "status") == _SCHEDULED else None

    def cancel(self, carrier_id: str) -> None:
        """Raises CarrierRefused with EasyPost's words."""
        if text(self._get(carrier_id), "status") != _CANCELLED:
            self._ask("POST", f"/pickups/{carrier_id}/cancel", {})

    def _get(self, carrier_id: str) -> Json:
        return self._ask("GET", f"/pickups/{carrier_id}", None)

    def _body(self, request: PickupRequest) -> dict[str, Any]:
        pickup: dict[str, Any] = {
            "reference": request.reference,
            "address": address_request(request.address),
            "min_datetime": _instant(request.starts_at),
            "max_datetime": _instant(request.ends_at),
            "is_account_address": False,
            "instructions": request.instructions,
            **self._shipments(request),
        }
        if self._carrier_accounts:
            pickup["carrier_accounts"] = [{"id": one} for one in self._carrier_accounts]
        return {"pickup": pickup}

    def _shipments(self, request: PickupRequest) -> dict[str, Any]:
        """A pickup is for one shipment, or for a batch of them, which costs nothing."""
        shipments = [{"id": one} for one in request.carrier_ids]
        if len(shipments) == 1:
            return {"shipment": shipments[0]}
        batch = self._ask("POST", "/batches", {"batch": {"shipments": shipments}})
        return {"batch": {"id": text(batch, "id")}}


def check_pickup(request: PickupRequest) -> None:
    """Raises CarrierRefused where a driver would not know where to come."""
    address = request.address
    if not (address.street1.strip() and address.city.strip() and address.country in COUNTRIES.codes):
        raise refused("pickup_place", LACKS)


def _choose(pickup: Json, request: PickupRequest) -> _Rate:
    """The cheapest of the carrier's. Raises CarrierRefused with what the carriers say where there is none."""
    found = []
    for one in parts(pickup, "pickup_rates"):
        price = money(one.get("rate"), one.get("currency"))
        if price is not None and text(one, "carrier") == request.line and text(one, "service"):
            found.append(_Rate(text(one, "service"), price))
    if not found:
        said = (text(one, "message") for one in parts(pickup, "messages") if text(one, "carrier") in ("", request.line))
        raise refused("no_pickup", NOT_OFFERED, line=request.line, words=full_sentence(" ".join(filter(None, said))) or "–")
    return min(found, key=lambda rate: rate.price.amount)


def _made(pickup: Json, request: PickupRequest) -> MadePickup:
    return MadePickup(_id_of(pickup), text(pickup, "confirmation"), _choose(pickup, request).price)


def _id_of(pickup: Json) -> str:
    found = text(pickup, "id")
    if _ID.fullmatch(found) is None:
        raise unreadable()
    return found


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
