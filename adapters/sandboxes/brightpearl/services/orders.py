"""Orders: read by ids, search, status, order notes, custom fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any, Final

import orjson

from ..data import UnknownIdError
from ..records import ORDER_CELLS, Cells
from ..replies import ApiError, Json, Reply, done, success
from ..routing import Request, Route, route
from ..search import Column, Resource
from ..shop.catalogue import (
    CANCELLED_STATUS,
    CUSTOM_FIELDS,
    ORDER_STATUSES,
    ORDER_TABLES,
    SHIPPING_METHODS,
    WAREHOUSES,
)
from ..times import format_time, parse_period, parse_time
from .id_uris import id_uris

MAX_IDS: Final = 200
_MAX_REFERENCE: Final = 64
_HIDDEN: Final = frozenset({"placedOn", "shippingMethodId", "leadSourceId", "customerRefs"})
_ID_SETS: Final = frozenset({"orderId", "orderTypeId", "parentOrderId", "warehouseId", "shippingMethodId"})
_PERIODS: Final = frozenset({"createdOn", "updatedOn", "taxDate", "deliveryDate", "placedOn"})
_STRINGS: Final = {"customerRef": "STRING", "externalRef": "STRING", "customerRefs": "STRING_SET"}
_ARRAY_ORDER: Final = Random(0)  # noqa: S311 - mixes an array, repeatably


def _column(name: str) -> Column:
    kind = _STRINGS.get(name) or ("IDSET" if name in _ID_SETS else "PERIOD" if name in _PERIODS else "INTEGER")
    table = f"{name.removesuffix('Id')}Names"
    return Column(name, kind, name not in _HIDDEN, (table,) if table in ORDER_TABLES else ())


RESOURCE: Final = Resource("order", tuple(_column(name) for name in ORDER_CELLS), ORDER_TABLES)

_BASE: Final = "/order-service"


def routes() -> list[Route]:
    """The service's routes."""
    return [
        route("GET", f"{_BASE}/order-search", _search, "order-search"),
        route("GET", f"{_BASE}/order-search/meta-data", _meta_data, "order-search-meta-data"),
        route("GET", f"{_BASE}/order/{{ids}}/note[/{{ids}}]", _get_notes, "get-order-note"),
        route("POST", f"{_BASE}/order/{{id}}/note", _post_note, "post-order-note"),
        route("PUT", f"{_BASE}/order/{{id}}/status", _put_status, "put-order-status-update"),
        route("PATCH", f"{_BASE}/order/{{id}}", _patch, "patch-order"),
        route("PATCH", f"{_BASE}/order/{{id}}/custom-field", _patch_custom_fields, "patch-order-custom-field"),
        route("GET", f"{_BASE}/order/{{id}}/custom-field", _get_custom_fields, "get-order-custom-field"),
        route("OPTIONS", f"{_BASE}/order[/{{ids}}]", _options, "options-order"),
        route("GET", f"{_BASE}/order[/{{ids}}]", _get, "get-order"),
    ]


def _search(request: Request) -> Reply:
    data, since = request.data, changed_since(request)
    with data.lock:
        return request.account.search.search(
            RESOURCE, dict(request.query), lambda: order_cells(request, since), data.revision, request.options
        )


def order_cells(request: Request, since: datetime | None) -> list[Cells]:
    """The cells of the orders that may be found, as the account shows them."""
    return request.data.order_cells(changed_since=since, show_unchanged=request.options.updated_on_of_unchanged)


def changed_since(request: Request) -> datetime | None:
    """The time that an `updatedOn` filter begins with, so that orders untouched since need not be looked at; None for all."""
    if request.options.ignores("updatedOn"):
        return None
    try:
        return parse_period(request.query.get("updatedOn", ""))[0]
    except ValueError:
        # The search says what is wrong with it.
        return None


def _meta_data(request: Request) -> Reply:
    return request.account.search.meta_data(RESOURCE, request.options)


def _get(request: Request) -> Reply:
    wanted = request.id_set(0)
    data = request.data
    optional = frozenset(request.query.get("includeOptional", "").split(","))
    with data.lock:
        ids = wanted.select(data.orders)
        if max(len(wanted), len(ids)) > MAX_IDS:
            raise ApiError(400, ("ORDC-SANDBOX-IDSET", f"At most {MAX_IDS} orders can be read at once"))
        records = [data.orders[each] for each in ids]
    if request.options.shuffle_arrays:
        _ARRAY_ORDER.shuffle(records)
    bodies = [each.body_with(optional, show_unchanged=request.options.updated_on_of_unchanged) for each in records]
    return Reply(200, b'{"response":[' + b",".join(bodies) + b"]}")


def _options(request: Request) -> Reply:
    with request.data.lock:
        return id_uris("/order", request.id_set(0).select(request.data.orders), MAX_IDS)


def _get_notes(request: Request) -> Reply:
    orders, wanted = request.id_set(0), request.id_set(1)
    data = request.data
    with data.lock:
        found = [
            note
            for order_id in orders.select(data.orders)
            for note in data.order_notes.get(order_id, ())
            if note["noteId"] in wanted
        ]
    return success(found)


def _post_note(request: Request) -> Reply:
    text, is_public, added_on = _parse_note(request.object())
    try:
        note_id = request.data.add_order_note(request.id(0), text, is_public=is_public, added_on=added_on)
    except UnknownIdError as error:
        raise ApiError(404, ("ORDC-003", str(error))) from error
    return success(note_id)


def _parse_note(document: Any) -> tuple[str, bool, datetime | None]:
    text = document.get("text") if isinstance(document, dict) else None
    if not isinstance(text, str) or not text:
        raise ApiError(400, ("ORDC-SANDBOX-NOTE", "An order note needs a text"))
    added_on = document.get("addedOn")
    try:
        return text, bool(document.get("isPublic", False)), parse_time(added_on) if added_on else None
    except (TypeError, ValueError) as error:
        raise ApiError(400, ("ORDC-SANDBOX-NOTE", "addedOn must be an ISO 8601 time")) from error


def _put_status(request: Request) -> Reply:
    document = request.object()
    status = next((each for each in ORDER_STATUSES if each["statusId"] == document.get("orderStatusId")), None)
    if status is None:
        raise ApiError(400, ("ORDC-SANDBOX-STATUS", f"There is no order status {document.get('orderStatusId')}"))
    order_note = document.get("orderNote")
    note = _parse_note(order_note) if order_note is not None else None
    data, order_id = request.data, request.id(0)
    try:
        with data.lock:
            with data.edit_order(order_id, event="order.modified.order-status") as order:
                _check_status(order, status, data.note_ids(order_id))
                order["orderStatus"] = {"orderStatusId": status["statusId"], "name": status["name"]}
            text, is_public, added_on = note or (f"Status changed to {status['name']}", False, None)
            data.add_order_note(order_id, text, is_public=is_public, added_on=added_on)
    except UnknownIdError as error:
        raise ApiError(404, ("ORDC-003", str(error))) from error
    return done()


def _check_status(order: Json, status: Json, note_ids: list[int]) -> None:
    if status["orderTypeCode"] != order["orderTypeCode"] or not status["visible"] or status["disabled"]:
        raise ApiError(400, ("ORDC-SANDBOX-STATUS", f"The status {status['name']} does not suit this order"))
    if status["statusId"] == CANCELLED_STATUS and (note_ids or order.get("invoices")):
        raise ApiError(400, ("ORDC-SANDBOX-CANCEL", "An order with goods-out notes, invoice or payments cannot be cancelled"))


def _patch(request: Request) -> Reply:
    changes = request.json()
    if not isinstance(changes, list):
        raise ApiError(400, ("CMNC-010", "The JSON body must be a list of changes"))
    checked = [_parse_change(change) for change in changes]
    try:
        with request.data.edit_order(request.id(0)) as order:
            for path, value in checked:
                *holders, name = path.split("/")[1:]
                place = order
                for holder in holders:
                    place = place.setdefault(holder, {})
                place[name] = value
    except UnknownIdError as error:
        raise ApiError(404, ("ORDC-003", str(error))) from error
    return success(request.data.order(request.id(0)))


def _parse_change(change: Any) -> tuple[str, Any]:
    """Path and value of one change, the value as it will be shown. Raises ApiError for what cannot be changed."""
    if not isinstance(change, dict):
        raise ApiError(400, ("CMNC-010", "Each change must be an object"))
    operation, path, value = change.get("op"), change.get("path"), change.get("value")
    known = _PATCHES.get(path) if isinstance(path, str) else None
    if known is None or not isinstance(path, str):
        raise ApiError(500, ("CMNC-043", f"Invalid patch path ({path})"))
    operations, emptied, parse = known
    if operation not in operations:
        raise ApiError(500, ("CMNC-044", f"Invalid patch operation ({operation}) for given path ({path})"))
    if operation == "remove":
        return path, emptied
    parsed = parse(value)
    if parsed is None:
        raise ApiError(400, ("ORDC-SANDBOX-PATCH", f"{path} does not take {value!r}"))
    return path, parsed


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= _MAX_REFERENCE else None


def _instant(value: Any) -> str | None:
    try:
        return format_time(parse_time(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _one_of(ids: frozenset[int]) -> Callable[[Any], int | None]:
    return lambda value: value if isinstance(value, int) and not isinstance(value, bool) and value in ids else None


def _contact(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


_REPLACE: Final = frozenset({"replace"})
_REMOVE: Final = frozenset({"replace", "remove"})
_PATCHES: Final[dict[str, tuple[frozenset[str], Any, Callable[[Any], Any]]]] = {
    "/reference": (_REMOVE, "", _text),
    "/warehouseId": (_REPLACE, None, _one_of(frozenset(each["id"] for each in WAREHOUSES))),
    "/delivery/shippingMethodId": (_REMOVE, 0, _one_of(frozenset(each["id"] for each in SHIPPING_METHODS))),
    "/delivery/deliveryDate": (_REPLACE, None, _instant),
    "/parties/customer/contactId": (_REPLACE, None, _contact),
    "/parties/billing/contactId": (_REPLACE, None, _contact),
}
"""The paths that can be changed: the operations, what stands there after a removal, and the reader of a new value."""


def _get_custom_fields(request: Request) -> Reply:
    try:
        return success(request.data.custom_fields(request.id(0)))
    except UnknownIdError as error:
        raise ApiError(404, ("ORDC-003", str(error))) from error


def _patch_custom_fields(request: Request) -> Reply:
    changes = request.json()
    if not isinstance(changes, list):
        raise ApiError(400, ("CMNC-010", "The JSON body must be a list of changes"))
    data, order_id = request.data, request.id(0)
    try:
        with data.lock:
            fields = data.custom_fields(order_id)
            for change in changes:
                _patch_field(fields, change)
            with data.edit_order(order_id, custom_fields=fields):
                pass
    except UnknownIdError as error:
        raise ApiError(404, ("ORDC-003", str(error))) from error
    return Reply(200, b'{"response":' + orjson.dumps(fields) + b"}")


def _patch_field(fields: Json, change: Any) -> None:
    definitions = {f"/{field['code']}": field for field in CUSTOM_FIELDS}
    definition = definitions.get(str(change.get("path"))) if isinstance(change, dict) else None
    if definition is None:
        raise ApiError(400, ("ORDC-SANDBOX-FIELD", "The path names no custom field"))
    code, value = definition["code"], change.get("value")
    match change.get("op"):
        case "remove":
            fields.pop(code, None)
        case "add" | "replace" if definition["customFieldType"] == "SELECT":
            option = definition["options"].get(str(value.get("id"))) if isinstance(value, dict) else None
            if option is None:
                raise ApiError(400, ("ORDC-SANDBOX-FIELD", f"{code} has no such option"))
            fields[code] = option
        case "add" | "replace" if isinstance(value, str):
            fields[code] = value
        case "add" | "replace":
            raise ApiError(400, ("ORDC-SANDBOX-FIELD", f"{code} takes a text"))
        case _:
            raise ApiError(500, ("CMNC-044", f"The operation {change.get('op')} is not allowed"))
