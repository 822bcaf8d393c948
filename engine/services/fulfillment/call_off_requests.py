"""Calls requests off when their orders need no provider any longer, asks again when they do, and passes on what changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.events import ClosedUpstream, OrderCancelled, OrderChanged, OrderEvent, OrderRestored, ReopenedUpstream
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.job import ORDINARY, Job, JobKind
from engine.model.order import Order, OrderAction, OrderState
from engine.model.request import FulfillmentRequest, RequestAction, RequestState
from engine.model.request_message import MessageKind
from engine.model.sentence import Sentence
from engine.model.store_kind import Capability
from engine.model.transitions import Side
from engine.model.write_back import notify_key
from engine.ports import UnitOfWork
from engine.services.fulfillment.announce import announce
from engine.services.fulfillment.change_requests import Proposal, lock_copies, propose, requests_to_agree
from engine.services.fulfillment.delegate import Asking, ask, record
from engine.services.fulfillment.kept_from_store import is_kept_from_store
from engine.services.fulfillment.request_units import request_lines, within_order
from engine.services.fulfillment.settle_order import settle_order
from engine.services.fulfillment.telling import call_off_questions
from engine.services.stores.store_kinds import kind_of
from rules.messages import Message, Text

NOT_ASKED_AGAIN = Text(
    "Order {order} was withdrawn from its provider and came back changed: look at it and decide who ships it.",
    "El pedido {order} se retiró de su proveedor y ha vuelto cambiado: revísalo y decide quién lo envía.",
)


def recall_closed(app: Application, uow: UnitOfWork, events: Sequence[ClosedUpstream]) -> None:
    """Take back the requests of orders that the store wants shipped from here no longer; what has begun is asked back."""
    requests = _requests_of(uow, events)
    recalled: list[FulfillmentRequest] = []
    for event in events:
        recalled += [
            _take_back(uow, request, "import", event.at, reason=event.reason)
            for request in requests.get(event.order.id, ())
            if request.may(RequestAction.RECALL, Side.SYSTEM, event.at)
        ]
    announce(app, uow, recalled, events[0].at)


def recall_cancelled(app: Application, uow: UnitOfWork, events: Sequence[OrderCancelled]) -> None:
    """Take back the requests of orders that a person has cancelled; what has begun is asked back."""
    requests, recalled = _requests_of(uow, events), []
    for event in events:
        for request in requests.get(event.order.id, ()):
            if request.may(RequestAction.RECALL, Side.MERCHANT, event.at):
                back = request.take(RequestAction.RECALL, Side.MERCHANT, event.at)
                uow.requests.update(back)
                record(uow, back, MessageKind.RECALLED, Side.MERCHANT, event.actor, event.at)
                said = AuditEntry(request.provider_id, event.at, "client", f"request.{back.state.value}", request.id)
                uow.audit.append([said])
                recalled.append(back)
    announce(app, uow, recalled, events[0].at)


def pass_on_changes(app: Application, uow: UnitOfWork, events: Sequence[OrderChanged]) -> None:
    """Let providers read anew what has changed in orders that are with them: what holds them, too.

    Units that an order lost are asked of nobody. Where there is a label, the provider is asked first.
    """
    account_id, now = events[0].order.account_id, events[0].at
    touched = uow.requests.touch(account_id, [event.order.id for event in events], now)  # nobody else changes them from here on
    with_live = sorted({request.order_id for request in touched})
    requests = uow.requests.by_order(account_id, with_live)
    shipments = uow.fulfillment.shipments_by_order(account_id, with_live)
    labelled = requests_to_agree(uow, [request for asked in requests.values() for request in asked])
    copies, to_agree = lock_copies(uow, labelled), {request.id for request in labelled}
    for order, actor in ((event.order, event.actor) for event in events if event.order.id in requests):
        within = within_order(order, requests[order.id], shipments.get(order.id, ()), to_agree)
        cut = {request.id: request for request in within}
        for before in (request for request in requests[order.id] if request.is_live):
            wanted = replace(cut.get(before.id, before), held=order.is_held)
            if before.id in to_agree:
                asking = Proposal(replace(before, held=order.is_held), wanted.lines, order, copies[str(before.copy_id)])
                wanted = propose(app, uow, asking, actor, now)
            if wanted == before:
                continue
            uow.requests.update(wanted)
            if not any(line.quantity for line in wanted.lines) and wanted.may(RequestAction.RECALL, Side.SYSTEM, now):
                _take_back(uow, wanted, actor, now, reason=None)
                settle_order(uow, order, now)
    announce(app, uow, touched, now)


def settle_in_part(app: Application, uow: UnitOfWork, events: Sequence[OrderChanged]) -> None:
    """Where the store wants no more of an order than has left, all of it has left: then the store is told of that."""
    left_in_part = (OrderState.PARTIALLY_SHIPPED, OrderState.COMBINED)  # of the latter perhaps
    for order, now in ((event.order, event.at) for event in events if event.order.state in left_in_part):
        settle_order(uow, order, now)
        kind = kind_of(app, uow, order)
        if order.state is not OrderState.SHIPPED or kind.can(Capability.REQUESTS) or is_kept_from_store(order):
            continue  # a client hears of each shipment by itself
        call_off_questions(uow, order)
        last = max(uow.fulfillment.list_shipped(order.account_id, [order.id]))
        if kind.can(Capability.WRITE_BACK):
            key, payload = notify_key(last), {"shipment_id": last}
            job = Job(new_id("job"), order.account_id, JobKind.NOTIFY_STORE, key, payload, now, now, order.id)
            uow.jobs.upsert_due(job)  # it may have ended before, as long as a part was missing


def _take_back(
    uow: UnitOfWork, request: FulfillmentRequest, actor: str, now: datetime, *, reason: str | None
) -> FulfillmentRequest:
    back = request.take(RequestAction.RECALL, Side.SYSTEM, now, reason=reason)
    uow.requests.update(back)
    record(uow, back, MessageKind.RECALLED, Side.SYSTEM, actor, now, code=reason)
    return back


def ask_again_reopened(app: Application, uow: UnitOfWork, events: Sequence[ReopenedUpstream]) -> None:
    """Ask again what was asked before orders were closed, now that they are to be shipped from here again.

    What was asked back and is not answered yet is with the provider still.
    """
    requests = _requests_of(uow, events)
    shipments = uow.fulfillment.shipments_by_order(events[0].order.account_id, [event.order.id for event in events])
    for event in events:
        asked, sent = requests.get(event.order.id, []), shipments.get(event.order.id, [])
        is_with_provider = any(request.is_open(event.at) for request in asked)
        if is_with_provider or any(one.state is ShipmentState.SHIPPED for one in sent):
            settle_order(uow, event.order, event.at)
        if not is_with_provider and asked and asked[-1].state is RequestState.CANCELLED:
            _ask_again(app, uow, event, asked, sent, "import", Side.SYSTEM)


def ask_again_restored(app: Application, uow: UnitOfWork, events: Sequence[OrderRestored]) -> None:
    """The same of orders that a person has restored."""
    requests = _requests_of(uow, events)
    shipments = uow.fulfillment.shipments_by_order(events[0].order.account_id, [event.order.id for event in events])
    for event in events:
        asked = requests.get(event.order.id, [])
        settle_order(uow, event.order, event.at)
        if event.order.state is OrderState.OPEN and asked and asked[-1].state is RequestState.CANCELLED:
            _ask_again(app, uow, event, asked, shipments.get(event.order.id, []), event.actor, Side.MERCHANT)


def _requests_of(uow: UnitOfWork, events: Sequence[OrderEvent]) -> dict[str, list[FulfillmentRequest]]:
    return uow.requests.by_order(events[0].order.account_id, [event.order.id for event in events])


def _ask_again(
    app: Application,
    uow: UnitOfWork,
    event: OrderEvent,
    requests: Sequence[FulfillmentRequest],
    shipments: Sequence[Shipment],
    actor: str,
    side: Side,
) -> None:
    """Ask the provider again. A request leaves once in an order's life, so the rules send no second one.

    Where the order or its provider is another one by now, a person has to look.
    """
    order, before = event.order, requests[-1]
    provider = uow.accounts.get(before.provider_id).slug
    if order.document().get("logistics_provider") == provider and _is_the_same(order, requests, shipments):
        connection = uow.connections.find_active(before.provider_id, order.account_id)
        asked = ask(app, uow, order, Asking(provider, before.service_preference), actor, side, ORDINARY, connection)
        if not isinstance(asked, Message):
            return
    order.flag(NEEDS_ATTENTION)
    alert_id = f"alr_{before.id}_{order.revision}"
    sentence = Sentence.of(NOT_ASKED_AGAIN, order=order.order_number)
    uow.alerts.add(Alert(alert_id, order.account_id, order.id, sentence, event.at))


def _is_the_same(order: Order, requests: Sequence[FulfillmentRequest], shipments: Sequence[Shipment]) -> bool:
    """Whether the order may be asked for, and what of it is free now is what was asked for last and has not left."""
    free = request_lines(order, requests, shipments)
    if isinstance(free, Message) or not order.may(OrderAction.HAND_OVER) or order.is_held:
        return False
    return {one.line_key: (one.sku, one.quantity) for one in free} == {
        one.line_key: (one.sku, one.rest) for one in requests[-1].lines if one.rest
    }
