"""Stored records: the finished JSON of a document, beside the cells that searches look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson

from .replies import Json
from .shop.catalogue import ORDER_TYPE_IDS, PAYMENT_STATUS_IDS, SHIPPING_STATUS_IDS, STOCK_STATUS_IDS

Cells = tuple[Any, ...]

NOTE_CELLS: Final = (
    "goodsOutNoteId",
    "printed",
    "picked",
    "packed",
    "shipped",
    "shippedOn",
    "orderId",
    "shippingMethodId",
    "warehouseId",
    "priority",
    "createdOn",
    "releaseDate",
    "createdBy",
    "labelUri",
    "channelId",
    "transfer",
)
_PRINTED, _SHIPPED, _ORDER_ID, _CREATED_ON = (NOTE_CELLS.index(name) for name in ("printed", "shipped", "orderId", "createdOn"))

ORDER_CELLS: Final = (
    "orderId",
    "orderTypeId",
    "contactId",
    "orderStatusId",
    "orderStockStatusId",
    "createdOn",
    "createdById",
    "customerRef",
    "orderPaymentStatusId",
    "updatedOn",
    "parentOrderId",
    "orderShippingStatusId",
    "externalRef",
    "installedIntegrationInstanceId",
    "warehouseId",
    "staffOwnerContactId",
    "taxDate",
    "departmentId",
    "deliveryDate",
    "placedOn",
    "shippingMethodId",
    "leadSourceId",
    "customerRefs",
)
_UPDATED_ON = ORDER_CELLS.index("updatedOn")


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A goods-out note: finished JSON, and its cells in the order of NOTE_CELLS."""

    body: bytes
    cells: Cells

    @property
    def printed(self) -> bool:
        """Whether the note is printed."""
        return bool(self.cells[_PRINTED])

    @property
    def shipped(self) -> bool:
        """Whether the note has shipped."""
        return bool(self.cells[_SHIPPED])

    @property
    def transfer(self) -> bool:
        """Whether the note is a stock transfer."""
        return bool(self.cells[-1])

    @property
    def order_id(self) -> int:
        """The order's id; 0 for a transfer."""
        return int(self.cells[_ORDER_ID] or 0)

    @property
    def created_on(self) -> str:
        """When the note was created, ISO 8601."""
        return str(self.cells[_CREATED_ON] or "")


@dataclass(frozen=True)
class OrderRecord:
    """An order: finished JSON without custom fields, those by themselves, its channel (0: none) and its last change, or
    that it had none since it was made."""

    body: bytes
    custom_fields: bytes
    channel_id: int
    updated_on: str
    unchanged: bool

    @cached_property
    def cells(self) -> Cells:
        """The order's search cells in the order of ORDER_CELLS; read from the document at the first search."""
        return _order_cells(orjson.loads(self.body))

    def body_with(self, optional: frozenset[str], *, show_unchanged: bool = True) -> bytes:
        """The document with the optional parts asked for (see with_optional); without `show_unchanged` an order that was
        never changed says nothing of its last change."""
        body = self.body
        if self.unchanged and not show_unchanged:
            document = orjson.loads(body)
            del document["updatedOn"]
            body = orjson.dumps(document)
        return with_optional(body, self.custom_fields, optional)

    def cells_without_change(self) -> Cells:
        """The cells of an order that was never changed, without its last change."""
        return (*self.cells[:_UPDATED_ON], None, *self.cells[_UPDATED_ON + 1 :])


def with_optional(body: bytes, custom_fields: bytes, optional: frozenset[str]) -> bytes:
    """An order's document with the optional parts asked for: `customFields`, `nullCustomFields`."""
    if "customFields" in optional:
        body = body[:-1] + b',"customFields":' + custom_fields + b"}"
    if "nullCustomFields" in optional:
        unset = [code for code in ("PCF_GIFT", "PCF_ZONE", "PCF_TRACKING") if code not in orjson.loads(custom_fields)]
        body = body[:-1] + b',"nullCustomFields":' + orjson.dumps(unset) + b"}"
    return body


def note_record(note_id: int, note: Json, channel_id: int | None) -> NoteRecord:
    """The record of a goods-out note's document; `channel_id` is its order's. What the document lacks is an empty cell."""
    status, shipping = note.get("status") or {}, note.get("shipping") or {}
    cells = (
        note_id,
        status.get("printed"),
        status.get("picked"),
        status.get("packed"),
        status.get("shipped"),
        status.get("shippedOn"),
        note.get("orderId"),
        shipping.get("shippingMethodId"),
        note.get("warehouseId"),
        note.get("priority"),
        note.get("createdOn"),
        note.get("releaseDate"),
        note.get("createdBy"),
        note.get("labelUri"),
        channel_id,
        note.get("transfer"),
    )
    return NoteRecord(orjson.dumps(note), cells)


def order_record(order: Json, custom_fields: Json) -> OrderRecord:
    """The record of an order's document."""
    channel_id = assigned(order).get("channelId") or 0
    unchanged = order.get("version") == 1
    return OrderRecord(orjson.dumps(order), orjson.dumps(custom_fields), channel_id, order["updatedOn"], unchanged)


def assigned(order: Json) -> Json:
    """Channel, staff and lead source of an order; empty for one that says nothing of them."""
    current: Json = (order.get("assignment") or {}).get("current") or {}
    return current


def _order_cells(order: Json) -> Cells:
    """An empty cell for whatever the document lacks."""
    current, delivery, parties = assigned(order), order.get("delivery") or {}, order.get("parties") or {}
    party = parties.get("customer") or parties.get("supplier") or {}
    invoices = order.get("invoices") or [{}]
    return (
        order["id"],
        ORDER_TYPE_IDS.get(order.get("orderTypeCode", "")),
        party.get("contactId"),
        (order.get("orderStatus") or {}).get("orderStatusId"),
        STOCK_STATUS_IDS.get(order.get("stockStatusCode", "")),
        order.get("createdOn"),
        order.get("createdById"),
        order.get("reference"),
        PAYMENT_STATUS_IDS.get(order.get("orderPaymentStatus", "")),
        order.get("updatedOn"),
        order.get("parentOrderId"),
        SHIPPING_STATUS_IDS.get(order.get("shippingStatusCode", "")),
        order.get("externalRef"),
        None,
        order.get("warehouseId"),
        current.get("staffOwnerContactId"),
        invoices[0].get("taxDate"),
        current.get("channelId"),
        delivery.get("deliveryDate"),
        order.get("placedOn"),
        delivery.get("shippingMethodId"),
        current.get("leadSourceId"),
        order.get("reference"),
    )
