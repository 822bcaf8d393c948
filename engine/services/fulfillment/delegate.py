"""Hands an order over to the 3PL that rules or a person chose: one fulfillment request over all its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.events import OrderDelegated, publish
from engine.model.account import Account
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.fulfillment import FulfillmentRequest, RequestLine
from engine.model.ids import new_id
from engine.model.job import Job, JobKind
from engine.model.order import OUTDATED, Order, OrderAction
from engine.model.sentence import Sentence
from engine.model.store import StoreState
from engine.model.store_kind import Capability
from engine.ports import HasOrderNotes, UnitOfWork
from engine.services.stores.sessions import SessionPool
from rules.messages import Message, Text
from rules.values import is_blank

NOT_CONNECTED = Text(
    'The order was not handed over: "{provider}" is no connected logistics provider of this account.',
    'El pedido no se ha delegado: "{provider}" no es un proveedor de logística conectado a esta cuenta.',
)
NO_LINES = Text(
    "The order was not handed over: it has no lines to ship.", "El pedido no se ha delegado: no tiene líneas que enviar."
)
NO_SKU = Text(
    "The order was not handed over: line {line} ({name}) has no SKU, and the provider picks by SKU.",
    "El pedido no se ha delegado: la línea {line} ({name}) no tiene SKU, y el proveedor prepara por SKU.",
)
BAD_QUANTITY = Text(
    "The order was not handed over: the quantity of line {line} ({name}) cannot be read.",
    "El pedido no se ha delegado: no se puede leer la cantidad de la línea {line} ({name}).",
)


@dataclass(frozen=True, slots=True)
class Delegated:
    """How a delegation ended: the request, or why there is none."""

    request: FulfillmentRequest | None
    reason: str  # "sent" | "already_sent" | "not_wanted" (now; later perhaps) | "refused"
    message: Message | None = None


def delegate(app: Application, job: Job) -> Delegated:
    """Carry out one fulfillment request. Running it twice hands the order over once.

    The store is not asked for anything: its notes on the order follow by a job of their own, so that many orders are handed
    over at once however slow the store is.
    """
    with app.unit_of_work() as uow:
        order = uow.orders.get(job.account_id, str(job.order_id), for_change=True)
        settled = _settled(uow, order, job.payload)
        if settled is None:
            settled = _send(app, uow, order, job)
        uow.commit()
    return settled


def is_wanted(uow: UnitOfWork, job: Job) -> bool:
    """Whether a request that is not sent yet would be sent now."""
    return _settled(uow, uow.orders.get(job.account_id, str(job.order_id), for_change=True), job.payload) is None


def fetch_notes(app: Application, job: Job, sessions: SessionPool) -> str:
    """Bring the store's notes on an order to the request that handed it over. A word on how it ended. Raises StoreError."""
    request_id = str(job.payload["request_id"])
    with app.reading() as uow:
        order = uow.orders.get(job.account_id, str(job.order_id))
        requests = uow.fulfillment.list_requests(job.account_id, order.id)
        store = None if order.store_id is None else uow.stores.get(order.account_id, order.store_id)
    request = next(one for one in requests if one.id == request_id)
    if not request.is_live:
        return "not wanted any longer"
    notes: Sequence[str] = ()
    if store is not None and not store.is_closed and order.external_order_id:
        session = sessions.get(store)
        if isinstance(session, HasOrderNotes):
            notes = session.order_notes(order.external_order_id)  # never inside a transaction
    with app.unit_of_work() as uow:
        uow.fulfillment.keep_notes(job.account_id, request_id, notes)
        uow.commit()
    return f"{len(notes)} notes"


def expect_notes(_app: Application, uow: UnitOfWork, events: Sequence[OrderDelegated]) -> None:
    """Have the store's notes fetched for requests that are without them."""
    for event in events:
        request, now = event.request, event.at
        if request.notes_pending:
            payload = {"request_id": request.id}
            key, owner = f"notes:{request.id}", request.account_id
            job = Job(
                new_id("job"), owner, JobKind.FETCH_NOTES, key, payload, now, now, request.order_id, priority=event.priority
            )
            uow.jobs.upsert_due(job)


def _settled(uow: UnitOfWork, order: Order, payload: Mapping[str, Any]) -> Delegated | None:
    """Why there is nothing to do, or None when the request has to be sent."""
    requests = [request for request in uow.fulfillment.list_requests(order.account_id, order.id) if request.is_live]
    if requests:
        return Delegated(requests[-1], "already_sent")
    chosen = order.document().get("logistics_provider")
    is_held = order.status() == "on_hold" or OUTDATED in order.flags
    if not order.may(OrderAction.HAND_OVER) or is_held or chosen != payload["provider"]:
        return Delegated(None, "not_wanted")
    return None


def _send(app: Application, uow: UnitOfWork, order: Order, job: Job) -> Delegated:
    payload = job.payload
    checked = _check(uow, order, payload)
    if isinstance(checked, Message):
        return _refuse(app, uow, order, job, checked)
    provider, lines = checked
    now = app.clock.now()
    request = FulfillmentRequest(
        id=new_id("ffr"),
        account_id=order.account_id,
        provider_id=provider.id,
        order_id=order.id,
        lines=lines,
        service_preference=str(payload.get("service_preference") or ""),
        notes=(),
        created_at=now,
        notes_pending=_has_notes(app, uow, order),
    )
    uow.fulfillment.add_request(request)
    before = order.status()
    order.hand_over(now)
    publish(app, uow, [OrderDelegated(order, now, request, job.priority)])
    uow.orders.update_many([order])
    actor = f"rule:{payload['rule']}" if "rule" in payload else "worker"
    uow.audit.append(
        [
            AuditEntry(order.account_id, now, actor, "order.delegated", order.id, before, order.status()),
            AuditEntry(provider.id, now, actor, "request.received", request.id, None, order.order_number),
        ]
    )
    return Delegated(request, "sent")


def _has_notes(app: Application, uow: UnitOfWork, order: Order) -> bool:
    """Whether there is a store to ask for notes on this order."""
    if order.store_id is None or not order.external_order_id:
        return False
    store = uow.stores.find_unopened(order.account_id, order.store_id)
    if store is None or store.state is StoreState.CLOSED:
        return False
    return app.describe(store.kind).can(Capability.ORDER_NOTES)


def _check(uow: UnitOfWork, order: Order, payload: Mapping[str, Any]) -> tuple[Account, tuple[RequestLine, ...]] | Message:
    """Who is asked for what, or why nobody can be asked."""
    provider = _connected_provider(uow, order.account_id, str(payload["provider"]))
    if provider is None:
        return Message("not_connected", NOT_CONNECTED, {"provider": payload["provider"]})
    lines = request_lines(order)
    return lines if isinstance(lines, Message) else (provider, lines)


def _connected_provider(uow: UnitOfWork, account_id: str, slug: str) -> Account | None:
    provider = uow.accounts.find_by_slug(slug)
    if provider is None or uow.connections.find_active(provider.id, account_id) is None:
        return None
    return provider


def _refuse(app: Application, uow: UnitOfWork, order: Order, job: Job, message: Message) -> Delegated:
    """The order stays with the merchant; a person has to look."""
    now = app.clock.now()
    order.flag(NEEDS_ATTENTION)
    order.updated_at = now
    uow.orders.update_many([order])
    uow.alerts.add(Alert(f"alr_{job.id}_{message.code}", order.account_id, order.id, Sentence.of(message), now))
    return Delegated(None, "refused", message)


def request_lines(order: Order) -> tuple[RequestLine, ...] | Message:
    """All lines of an order as a request takes them, or what keeps them from being handed over."""
    items = order.document().get("items")
    lines = []
    for number, item in enumerate(items if isinstance(items, list) else [], 1):
        named = {"line": number, "name": str(item.get("name") or "-")}
        if is_blank(item.get("sku")):
            return Message("no_sku", NO_SKU, named)
        try:
            quantity = Decimal(str(item.get("quantity")))
        except InvalidOperation:
            return Message("bad_quantity", BAD_QUANTITY, named)
        key = str(item.get("line_key") or number)
        lines.append(RequestLine(key, str(item["sku"]), str(item.get("name") or ""), quantity))
    return tuple(lines) if lines else Message("no_lines", NO_LINES)
