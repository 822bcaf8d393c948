"""What a scanner reads: the number of an order, whose page is opened."""

from __future__ import annotations

from collections.abc import Callable

from adapters.web.parts import parts
from engine.model.order_filter import OrderFilter
from storage.queries import GridRow

LOOKED_THROUGH = 50  # orders that hold the text somewhere, the newest first
_NAMES: tuple[Callable[[GridRow], str | None], ...] = (
    lambda row: row.order_number,
    lambda row: row.reference,
    lambda row: row.external_order_id,
    lambda row: row.external_id,
)


def scanned(account_id: str, text: str) -> str | None:
    """The id of the one order that has exactly this number, reference or id in its store; None for none or several."""
    wanted = text.strip().casefold()
    if not wanted:
        return None
    rows = parts().queries.orders_page(account_id, OrderFilter(search=wanted), limit=LOOKED_THROUGH).rows
    for name in _NAMES:
        found = [row.id for row in rows if (name(row) or "").casefold() == wanted]
        if found:
            return found[0] if len(found) == 1 else None
    return None
