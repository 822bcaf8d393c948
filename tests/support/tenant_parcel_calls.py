"""The repositories of orders that leave in one parcel, called with one account's id and another's things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from support.tenants import Things

from engine.model.order_link import LinkKind

PARCEL_CALLS: Mapping[str, Callable[[Any, str, Things], object]] = {
    "OrderLinks.remove": lambda uow, own, it: uow.order_links.remove(own, it.order.id, LinkKind.DUPLICATE),
    "Orders.list_to_recipient": lambda uow, own, it: uow.orders.list_to_recipient(own, it.name, "28004", 9),
}
