"""What a provider answers about a change of an order that has a label: it takes the change over, or ships the order as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.fulfillment import ShipmentState
from engine.model.label import units_being_bought
from engine.model.mail import MailKind
from engine.model.order import Order
from engine.model.request import FulfillmentRequest, RequestAction, RequestLine, RequestState
from engine.model.request_change import RequestChange
from engine.model.request_message import MessageKind
from engine.model.sentence import Sentence, full_sentence
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.fulfillment.change_requests import CHANGE_REQUESTED, SHOW_ORDER, calm_down
from engine.services.fulfillment.change_words import parts_told
from engine.services.fulfillment.delegate import record
from engine.services.fulfillment.request_units import within_order
from engine.services.fulfillment.request_words import names_of, not_allowed
from engine.services.fulfillment.settle_order import settle_order
from engine.services.fulfillment.units_to_ship import being_bought
from engine.services.mail.reply_address import reply_address
from engine.services.mail.tell_people import tell_admins
from engine.services.refusals import Refused
from rules.messages import Text

LABEL_FIRST = Text(
    "A label has the old address: void it first (`orders void {shipment}`), then accept the change and make a new one.",
    "Una etiqueta lleva la dirección antigua: anúlala (`orders void {shipment}`), acepta después el cambio y haz otra.",
)
UNITS_FIRST = Text(
    "Of line {line} {shipped} units have a label or have left, and the client wants {wanted}: void the label first, then accept "
    "the change.",
    "De la línea {line} ya tienen etiqueta o han salido {shipped} unidades, y el cliente quiere {wanted}: anula primero la "
    "etiqueta y acepta después el cambio.",
)
TOLD = {
    RequestAction.ACCEPT_CHANGE: Text(
        "{provider} ships order {order} as you have changed it: {parts}.",
        "{provider} envía el pedido {order} como lo has cambiado: {parts}.",
    ),
    RequestAction.REFUSE_CHANGE: Text(
        "{provider} ships order {order} as it was, without your change ({parts}): {text}",
        "{provider} envía el pedido {order} como estaba, sin tu cambio ({parts}): {text}",
    ),
}
SUBJECTS = {
    RequestAction.ACCEPT_CHANGE: Text(
        "{provider} accepts your change of order {order}", "{provider} acepta cambiar el pedido {order}"
    ),
    RequestAction.REFUSE_CHANGE: Text("{provider} does not change order {order}", "{provider} no cambia el pedido {order}"),
}
_KINDS = {
    RequestAction.ACCEPT_CHANGE: MessageKind.CHANGE_ACCEPTED,
    RequestAction.REFUSE_CHANGE: MessageKind.CHANGE_REFUSED,
}


def answer_change(
    app: Application,
    uow: UnitOfWork,
    request: FulfillmentRequest,
    order: Order,
    action: RequestAction,
    text: str,
    actor: str,
    now: datetime,
) -> FulfillmentRequest:
    """The request after its provider's answer; it and the merchant's order are locked. Raises Refused."""
    change = request.change
    if change is None or not request.may(action, Side.PROVIDER, now):
        raise not_allowed(uow, request, request.provider_id, now, about_change=not request.waits_for_change)
    copy = uow.orders.get(request.provider_id, str(request.copy_id), for_change=True)
    answered = _with_attention(request.take(action, Side.PROVIDER, now, text=text), change, order)
    if action is RequestAction.ACCEPT_CHANGE:
        answered = replace(answered, lines=_lines_by_now(uow, request, order))
        _check_labels(uow, request, answered, change, copy)
    copy.unflag(CHANGE_REQUESTED)
    uow.orders.update_many([copy])
    record(uow, answered, _KINDS[action], Side.PROVIDER, actor, now, text=text)
    if not any(line.quantity for line in answered.lines):
        answered = _give_back(uow, answered, actor, now)
    uow.requests.update(answered)
    _tell_merchant(app, uow, answered, order, change, action, text, actor, now)
    entry = AuditEntry(request.provider_id, now, actor, f"request.{_KINDS[action].value}", request.id)
    uow.audit.append([entry, AuditEntry(order.account_id, now, "provider", f"order.{_KINDS[action].value}", order.id)])
    return answered


def _with_attention(answered: FulfillmentRequest, asked: RequestChange, order: Order) -> FulfillmentRequest:
    """The answered request, whose refusal somebody has to look at until the change is accepted after all, or taken back."""
    if answered.change is None:
        calm_down(order, asked)
        return answered
    drew = asked.drew_attention or NEEDS_ATTENTION not in order.flags
    order.flag(NEEDS_ATTENTION)
    return replace(answered, change=replace(answered.change, drew_attention=drew))


def drop_change(uow: UnitOfWork, request: FulfillmentRequest) -> None:
    """Take the flag from the copy of a locked request that has ended: nobody is asked for the change any more."""
    if request.waits_for_change:
        copy = uow.orders.get(request.provider_id, str(request.copy_id), for_change=True)
        copy.unflag(CHANGE_REQUESTED)
        uow.orders.update_many([copy])


def _lines_by_now(uow: UnitOfWork, request: FulfillmentRequest, order: Order) -> tuple[RequestLine, ...]:
    """The units that the order has for the request."""
    requests = uow.requests.list_for_order(order.account_id, order.id)
    shipments = uow.fulfillment.list_shipments(order.account_id, order.id)
    within = within_order(order, requests, shipments, to_agree=(request.id,))
    return next((one.lines for one in within if one.id == request.id), request.lines)


def _check_labels(
    uow: UnitOfWork, before: FulfillmentRequest, after: FulfillmentRequest, change: RequestChange, copy: Order
) -> None:
    """Whether no label says otherwise. Raises Refused."""
    buying = uow.labels.being_bought(copy.account_id, [copy.id]).get(copy.id, [])
    if buying and {"ship_to", "items"} & set(change.fields):
        raise being_bought(buying[-1])
    labelled = [
        one.id
        for one in uow.fulfillment.list_shipments(copy.account_id, copy.id)
        if one.state is ShipmentState.SHIPPED and any(parcel.label_id for parcel in one.parcels)
    ]
    if "ship_to" in change.fields and labelled:
        raise Refused("label_first", LABEL_FIRST, shipment=labelled[-1])
    units = units_being_bought(buying)
    for old, new in zip(before.lines, after.lines, strict=True):
        taken = new.shipped + units.get(new.line_key, Decimal(0))
        if new.quantity < old.quantity and taken > new.quantity:
            named = {"line": new.line_key, "shipped": taken, "wanted": new.quantity}
            raise Refused("units_first", UNITS_FIRST, **named)


def _give_back(uow: UnitOfWork, request: FulfillmentRequest, actor: str, now: datetime) -> FulfillmentRequest:
    """A request of which nothing is wanted any more, with the provider's agreement."""
    back = request.take(RequestAction.RECALL, Side.SYSTEM, now)
    record(uow, back, MessageKind.RECALLED, Side.SYSTEM, "import", now)
    if back.state is RequestState.CANCEL_REQUESTED:
        back = back.take(RequestAction.GRANT_CANCEL, Side.PROVIDER, now)
        record(uow, back, MessageKind.GRANTED, Side.PROVIDER, actor, now)
    return back


def _tell_merchant(
    app: Application,
    uow: UnitOfWork,
    request: FulfillmentRequest,
    order: Order,
    change: RequestChange,
    action: RequestAction,
    text: str,
    actor: str,
    now: datetime,
) -> None:
    settle_order(uow, order, now)
    uow.orders.update_many([order])
    named = {"provider": names_of(uow, request, order.account_id)["provider"], "order": order.order_number}
    sentence = Sentence.of(TOLD[action], **named, parts=parts_told(change.fields), text=full_sentence(text))
    uow.alerts.add(Alert(f"alr_{request.id}_change_{now.timestamp()}", order.account_id, order.id, sentence, now))
    subject, link = Sentence.of(SUBJECTS[action], **named), (SHOW_ORDER, f"/orders/{order.id}")
    reply_to = reply_address(uow, request.provider_id, actor)
    tell_admins(app, uow, order.account_id, MailKind.REQUEST_CHANGED, subject, [sentence], link, reply_to=reply_to)
