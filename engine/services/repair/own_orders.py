"""Whose an order is: what a client has handed over is its client's to cancel, split or combine."""

from __future__ import annotations

from engine.model.order import Order
from engine.ports import UnitOfWork
from engine.services.fulfillment.request_words import names_of
from engine.services.refusals import Refused
from rules.messages import Text

CLIENTS = Text(
    "Order {order} is {client}'s: only they can do that. Reject or close the request instead, or write to them.",
    "El pedido {order} es de {client}: eso solo puede hacerlo {client}. Rechaza o cierra la solicitud, o escríbele.",
)


def check_own(uow: UnitOfWork, order: Order) -> None:
    """Whether the order is the account's own, not one that it ships for a client. Raises Refused."""
    request = uow.requests.find_by_copy(order.account_id, order.id)
    if request is not None:
        client = names_of(uow, request, order.account_id)["client"]
        raise Refused("clients_order", CLIENTS, order=order.order_number, client=client)
