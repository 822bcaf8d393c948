"""Gives an order the state that follows from what providers were asked and what has shipped."""

from __future__ import annotations

from datetime import datetime

from engine.model.order import OVERDUE, Order
from engine.model.transitions import IllegalTransition
from engine.ports import UnitOfWork


def settle_order(uow: UnitOfWork, order: Order, now: datetime) -> None:
    """Give an order the state that follows from its requests and shipments as they are kept; one that is closed stays so.

    It is late no longer where no provider is late with anything of it.
    """
    requests = uow.requests.list_for_order(order.account_id, order.id)
    shipments = uow.fulfillment.list_shipments(order.account_id, order.id)
    if not any(request.is_overdue(now) for request in requests):
        order.unflag(OVERDUE)
    try:
        order.settle(requests, shipments, now)
    except IllegalTransition:
        return
