"""Which goods-out notes are orders here, and why the others are not. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.stores.brightpearl.client import NoteRow, parse_instant
from adapters.stores.brightpearl.description import reasons
from adapters.stores.brightpearl.mapping import MappingProblem, channel_of, order_number
from adapters.stores.brightpearl.raw_values import code_in, id_in
from adapters.stores.brightpearl.settings import NO_CHANNEL, BrightpearlSettings
from rules.messages import Message, Text

Raw = Mapping[str, Any]

SALES_ORDER = "SO"
_NO_CHANNEL = Text(
    "Order {order} has no channel in Brightpearl; this store imports {wanted}. Choose orders without a channel in the store's "
    "settings if it should come (on the command line: --channel-id 0 beside the others).",
    "El pedido {order} no tiene canal en Brightpearl; esta tienda importa {wanted}. Elige los pedidos sin canal en la "
    "configuración de la tienda si debe llegar (en la línea de comandos: --channel-id 0 junto a los demás).",
)
_NOT_STATED = Text("it is missing or not what it should be", "falta o no es lo que debería ser")


def judge_row(row: NoteRow, since: datetime) -> Message | None:
    """Why a row of the search alone rules a note out; None when the note has to be read."""
    order = row.order_id or 0
    if row.shipped:
        return reasons.ALREADY_SHIPPED.message(note=row.note_id, order=order)
    if row.transfer or row.order_id == 0:
        return reasons.TRANSFER_NOTE.message(note=row.note_id, order=order)
    if row.printed is False:
        return reasons.NOT_PRINTED.message(note=row.note_id, order=order)
    return _judge_instant(row.note_id, row.order_id, row.created_on, since)


def judge_note(note_id: int, note: Raw) -> Message | None:
    """Why a note as it was read is not an order, as far as the note says. Raises MappingProblem when it does not say."""
    status = note.get("status")
    if not isinstance(status, dict):
        raise MappingProblem("note.status", Message("unreadable", _NOT_STATED))
    order = id_in(note.get("orderId"))
    if status.get("shipped") is True:
        return reasons.ALREADY_SHIPPED.message(note=note_id, order=order)
    if note.get("transfer") is True or order == 0:
        return reasons.TRANSFER_NOTE.message(note=note_id, order=order)
    if status.get("printed") is not True:
        return reasons.NOT_PRINTED.message(note=note_id, order=order)
    if order_id_of(note) is None:
        raise MappingProblem("note.orderId", Message("unreadable", _NOT_STATED))
    return None


def judge_order(note_id: int, note: Raw, order: Raw | None, settings: BrightpearlSettings) -> Message | None:
    """Why a wanted note is not imported, by its order (None when it has none) and the store's settings."""
    order_id = order_id_of(note)
    number = str(order_id)
    if order is None:
        return reasons.ORDER_NOT_FOUND.message(order=number, note=note_id)
    if refusal := judge_order_kind(order):
        return refusal
    channel = channel_of(order)
    if channel not in settings.channel_ids:
        wanted = _listed(settings.channel_ids)
        if channel == NO_CHANNEL:
            return Message(reasons.WRONG_CHANNEL.code, _NO_CHANNEL, {"order": number, "note": note_id, "wanted": wanted})
        return reasons.WRONG_CHANNEL.message(order=number, note=note_id, found=channel, wanted=wanted)
    warehouse = id_in(note.get("warehouseId"))
    if settings.warehouse_ids and warehouse not in settings.warehouse_ids:
        wanted = _listed(settings.warehouse_ids)
        return reasons.WRONG_WAREHOUSE.message(order=number, note=note_id, found=warehouse, wanted=wanted)
    return None


def judge_order_kind(order: Raw) -> Message | None:
    """Why an order is not one that a warehouse ships to a customer."""
    kind = code_in(order.get("orderTypeCode"))
    if not kind:
        raise MappingProblem("orderTypeCode", Message("unreadable", _NOT_STATED))
    if kind != SALES_ORDER:
        return reasons.NOT_A_SALES_ORDER.message(order=order.get("id"), found=kind, wanted=SALES_ORDER)
    if order.get("isDropship") is True:
        return reasons.DROP_SHIP.message(order=order.get("id"))
    return None


def judge_age(note_id: int, note: Raw, since: datetime) -> Message | None:
    """Whether an import from `since` on leaves a note out for its age; a note that does not say when it was made is young."""
    return _judge_instant(note_id, note.get("orderId"), parse_instant(note.get("createdOn")), since)


def _judge_instant(note_id: int, order: Any, created: datetime | None, since: datetime) -> Message | None:
    if created is None or created >= since:
        return None
    found, wanted = created.astimezone(UTC).date().isoformat(), since.astimezone(UTC).date().isoformat()
    return reasons.OUTSIDE_WINDOW.message(note=note_id, order=order, found=found, wanted=wanted)


def order_id_of(note: Raw) -> int | None:
    order_id = id_in(note.get("orderId"))
    return order_id if order_id is not None and order_id > 0 else None


def number_of(note: Raw) -> str | None:
    """The order number of a note as people write it, if it belongs to an order."""
    order_id = order_id_of(note)
    return None if order_id is None else order_number(note, order_id)


def _listed(ids: Collection[int]) -> str:
    return ", ".join(str(member) for member in sorted(ids))


def is_shipped(note: Raw) -> bool:
    """Whether a note says that it has shipped; one that says nothing has not."""
    status = note.get("status")
    return isinstance(status, dict) and status.get("shipped") is True
