"""What people are told of orders that their store no longer wants shipped from here, after something of them was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.fulfillment import ShipmentState
from engine.model.order import Order, OrderState
from engine.model.sentence import Sentence
from engine.model.store_kind import Capability, StoreKind
from engine.ports import UnitOfWork
from rules.messages import Message, Text

LABELLED = Text(
    "Order {order} has a label, but {kind} no longer wants it shipped from here: {problem} Decide whether the parcel goes.",
    "El pedido {order} tiene etiqueta, pero {kind} ya no quiere que salga de aquí: {problem} Decide si el paquete sale.",
)
SHIPPED = Text(
    "Order {order} counts as shipped, but {kind} no longer wants it shipped from here: {problem} Decide whether the parcel goes.",
    "El pedido {order} consta como enviado, pero {kind} ya no quiere que salga de aquí: {problem} Decide si el paquete sale.",
)
LEFT_IN_PART = Text(
    "A part of order {order} has left, and {kind} no longer wants the rest shipped from here: {problem} What a provider has not "
    "sent yet is recalled.",
    "Una parte del pedido {order} ya ha salido y {kind} ya no quiere que el resto salga de aquí: {problem} Lo que un proveedor "
    "aún no ha enviado se retira.",
)


def flag_labelled(uow: UnitOfWork, kind: StoreKind, order: Order, problem: Message, now: datetime) -> bool:
    """A parcel may be on its way already: a person has to decide. Told once for each reason; whether it was told now."""
    return _flag(uow, kind, order, problem, now, LABELLED, "labelled")


def flag_shipped(uow: UnitOfWork, kind: StoreKind, order: Order, problem: Message, now: datetime) -> bool:
    """The same of an order without a label made here that counts as shipped."""
    return _flag(uow, kind, order, problem, now, SHIPPED, "shipped")


def left_in_part(uow: UnitOfWork, orders: Sequence[Order]) -> set[str]:
    """The ids of those of one account of which something has left, in a parcel of their own or in another order's."""
    combined = [order for order in orders if order.state is OrderState.COMBINED]
    sent = uow.fulfillment.shipments_by_order(combined[0].account_id, [order.id for order in combined]) if combined else {}
    gone = {order_id for order_id, own in sent.items() if any(one.state is ShipmentState.SHIPPED for one in own)}
    return gone | {order.id for order in orders if order.state is OrderState.PARTIALLY_SHIPPED}


def tell_left_in_part(uow: UnitOfWork, kind: StoreKind, order: Order, problem: Message, now: datetime) -> None:
    """The order is closed although a part of it has left. Of a client's both sides know: people of one ended the request."""
    if not kind.can(Capability.REQUESTS):
        _tell(uow, kind, order, problem, now, LEFT_IN_PART, "left_in_part")


def _flag(uow: UnitOfWork, kind: StoreKind, order: Order, problem: Message, now: datetime, text: Text, code: str) -> bool:
    is_new = _tell(uow, kind, order, problem, now, text, code)
    if is_new:
        order.flag(NEEDS_ATTENTION)
        order.updated_at = now
    return is_new


def _tell(uow: UnitOfWork, kind: StoreKind, order: Order, problem: Message, now: datetime, text: Text, code: str) -> bool:
    sentence = Sentence.of(text, order=order.order_number, kind=kind.name, problem=problem)
    alert_id = f"alr_{order.id}_{problem.code}_{code}"
    return uow.alerts.add(Alert(alert_id, order.account_id, order.id, sentence, now))
