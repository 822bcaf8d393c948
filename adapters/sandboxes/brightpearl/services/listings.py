"""Lists that rarely change: shipping methods, warehouses, channels, order states."""

from __future__ import annotations

from typing import Final

from ..records import Cells
from ..replies import Json, Reply, not_found, success
from ..routing import Handler, Request, Route, route
from ..search import Column, Resource
from ..shop.catalogue import (
    CHANNEL_BRANDS,
    CHANNELS,
    CUSTOM_FIELDS,
    ORDER_STATUSES,
    ORDER_TYPES,
    SHIPPING_METHODS,
    SHIPPING_STATUSES,
    STAFF,
    STOCK_STATUSES,
    WAREHOUSES,
)
from .id_uris import id_uris

_CONTACTS_AT_ONCE: Final = 200

_LISTS: Final[list[tuple[str, str, list[Json], str]]] = [
    ("/warehouse-service/shipping-method", "id", SHIPPING_METHODS, "get-shipping-method"),
    ("/warehouse-service/warehouse", "id", WAREHOUSES, "get-warehouse"),
    ("/product-service/channel", "id", CHANNELS, "get-channel"),
    ("/product-service/channel-brand", "id", CHANNEL_BRANDS, "get-channel-brand"),
    ("/contact-service/contact", "contactId", STAFF, "get-contact"),
    ("/order-service/order-status", "statusId", ORDER_STATUSES, "get-order-status"),
    ("/order-service/order-type", "id", ORDER_TYPES, "get-order-type"),
    ("/order-service/order-shipping-status", "id", SHIPPING_STATUSES, "get-order-shipping-status"),
    ("/order-service/order-stock-status", "id", STOCK_STATUSES, "get-order-stock-status"),
    ("/order-service/sale/custom-field-meta-data", "id", CUSTOM_FIELDS, "get-custom-field-meta-data"),
]


_METHOD_COLUMNS: Final = {
    "id": "IDSET",
    "name": "SEARCH_STRING",
    "code": "STRING",
    "breaks": "STRING",
    "methodType": "INTEGER",
    "additionalInformationRequired": "BOOLEAN",
    "carrier": "STRING",
}
_WAREHOUSE_COLUMNS: Final = {
    "id": "IDSET",
    "name": "SEARCH_STRING",
    "typeCode": "STRING",
    "typeDescription": "STRING",
    "clickAndCollectEnabled": "BOOLEAN",
}
_SEARCHES: Final[list[tuple[str, dict[str, str], list[Json]]]] = [
    ("shipping-method", _METHOD_COLUMNS, SHIPPING_METHODS),
    ("warehouse", _WAREHOUSE_COLUMNS, WAREHOUSES),
]


def routes() -> list[Route]:
    """The routes of all lists; each can be read whole or by an id set (404 when none of the ids exists), some be searched."""
    made = [route("GET", f"{path}[/{{ids}}]", _handler(key, rows), message_type) for path, key, rows, message_type in _LISTS]
    for name, columns, rows in _SEARCHES:
        resource = Resource(name, tuple(Column(column, kind) for column, kind in columns.items()), {})
        path = f"/warehouse-service/{name}-search"
        made.append(route("GET", path, _searcher(resource, rows), f"{name}-search"))
        made.append(route("GET", f"{path}/meta-data", _describer(resource), f"{name}-search-meta-data"))
    made.append(route("OPTIONS", "/contact-service/contact[/{ids}]", _contact_uris, "options-contact"))
    return made


def _contact_uris(request: Request) -> Reply:
    wanted = request.id_set(0)
    return id_uris("/contact", wanted.select(contact["contactId"] for contact in STAFF), _CONTACTS_AT_ONCE)


def _searcher(resource: Resource, rows: list[Json]) -> Handler:
    cells: list[Cells] = [tuple(row.get(column.name) for column in resource.columns) for row in rows]
    return lambda request: request.account.search.search(resource, dict(request.query), lambda: cells, 0, request.options)


def _describer(resource: Resource) -> Handler:
    return lambda request: request.account.search.meta_data(resource, request.options)


def _handler(key: str, rows: list[Json]) -> Handler:
    def handle(request: Request) -> Reply:
        wanted = request.id_set(0)
        found = [row for row in rows if row[key] in wanted]
        if not found:
            raise not_found()
        return success(found)

    return handle
