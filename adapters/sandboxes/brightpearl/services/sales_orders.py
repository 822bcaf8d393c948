"""Sales orders in their own, flatter shape: read by ids, search."""

from __future__ import annotations

from typing import Any, Final

import orjson

from ..records import ORDER_CELLS, Cells, assigned
from ..replies import ApiError, Json, Reply, success
from ..routing import Request, Route, route
from ..search import Column, Resource
from ..shop.catalogue import ORDER_TABLES, ORDER_TYPE_IDS, PAYMENT_STATUS_IDS, SHIPPING_STATUS_IDS, STOCK_STATUS_IDS
from . import orders
from .id_uris import id_uris

_BASE: Final = "/order-service"
_TYPE: Final = ORDER_CELLS.index("orderTypeId")
_CODES: Final = {
    "orderStockStatusId": {number: code for code, number in STOCK_STATUS_IDS.items()},
    "orderPaymentStatusId": {number: code for code, number in PAYMENT_STATUS_IDS.items()},
    "orderShippingStatusId": {number: code for code, number in SHIPPING_STATUS_IDS.items()},
}
"""Where this search says a code and the one of all orders a number."""

_RENAMED: Final = {
    "orderId": "salesOrderId",
    "contactId": "customerId",
    "departmentId": "channelId",
    "staffOwnerContactId": "staffOwnerId",
    **{name: name.removesuffix("Id") for name in _CODES},
}
_LEFT_OUT: Final = frozenset({"orderTypeId", "parentOrderId"})
_KEPT: Final = [index for index, name in enumerate(ORDER_CELLS) if name not in _LEFT_OUT]


def _column(column: Column) -> Column:
    kind, table = ("STRING", ()) if column.name in _CODES else (column.type, column.reference)
    return Column(_RENAMED.get(column.name, column.name), kind, column.shown, table)


RESOURCE: Final = Resource("sales-order", tuple(_column(orders.RESOURCE.columns[index]) for index in _KEPT), ORDER_TABLES)


def routes() -> list[Route]:
    """The service's routes."""
    return [
        route("GET", f"{_BASE}/sales-order-search", _search, "sales-order-search"),
        route("GET", f"{_BASE}/sales-order-search/meta-data", _meta_data, "sales-order-search-meta-data"),
        route("OPTIONS", f"{_BASE}/sales-order[/{{ids}}]", _options, "options-sales-order"),
        route("GET", f"{_BASE}/sales-order[/{{ids}}]", _get, "get-sales-order"),
    ]


def _search(request: Request) -> Reply:
    data, since = request.data, orders.changed_since(request)

    def rows() -> list[Cells]:
        return [_cells(cells) for cells in orders.order_cells(request, since) if cells[_TYPE] == ORDER_TYPE_IDS["SO"]]

    with data.lock:
        return request.account.search.search(RESOURCE, dict(request.query), rows, data.revision, request.options)


def _cells(cells: Cells) -> Cells:
    """The cells of a sales order in the order of this search's columns."""
    named = [(ORDER_CELLS[index], cells[index]) for index in _KEPT]
    return tuple(_CODES[name].get(cell) if name in _CODES else cell for name, cell in named)


def _meta_data(request: Request) -> Reply:
    return request.account.search.meta_data(RESOURCE, request.options)


def _found(request: Request) -> list[Json]:
    data = request.data
    with data.lock:
        ids = request.id_set(0).select(data.orders)
        if max(len(request.id_set(0)), len(ids)) > orders.MAX_IDS:
            raise ApiError(400, ("ORDC-SANDBOX-IDSET", f"At most {orders.MAX_IDS} orders can be read at once"))
        show_unchanged = request.options.updated_on_of_unchanged
        found = [data.orders[each] for each in ids]
        documents = [orjson.loads(each.body_with(frozenset(), show_unchanged=show_unchanged)) for each in found]
    return [document for document in documents if document["orderTypeCode"] == "SO"]


def _get(request: Request) -> Reply:
    return success([_flat(document) for document in _found(request)])


def _options(request: Request) -> Reply:
    data = request.data
    with data.lock:
        ids = request.id_set(0).select(data.orders)
        sales = [each for each in ids if data.orders[each].cells[_TYPE] == ORDER_TYPE_IDS["SO"]]
    return id_uris("/sales-order", sales, orders.MAX_IDS)


def _flat(order: Json) -> Json:
    customer = dict(order["parties"]["customer"])
    total, delivery = order["totalValue"], order.get("delivery") or {}
    document = {
        "id": order["id"],
        "customer": {"id": customer.pop("contactId"), "address": customer},
        "billing": {"address": _address(order["parties"]["billing"])},
        "ref": order.get("reference"),
        "externalRef": order.get("externalRef"),
        "placedOn": order.get("placedOn"),
        "createdOn": order["createdOn"],
        "updatedOn": order.get("updatedOn"),
        "statusId": order["orderStatus"]["orderStatusId"],
        "warehouseId": order.get("warehouseId"),
        "channelId": assigned(order).get("channelId"),
        "staffOwnerId": assigned(order).get("staffOwnerContactId"),
        "priceListId": order["priceListId"],
        "priceModeCode": order["priceModeCode"],
        "currency": {
            "code": order["currency"]["orderCurrencyCode"],
            "fixedExchangeRate": order["currency"]["fixedExchangeRate"],
            "exchangeRate": order["currency"]["exchangeRate"],
        },
        "delivery": {
            "date": delivery.get("deliveryDate"),
            "address": order["parties"]["delivery"],
            "shippingMethodId": delivery.get("shippingMethodId"),
        },
        "rows": [_flat_row(int(row_id), row) for row_id, row in order["orderRows"].items()],
        "total": {
            "net": total["net"],
            "tax": total["taxAmount"],
            "gross": total["total"],
            "baseNet": total["baseNet"],
            "baseTax": total["baseTaxAmount"],
            "baseGross": total["baseTotal"],
        },
    }
    return _without_nulls(document)


def _flat_row(row_id: int, row: Json) -> Json:
    value = row["rowValue"]
    return {
        "id": row_id,
        "productId": row["productId"],
        "name": row["productName"],
        "sku": row.get("productSku"),
        "quantity": row["quantity"]["magnitude"],
        "taxCode": value["taxCode"],
        "net": value["rowNet"]["value"],
        "tax": value["rowTax"]["value"],
        "nominalCode": row["nominalCode"],
    }


def _address(party: Json) -> Json:
    return {name: value for name, value in party.items() if name != "contactId"}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value
