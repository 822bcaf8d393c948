"""Hands an order over to the 3PL that rules or a person chose: one fulfillment request over all its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.events import OrderDelegated, publish
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.connection import Connection
from engine.model.delegation_facts import DelegationFacts
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind
from engine.model.order import OUTDATED, Order, OrderAction
from engine.model.order_words import status_words
from engine.model.reason_line import ReasonLine
from engine.model.request import FulfillmentRequest
from engine.model.request_message import MessageKind, RequestMessage
from engine.model.sentence import Sentence
from engine.model.store import StoreState
from engine.model.store_kind import Capability
from engine.model.transitions import Side
from engine.ports import HasOrderNotes, NotFound, UnitOfWork
from engine.services.accounts.location_hours import fulfil_by, next_cut_off
from engine.services.deciding.run_rules import requests_over
from engine.services.fulfillment.announce import announce
from engine.services.fulfillment.hold_order import parse_end
from engine.services.fulfillment.request_units import ALL_TAKEN, request_lines
from engine.services.fulfillment.request_words import names_of
from engine.services.refusals import NO_ORDER, Refused
from engine.services.stores.sessions import SessionPool
from rules.actions.logistics_provider import MAX_ROUNDS
from rules.messages import Message, Text

LONGEST_PREFERENCE = 100

NOT_CONNECTED = Text(
    'The order was not handed over: "{provider}" is not a connected logistics provider of this account.',
    'El pedido no se ha delegado: "{provider}" no es un proveedor de logística conectado a esta cuenta.',
)
CANNOT_BE_HANDED_OVER = Text(
    'Order {order} cannot be handed over: its status is "{status}".',
    'El pedido {order} no se puede delegar: su estado es "{status}".',
)
AT_PROVIDER = Text(
    "Order {order} is with the logistics provider {provider}: recall it first, then choose another one.",
    "El pedido {order} está en manos del proveedor de logística {provider}: retíralo primero y elige después otro.",
)
SHIP_FROM_AT_PROVIDER = Text(
    "Order {order} is with the logistics provider {provider}: recall it first, then choose where it leaves from.",
    "El pedido {order} está en manos del proveedor de logística {provider}: retíralo primero y elige después desde dónde sale.",
)
LONG_PREFERENCE = Text(
    "The service preference is longer than {limit} characters: shorten it.",
    "La preferencia de servicio supera los {limit} caracteres: acórtala.",
)
REFUSED_ALREADY = Text(
    'The order was not handed over: "{provider}" has refused it already, and rules do not send it there again.',
    'El pedido no se ha delegado: "{provider}" ya lo ha rechazado, y las reglas no se lo vuelven a enviar.',
)
ROUNDS_OVER = Text(
    "The order was not handed over: {rounds} requests over it have ended without shipping. A person has to say what becomes of "
    "it.",
    "El pedido no se ha delegado: {rounds} solicitudes sobre él han terminado sin envío. Una persona debe decidir qué se hace "
    "con él.",
)
ON_HOLD = Text(
    "Order {order} is on hold: release it first, then hand it over.",
    "El pedido {order} está retenido: libéralo primero y delégalo después.",
)


@dataclass(frozen=True, slots=True)
class Delegated:
    """How a delegation ended: the request, or why there is none."""

    request: FulfillmentRequest | None
    reason: str  # "sent" | "already_sent" | "not_wanted" (now; later perhaps) | "being_labelled" | "refused"
    message: Message | None = None


def delegate(app: Application, job: Job) -> Delegated:
    """Carry out one fulfillment request. Running it twice hands the order over once.

    The store is not asked for anything: its notes on the order follow by a job of their own, so that many orders are handed
    over at once however slow the store is.
    """
    with app.unit_of_work() as uow:
        connection = _connection(uow, job.account_id, str(job.payload["provider"]))
        order = uow.orders.get(job.account_id, str(job.order_id), for_change=True)
        settled = _settled(uow, order, job.payload)
        if settled is None:
            settled = _send(app, uow, order, job, connection)
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
        requests = uow.requests.list_for_order(job.account_id, order.id)
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
        now = app.clock.now()
        uow.requests.keep_notes(job.account_id, request_id, notes, now)
        announce(app, uow, [request], now)
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
    requests = uow.requests.list_for_order(order.account_id, order.id)
    if under_way := [request for request in requests if request.is_live and not request.is_done]:
        return Delegated(under_way[-1], "already_sent")
    chosen = order.document().get("logistics_provider")
    must_wait = order.is_held or OUTDATED in order.flags
    if not order.may(OrderAction.HAND_OVER) or must_wait or chosen != payload["provider"]:
        return Delegated(None, "not_wanted")
    return None


def _send(app: Application, uow: UnitOfWork, order: Order, job: Job, connection: Connection | None) -> Delegated:
    payload = job.payload
    asking = Asking(str(payload["provider"]), str(payload.get("service_preference") or ""))
    refusal = _why_not_by_rules(uow, order, asking.provider, app.clock.now())
    if refusal is not None:
        return _refuse(app, uow, order, job, refusal)
    actor = f"rule:{payload['rule']}" if "rule" in payload else "worker"
    asked = ask(app, uow, order, asking, actor, Side.SYSTEM, job.priority, connection)
    if isinstance(asked, Message) and asked.code == ALL_TAKEN:  # the purchase of a label may still fail
        labels = uow.labels.being_bought(order.account_id, [order.id])
        return Delegated(None, "being_labelled" if labels else "already_sent")
    if isinstance(asked, Message):
        return _refuse(app, uow, order, job, asked)
    uow.orders.update_many([order])
    return Delegated(asked, "sent")


def _why_not_by_rules(uow: UnitOfWork, order: Order, provider: str, now: datetime) -> Message | None:
    """What providers have answered since the rules chose, where that keeps rules from asking this one."""
    asked, slugs = requests_over(uow, order.account_id, [order])
    facts = DelegationFacts.from_requests(asked.get(order.id, ()), slugs, now)
    if facts is None:
        return None
    if facts.round >= MAX_ROUNDS:
        return Message("rounds_over", ROUNDS_OVER, {"rounds": facts.round})
    return Message("provider_refused", REFUSED_ALREADY, {"provider": provider}) if provider in facts.refused_by else None


@dataclass(frozen=True, slots=True)
class Asking:
    """What of an order is to be asked of whom, and from when on; without lines, all that is free."""

    provider: str  # a slug
    service_preference: str = ""
    lines: Mapping[str, Decimal] | None = None
    not_before: str = ""  # a day, which begins then, or a time, in the account's zone; the provider gets nothing earlier


def delegate_order(
    app: Application, account_id: str, order_id: str, asking: Asking, actor: str, *, priority: int = PERSON_WAITS
) -> FulfillmentRequest:
    """Hand an order, or some of its units, over to a provider because a person wants it. Raises Refused."""
    if len(asking.service_preference) > LONGEST_PREFERENCE:
        raise Refused("long_preference", LONG_PREFERENCE, limit=LONGEST_PREFERENCE)
    with app.unit_of_work() as uow:
        connection = _connection(uow, account_id, asking.provider)
        order = _get(uow, account_id, order_id)
        _check_to_hand_over(order)
        if order.is_held:
            raise Refused("on_hold", ON_HOLD, order=order.order_number)
        not_before = _not_before(uow, account_id, asking, app.clock.now())
        asked = ask(app, uow, order, asking, actor, Side.MERCHANT, priority, connection, not_before)
        if isinstance(asked, Message):
            raise Refused(asked.code, asked.text, **asked.params)
        _choose(order, asking.provider, actor, app.clock.now())
        order.unflag(OUTDATED)
        uow.orders.update_many([order])
        uow.commit()
    app.wake.notify()
    return asked


def _not_before(uow: UnitOfWork, account_id: str, asking: Asking, now: datetime) -> datetime | None:
    if not asking.not_before:
        return None
    return parse_end(asking.not_before, ZoneInfo(uow.accounts.get(account_id).time_zone), now)


def set_provider(app: Application, account_id: str, order_id: str, provider: str, actor: str) -> Order:
    """Choose a provider for an order without asking it for anything.

    Who ships what is with a provider is not changed over its head. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        connection = _connection(uow, account_id, provider)
        order = _get(uow, account_id, order_id)
        if connection is None:
            raise Refused("not_connected", NOT_CONNECTED, provider=provider)
        _check_to_hand_over(order)
        check_free(uow, order, now)
        before = order.document().get("logistics_provider")
        _choose(order, provider, actor, now)
        order.updated_at = now
        uow.orders.update_many([order])
        uow.audit.append([AuditEntry(account_id, now, actor, "order.provider_set", order.id, before, provider)])
        uow.commit()
    return order


def ask(
    app: Application,
    uow: UnitOfWork,
    order: Order,
    asking: Asking,
    actor: str,
    side: Side,
    priority: int,
    connection: Connection | None,
    not_before: datetime | None = None,
) -> FulfillmentRequest | Message:
    """A new request over units of a locked order, which is changed but not kept; or why there is none.

    `connection` is the one with the provider, locked before the order. The later one of its grace period and `not_before` counts.
    """
    now = app.clock.now()
    if connection is None:
        return Message("not_connected", NOT_CONNECTED, {"provider": asking.provider})
    requests = uow.requests.list_for_order(order.account_id, order.id, for_change=True)
    shipments = uow.fulfillment.list_shipments(order.account_id, order.id)
    skus = uow.requests.skus(order.account_id, connection.id)
    labels = uow.labels.being_bought(order.account_id, [order.id]).get(order.id, [])
    lines = request_lines(order, requests, shipments, wanted=asking.lines, skus=skus, labels=labels)
    if isinstance(lines, Message):
        return lines
    grace_ends = _grace_ends(uow, connection, now)
    if grace_ends is not None:
        not_before = max(not_before or now, grace_ends)
    request = FulfillmentRequest(
        id=new_id("ffr"),
        account_id=order.account_id,
        provider_id=connection.provider_id,
        order_id=order.id,
        lines=lines,
        service_preference=asking.service_preference,
        notes=(),
        created_at=now,
        notes_pending=not connection.is_integrated and _has_notes(app, uow, order),
        connection_id=connection.id,
        not_before=not_before,
        changed_at=not_before or now,
        fulfil_by=fulfil_by(uow, connection.provider_id, not_before or now),
    )
    uow.requests.add(request)
    record(uow, request, MessageKind.ASKED, side, actor, now, text=asking.service_preference)
    before = order.status()
    order.hand_over(now)
    publish(app, uow, [OrderDelegated(order, now, request, priority)])
    uow.audit.append(
        [
            AuditEntry(order.account_id, now, actor, "order.delegated", order.id, before, order.status()),
            AuditEntry(request.provider_id, now, actor, "request.received", request.id, None, order.order_number),
        ]
    )
    return request


def _grace_ends(uow: UnitOfWork, connection: Connection, now: datetime) -> datetime | None:
    """Until when the merchant may change its mind; None where the provider gets it at once."""
    if connection.grace_cut_off:
        return next_cut_off(uow, connection.provider_id, now)
    return now + timedelta(minutes=connection.grace_minutes) if connection.grace_minutes else None


def record(
    uow: UnitOfWork,
    request: FulfillmentRequest,
    kind: MessageKind,
    side: Side,
    actor: str,
    now: datetime,
    *,
    code: str | None = None,
    text: str = "",
    lines: tuple[ReasonLine, ...] = (),
) -> None:
    """Keep an ask or an answer in the request's thread."""
    message_id = new_id("rqm")
    uow.requests.add_message(
        RequestMessage(message_id, request.id, request.account_id, request.provider_id, side, kind, actor, now, code, text, lines)
    )


def announce_delegated(app: Application, uow: UnitOfWork, events: Sequence[OrderDelegated]) -> None:
    """Let the providers read what they were asked."""
    announce(app, uow, [event.request for event in events], events[0].at)


def _choose(order: Order, provider: str, actor: str, now: datetime) -> None:
    """A person has chosen the provider: it goes to the person's layer, where the order does not say so already."""
    if order.document().get("logistics_provider") != provider:
        order.write_as_person("logistics_provider", provider, actor, now)


def _check_to_hand_over(order: Order) -> None:
    """Raises Refused for what nobody ships from here any more."""
    if not order.may(OrderAction.HAND_OVER):
        status = status_words(order.status())
        raise Refused("cannot_be_handed_over", CANNOT_BE_HANDED_OVER, order=order.order_number, status=status)


def check_free(uow: UnitOfWork, order: Order, now: datetime, says: Text = AT_PROVIDER) -> None:
    """Whether units of an order are with no provider, so that something may be chosen for them. Raises Refused: it `says` why."""
    requests = uow.requests.list_for_order(order.account_id, order.id)
    under_way = [request for request in requests if request.is_open(now)]
    if not under_way:
        return
    free = request_lines(order, requests, uow.fulfillment.list_shipments(order.account_id, order.id))
    if isinstance(free, Message):
        provider = names_of(uow, under_way[-1], order.account_id)["provider"]
        raise Refused("at_provider", says, order=order.order_number, provider=provider)


def _get(uow: UnitOfWork, account_id: str, order_id: str) -> Order:
    try:
        return uow.orders.get(account_id, order_id, for_change=True)
    except NotFound:
        raise Refused("no_order", NO_ORDER, order=order_id) from None


def _has_notes(app: Application, uow: UnitOfWork, order: Order) -> bool:
    """Whether there is a store to ask for notes on this order."""
    if order.store_id is None or not order.external_order_id:
        return False
    store = uow.stores.find_unopened(order.account_id, order.store_id)
    if store is None or store.state is StoreState.CLOSED:
        return False
    return app.describe(store.kind).can(Capability.ORDER_NOTES)


def _connection(uow: UnitOfWork, account_id: str, slug: str) -> Connection | None:
    """The connection with a provider, which nobody ends until this transaction has; it is locked before the order."""
    provider = uow.accounts.find_by_slug(slug)
    return None if provider is None else uow.connections.find_active(provider.id, account_id, keep=True)


def _refuse(app: Application, uow: UnitOfWork, order: Order, job: Job, message: Message) -> Delegated:
    """The order stays with the merchant; a person has to look."""
    now = app.clock.now()
    order.flag(NEEDS_ATTENTION)
    order.updated_at = now
    uow.orders.update_many([order])
    uow.alerts.add(Alert(f"alr_{job.id}_{message.code}", order.account_id, order.id, Sentence.of(message), now))
    return Delegated(None, "refused", message)
