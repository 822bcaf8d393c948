"""What becomes of an order without anybody's help: what happens next, and when."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.decide.decision import SKIPPED
from engine.model.fulfillment import ShipmentState
from engine.model.job import Job, JobKind, JobState
from engine.model.order import OrderState
from engine.model.request import RequestState, Work
from engine.model.sentence import Sentence
from engine.services.attention.next_action import Cause, NextAction, Owner
from engine.services.attention.reasons import AWAITING_PAYMENT
from engine.services.attention.situation import Situation
from engine.services.fulfillment.order_requests import OrderRequest
from rules.messages import Text

UNPAID = Text(
    "Not paid yet: the next import after the payment brings it on.",
    "Aún sin pagar: la siguiente importación tras el pago lo hace avanzar.",
)
BUYING = Text("Its label is being bought.", "Se está comprando su etiqueta.")
HANDING_OVER = Text("It is being handed over to its provider.", "Se está delegando en su proveedor.")
ANSWERS = Text("{provider} has it and has not answered yet.", "{provider} lo tiene y aún no ha respondido.")
SHIPS = Text("{provider} ships it.", "{provider} lo envía.")
SCHEDULED = Text("{provider} ships it, not before the time asked for.", "{provider} lo envía, no antes de la fecha pedida.")
GOES_THEN = Text("It goes to {provider} at the time asked for.", "Pasa a {provider} en la fecha pedida.")
GIVES_BACK = Text("{provider} has been asked to give it back.", "Se ha pedido a {provider} que lo devuelva.")
STOPPED = Text(
    "Nothing is sent for {client} now: it waits until that ends.", "Ahora no se envía nada para {client}: espera a que termine."
)
TELLING = Text("Shipped; the store is being told.", "Enviado; se está avisando a la tienda.")
SHIPPED = Text("Shipped: nothing is left to do.", "Enviado: no queda nada por hacer.")
SHIPPED_THERE = Text("Shipped in the store: nothing is left to do here.", "Enviado en la tienda: aquí no queda nada por hacer.")
CANCELLED = Text("Cancelled: nothing is left to do.", "Cancelado: no queda nada por hacer.")
LEFT_OUT = Text("Left out by a rule: it is not shipped from here.", "Excluido por una regla: no se envía desde aquí.")
WITH_ANOTHER = Text(
    "It leaves in the parcel of another order: there is nothing to do here.",
    "Sale en el paquete de otro pedido: aquí no hay nada que hacer.",
)
WAITS = Text("Nothing is to be done now.", "Ahora no hay nada que hacer.")
_OPEN = (JobState.DUE, JobState.RUNNING, JobState.WAITING)


_AT_SOME_TIME = datetime.max.replace(tzinfo=UTC)


def by_itself(situation: Situation) -> list[NextAction]:
    """Of an order about which nobody of its account has to do anything: one thing, or what each of its providers does, that which
    is due first.
    """
    order = situation.order
    open_requests = [asked for asked in situation.own_requests if asked.is_open]
    is_over = order.state in (OrderState.CANCELLED, OrderState.SKIPPED) or SKIPPED in order.flags
    if open_requests and not is_over and not situation.labels:
        return sorted(map(_at_provider, open_requests), key=lambda action: action.until or _AT_SOME_TIME)
    return [_one_thing(situation)]


def _one_thing(situation: Situation) -> NextAction:
    order = situation.order
    if order.state in (OrderState.CANCELLED, OrderState.SKIPPED) or SKIPPED in order.flags:
        words = CANCELLED if order.state is OrderState.CANCELLED else LEFT_OUT
        return _ended(situation, words)
    if situation.labels:
        since = situation.labels[-1].created_at
        return NextAction(Cause.BUYING_LABEL, Sentence.of(BUYING), Owner.CARRIER, since, who=situation.labels[-1].carrier)
    if handing := _job(situation, JobKind.DELEGATE, JobKind.SEND_REQUEST):
        until = handing.not_before if handing.not_before > situation.now else None
        return NextAction(Cause.HANDING_OVER, Sentence.of(HANDING_OVER), Owner.RELEVO, handing.created_at, until=until)
    asked = situation.client_request
    if asked is not None and asked.stopped is not None:
        words = Sentence.of(STOPPED, client=asked.other)
        return NextAction(
            Cause.AT_PROVIDER, words, Owner.ACCOUNT, order.updated_at, until=asked.stopped.closed_until, who=asked.other
        )
    if order.state is OrderState.SHIPPED:
        return _shipped(situation)
    if order.status() == AWAITING_PAYMENT:
        return NextAction(Cause.AWAITING_PAYMENT, Sentence.of(UNPAID), Owner.STORE, order.imported_at)
    words = WITH_ANOTHER if order.state is OrderState.COMBINED else WAITS
    return NextAction(Cause.ENDED, Sentence.of(words), Owner.NOBODY, order.updated_at)


def _at_provider(asked: OrderRequest) -> NextAction:
    request = asked.request
    if asked.work is Work.SCHEDULED and request.state is RequestState.REQUESTED:
        waits = Sentence.of(GOES_THEN, provider=asked.other)
        when, what = request.not_before, request.id
        return NextAction(Cause.AT_PROVIDER, waits, Owner.RELEVO, request.created_at, until=when, who=asked.other, subject=what)
    words = SCHEDULED if asked.work is Work.SCHEDULED else SHIPS
    if request.state is not RequestState.ACCEPTED:
        words = ANSWERS if request.state is RequestState.REQUESTED else GIVES_BACK
    until = request.not_before if asked.work is Work.SCHEDULED else request.fulfil_by
    since = request.changed_at or request.created_at
    reason = Sentence.of(words, provider=asked.other)
    return NextAction(Cause.AT_PROVIDER, reason, Owner.PROVIDER, since, until=until, who=asked.other, subject=request.id)


def _shipped(situation: Situation) -> NextAction:
    order, telling = situation.order, _job(situation, JobKind.NOTIFY_STORE)
    if telling is not None:
        until = telling.not_before if telling.not_before > situation.now else None
        return NextAction(Cause.TELLING, Sentence.of(TELLING), Owner.RELEVO, telling.created_at, until=until)
    left = [one.shipped_at for one in situation.shipments if one.state is ShipmentState.SHIPPED and one.shipped_at]
    if not left:
        return _ended(situation, SHIPPED_THERE)
    return NextAction(
        Cause.ON_ITS_WAY, Sentence.of(SHIPPED), Owner.NOBODY, max(left), who=str(order.document().get("carrier") or "")
    )


def _ended(situation: Situation, words: Text) -> NextAction:
    return NextAction(Cause.ENDED, Sentence.of(words), Owner.NOBODY, situation.order.updated_at)


def _job(situation: Situation, *kinds: JobKind) -> Job | None:
    return next((job for job in situation.jobs if job.kind in kinds and job.state in _OPEN), None)
