"""Shipments as Sendcloud answers with them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.carriers.calls import LONGEST_WORDS, Outcome
from adapters.carriers.sendcloud.description import NAME
from adapters.carriers.sendcloud.outcomes import CANCELLED, PARCEL_ROWS, said, status_code
from engine.model.tracking_numbers import clean_number
from engine.ports.carriers import CarrierRefused, CarrierUnavailable
from rules.messages import Message, Text
from rules.visible import harmless_line

STILL_ANNOUNCING = Text(
    "{carrier} is still announcing the shipment to the carrier.",
    "{carrier} aún está anunciando el envío a la empresa de transporte.",
)
NOT_ANNOUNCED = Text('{carrier} could not announce the shipment: "{words}"', "{carrier} no pudo anunciar el envío: «{words}»")
PARTLY_ANNOUNCED = Text(
    '{carrier} announced only some of the parcels ("{words}"): cancel the shipment {shipment} in your account with it, then try '
    "again.",
    "{carrier} solo anunció algunos de los bultos («{words}»): cancela el envío {shipment} en tu cuenta y vuelve a intentarlo.",
)
CANCELLED_THERE = Text(
    "The shipment was cancelled in your account with {carrier}.", "El envío se canceló en tu cuenta de {carrier}."
)
INCOMPLETE = Text("{carrier} answers without a shipment that can be read.", "{carrier} responde sin un envío que se pueda leer.")

_CUSTOMS_TYPES: Final = frozenset({"customs-declaration", "cn23", "cn23-default", "cp71", "commercial-invoice"})


@dataclass(frozen=True, slots=True)
class SentParcel:
    """One parcel of a shipment. `label` is the document that came along, where one did."""

    id: int
    number: str
    status: str
    has_customs: bool = False
    label: bytes = b""


@dataclass(frozen=True, slots=True)
class SentShipment:
    """A shipment with its parcels, in the order in which they were sent."""

    id: str
    parcels: tuple[SentParcel, ...]
    words: str = ""  # what Sendcloud says went wrong

    @property
    def is_cancelled(self) -> bool:
        return all(parcel.status in CANCELLED for parcel in self.parcels)


def parse_shipment(data: Any) -> SentShipment:
    """One shipment. Raises CarrierUnavailable for what is none: nobody knows what was done."""
    parcels = data.get("parcels") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not data.get("id") or not isinstance(parcels, list) or not parcels:
        raise _unreadable()
    return SentShipment(str(data["id"]), tuple(_parcel(parcel) for parcel in parcels), said(data)[1])


def parse_shipments(data: Mapping[str, Any], reference: str) -> list[SentShipment]:
    """Those of a list that have a reference. Raises CarrierUnavailable."""
    listed = data.get("data")
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise _unreadable()
    return [parse_shipment(one) for one in listed if one.get("external_reference_id", reference) == reference]


def check_announced(shipment: SentShipment, parcels: int) -> None:
    """Raises CarrierUnavailable while it is not known how it ends, CarrierRefused where nothing was bought."""
    outcomes = {PARCEL_ROWS.get(parcel.status, Outcome.DONE) for parcel in shipment.parcels}
    words = harmless_line(shipment.words)[:LONGEST_WORDS] or "–"
    params = {"carrier": NAME, "words": words, "shipment": shipment.id}
    if len(shipment.parcels) != parcels:
        raise _unreadable()
    if shipment.is_cancelled:
        raise CarrierRefused(Message("cancelled_there", CANCELLED_THERE, params))
    if Outcome.UNKNOWN in outcomes:
        raise CarrierUnavailable(Message("still_announcing", STILL_ANNOUNCING, params))
    if outcomes == {Outcome.NOT_DONE}:
        raise CarrierRefused(Message("not_announced", NOT_ANNOUNCED, params))
    if Outcome.NOT_DONE in outcomes:
        raise CarrierRefused(Message("partly_announced", PARTLY_ANNOUNCED, params))


def _parcel(data: Any) -> SentParcel:
    if not isinstance(data, Mapping) or not isinstance(data.get("id"), int):
        raise _unreadable()
    status, documents = data.get("status"), data.get("documents")
    return SentParcel(
        id=data["id"],
        number=clean_number(str(data.get("tracking_number") or "")),
        status=status_code(status.get("code") if isinstance(status, Mapping) else ""),
        has_customs=any(_is_customs(one) for one in (documents if isinstance(documents, list) else [])),
        label=_decoded(data.get("label_file")),
    )


def _is_customs(document: Any) -> bool:
    if not isinstance(document, Mapping):
        return False
    return bool(_CUSTOMS_TYPES & {str(document.get("type")), str(document.get("document_type"))})


def _decoded(label_file: Any) -> bytes:
    try:
        return base64.b64decode(label_file, validate=True) if isinstance(label_file, str) else b""
    except (binascii.Error, ValueError):
        return b""


def _unreadable() -> CarrierUnavailable:
    return CarrierUnavailable(Message("unreadable_answer", INCOMPLETE, {"carrier": NAME}))
