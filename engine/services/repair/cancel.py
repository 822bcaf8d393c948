"""People cancel orders, and want them after all: what they cancelled, or what a rule left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.events import OrderCancelled, OrderRestored, publish
from engine.model.audit import AuditEntry
from engine.model.fulfillment import ShipmentState
from engine.model.job import PERSON_WAITS
from engine.model.label import LabelPurpose, LabelState
from engine.model.order import JOINED, Order, OrderAction, OrderState
from engine.model.order_words import status_words
from engine.model.request import RequestAction, RequestState
from engine.model.sentence import Sentence
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.deciding.order_facts import NO_FACTS
from engine.services.deciding.run_rules import Rulebook, keep_outcomes
from engine.services.fulfillment.combined_parcels import check_has_no_others, check_ships_itself
from engine.services.fulfillment.parts_together import lock_together
from engine.services.fulfillment.request_words import names_of
from engine.services.fulfillment.telling import tell_if_complete
from engine.services.fulfillment.units_to_ship import check_nothing_is_bought, get_order
from engine.services.refusals import Refused
from engine.services.repair.own_orders import check_own
from rules.actions.dont_import import TAKEN_IN
from rules.messages import Text

LONGEST_REASON = 500

NO_REASON = Text(
    "Say in 1 to {limit} characters why the order is cancelled.", "Di en 1 a {limit} caracteres por qué se cancela el pedido."
)
HAS_SHIPPED = Text(
    "Order {order} has left, or a part of it has: {shipments}. Take that back first, then cancel it.",
    "El pedido {order} ha salido, entero o en parte: {shipments}. Deshaz antes ese envío y cancélalo después.",
)
SHIPPED_IN_STORE = Text("in the store", "en la tienda")
NOT_CANCELLABLE = Text(
    'Order {order} cannot be cancelled: its status is "{status}".',
    'El pedido {order} no se puede cancelar: su estado es "{status}".',
)
NOT_RESTORABLE = Text(
    'Order {order} cannot be restored: its status is "{status}".',
    'El pedido {order} no se puede restaurar: su estado es "{status}".',
)
STORE_CANCELLED = Text(
    "Order {order} was closed by its store: it comes back when the store wants it shipped again. If it is to leave all the same, "
    "duplicate it.",
    "El pedido {order} lo cerró su tienda: vuelve cuando la tienda quiera enviarlo de nuevo. Si tiene que salir de todos modos, "
    "duplícalo.",
)

WAS_JOINED = Text(
    "Order {order} was a part and was joined with its original again: split that one anew.",
    "El pedido {order} era una parte y se unió de nuevo al original: vuelve a dividir ese.",
)

TAKEN_BACK = Text(
    "{provider} has it and has not begun: the request is taken back at once.",
    "Lo tiene {provider} y no ha empezado: la solicitud se retira al momento.",
)
ASKED_BACK = Text(
    "{provider} has begun, perhaps with a label: it is asked to give the order back, and until it answers the parcel may leave.",
    "{provider} ya ha empezado, quizá con una etiqueta: se le pide que devuelva el pedido y, hasta que conteste, el paquete "
    "puede salir.",
)
ASKED_ALREADY = Text(
    "{provider} was asked to give it back and has not answered: until then the parcel may leave.",
    "A {provider} ya se le pidió que lo devolviera y no ha contestado: hasta entonces el paquete puede salir.",
)
LABEL_STAYS = Text(
    "The label {numbers} ({carrier}) stays paid: void it on the order's page if nobody needs it.",
    "La etiqueta {numbers} ({carrier}) sigue pagada: anúlala en la página del pedido si nadie la necesita.",
)
HOLD_STAYS = Text("It stays on hold, should it be restored.", "Seguirá retenido si se restaura.")
STORE_UNTOLD = Text(
    "The store is not told: cancel it there too. What the store changes later is taken over, and the order stays cancelled.",
    "No se avisa a la tienda: cancélalo también allí. Lo que la tienda cambie después se recoge y el pedido sigue cancelado.",
)
CAN_BE_RESTORED = Text("It can be restored at any time.", "Se puede restaurar en cualquier momento.")


@dataclass(frozen=True, slots=True)
class Cancelling:
    """An order, and what cancelling it does, in sentences."""

    order: Order
    says: tuple[Sentence, ...]


def plan_cancel(app: Application, account_id: str, order_id: str) -> Cancelling:
    """What cancelling an order would do, as of now. Raises Refused."""
    with app.reading() as uow:
        return _plan(uow, get_order(uow, account_id, order_id, for_change=False), app.clock.now())


def cancel_order(app: Application, account_id: str, order_id: str, reason: str, actor: str) -> Cancelling:
    """The order, cancelled for a reason of 1 to 500 characters, and what that has done. Raises Refused."""
    reason, now = reason.strip(), app.clock.now()
    with app.unit_of_work() as uow:
        known = get_order(uow, account_id, order_id, for_change=False)
        together = lock_together(uow, known)  # all of them, so that whoever ships another part waits, and is seen
        order = next(one for one in together if one.id == order_id)
        uow.requests.list_for_order(account_id, order_id, for_change=True)
        done = _plan(uow, order, now)
        if not 0 < len(reason) <= LONGEST_REASON:
            raise Refused("no_reason", NO_REASON, limit=LONGEST_REASON)
        before = order.status()
        order.cancel(now)
        publish(app, uow, [OrderCancelled(order, now, actor)])
        uow.orders.update_many([order])
        tell_if_complete(uow, together, now)
        uow.audit.append([AuditEntry(account_id, now, actor, "order.cancelled", order.id, before, [order.status(), reason])])
        uow.commit()
    app.wake.notify()
    return done


def restore_order(app: Application, account_id: str, order_id: str, actor: str) -> Order:
    """An order that a person cancelled, or that a rule left out, as one to be shipped; the rules have run over it again.

    The provider that had it is asked again, if the rules still choose it. What a rule left out stays in from then on, whatever
    rules say. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        order = get_order(uow, account_id, order_id)
        check_own(uow, order)
        before = order.status()
        if order.may(OrderAction.TAKE_IN):
            order.take_in(now)
            order.person[TAKEN_IN] = True
        elif order.is_cancelled_here:
            order.restore(now)
        else:
            raise _not_restorable(order)
        rulebook = Rulebook.open(app, uow, uow.accounts.get(account_id))
        facts = rulebook.facts(uow, [order], now).get(order.id, NO_FACTS)
        outcome = rulebook.run(order, "reprocess", now, facts)
        publish(app, uow, [OrderRestored(order, now, actor)])
        uow.orders.update_many([order])
        keep_outcomes(uow, rulebook, [outcome], PERSON_WAITS)
        uow.audit.append([AuditEntry(account_id, now, actor, "order.restored", order.id, before, order.status())])
        uow.commit()
    app.wake.notify()
    return order


def may_restore(order: Order) -> bool:
    """Whether a person may want it shipped after all."""
    return order.may(OrderAction.TAKE_IN) or order.is_cancelled_here


def _not_restorable(order: Order) -> Refused:
    if order.state_reason == JOINED:
        return Refused("was_joined", WAS_JOINED, order=order.order_number)
    if order.state is OrderState.CANCELLED:
        return Refused("store_cancelled", STORE_CANCELLED, order=order.order_number)
    return Refused("not_restorable", NOT_RESTORABLE, order=order.order_number, status=status_words(order.status()))


def _plan(uow: UnitOfWork, order: Order, now: datetime) -> Cancelling:
    check_own(uow, order)
    check_ships_itself(uow, order)
    check_has_no_others(order)
    if order.state in (OrderState.SHIPPED, OrderState.PARTIALLY_SHIPPED):
        raise Refused("has_shipped", HAS_SHIPPED, order=order.order_number, shipments=_shipments(uow, order))
    if not order.may(OrderAction.CANCEL):
        raise Refused("not_cancellable", NOT_CANCELLABLE, order=order.order_number, status=status_words(order.status()))
    check_nothing_is_bought(uow, order.account_id, order.id)
    return Cancelling(order, (*_at_providers(uow, order, now), *_what_stays(uow, order)))


def _shipments(uow: UnitOfWork, order: Order) -> Text | str:
    shipments = uow.fulfillment.list_shipments(order.account_id, order.id)
    left = [one for one in shipments if one.state is ShipmentState.SHIPPED]
    named = (" ".join((one.carrier, *one.numbers)) + f" ({one.id})" for one in left)
    return ", ".join(named) or SHIPPED_IN_STORE


def _at_providers(uow: UnitOfWork, order: Order, now: datetime) -> Iterator[Sentence]:
    for request in uow.requests.list_for_order(order.account_id, order.id):
        if not request.is_live:
            continue
        provider = names_of(uow, request, order.account_id)["provider"]
        if not request.may(RequestAction.RECALL, Side.MERCHANT, now):
            yield Sentence.of(ASKED_ALREADY, provider=provider)
            continue
        back = request.take(RequestAction.RECALL, Side.MERCHANT, now)
        yield Sentence.of(TAKEN_BACK if back.state is RequestState.CANCELLED else ASKED_BACK, provider=provider)


def _what_stays(uow: UnitOfWork, order: Order) -> Iterator[Sentence]:
    for label in uow.labels.list_for_order(order.account_id, order.id):
        if label.purpose is LabelPurpose.RETURN and label.state is LabelState.BOUGHT:
            yield Sentence.of(LABEL_STAYS, numbers=", ".join(label.tracking_numbers), carrier=label.carrier)
    if order.holds:
        yield Sentence.of(HOLD_STAYS)
    if order.store_id is not None:
        yield Sentence.of(STORE_UNTOLD)
    yield Sentence.of(CAN_BE_RESTORED)
