"""Orders of which one was made of the other."""

from __future__ import annotations

from typing import Any

from support.examples import NOON

from engine.model.order import Order
from engine.model.order_link import LinkKind, OrderLink


def keep_order(uow: Any, order: Order) -> None:
    """Keep an order, and that it is a duplicate: of itself, to have no other."""
    uow.orders.add_many([order], "run_1")
    uow.order_links.add(OrderLink(order.account_id, order.id, order.id, LinkKind.DUPLICATE, NOON, "usr_1"))
