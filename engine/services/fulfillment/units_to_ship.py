"""What of an order may leave from here now, or the sentence that says why nothing may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.model.connection import Connection
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.label import Label, units_being_bought
from engine.model.moment_words import moment_words
from engine.model.order import Order, OrderState
from engine.model.request import FulfillmentRequest, RequestState
from engine.model.sentence import Sentence
from engine.ports import NotFound, UnitOfWork
from engine.services.fulfillment.combined_parcels import check_ships_itself
from engine.services.fulfillment.request_words import names_of, not_allowed
from engine.services.refusals import NO_ORDER, Refused
from rules.messages import LANGUAGES, Text

NO_LINES = Text(
    "Order {order} cannot be shipped: it has no line with a quantity above 0.",
    "El pedido {order} no se puede enviar: no tiene ninguna línea con cantidad mayor que 0.",
)
ON_HOLD = Text(
    "Order {order} is on hold: release it first, then ship it.",
    "El pedido {order} está retenido: libéralo primero y envíalo después.",
)
HELD_BY_CLIENT = Text(
    "Order {order} is held by {client}: only they can release it.",
    "El pedido {order} lo retiene {client}: solo {client} puede liberarlo.",
)
WANTED_BACK = Text(
    "{client} wants order {order} back: answer that first, with *Give back* or *Refuse* on the order's page, or with "
    "`requests grant-cancel {request}` or `requests refuse-cancel {request}`. If it has left all the same, record that with "
    "`orders ship`.",
    "{client} pide que se le devuelva el pedido {order}: responde antes, con *Devolver* o *No devolver* en la página del pedido, "
    "o con `requests grant-cancel {request}` o `requests refuse-cancel {request}`. Si aun así ya ha salido, regístralo con "
    "`orders ship`.",
)
AT_PROVIDER = Text(
    "Order {order} is with the logistics provider {provider}: recall it first, then ship it. Goods must not leave twice.",
    "El pedido {order} está en manos del proveedor de logística {provider}: retíralo primero y envíalo después. La mercancía no "
    "debe salir dos veces.",
)
ON_STOP = Text(
    "Nothing is sent for {client} now ({why}): its orders come in and wait.",
    "Ahora no se envía nada para {client} ({why}): sus pedidos entran y esperan.",
)
CLOSED_UNTIL = Text("closed until {when}", "cerrado hasta el {when}")
PROVIDER_HAS_SHIPPED = Text(
    "All of order {order} has left already: {provider} has shipped it. Its tracking numbers come here in a moment.",
    "Todo el pedido {order} ha salido ya: lo ha enviado {provider}. Sus números de seguimiento llegan en un momento.",
)
CANCELLED = Text(
    "Order {order} is cancelled: there is nothing to ship.", "El pedido {order} está cancelado: no hay nada que enviar."
)
SKIPPED = Text(
    "Order {order} was left out by a rule: take it in, then ship it.",
    "Una regla dejó fuera el pedido {order}: admítelo y envíalo después.",
)
LABEL_BEING_BOUGHT = Text(
    "A label for order {order} is being bought right now, by {carrier} {service}: look again in a moment.",
    "Se está comprando ahora mismo una etiqueta para el pedido {order}, con {carrier} {service}: vuelve a mirar en un momento.",
)
_REFUSALS = {OrderState.CANCELLED: CANCELLED, OrderState.SKIPPED: SKIPPED}


def get_order(uow: UnitOfWork, account_id: str, order_id: str, *, for_change: bool = True) -> Order:
    """An order, locked, or only looked at. Raises Refused."""
    try:
        return uow.orders.get(account_id, order_id, for_change=for_change)
    except NotFound:
        raise Refused("no_order", NO_ORDER, order=order_id) from None


def lock_own_request(uow: UnitOfWork, account_id: str, order_id: str, now: datetime) -> FulfillmentRequest | None:
    """Lock the request that a client's order stands for, which must still be the provider's. Raises Refused."""
    request = uow.requests.find_by_copy(account_id, order_id, for_change=True)
    if request is not None:
        check_own_request(uow, request, now)
    return request


def check_own_request(uow: UnitOfWork, request: FulfillmentRequest, now: datetime) -> None:
    """Whether a client's order may still be shipped for it. Raises Refused."""
    if not request.is_live:
        raise not_allowed(uow, request, request.provider_id, now)
    connection = None if request.connection_id is None else uow.connections.get(request.provider_id, request.connection_id)
    if connection is not None and connection.stopped(now):
        raise Refused("on_stop", ON_STOP, client=connection.client_name, why=_why_stopped(uow, connection))


@dataclass(frozen=True, slots=True)
class Claims:
    """Who else has units of an order: what has left, what providers were asked for, labels that are being bought."""

    shipments: Sequence[Shipment] = ()
    requests: Sequence[FulfillmentRequest] = ()
    labels: Sequence[Label] = ()


def claims_on(uow: UnitOfWork, account_id: str, order_ids: Sequence[str]) -> dict[str, Claims]:
    """Of each of these orders."""
    shipments = uow.fulfillment.shipments_by_order(account_id, order_ids)
    requests = uow.requests.by_order(account_id, order_ids)
    labels = uow.labels.being_bought(account_id, order_ids)
    return {one: Claims(shipments.get(one, ()), requests.get(one, ()), labels.get(one, ())) for one in order_ids}


def units_to_ship(
    uow: UnitOfWork, order: Order, claims: Claims, now: datetime, *, recalled: FulfillmentRequest | None = None
) -> dict[str, Decimal]:
    """The units of an order that may leave now, by line; never none. Raises Refused where it may not be shipped.

    `recalled`: the request that it stands for, of which it is told that it has left, whatever a recall holds.
    """
    check_ships_itself(uow, order)
    if order.state in _REFUSALS:
        raise Refused(order.state.value, _REFUSALS[order.state], order=order.order_number)
    if order.is_held and not is_held_by_recall_alone(order, recalled):
        raise why_held(uow, order)
    requests = claims.requests
    live = next((request for request in requests if request.is_open(now)), None)
    if live is not None:
        provider = names_of(uow, live, order.account_id)["provider"]
        raise Refused("at_provider", AT_PROVIDER, order=order.order_number, provider=provider)
    if not order.quantities():
        raise Refused("no_lines", NO_LINES, order=order.order_number)
    rest = _rest(order, claims)
    if not rest and claims.labels:
        raise being_bought(claims.labels[-1])
    if not rest:
        provider = names_of(uow, requests[-1], order.account_id)["provider"] if requests else ""
        raise Refused("provider_has_shipped", PROVIDER_HAS_SHIPPED, order=order.order_number, provider=provider)
    return rest


def is_held_by_recall_alone(order: Order, request: FulfillmentRequest | None) -> bool:
    """Whether nothing holds a client's order but that the client wants it back."""
    if request is None or request.state is not RequestState.CANCEL_REQUESTED:
        return False
    return order.is_held and not (request.held or order.holds or order.is_held_by_own_layer)


def why_held(uow: UnitOfWork, order: Order) -> Refused:
    """The refusal to ship an order that is held, which names the way out."""
    request = uow.requests.find_by_copy(order.account_id, order.id)
    if request is None or order.holds or order.is_held_by_own_layer:
        return Refused("on_hold", ON_HOLD, order=order.order_number)
    return why_client_holds(uow, order, request)


def why_client_holds(uow: UnitOfWork, order: Order, request: FulfillmentRequest) -> Refused:
    """The refusal to ship or release what its client holds, or wants back."""
    client = names_of(uow, request, order.account_id)["client"]
    if request.state is RequestState.CANCEL_REQUESTED:
        return Refused("wanted_back", WANTED_BACK, order=order.order_number, client=client, request=request.id)
    return Refused("held_by_client", HELD_BY_CLIENT, order=order.order_number, client=client)


def check_nothing_is_bought(uow: UnitOfWork, account_id: str, order_id: str) -> None:
    """Whether units of an order may become another's: not while a label of theirs is being bought. Raises Refused."""
    labels = uow.labels.being_bought(account_id, [order_id]).get(order_id)
    if labels:
        raise being_bought(labels[-1])


def being_bought(label: Label) -> Refused:
    """The refusal while a label of the same units is being bought."""
    named = {"order": label.request.order_number, "carrier": label.carrier, "service": label.service}
    return Refused("label_being_bought", LABEL_BEING_BOUGHT, **named)


def _why_stopped(uow: UnitOfWork, connection: Connection) -> Text | str:
    reason = connection.stop_reason.rstrip(".")
    if connection.closed_until is None:
        return reason
    zone = uow.accounts.get(connection.provider_id).time_zone
    until = Sentence.of(CLOSED_UNTIL, when=moment_words(connection.closed_until, zone))
    return Sentence(*("; ".join(filter(None, (until.format(language), reason))) for language in LANGUAGES))


def _rest(order: Order, claims: Claims) -> dict[str, Decimal]:
    """What of an order has not shipped."""
    rest = order.quantities()
    for key, quantity in units_gone(claims).items():
        rest[key] = rest.get(key, Decimal(0)) - quantity
    return {key: quantity for key, quantity in rest.items() if quantity > 0}


def units_gone(claims: Claims) -> dict[str, Decimal]:
    """What of an order has shipped, or is being labelled. What providers have shipped counts by their requests: the order hears
    of it later.
    """
    gone: dict[str, Decimal] = {}
    shipped = [one.lines for one in claims.shipments if one.state is ShipmentState.SHIPPED and one.request_id is None]
    shipped += [{line.line_key: line.shipped for line in request.lines} for request in claims.requests]
    for lines in (*shipped, units_being_bought(claims.labels)):
        for key, quantity in lines.items():
            gone[key] = gone.get(key, Decimal(0)) + quantity
    return gone
