"""Which orders an order was made of, and which were made of it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.application import Application
from engine.model.order import Order
from engine.model.order_link import OrderLink


@dataclass(frozen=True, slots=True)
class Kin:
    """Another order that one is linked with; `is_origin` says that this one was made of it."""

    link: OrderLink
    order: Order
    is_origin: bool


def list_kin(app: Application, account_id: str, order_id: str) -> list[Kin]:
    """The orders that one is linked with, the oldest link first."""
    with app.reading() as uow:
        links = uow.order_links.list_for(account_id, [order_id])
        others = {link: link.origin_id if link.order_id == order_id else link.order_id for link in links}
        orders = {order.id: order for order in uow.orders.get_many(account_id, list(others.values()))} if links else {}
    return [Kin(link, orders[other], link.origin_id == other) for link, other in others.items()]
