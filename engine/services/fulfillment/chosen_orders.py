"""Hands many chosen orders over, or takes them back, with a result for each: one that is refused keeps no other back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.application import Application
from engine.model.request import FulfillmentRequest
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.recall_order import recall_order
from engine.services.refusals import Refused
from rules.messages import Message


@dataclass(frozen=True, slots=True)
class OrderResult:
    """What became of one of the orders: the request, or why it was refused."""

    order_id: str
    order_number: str | None  # None where the account has no such order
    request: FulfillmentRequest | None = None
    refusal: Message | None = None


def delegate_orders(app: Application, account_id: str, order_ids: Sequence[str], asking: Asking, actor: str) -> list[OrderResult]:
    """Hand each order over to a provider."""
    return _each(app, account_id, order_ids, lambda order_id: delegate_order(app, account_id, order_id, asking, actor))


def recall_orders(app: Application, account_id: str, order_ids: Sequence[str], actor: str) -> list[OrderResult]:
    """Take each order back from its provider."""
    return _each(app, account_id, order_ids, lambda order_id: recall_order(app, account_id, order_id, actor))


def _each(
    app: Application, account_id: str, order_ids: Sequence[str], do: Callable[[str], FulfillmentRequest]
) -> list[OrderResult]:
    wanted = list(dict.fromkeys(order_ids))
    with app.reading() as uow:
        numbers = {order.id: order.order_number for order in uow.orders.get_many(account_id, wanted)}
    results = []
    for order_id in wanted:
        try:
            results.append(OrderResult(order_id, numbers.get(order_id), do(order_id)))
        except Refused as refusal:
            results.append(OrderResult(order_id, numbers.get(order_id), refusal=refusal.message))
    return results
