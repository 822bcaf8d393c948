"""A merchant takes back what a provider was asked to ship."""

from __future__ import annotations

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.request import FulfillmentRequest, RequestAction, RequestState
from engine.model.request_message import MessageKind
from engine.model.transitions import IllegalTransition, Side
from engine.ports import NotFound
from engine.services.fulfillment.announce import announce
from engine.services.fulfillment.delegate import record
from engine.services.fulfillment.request_words import not_allowed
from engine.services.fulfillment.settle_order import settle_order
from engine.services.refusals import NO_ORDER, Refused
from rules.messages import Text

NOT_DELEGATED = Text(
    "Order {order} is with no provider: there is nothing to recall.",
    "El pedido {order} no está en manos de ningún proveedor: no hay nada que retirar.",
)
NO_SUCH_REQUEST = Text('Order {order} has no request "{request}".', 'El pedido {order} no tiene ninguna solicitud "{request}".')
WHICH_REQUEST = Text(
    "Order {order} is with several providers: say which request to recall, one of {requests}.",
    "El pedido {order} está en manos de varios proveedores: indica qué solicitud retirar, una de {requests}.",
)


def recall_order(
    app: Application, account_id: str, order_id: str, actor: str, request_id: str | None = None
) -> FulfillmentRequest:
    """The request, cancelled, or, where its work has begun, waiting for the provider's answer. Raises Refused."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        try:
            order = uow.orders.get(account_id, order_id, for_change=True)
        except NotFound:
            raise Refused("no_order", NO_ORDER, order=order_id) from None
        requests = uow.requests.list_for_order(account_id, order_id, for_change=True)
        if request_id is not None:
            requests = [request for request in requests if request.id == request_id]
            if not requests:
                raise Refused("no_request", NO_SUCH_REQUEST, order=order.order_number, request=request_id)
        live = [request for request in requests if request.is_open(now)]
        if len(live) > 1:
            raise Refused("which_request", WHICH_REQUEST, order=order.order_number, requests=", ".join(one.id for one in live))
        if not requests:
            raise Refused("not_delegated", NOT_DELEGATED, order=order.order_number)
        request = (live or requests)[-1]
        try:
            recalled = request.take(RequestAction.RECALL, Side.MERCHANT, now)
        except IllegalTransition:
            raise not_allowed(uow, request, account_id, now) from None
        uow.requests.update(recalled)
        record(uow, recalled, MessageKind.RECALLED, Side.MERCHANT, actor, now)
        before = order.status()
        if recalled.state is RequestState.CANCELLED:
            settle_order(uow, order, now)
        uow.orders.update_many([order])
        announce(app, uow, [recalled], now)
        uow.audit.append(
            [
                AuditEntry(account_id, now, actor, "order.recalled", order.id, before, order.status()),
                AuditEntry(request.provider_id, now, "client", f"request.{recalled.state.value}", request.id),
            ]
        )
        uow.commit()
    app.wake.notify()
    return recalled
