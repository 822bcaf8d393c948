"""An order as commands answer it."""

from __future__ import annotations

from typing import Any

from engine.model.order import Order


def order_entry(order: Order) -> dict[str, Any]:
    """An order as other tools read it: the document's fields and what the account knows about it."""
    document = order.document()
    return {
        **document,
        "notes": document.get("notes") or {},
        "id": order.id,
        "external_id": order.external_id,
        "external_order_id": order.external_order_id,
        "order_number": order.order_number,
        "status": order.status(),
        "state_reason": order.state_reason,
        "flags": list(order.flags),
        "outdated": sorted(order.outdated.get("fields") or ()),
        "matched": list(order.matched),
        "store_id": order.store_id,
    }
