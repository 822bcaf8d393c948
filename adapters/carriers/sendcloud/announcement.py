"""The purchase as Sendcloud reads it, and all that is looked at before it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from adapters.carriers.sendcloud.addresses import address_of, check_recipient, check_sender
from adapters.carriers.sendcloud.customs import check_customs, customs_information, parcel_items, total_price
from adapters.carriers.sendcloud.parcels import check_parcels, parcels_of
from adapters.carriers.sendcloud.settings import SendcloudSettings
from adapters.carriers.sendcloud.shipping_option import parse_option
from adapters.carriers.sendcloud.wishes import check_option, check_wishes
from engine.model.customs_border import crosses_customs_border
from engine.model.label import LabelRequest

_NOON = time(12, tzinfo=UTC)  # only the day is known


def check_announcement(request: LabelRequest, settings: SendcloudSettings) -> None:
    """Raises CarrierRefused with what is missing, or what Sendcloud cannot do."""
    check_recipient(request.ship_to)
    if settings.sender_address_id is None:
        check_sender(request.ship_from)
    check_parcels(request)
    check_wishes(request)
    check_option(request, parse_option(request.service))
    if crosses_customs_border(request.ship_from, request.ship_to):
        check_customs(request)


def announce_request(request: LabelRequest, settings: SendcloudSettings, today: date) -> dict[str, Any]:
    """The shipment that is created and announced to the carrier at once. Its reference makes it one shipment, however often it is
    sent.
    """
    chosen: dict[str, Any] = {"shipping_option_code": request.service}
    if settings.contract_id is not None:
        chosen["contract_id"] = settings.contract_id
    body: dict[str, Any] = {
        "external_reference_id": request.reference,
        "to_address": address_of(request.ship_to),
        "from_address": _sender(request, settings),
        "ship_with": {"type": "shipping_option_code", "properties": chosen},
        "label_details": {"mime_type": "application/pdf", "dpi": 72},
        "parcels": parcels_of(request),
    }
    if request.service_point is not None:
        body["to_service_point"] = {"id": request.service_point.id}
    if request.order_number:
        body["order_number"] = request.order_number
    if request.ship_date > today:  # else the carrier's next collection
        body["delivery_dates"] = {"handover_at": datetime.combine(request.ship_date, _NOON).isoformat()}
    if crosses_customs_border(request.ship_from, request.ship_to):
        body["customs_information"] = customs_information(request)
        body["parcels"][0]["parcel_items"] = parcel_items(request)
        body["total_order_price"] = total_price(request)
    return body


def _sender(request: LabelRequest, settings: SendcloudSettings) -> dict[str, Any]:
    """Sendcloud's own record of the sender, which has its tax numbers, or the address in full; both together it refuses."""
    if settings.sender_address_id is not None:
        return {"sender_address_id": settings.sender_address_id}
    return address_of(replace(request.ship_from, company=request.sender or request.ship_from.company))
