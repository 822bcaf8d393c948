"""Orders that leave in one parcel: one of them, the lead, has the lines of the others beside its own, each under a key that
says whose line it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.model.order import COMBINED_WITH, Order

COMBINED_ORDERS = "combined_orders"  # in a person's layer, of the lead: the ids of the others
PARTED_ORDERS = "parted_orders"  # likewise: of those that are in its parcel no more, though units of theirs left in it
_LENT = re.compile(r"(?P<order>ord_[0-9a-f]+):(?P<line>.+)", re.DOTALL)


def lent_key(order_id: str, line_key: str) -> str:
    """What the lead calls a line of another order."""
    return f"{order_id}:{line_key}"


def owner_of(line_key: str) -> str | None:
    """The id of the order that a line of a lead is of; None of its own."""
    found = _LENT.fullmatch(line_key)
    return None if found is None else found["order"]


def lent_units(lines: Mapping[str, Decimal], order_id: str) -> dict[str, Decimal]:
    """What of some units of the lead is another order's, by the keys that its lines have there."""
    prefix = lent_key(order_id, "")
    return {key.removeprefix(prefix): units for key, units in lines.items() if key.startswith(prefix) and units > 0}


def combined_orders(lead: Order) -> tuple[str, ...]:
    """The ids of the orders that leave in its parcel, in the order in which they came."""
    found = lead.person.get(COMBINED_ORDERS)
    return tuple(map(str, found)) if isinstance(found, list) else ()


def orders_in_shipments(lead: Order) -> tuple[str, ...]:
    """The ids of the orders that may have units in its shipments: those in its parcel, and those that have parted since."""
    return tuple(dict.fromkeys((*combined_orders(lead), *lead.person.get(PARTED_ORDERS, ()))))


def note_parted(lead: Order, order_ids: Sequence[str]) -> None:
    """These orders part from it, though units of theirs have left in its parcel, or are being labelled."""
    if order_ids:
        lead.person[PARTED_ORDERS] = list(dict.fromkeys((*lead.person.get(PARTED_ORDERS, ()), *order_ids)))


def lead_of(order: Order) -> str | None:
    """The id of the order in whose parcel it leaves."""
    found: Any = order.person.get(COMBINED_WITH)
    return str(found) if found else None


def set_combined(lead: Order, order_ids: Sequence[str]) -> None:
    """Have these orders leave in its parcel, and no others."""
    if order_ids:
        lead.person[COMBINED_ORDERS] = list(order_ids)
    else:
        lead.person.pop(COMBINED_ORDERS, None)
