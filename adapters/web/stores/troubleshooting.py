"""Why something of a store is no order here: the cause in plain words, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from engine.model.store import SkipReason


@dataclass(frozen=True, slots=True)
class Advice:
    """One line of the table: what is the matter, why, and what helps."""

    problem: Any
    cause: Any
    remedy: Any


ADVICE: Mapping[SkipReason, Advice] = {
    SkipReason.NO_GOODS_OUT_NOTE: Advice(
        lazy_gettext("No goods-out note"),
        lazy_gettext("Brightpearl has the order, but nobody has created a goods-out note for it yet."),
        lazy_gettext("Allocate the order's stock in Brightpearl, create a goods-out note and print it."),
    ),
    SkipReason.NOT_PRINTED: Advice(
        lazy_gettext("Goods-out note not printed"),
        lazy_gettext("The goods-out note is there, but not in status Printed."),
        lazy_gettext("Print the note in Brightpearl. It comes with the next import."),
    ),
    SkipReason.ALREADY_SHIPPED: Advice(
        lazy_gettext("Already shipped"),
        lazy_gettext("The goods-out note was marked as shipped in Brightpearl before it could be imported."),
        lazy_gettext("If the parcel has left, nothing. If not, create a new goods-out note: Brightpearl cannot take it back."),
    ),
    SkipReason.WRONG_CHANNEL: Advice(
        lazy_gettext("Other channel"),
        lazy_gettext("The order belongs to a channel that this store does not import, or to none."),
        lazy_gettext(
            "Tick the channel, or the orders without one, in the store's settings; or correct the order's channel in Brightpearl."
        ),
    ),
    SkipReason.WRONG_WAREHOUSE: Advice(
        lazy_gettext("Other warehouse"),
        lazy_gettext("The goods-out note ships from a warehouse that this store does not import."),
        lazy_gettext("Tick the warehouse in the store's settings, if its orders are to come."),
    ),
    SkipReason.UNMAPPABLE: Advice(
        lazy_gettext("Cannot be read as an order"),
        lazy_gettext("Something that an order needs is missing or wrong, such as the quantity of a row."),
        lazy_gettext(
            "The page Parked says what it is and where. Correct that place in Brightpearl: it is tried again at each import. "
            "If Brightpearl shows nothing wrong there, tell whoever looks after Relevo."
        ),
    ),
    SkipReason.OUTSIDE_WINDOW: Advice(
        lazy_gettext("Too old"),
        lazy_gettext("The goods-out note was created before the days that an import looks back."),
        lazy_gettext("Ask whoever runs Relevo to import once from an earlier day: `stores import --since`."),
    ),
    SkipReason.ORDER_NOT_FOUND: Advice(
        lazy_gettext("Order not found"),
        lazy_gettext("Brightpearl knows no order with this number in the account of this store."),
        lazy_gettext("Check the number: Brightpearl's order number, the order's reference or the number of a goods-out note."),
    ),
    SkipReason.NOTE_GONE: Advice(
        lazy_gettext("Goods-out note deleted"),
        lazy_gettext("The goods-out note no longer exists in Brightpearl."),
        lazy_gettext("If the order is still to ship, create a new goods-out note and print it."),
    ),
    SkipReason.DROP_SHIP: Advice(
        lazy_gettext("Shipped by a supplier"),
        lazy_gettext("The order is a drop-ship: a supplier sends it to the customer."),
        lazy_gettext("Nothing: there is nothing to ship from your warehouse."),
    ),
    SkipReason.TRANSFER_NOTE: Advice(
        lazy_gettext("Stock transfer"),
        lazy_gettext("The goods-out note moves stock between warehouses."),
        lazy_gettext("Nothing: it is not the order of a customer."),
    ),
    SkipReason.NOT_A_SALES_ORDER: Advice(
        lazy_gettext("Not a sales order"),
        lazy_gettext("It is a purchase order, a sales credit or a purchase credit."),
        lazy_gettext("Nothing: only sales orders (SO) are imported."),
    ),
}


# Their sentences say themselves what to do.
_SAID_ALREADY = frozenset(
    {
        SkipReason.NO_GOODS_OUT_NOTE,
        SkipReason.NOT_PRINTED,
        SkipReason.WRONG_CHANNEL,
        SkipReason.ORDER_NOT_FOUND,
        SkipReason.OUTSIDE_WINDOW,
    }
)


def remedy_for(code: str) -> str | None:
    """What to do about a reason, beside its sentence; None when that says it, or when nothing is the matter."""
    if code not in set(SkipReason) or code in _SAID_ALREADY:
        return None
    return str(ADVICE[SkipReason(code)].remedy)
