"""What of a client's order reaches the provider, and what does not."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.stores.client.description import CLOSED, RECALLED, REJECTED, SCHEDULED
from engine.model.order import ON_HOLD
from engine.model.request import RequestLine, RequestState
from engine.model.store import Ready, Record, Skipped
from engine.services.fulfillment.client_orders import ClientOrder
from rules.order_document import Document, dumps

# What crosses as it is. Not the client's totals, margins, tags, custom fields and rules, nor who else ships.
_PASSED_ON = (
    "order_date",
    "ship_by",
    "deliver_by",
    "ship_to",
    "currency",
    "gift",
    "gift_message",
    "insured_value",
    "confirmation",
    "incoterm",
)
_PREFIXED = ("customs", "duties", "tax_ids")  # settings for customs
_OF_A_LINE = ("name", "unit_price", "weight_g", "options", "hs_code", "origin_country", "barcode", "customs_description")
_ENDED = {RequestState.CANCELLED: RECALLED, RequestState.REJECTED: REJECTED, RequestState.CLOSED: CLOSED}


def record_of(one: ClientOrder, now: Any) -> Record:
    """A request as the import of the provider's store sees it."""
    request, number = one.request, one.order.order_number
    version = version_of(one)
    words = {"order": number, "client": one.connection.client_name}
    if request.state in _ENDED:
        return Skipped(request.id, number, _ENDED[request.state].message(**words), source_version=version)
    if request.not_before is not None and now < request.not_before:
        when = f"{request.not_before:%Y-%m-%d %H:%M}"
        return Skipped(request.id, number, SCHEDULED.message(**words, when=when))
    document = document_of(one)
    return Ready(
        external_id=request.id,
        external_order_id=request.order_id,
        order_number=number,
        document=document,
        raw=dumps(document),
        source_version=version,
    )


def version_of(one: ClientOrder) -> str:
    """Another one whenever the request, or the order it is about, has changed."""
    changed = one.request.changed_at or one.request.created_at
    return changed.isoformat()


def document_of(one: ClientOrder) -> Document:
    """The provider's copy as an order document."""
    source, request = one.order.document(), one.request
    document: Document = {name: source[name] for name in _PASSED_ON if source.get(name) is not None}
    document |= {name: source[name] for name in _PREFIXED if source.get(name) is not None}
    lines = _lines(source)
    items = [_item(lines.get(line.line_key, {}), line) for line in request.lines]
    document["order_number"] = one.order.order_number
    document["client"] = one.client.slug
    document["brand"] = one.client.name
    document["items"] = items
    document["notes"] = _notes(source, request.notes)
    document["requested_service"] = request.service_preference or source.get("requested_service") or ""
    value = _value(items)
    if value is not None:
        document["shipment_value"] = value
    held = request.held or request.state is RequestState.CANCEL_REQUESTED
    document["status"] = ON_HOLD if held else "awaiting_shipment"
    return document


def _lines(source: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    items = source.get("items")
    listed = items if isinstance(items, list) else []
    return {str(item.get("line_key") or number): item for number, item in enumerate(listed, 1)}


def _item(source: Mapping[str, Any], line: RequestLine) -> dict[str, Any]:
    item: dict[str, Any] = {name: source[name] for name in _OF_A_LINE if source.get(name) is not None}
    return {
        **item,
        "line_key": line.line_key,
        "sku": line.provider_sku or line.sku,
        "name": source.get("name") or line.name,
        "quantity": line.quantity,
    }


def _notes(source: Mapping[str, Any], fetched: tuple[str, ...]) -> dict[str, str]:
    notes = source.get("notes")
    kept: dict[str, Any] = dict(notes) if isinstance(notes, dict) else {}
    internal = [str(kept.get("internal") or "").strip(), *fetched]
    told = {name: str(kept[name]) for name in ("to_buyer", "from_buyer") if kept.get(name)}
    joined = "\n".join(text for text in dict.fromkeys(internal) if text)
    return {**told, "internal": joined} if joined else told


def _value(items: list[dict[str, Any]]) -> Decimal | None:
    """What the units that cross are worth, where every price is known."""
    try:
        return sum((Decimal(str(item.get("unit_price"))) * item["quantity"] for item in items), Decimal(0))
    except InvalidOperation:
        return None
