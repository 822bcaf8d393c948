"""Calls requests off when their orders need no provider any longer, and takes them up again when they do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.events import (
    ClosedUpstream,
    OrderDelegated,
    OrderEvent,
    ReopenedUpstream,
    ShipmentTakenBack,
    ShippedFromHere,
    publish,
)
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.fulfillment import FulfillmentRequest, RequestAction
from engine.model.order import ON_HOLD, Order, OrderAction
from engine.model.sentence import Sentence
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.fulfillment.delegate import request_lines
from rules.messages import Text

TAKEN_OVER = "shipped_by_merchant"  # why a request was called off

NOT_REINSTATED = Text(
    "Order {order} was withdrawn from its provider and came back changed: look at it and decide who ships it.",
    "El pedido {order} se retiró de su proveedor y ha vuelto cambiado: revísalo y decide quién lo envía.",
)


def cancel_closed(_app: Application, uow: UnitOfWork, events: Sequence[ClosedUpstream]) -> None:
    """Cancel the live requests of orders that the store wants shipped from here no longer."""
    requests = _requests_of(uow, events)
    for event in events:
        for request in requests.get(event.order.id, ()):
            if request.may(RequestAction.CANCEL, Side.SYSTEM):
                uow.fulfillment.update_request(request.cancel(Side.SYSTEM, event.reason))


def recall_shipped(_app: Application, uow: UnitOfWork, events: Sequence[ShippedFromHere]) -> None:
    """Call off the requests of orders that no provider has accepted, because the merchant ships them."""
    requests = _requests_of(uow, events)
    for event in events:
        order, actor = event.order, event.actor
        for request in requests.get(order.id, ()):
            if request.may(RequestAction.CANCEL, Side.MERCHANT):
                uow.fulfillment.update_request(request.cancel(Side.MERCHANT, TAKEN_OVER))
                uow.audit.append(
                    [
                        AuditEntry(order.account_id, event.at, actor, "order.recalled", order.id, None, TAKEN_OVER),
                        AuditEntry(request.provider_id, event.at, actor, "request.cancelled", request.id, None, TAKEN_OVER),
                    ]
                )


def reinstate_reopened(app: Application, uow: UnitOfWork, events: Sequence[ReopenedUpstream]) -> None:
    """Take up again what was asked before orders were closed, now that they are to be shipped from here again."""
    requests = _requests_of(uow, events)
    for event in events:
        of_order = requests.get(event.order.id)
        if of_order and of_order[-1].may(RequestAction.REINSTATE, Side.SYSTEM):
            _reinstate(app, uow, event.order, of_order[-1], Side.SYSTEM, event.at, "import")


def reinstate_taken_back(app: Application, uow: UnitOfWork, events: Sequence[ShipmentTakenBack]) -> None:
    """Take up again what shipping orders from here had called off, and nothing else."""
    requests = _requests_of(uow, events)
    for event in events:
        of_order = requests.get(event.order.id)
        if of_order and of_order[-1].state_reason == TAKEN_OVER and of_order[-1].may(RequestAction.REINSTATE, Side.MERCHANT):
            _reinstate(app, uow, event.order, of_order[-1], Side.MERCHANT, event.at, event.actor)


def _requests_of(uow: UnitOfWork, events: Sequence[OrderEvent]) -> dict[str, list[FulfillmentRequest]]:
    return uow.fulfillment.requests_by_order(events[0].order.account_id, [event.order.id for event in events])


def _reinstate(
    app: Application, uow: UnitOfWork, order: Order, request: FulfillmentRequest, side: Side, now: datetime, actor: str
) -> None:
    """Ask the provider again. A request leaves once in an order's life, so the rules send no second one.

    Where the order or its provider is another one by now, a person has to look.
    """
    same = order.document().get("logistics_provider") == uow.accounts.get(request.provider_id).slug
    if same and order.may(OrderAction.HAND_OVER) and order.status() != ON_HOLD and request_lines(order) == request.lines:
        again = request.reinstate(side)
        uow.fulfillment.update_request(again)
        order.hand_over(now)
        entry = AuditEntry(order.account_id, now, actor, "order.delegated", order.id, None, order.status())
        uow.audit.append([entry, AuditEntry(request.provider_id, now, actor, "request.reinstated", request.id)])
        publish(app, uow, [OrderDelegated(order, now, again)])
        return
    order.flag(NEEDS_ATTENTION)
    alert_id = f"alr_{request.id}_{order.revision}"
    sentence = Sentence.of(NOT_REINSTATED, order=order.order_number)
    uow.alerts.add(Alert(alert_id, order.account_id, order.id, sentence, now))
