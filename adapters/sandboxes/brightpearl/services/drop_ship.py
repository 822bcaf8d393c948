"""Drop-ship notes: read by ids, and the supplier's shipping."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ..note_events import SHIPPED_BY_SUPPLIER
from ..replies import ApiError, Reply, done, not_found, success
from ..routing import Request, Route, route
from ..times import parse_time

MAX_IDS: Final = 200
_MAX_REFERENCE: Final = 64
_BASE: Final = "/warehouse-service"


def routes() -> list[Route]:
    """The service's routes."""
    return [
        route("GET", f"{_BASE}/order/{{ids}}/goods-note/drop-ship[/{{ids}}]", _get, "get-drop-ship-note"),
        route("POST", f"{_BASE}/goods-note/drop-ship/{{id}}/event", _event, "post-drop-ship-note-event"),
    ]


def _get(request: Request) -> Reply:
    orders, wanted = request.id_set(0), request.id_set(1)
    if len(wanted) > MAX_IDS or (orders.everything and wanted.everything):
        raise ApiError(400, ("WHSC-SANDBOX-IDSET", f"Name at most {MAX_IDS} drop-ship notes, or an order"))
    with request.data.lock:
        notes = request.data.drop_ship_notes.items()
        found = {str(note_id): note for note_id, note in notes if note_id in wanted and note["orderId"] in orders}
    if not found and request.options.note_not_found == "404":
        raise not_found("No drop-ship notes were found")
    return success(found)


def _event(request: Request) -> Reply:
    document = request.object()
    tracking, method = document.get("trackingReference", ""), document.get("shippingMethodId")
    if not isinstance(tracking, str) or len(tracking) > _MAX_REFERENCE:
        raise ApiError(
            400, ("WHSC-SANDBOX-REFERENCE", f"trackingReference must be a text of at most {_MAX_REFERENCE} characters")
        )
    if method is not None and (not isinstance(method, int) or isinstance(method, bool)):
        raise ApiError(400, ("WHSC-SANDBOX-METHOD", "shippingMethodId must be a number"))
    occurred, owner_id = _parse_events(document.get("events"))
    request.data.add_drop_ship_event(
        request.id(0), tracking=tracking, shipping_method_id=method, occurred=occurred, owner_id=owner_id
    )
    return done()


def _parse_events(events: Any) -> tuple[datetime, int]:
    """Time and person of the one event that a drop-ship note knows. Raises ApiError."""
    refused = ApiError(400, ("WHSC-SANDBOX-EVENT", "events must hold one SHS event with occured (ISO 8601) and eventOwnerId"))
    if not isinstance(events, list) or len(events) != 1 or not isinstance(events[0], dict):
        raise refused
    event = events[0]
    owner_id = event.get("eventOwnerId")
    if event.get("eventCode") != SHIPPED_BY_SUPPLIER or not isinstance(owner_id, int) or isinstance(owner_id, bool):
        raise refused
    try:
        return parse_time(event["occured"]), owner_id
    except (KeyError, TypeError, ValueError) as error:
        raise refused from error
