"""What an import ought to do with the account's data: an answer worked out from the data alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

import orjson

from .archive import ArchivedNote, Pattern
from .data import SandboxData
from .records import assigned
from .replies import Json
from .times import parse_time

UNMAPPABLE = "unmappable"


def expected(
    data: SandboxData,
    channels: Collection[int],
    now: datetime,
    *,
    warehouses: Collection[int] = (),
    window: timedelta = timedelta(days=90),
) -> Json:
    """The notes that an import for these channels brings in, and why each other one stays out.

    `warehouses` empty means all. The answer: `imported` (note ids), `skipped` (one object a note, with `reason`, the one that
    counts, and `reasons`, all that hold), `without_note` (one object an order).
    """
    imported: list[int] = []
    skipped: list[Json] = []
    of_pattern: dict[Pattern, list[str]] = {}

    def judge(note_id: int) -> list[str]:
        note = data.note(note_id)
        record = data.orders.get(note["orderId"])
        return _reasons(note, orjson.loads(record.body) if record else None, channels, warehouses, now - window)

    with data.lock:
        for note_id in sorted(data.notes):
            note = data.notes[note_id]
            if isinstance(note, ArchivedNote):
                # What is judged is the same for all notes of one pattern.
                reasons = of_pattern.get(note.pattern) or judge(note_id)
                of_pattern[note.pattern] = reasons
            else:
                reasons = judge(note_id)
            if reasons:
                skipped.append({"note_id": note_id, "order_id": note.order_id, "reason": reasons[0], "reasons": reasons})
            else:
                imported.append(note_id)
        drop_shipped = {note["orderId"] for note in data.drop_ship_notes.values()}
        without = [
            {"order_id": order_id, "reason": "drop_ship" if order_id in drop_shipped else "no_goods_out_note"}
            for order_id in sorted(data.orders)
            if not data.note_ids(order_id)
        ]
    return {"imported": imported, "skipped": skipped, "without_note": without}


def _reasons(
    note: Json, order: Json | None, channels: Collection[int], warehouses: Collection[int], oldest: datetime
) -> list[str]:
    """All reasons to leave a note out, the one that counts first; none when it is to be imported."""
    if note.get("transfer"):
        return ["transfer_note"]
    reasons = []
    status = note.get("status") or {}
    if status.get("shipped"):
        reasons.append("already_shipped")
    elif not status.get("printed"):
        reasons.append("not_printed")
    if order is None:
        return [*reasons, "order_not_found"]
    if order["orderTypeCode"] != "SO":
        reasons.append("not_a_sales_order")
    if order["isDropship"]:
        reasons.append("drop_ship")
    if assigned(order).get("channelId") not in channels:
        reasons.append("wrong_channel")
    if warehouses and note["warehouseId"] not in warehouses:
        reasons.append("wrong_warehouse")
    if parse_time(note["createdOn"]) < oldest:
        reasons.append("outside_window")
    if not _is_mappable(note, order):
        reasons.append(UNMAPPABLE)
    return reasons


def _is_mappable(note: Json, order: Json) -> bool:
    """Whether every row of the note is in the order with numbers that can be read."""
    try:
        if order.get("placedOn"):
            parse_time(order["placedOn"])
        numbers = [Decimal(order["totalValue"]["total"])]
        for row_id in note["orderRows"]:
            row = order["orderRows"][row_id]
            numbers += [Decimal(row["quantity"]["magnitude"]), Decimal(row["rowValue"]["rowNet"]["value"])]
    except (KeyError, ValueError, InvalidOperation):
        return False
    return all(number.is_finite() for number in numbers)
