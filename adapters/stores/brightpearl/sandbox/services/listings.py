"""Lists that rarely change: shipping methods, warehouses, channels, order states."""

from __future__ import annotations

from typing import Final

from ..replies import Json, Reply, not_found, success
from ..routing import Handler, Request, Route, route
from ..shop.catalogue import (
    CHANNELS,
    CUSTOM_FIELDS,
    ORDER_STATUSES,
    ORDER_TYPES,
    SHIPPING_METHODS,
    SHIPPING_STATUSES,
    STOCK_STATUSES,
    WAREHOUSES,
)

_LISTS: Final[list[tuple[str, str, list[Json], str]]] = [
    ("/warehouse-service/shipping-method", "id", SHIPPING_METHODS, "get-shipping-method"),
    ("/warehouse-service/warehouse", "id", WAREHOUSES, "get-warehouse"),
    ("/product-service/channel", "id", CHANNELS, "get-channel"),
    ("/order-service/order-status", "statusId", ORDER_STATUSES, "get-order-status"),
    ("/order-service/order-type", "id", ORDER_TYPES, "get-order-type"),
    ("/order-service/order-shipping-status", "id", SHIPPING_STATUSES, "get-order-shipping-status"),
    ("/order-service/order-stock-status", "id", STOCK_STATUSES, "get-order-stock-status"),
    ("/order-service/sale/custom-field-meta-data", "id", CUSTOM_FIELDS, "get-custom-field-meta-data"),
]


def routes() -> list[Route]:
    """The routes of all lists; each can be read whole or by an id set (404 when none of the ids exists)."""
    return [route("GET", f"{path}[/{{ids}}]", _handler(key, rows), message_type) for path, key, rows, message_type in _LISTS]


def _handler(key: str, rows: list[Json]) -> Handler:
    def handle(request: Request) -> Reply:
        wanted = request.id_set(0)
        found = [row for row in rows if row[key] in wanted]
        if not found:
            raise not_found()
        return success(found)

    return handle
