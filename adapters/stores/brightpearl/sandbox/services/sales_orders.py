"""Sales orders in their own, flatter shape: read by ids, search."""

from __future__ import annotations

from typing import Any, Final

import orjson

from ..records import ORDER_CELLS, Cells
from ..replies import ApiError, Json, Reply, success
from ..routing import Request, Route, route
from ..search import Column, Resource
from ..shop.catalogue import ORDER_TYPE_IDS
from . import orders
from .id_uris import id_uris

_BASE: Final = "/order-service"
_TYPE: Final = ORDER_CELLS.index("orderTypeId")
_RENAMED: Final = {"orderId": "salesOrderId", "contactId": "customerId", "departmentId": "channelId"}


def _column(column: Column) -> Column:
    return Column(_RENAMED.get(column.name, column.name), column.type, column.shown, column.reference)


RESOURCE: Final = Resource("sales-order", tuple(_column(each) for each in orders.RESOURCE.columns), orders.RESOURCE.reference)


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
        return [cells for cells in data.order_cells(changed_since=since) if cells[_TYPE] == ORDER_TYPE_IDS["SO"]]

    with data.lock:
        return request.account.search.search(RESOURCE, dict(request.query), rows, data.revision, request.options)


def _meta_data(request: Request) -> Reply:
    return request.account.search.meta_data(RESOURCE, request.options)


def _found(request: Request) -> list[Json]:
    data = request.data
    with data.lock:
        ids = request.id_set(0).select(data.orders)
        if max(len(request.id_set(0)), len(ids)) > orders.MAX_IDS:
            raise ApiError(400, ("ORDC-SANDBOX-IDSET", f"At most {orders.MAX_IDS} orders can be read at once"))
        documents = [orjson.loads(data.orders[each].body) for each in ids]
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
    total, delivery = order["totalValue"], order.get("delivery", {})
    document = {
        "id": order["id"],
        "customer": {"id": customer.pop("contactId"), "address": customer},
        "billing": {"address": _address(order["parties"]["billing"])},
        "ref": order.get("reference"),
        "externalRef": order.get("externalRef"),
        "placedOn": order["placedOn"],
        "createdOn": order["createdOn"],
        "updatedOn": order["updatedOn"],
        "statusId": order["orderStatus"]["orderStatusId"],
        "warehouseId": order.get("warehouseId"),
        "channelId": order["assignment"]["current"]["channelId"],
        "staffOwnerId": order["assignment"]["current"]["staffOwnerContactId"],
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
