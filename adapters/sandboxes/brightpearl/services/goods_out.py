"""Goods-out notes: search, read, write the tracking, events, create, delete."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ..data import UnknownIdError
from ..note_events import already_shipped
from ..records import NOTE_CELLS
from ..replies import ApiError, Json, Reply, done, not_found, success
from ..routing import Request, Route, route
from ..search import Column, Resource
from ..times import parse_time

MAX_IDS: Final = 500
_MAX_REFERENCE: Final = 64
_MAX_LABEL_URI: Final = 512
_MAX_WEIGHT: Final = Decimal("999999.99")

_TYPES: Final = {
    "printed": "BOOLEAN",
    "picked": "BOOLEAN",
    "packed": "BOOLEAN",
    "shipped": "BOOLEAN",
    "priority": "BOOLEAN",
    "transfer": "BOOLEAN",
    "shippedOn": "PERIOD",
    "createdOn": "PERIOD",
    "releaseDate": "PERIOD",
    "shippingMethodId": "IDSET",
    "labelUri": "STRING",
}
RESOURCE: Final = Resource("goods-out", tuple(Column(name, _TYPES.get(name, "INTEGER")) for name in NOTE_CELLS), {})

_BASE: Final = "/warehouse-service"


def routes() -> list[Route]:
    """The service's routes."""
    return [
        route("GET", f"{_BASE}/goods-note/goods-out-search", _search, "goods-out-note-search"),
        route("GET", f"{_BASE}/goods-note/goods-out-search/meta-data", _meta_data, "goods-out-note-search-meta-data"),
        route("GET", f"{_BASE}/order/{{ids}}/goods-note/goods-out[/{{ids}}]", _get, "get-goods-out-note"),
        route("POST", f"{_BASE}/order/{{id}}/goods-note/goods-out", _create, "post-goods-out-note"),
        route("DELETE", f"{_BASE}/order/{{id}}/goods-note/goods-out/{{id}}", _delete, "delete-goods-out-note"),
        route("PUT", f"{_BASE}/goods-note/goods-out/{{id}}", _put, "put-goods-out-note"),
        route("POST", f"{_BASE}/goods-note/goods-out/{{id}}/event", _event, "post-goods-out-note-event"),
    ]


def _search(request: Request) -> Reply:
    data, query = request.data, dict(request.query)
    # Most notes of an old account have shipped: whoever asks for the others need not wait while all are looked at.
    open_only = query.get("shipped") == "false" and not request.options.ignores("shipped")
    with data.lock:
        return request.account.search.search(
            RESOURCE, query, lambda: data.note_cells(open_only=open_only), data.revision, request.options
        )


def _meta_data(request: Request) -> Reply:
    return request.account.search.meta_data(RESOURCE, request.options)


def _get(request: Request) -> Reply:
    orders, wanted = request.id_set(0), request.id_set(1)
    if len(wanted) > MAX_IDS or (orders.everything and wanted.everything):
        raise ApiError(400, ("WHSC-SANDBOX-IDSET", f"Name at least one and at most {MAX_IDS} goods-out notes, or an order"))
    data = request.data
    with data.lock:
        if wanted.everything:
            ids = [note_id for order_id in orders.select(data.orders) for note_id in data.note_ids(order_id)]
        else:
            ids = [each for each in wanted.select(data.notes) if data.notes[each].order_id in orders]
        bodies = [b'"%d":%b' % (each, data.notes[each].body) for each in ids]
    if not bodies:
        if request.options.note_not_found == "404":
            raise not_found("No goods-out notes were found")
        return success({})
    return Reply(200, b'{"response":{' + b",".join(bodies) + b"}}")


def _put(request: Request) -> Reply:
    document = request.object()
    shipping = document.get("shipping", {})
    _check_shipping(shipping)
    label_uri = document.get("labelUri")
    if label_uri is not None and (not isinstance(label_uri, str) or len(label_uri) > _MAX_LABEL_URI):
        raise ApiError(400, ("WHSC-SANDBOX-LABEL", f"labelUri must be a text of at most {_MAX_LABEL_URI} characters"))
    try:
        with request.data.edit_note(request.id(0)) as note:
            if note["status"]["shipped"]:
                raise already_shipped()
            if request.options.put_style == "replace":
                note["shipping"] = {"reference": "", "shippingMethodId": 0}
                note["priority"] = False
                note.pop("labelUri", None)
            note["shipping"].update({name: value for name, value in shipping.items() if value is not None})
            if isinstance(document.get("priority"), bool):
                note["priority"] = document["priority"]
            if label_uri is not None:
                note["labelUri"] = label_uri
    except UnknownIdError as error:
        raise not_found(str(error)) from error
    return done()


def _check_shipping(shipping: Any) -> None:
    if not isinstance(shipping, dict):
        raise ApiError(400, ("WHSC-SANDBOX-SHIPPING", "shipping must be an object"))
    reference = shipping.get("reference", "")
    if not isinstance(reference, str) or len(reference) > _MAX_REFERENCE:
        raise ApiError(400, ("WHSC-SANDBOX-REFERENCE", f"The reference must be a text of at most {_MAX_REFERENCE} characters"))
    method = shipping.get("shippingMethodId", 0)
    if not isinstance(method, int) or isinstance(method, bool):
        raise ApiError(400, ("WHSC-SANDBOX-METHOD", "shippingMethodId must be a number"))
    try:
        heavy = Decimal(str(shipping.get("weight") or 0)) > _MAX_WEIGHT
    except InvalidOperation:
        heavy = True
    if heavy:
        raise ApiError(400, ("WHSC-SANDBOX-WEIGHT", f"The weight must be a number of at most {_MAX_WEIGHT}"))


def _event(request: Request) -> Reply:
    events = request.object().get("events")
    if not isinstance(events, list) or not events:
        raise ApiError(400, ("WHSC-SANDBOX-EVENT", "events must be a list with at least one event"))
    parsed = [_parse_event(event) for event in events]
    note_id = request.id(0)
    data = request.data
    with data.lock:
        try:
            note = data.note(note_id)
        except UnknownIdError as error:
            raise not_found(str(error)) from error
        if note["status"]["shipped"]:
            raise already_shipped()
        guard = request.headers.get("if-match")
        if guard is not None and guard.strip().strip('"') != str(note["lastEventVersion"]):
            raise ApiError(
                request.options.version_clash_status,
                ("WHSC-SANDBOX-VERSION", "The goods-out note has had other events since it was read"),
            )
        for code, occurred, owner_id in parsed:
            data.add_event(note_id, code, occurred=occurred, owner_id=owner_id)
    return done()


def _parse_event(event: Any) -> tuple[str, datetime, int]:
    try:
        code, occurred, owner_id = event["eventCode"], parse_time(event["occured"]), event["eventOwnerId"]
    except (KeyError, TypeError, ValueError) as error:
        raise ApiError(400, ("WHSC-SANDBOX-EVENT", "An event needs eventCode, occured (ISO 8601) and eventOwnerId")) from error
    if not isinstance(code, str) or not isinstance(owner_id, int):
        raise ApiError(400, ("WHSC-SANDBOX-EVENT", "eventCode must be a text, eventOwnerId a number"))
    return code, occurred, owner_id


def _create(request: Request) -> Reply:
    document = request.object()
    warehouses = document.get("warehouses")
    if not isinstance(warehouses, list) or not warehouses:
        raise ApiError(400, ("WHSC-SANDBOX-WAREHOUSES", "warehouses must be a list with at least one entry"))
    if not isinstance(document.get("shippingMethodId", 0), int):
        raise ApiError(400, ("WHSC-SANDBOX-METHOD", "shippingMethodId must be a number"))
    data = request.data
    with data.lock:
        try:
            rows = data.order(request.id(0))["orderRows"]
        except UnknownIdError as error:
            raise not_found(str(error)) from error
        contents = [(_contents(entry, rows), entry["warehouseId"]) for entry in warehouses if _has_warehouse(entry)]
        _check_free(request, rows, [each for each, _ in contents])
        ids = [
            data.add_note(request.id(0), each, warehouse_id=warehouse_id, shipping_method_id=document.get("shippingMethodId"))
            for each, warehouse_id in contents
        ]
        for note_id, entry in zip(ids, warehouses, strict=True):
            with data.edit_note(note_id) as note:
                note["priority"] = document.get("priority") is True
                if isinstance(entry.get("releaseDate"), str):
                    note["releaseDate"] = entry["releaseDate"]
                if document.get("labelUri"):
                    note["labelUri"] = document["labelUri"]
    return success(ids)


def _check_free(request: Request, rows: Json, contents: list[Json]) -> None:
    """Raises ApiError when the order's notes would hold more of a row than was ordered."""
    notes = [request.data.note(one)["orderRows"] for one in request.data.note_ids(request.id(0))]
    for row_id in {row_id for one in contents for row_id in one}:
        held = sum(Decimal(str(place["quantity"])) for one in (*notes, *contents) for place in one.get(row_id, ()))
        if held > Decimal(str(rows[row_id]["quantity"]["magnitude"])):
            raise ApiError(400, ("WHSC-SANDBOX-STOCK", f"Row {row_id} has no units left for another goods-out note"))


def _has_warehouse(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("warehouseId"), int):
        raise ApiError(400, ("WHSC-SANDBOX-WAREHOUSES", "Each entry of warehouses needs a warehouseId"))
    return True


def _contents(entry: Json, rows: Json) -> Json:
    """The note's `orderRows` that a creation asks for. Raises ApiError for a row that the order does not have."""
    contents: Json = {}
    products = entry.get("products") or []
    if not isinstance(products, list):
        raise ApiError(400, ("WHSC-SANDBOX-PRODUCT", "products must be a list"))
    for product in products:
        row_id = str(product.get("salesOrderRowId", "")) if isinstance(product, dict) else ""
        if row_id not in rows or not isinstance(product.get("quantity"), int) or product["quantity"] < 1:
            raise ApiError(400, ("WHSC-SANDBOX-PRODUCT", "Each product needs a salesOrderRowId of the order and a quantity"))
        place = {"productId": rows[row_id]["productId"], "quantity": product["quantity"], "locationId": 14}
        contents.setdefault(row_id, []).append(place)
    return contents


def _delete(request: Request) -> Reply:
    order_id, note_id = request.id(0), request.id(1)
    with request.data.lock:
        if note_id not in request.data.note_ids(order_id):
            raise not_found(f"order {order_id} has no goods-out note {note_id}")
        status = request.data.note(note_id)["status"]
        if not status["shipped"] and any(status[flag] for flag in ("printed", "picked", "packed")):
            raise ApiError(400, ("WHSC-SANDBOX-STARTED", "The goods-out note is printed, picked or packed: undo that before"))
        request.data.delete_note(note_id)
    return done()
