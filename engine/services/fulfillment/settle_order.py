"""Gives an order the state that follows from what providers were asked and what has shipped."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from engine.model.order import OVERDUE, Order, OrderState
from engine.model.transitions import IllegalTransition
from engine.model.write_back import ASKS_PARTS
from engine.ports import UnitOfWork


def settle_order(uow: UnitOfWork, order: Order, now: datetime) -> None:
    """Give an order the state that follows from its requests and shipments as they are kept; one that is closed stays so.

    It is late no longer where no provider is late with anything of it, and nobody is asked about parts where there are none.
    """
    settle_orders(uow, [order], now)


def settle_orders(uow: UnitOfWork, orders: Sequence[Order], now: datetime) -> None:
    """The same for several orders of one account."""
    account_id, ids = orders[0].account_id, [order.id for order in orders]
    asked = uow.requests.by_order(account_id, ids)
    shipped = uow.fulfillment.shipments_by_order(account_id, ids)
    for order in orders:
        requests = asked.get(order.id, ())
        if not any(request.is_overdue(now) for request in requests):
            order.unflag(OVERDUE)
        if not _is_shipped_upstream(order):
            with suppress(IllegalTransition):
                order.settle(requests, shipped.get(order.id, ()), now)
        if order.state is not OrderState.PARTIALLY_SHIPPED:
            order.unflag(ASKS_PARTS)


def _is_shipped_upstream(order: Order) -> bool:
    """Whether its store has shipped it of its own accord: then it stays so, whatever is taken back here."""
    return order.state is OrderState.SHIPPED and order.state_reason is not None
